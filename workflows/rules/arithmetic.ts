import { sum } from '../money.js';
import type { Money } from '../vocabulary.js';
import { lineAmounts, type YearAmount } from '../content.js';
import { listed } from './listed.js';
import type { ContentFacts, Found, Rule } from './shapes.js';

const totalFields = ['subtotal', 'vatTotal', 'contingencyAmount', 'grandTotal'] as const;

const asParam = (typed: unknown): string | number =>
  typeof typed === 'number' ? typed : JSON.stringify(typed);

const typedOnLines = ({ estimate, lines }: ContentFacts): Found[] =>
  lines.flatMap(({ order, line }, i) =>
    lineAmounts.flatMap((field) => {
      const typed = estimate.lines[i]?.[field];
      if (typed === undefined || typed === line[field]) return [];
      const params = { line: order, name: line.name, found: asParam(typed), expected: line[field] };
      return [{ code: typedCodes[field], path: `lines/${line.id}/${field}`, params }];
    }),
  );

const typedCodes = {
  amount: 'LINE_AMOUNT_DIFFERS',
  vatAmount: 'LINE_VAT_DIFFERS',
  amountAfterVat: 'LINE_SUM_DIFFERS',
} as const;

const typedTotals = ({ estimate, totals }: ContentFacts): Found[] =>
  totalFields.flatMap((field) =>
    [
      { path: field, typed: estimate[field] },
      { path: `totals/${field}`, typed: estimate.totals?.[field] },
    ].flatMap(({ path, typed }) =>
      typed === undefined || typed === totals[field]
        ? []
        : [
            {
              code: totalCodes[field],
              path,
              params: { found: asParam(typed), expected: totals[field] },
            },
          ],
    ),
  );

const totalCodes = {
  subtotal: 'SUBTOTAL_DIFFERS',
  vatTotal: 'VAT_TOTAL_DIFFERS',
  contingencyAmount: 'CONTINGENCY_AMOUNT_DIFFERS',
  grandTotal: 'GRAND_TOTAL_DIFFERS',
} as const;

/** Line amounts and totals are those of the server; what an author or a file carries along is compared. */
export const r01: Rule<ContentFacts> = {
  id: 'R01',
  source: 'Đề xuất thiết kế: máy chủ tính lại mọi số tiền',
  stages: { preparing: 'error', acceptance: 'error', finance: 'error' },
  codes: [...Object.values(typedCodes), ...Object.values(totalCodes)],
  check: (facts) => [...typedOnLines(facts), ...typedTotals(facts)],
};

const splitSum = (split: readonly YearAmount[]): Money => sum(split.map(({ amount }) => amount));

/** One finding for the estimate, at the first part whose years do not add up. */
const incompleteSplits = ({ estimate, lines, totals }: ContentFacts): Found[] => {
  const wrong = lines
    .map(({ order, line }) => ({ order, line, found: splitSum(line.yearSplit) }))
    .filter(({ line, found }) => found !== line.amountAfterVat);
  const [first] = wrong;
  if (first) {
    const { order, line, found } = first;
    const params = {
      ...listed(
        'lines',
        wrong.map((part) => part.order),
      ),
      line: order,
      name: line.name,
      found,
      expected: line.amountAfterVat,
      difference: line.amountAfterVat - found,
    };
    return [{ code: 'YEAR_SPLIT_DIFFERS', path: `lines/${line.id}/yearSplit`, params }];
  }
  const found = splitSum(estimate.contingencyYearSplit);
  const expected = totals.contingencyAmount;
  if (found === expected) return [];
  const params = { found, expected, difference: expected - found };
  return [{ code: 'CONTINGENCY_SPLIT_DIFFERS', path: 'contingencyYearSplit', params }];
};

const yearsOutside = ({ estimate, lines }: ContentFacts): Found[] => {
  const { fiscalYearFrom, fiscalYearTo, contingencyYearSplit } = estimate;
  const parts = [
    ...lines.map(({ line }) => ({ path: `lines/${line.id}/yearSplit`, split: line.yearSplit })),
    { path: 'contingencyYearSplit', split: contingencyYearSplit },
  ];
  const outside = parts.flatMap(({ path, split }) =>
    split
      .filter(({ year, amount }) => amount !== 0 && (year < fiscalYearFrom || year > fiscalYearTo))
      .map(({ year }) => ({ path, year })),
  );
  return outside.slice(0, 1).map(({ path, year }) => ({
    code: 'YEAR_OUTSIDE_RANGE',
    path,
    params: { year, fiscalYearFrom, fiscalYearTo },
  }));
};

/** The splits by year add up to what they split; what is spent lies inside the budget years. */
export const r02: Rule<ContentFacts> = {
  id: 'R02',
  source: 'Đề xuất thiết kế: tổng cộng = trước thuế + GTGT + dự phòng = Σ theo năm = Σ theo nguồn',
  stages: { preparing: 'error', acceptance: 'error', finance: 'error' },
  codes: ['YEAR_SPLIT_DIFFERS', 'CONTINGENCY_SPLIT_DIFFERS', 'YEAR_OUTSIDE_RANGE'],
  check: (facts) => [...incompleteSplits(facts), ...yearsOutside(facts)],
};
