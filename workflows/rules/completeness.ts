import type { Line } from '../content.js';
import { mixesOwnMoney } from '../summary.js';
import type { ContentFacts, Found, Rule } from './shapes.js';

/** Plain purchases and market rents explain themselves; the other routes need a description and a solution. */
const simple = new Set<Line['route']>(['A_PURCHASE', 'D_RENT_MARKET']);
const isEmpty = (text: string | undefined): boolean => (text ?? '').trim() === '';

const missingTexts = ({ estimate, lines }: ContentFacts): Found[] => {
  const first = lines.find(({ line }) => !simple.has(line.route));
  const ofHead = (['currentState', 'technicalSolution'] as const)
    .filter((field) => first !== undefined && isEmpty(estimate[field]))
    .map((field) => ({
      code: 'TEXT_NEEDED_BY_ROUTE',
      path: field,
      params: { field, line: first?.order ?? 0 },
    }));
  const ofLines = lines
    .filter(({ line }) => line.category === 'HA_TANG' && isEmpty(line.specification))
    .map(({ order, line }) => ({
      code: 'SPECIFICATION_NEEDED',
      path: `lines/${line.id}/specification`,
      params: { line: order, name: line.name },
    }));
  return [...ofHead, ...ofLines];
};

const period = ({ estimate }: ContentFacts): Found[] => {
  const { fiscalYearFrom: from, fiscalYearTo: to, startDate, endDate } = estimate;
  const params = { startDate, endDate, from, to };
  if (startDate > endDate) return [{ code: 'DATES_NOT_IN_ORDER', path: 'endDate', params }];
  const outside = Number(startDate.slice(0, 4)) < from || Number(endDate.slice(0, 4)) > to;
  return outside ? [{ code: 'DATES_OUTSIDE_YEARS', path: 'startDate', params }] : [];
};

/** What the form of an estimate asks of several fields together; single fields are checked where they come in. */
export const m2a: Rule<ContentFacts> = {
  id: 'M2A',
  source: 'Mẫu dự toán kinh phí, theo nội dung đề cương của TT 03/2020/TT-BTTTT và Kế hoạch ngày 22/9/2025',
  stages: { preparing: 'error', acceptance: 'error' },
  codes: [
    'OWN_MONEY_MIXED',
    'DATES_NOT_IN_ORDER',
    'DATES_OUTSIDE_YEARS',
    'TEXT_NEEDED_BY_ROUTE',
    'SPECIFICATION_NEEDED',
  ],
  check: (facts) => [
    ...(mixesOwnMoney(facts.estimate.lines) ? [{ code: 'OWN_MONEY_MIXED', path: 'lines', params: {} }] : []),
    ...period(facts),
    ...missingTexts(facts),
  ],
};
