import type { Line } from '../content.js';
import type { ContentFacts, Found, NumberedLine, Rule } from './shapes.js';

const isHardware = (line: Line): boolean =>
  line.category === 'HA_TANG' || (line.costGroup === 'THIET_BI' && line.spendForm === 'MUA_SAM');

const wrongKind = (line: Line): Pick<Found, 'code' | 'atMost'>[] => {
  if (isHardware(line)) return line.vatRate === 'KCT' ? [{ code: 'HARDWARE_WITHOUT_VAT' }] : [];
  return line.category === 'PHAN_MEM' && line.vatRate !== 'KCT'
    ? [{ code: 'SOFTWARE_WITH_VAT', atMost: 'warning' }]
    : [];
};

const notAvailable = (line: Line, { estimate, ruleset }: ContentFacts): Pick<Found, 'code' | 'atMost'>[] => {
  const day = estimate.documentDate;
  const available = ruleset.vatRates.some(
    ({ value, from, to }) => value === line.vatRate && from <= day && (to === null || day <= to),
  );
  return available ? [] : [{ code: 'VAT_RATE_NOT_AVAILABLE', atMost: 'warning' }];
};

const vatOf = ({ order, line }: NumberedLine, facts: ContentFacts): Found[] =>
  [...wrongKind(line), ...notAvailable(line, facts)].map((found) => ({
    ...found,
    path: `lines/${line.id}/vatRate`,
    params: { line: order, name: line.name, found: line.vatRate, day: facts.estimate.documentDate },
  }));

/** Software is not subject to VAT, hardware is. */
export const r20: Rule<ContentFacts> = {
  id: 'R20',
  source: 'Luật Thuế GTGT: phần mềm không chịu thuế, thiết bị chịu thuế',
  stages: { preparing: 'error', acceptance: 'error', finance: 'error' },
  codes: ['HARDWARE_WITHOUT_VAT', 'SOFTWARE_WITH_VAT', 'VAT_RATE_NOT_AVAILABLE'],
  check: (facts) => facts.lines.flatMap((entry) => vatOf(entry, facts)),
};
