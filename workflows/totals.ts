import {
  type Category,
  type EstimateContent,
  type FundingSource,
  fundingSources,
  type HeaderInput,
  type Line,
  type LineInput,
  type LineVerdict,
  type Totals,
  type YearAmount,
} from './content.js';
import { multiply, percentOf, splitInProportion, sum } from './money.js';
import type { Money } from './vocabulary.js';

/** The part of an estimate's head that its totals depend on. */
export type TotalsHead = Pick<
  HeaderInput,
  'fiscalYearFrom' | 'fiscalYearTo' | 'contingencyRate' | 'contingencyBase' | 'contingencyYearSplit'
>;

/** Lines and totals after a reviewer or an appraiser changed amounts, with the head's values that changed along. */
export interface RecomputedEstimate {
  readonly lines: readonly Line[];
  readonly totals: Totals;
  readonly contingencyRate: number;
  readonly contingencyYearSplit: readonly YearAmount[];
}

/**
 * A line with its amounts, đồng, half up (R01). Amounts that the author typed are not looked at.
 * @throws {MoneyError}
 */
export const computeLine = (line: LineInput): Line => {
  const amount = multiply(line.quantity, line.unitPrice);
  const vatAmount = line.vatRate === 'KCT' ? 0 : percentOf(amount, line.vatRate);
  return { ...line, amount, vatAmount, amountAfterVat: sum([amount, vatAmount]) };
};

const grouped = <K extends string>(entries: Iterable<readonly [K, Money]>): Partial<Record<K, Money>> => {
  const groups: Partial<Record<K, Money>> = {};
  for (const [key, amount] of entries) groups[key] = sum([groups[key] ?? 0, amount]);
  return groups;
};

/** Every year from the first to the last that the head names or a split uses, with its money. */
const moneyByYear = (head: TotalsHead, splits: readonly YearAmount[]): Record<string, Money> => {
  const length = Math.max(0, head.fiscalYearTo - head.fiscalYearFrom + 1);
  const asked = Array.from({ length }, (_, i) => ({ year: head.fiscalYearFrom + i, amount: 0 }));
  const all = [...asked, ...splits].map(({ year, amount }) => [String(year), amount] as const);
  return grouped(all) as Record<string, Money>;
};

/** The contingency of each source and year. Columns are the years as given, rows follow the sources' weights. */
const contingencyCells = (
  sources: readonly FundingSource[],
  weights: readonly Money[],
  years: readonly YearAmount[],
): (readonly [string, Money])[] => {
  const left = splitInProportion(sum(years.map(({ amount }) => amount)), weights, 'largest');
  const whole = [...left];
  return years.flatMap(({ year, amount }, column) => {
    const lastColumn = column === years.length - 1;
    // What each row still has is its claim to this column; the last column takes the rest of every row.
    const shares = lastColumn ? [...left] : withinRows(amount, whole, left);
    return sources.map((source, row) => {
      const share = shares[row] ?? 0;
      left[row] = (left[row] ?? 0) - share;
      return [`${source}/${year}`, share] as const;
    });
  });
};

/** `amount` over the rows in proportion to `weights`, never more than a row has left; the rest fills up in order. */
const withinRows = (amount: Money, weights: readonly Money[], left: readonly Money[]): Money[] => {
  const shares = splitInProportion(amount, weights, 'largest').map((share, row) =>
    Math.min(share, left[row] ?? 0),
  );
  let rest = amount - sum(shares);
  return shares.map((share, row) => {
    const more = Math.min(rest, (left[row] ?? 0) - share);
    rest -= more;
    return share + more;
  });
};

/**
 * All sums of an estimate (R02), đồng. Contingency by source is pro rata before VAT, the remainder to the largest.
 * `bySourceYear` adds up to `byYear` always, and to `bySource` as soon as every split is complete; cells without
 * money are left out.
 * @throws {MoneyError}
 */
export const totalsOf = (estimate: TotalsHead & { readonly lines: readonly Line[] }): Totals => {
  const { lines, contingencyYearSplit } = estimate;
  const subtotal = sum(lines.map((line) => line.amount));
  const vatTotal = sum(lines.map((line) => line.vatAmount));
  const base = estimate.contingencyBase === 'PRE_VAT' ? subtotal : sum([subtotal, vatTotal]);
  const contingencyAmount = percentOf(base, estimate.contingencyRate);

  const beforeVat = grouped<FundingSource>(lines.map((line) => [line.fundingSource, line.amount]));
  const sources = fundingSources.filter((source) => beforeVat[source] !== undefined);
  const weights = sources.map((source) => beforeVat[source] ?? 0);
  const contingencyShares = splitInProportion(contingencyAmount, weights, 'largest');

  const splits = [...lines.flatMap((line) => line.yearSplit), ...contingencyYearSplit];
  const cells = grouped([
    ...lines.flatMap((line) =>
      line.yearSplit.map(({ year, amount }) => [`${line.fundingSource}/${year}`, amount] as const),
    ),
    ...contingencyCells(sources, weights, contingencyYearSplit),
  ]);

  return {
    subtotal,
    vatTotal,
    contingencyAmount,
    grandTotal: sum([subtotal, vatTotal, contingencyAmount]),
    byCategory: grouped<Category>(lines.map((line) => [line.category, line.amountAfterVat])),
    bySource: grouped<FundingSource>([
      ...lines.map((line) => [line.fundingSource, line.amountAfterVat] as const),
      ...sources.map((source, i) => [source, contingencyShares[i] ?? 0] as const),
    ]),
    byYear: moneyByYear(estimate, splits),
    bySourceYear: Object.fromEntries(
      Object.entries(cells).filter((cell): cell is [string, Money] => cell[1] !== 0),
    ),
  };
};

/**
 * `amount` over the years in the proportions of `split`, the remainder to the last year that has money.
 * @throws {MoneyError}
 */
export const yearSplitInProportion = (amount: Money, split: readonly YearAmount[]): YearAmount[] => {
  const inOrder = [...split].sort((a, b) => a.year - b.year);
  const shares = splitInProportion(
    amount,
    inOrder.map((part) => part.amount),
    'last',
  );
  return inOrder.map(({ year }, i) => ({ year, amount: shares[i] ?? 0 }));
};

/**
 * `amount` over sources and years in the proportions of the totals, cell by cell (`<source>/<year>`), the remainder
 * to the last year of the largest source: how an approved or allocated amount falls on the ledger's cells.
 * @throws {MoneyError}
 */
export const bySourceYearInProportion = (
  amount: Money,
  totals: Pick<Totals, 'bySourceYear'>,
): Record<string, Money> => {
  const sources = new Map<string, YearAmount[]>();
  for (const [cell, money] of Object.entries(totals.bySourceYear)) {
    const [source = '', year] = cell.split('/');
    sources.set(source, [...(sources.get(source) ?? []), { year: Number(year), amount: money }]);
  }
  const rows = [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
  const shares = splitInProportion(
    amount,
    rows.map(([, years]) => sum(years.map((part) => part.amount))),
    'largest',
  );
  return Object.fromEntries(
    rows.flatMap(([source, years], i) =>
      yearSplitInProportion(shares[i] ?? 0, years).map((part) => [`${source}/${part.year}`, part.amount]),
    ),
  );
};

const recomputed = (head: TotalsHead, lines: readonly Line[]): RecomputedEstimate => {
  const contingency = totalsOf({ ...head, lines }).contingencyAmount;
  const contingencyYearSplit = yearSplitInProportion(contingency, head.contingencyYearSplit);
  const totals = totalsOf({ ...head, contingencyYearSplit, lines });
  return { lines, totals, contingencyRate: head.contingencyRate, contingencyYearSplit };
};

const reviewedLine = (line: Line, verdict: LineVerdict | undefined): Line[] => {
  if (verdict?.verdict === 'exclude') return [];
  if (verdict?.verdict !== 'reduce') return [line];
  const { quantity = line.quantity, unitPrice = line.unitPrice } = verdict;
  const reduced = computeLine({ ...line, quantity, unitPrice });
  return [{ ...reduced, yearSplit: yearSplitInProportion(reduced.amountAfterVat, line.yearSplit) }];
};

/**
 * What remains of an estimate after the verdicts: excluded lines are gone, a reduced line keeps its year proportions
 * (remainder to the last year), contingency follows at the same rate and base. A line without verdict, and one with
 * the verdict `return`, counts as requested.
 * @throws {MoneyError}
 */
export const reviewedEstimate = (
  content: TotalsHead & Pick<EstimateContent, 'lines'>,
  verdicts: readonly LineVerdict[],
): RecomputedEstimate => {
  const byLine = new Map(verdicts.map((verdict) => [verdict.lineId, verdict]));
  return recomputed(
    content,
    content.lines.flatMap((line) => reviewedLine(line, byLine.get(line.id))),
  );
};

/**
 * What remains of a reviewed estimate without lines that settled overlaps took out of its table.
 * @throws {MoneyError}
 */
export const withoutLines = (
  content: TotalsHead & Pick<EstimateContent, 'lines'>,
  verdicts: readonly LineVerdict[],
  lineIds: readonly string[],
): RecomputedEstimate =>
  reviewedEstimate(content, [
    ...verdicts,
    ...lineIds.map((lineId) => ({ lineId, lineHash: '', verdict: 'exclude', by: '' }) as const),
  ]);

/**
 * The same lines with another contingency rate (percent), its years in the old proportions.
 * @throws {MoneyError}
 */
export const atContingencyRate = (
  estimate: TotalsHead & { readonly lines: readonly Line[] },
  contingencyRate: number,
): RecomputedEstimate => recomputed({ ...estimate, contingencyRate }, estimate.lines);
