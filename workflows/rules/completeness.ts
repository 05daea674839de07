import type { Line } from '../content.js';
import { mixesOwnMoney } from '../summary.js';
import type { ContentFacts, Found, NumberedLine, Rule } from './shapes.js';

const years = { first: 2025, last: 2030 };
const simple = new Set<Line['route']>(['A_PURCHASE', 'D_RENT_MARKET']);
const lengthOf = (text: string | undefined): number => (text ?? '').trim().length;

const tooShort = (path: string, text: string | undefined, expected: number, line?: NumberedLine): Found[] => {
  const found = lengthOf(text);
  if (found >= expected) return [];
  const field = path.split('/').at(-1) ?? path;
  if (!line) return [{ code: 'TEXT_TOO_SHORT', path, params: { field, found, expected } }];
  const params = { line: line.order, name: line.line.name, field, found, expected };
  return [{ code: 'LINE_TEXT_TOO_SHORT', path: `lines/${line.line.id}/${path}`, params }];
};

const headTexts = ({ estimate, lines }: ContentFacts): Found[] => {
  const explained = lines.some(({ line }) => !simple.has(line.route));
  return [
    ...tooShort('necessity', estimate.necessity, 50),
    ...(['objectives', 'scale', 'location', 'expectedResults'] as const).flatMap((field) =>
      tooShort(field, estimate[field], 1),
    ),
    ...(explained ? tooShort('currentState', estimate.currentState, 1) : []),
    ...(explained ? tooShort('technicalSolution', estimate.technicalSolution, 1) : []),
  ];
};

const period = ({ estimate }: ContentFacts): Found[] => {
  const { fiscalYearFrom: from, fiscalYearTo: to, startDate, endDate } = estimate;
  if (from < years.first || from > to || to > years.last) {
    return [{ code: 'BUDGET_YEARS_WRONG', path: 'fiscalYearFrom', params: { from, to, ...years } }];
  }
  const params = { startDate, endDate, from, to };
  if (startDate > endDate) return [{ code: 'DATES_NOT_IN_ORDER', path: 'endDate', params }];
  const outside = Number(startDate.slice(0, 4)) < from || Number(endDate.slice(0, 4)) > to;
  return outside ? [{ code: 'DATES_OUTSIDE_YEARS', path: 'startDate', params }] : [];
};

const table = ({ estimate, lines, ruleset }: ContentFacts): Found[] => {
  const limit = ruleset.thresholds.rowsPerEstimate.value;
  const found: Found[] = [];
  if (lines.length === 0) found.push({ code: 'NO_LINES', path: 'lines', params: {} });
  if (lines.length > limit) {
    found.push({ code: 'TOO_MANY_LINES', path: 'lines', params: { found: lines.length, limit } });
  }
  if (estimate.legalBases.length === 0)
    found.push({ code: 'NO_LEGAL_BASIS', path: 'legalBases', params: {} });
  if (mixesOwnMoney(estimate.lines)) found.push({ code: 'OWN_MONEY_MIXED', path: 'lines', params: {} });
  return found;
};

const ofLine = (entry: NumberedLine): Found[] => {
  const { line, order } = entry;
  const params = { line: order, name: line.name };
  return [
    ...tooShort('name', line.name, 5, entry),
    ...tooShort('justification', line.justification, 30, entry),
    ...tooShort('planTaskRef', line.planTaskRef, 1, entry),
    ...(line.category === 'HA_TANG' ? tooShort('specification', line.specification, 1, entry) : []),
    ...(line.quantity > 0
      ? []
      : [{ code: 'QUANTITY_NOT_POSITIVE', path: `lines/${line.id}/quantity`, params }]),
    ...(line.unitPrice > 0
      ? []
      : [{ code: 'PRICE_NOT_POSITIVE', path: `lines/${line.id}/unitPrice`, params }]),
  ];
};

/** What the form of an estimate asks for is there, before the paper leaves its author. */
export const m2a: Rule<ContentFacts> = {
  id: 'M2A',
  source: 'Mẫu dự toán kinh phí, theo nội dung đề cương của TT 03/2020/TT-BTTTT và Kế hoạch ngày 22/9/2025',
  stages: { preparing: 'error' },
  codes: [
    'TEXT_TOO_SHORT',
    'LINE_TEXT_TOO_SHORT',
    'BUDGET_YEARS_WRONG',
    'DATES_NOT_IN_ORDER',
    'DATES_OUTSIDE_YEARS',
    'NO_LINES',
    'TOO_MANY_LINES',
    'NO_LEGAL_BASIS',
    'OWN_MONEY_MIXED',
    'QUANTITY_NOT_POSITIVE',
    'PRICE_NOT_POSITIVE',
  ],
  check: (facts) => [...table(facts), ...period(facts), ...headTexts(facts), ...facts.lines.flatMap(ofLine)],
};
