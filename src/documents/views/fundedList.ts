import { fundingSources, type FundingSource } from '../../../workflows/content.js';
import type { Money } from '../../../workflows/vocabulary.js';
import { money } from '../format.js';
import { labels } from '../labels.js';
import { layTable, pageWidth, tableSizes, type Layout } from '../columns.js';
import { nothing } from './tables.js';

/** Money of one source in one year. */
export interface FundedCell {
  readonly source: FundingSource;
  readonly year: number;
  readonly amount: Money;
}

/** One estimate in a list that is approved or allocated. */
export interface FundedRow {
  readonly agency: string;
  readonly code: string;
  /** The ceiling it came with: appraised for an approval, approved for an allocation. */
  readonly ceiling: Money;
  /** What it gets, by source and year; cells of zero may be left out. */
  readonly cells: readonly FundedCell[];
  readonly note?: string;
}

/** A list per estimate × source × year, with totals per source and year; every text final. */
export interface FundedListView {
  readonly layout: Layout;
  readonly rows: readonly {
    readonly no: string;
    readonly agency: string;
    readonly code: string;
    readonly ceiling: string;
    readonly amount: string;
    readonly note: string;
    /** Number of cells + 1, for the row spans. */
    readonly span: string;
    readonly cells: readonly { readonly source: string; readonly year: string; readonly amount: string }[];
  }[];
  readonly ceiling: string;
  readonly amount: string;
  /** How many rows `bySourceYear` has, for a row span. */
  readonly sourceYears: string;
  readonly bySourceYear: readonly {
    readonly no: string;
    readonly source: string;
    readonly year: string;
    readonly amount: string;
  }[];
}

const sum = (cells: readonly { readonly amount: Money }[]): Money =>
  cells.reduce((total, { amount }) => total + amount, 0);

/** Σ of all cells, in đồng. */
export const fundedTotal = (rows: readonly FundedRow[]): Money =>
  rows.reduce((total, { cells }) => total + sum(cells), 0);

/** Sums per source and year, in the order of sources and years; zeros are left out. */
export const bySourceYear = (rows: readonly FundedRow[]): FundedCell[] => {
  const cells = rows.flatMap((row) => row.cells);
  const years = [...new Set(cells.map(({ year }) => year))].sort((a, b) => a - b);
  return fundingSources.flatMap((source) =>
    years.flatMap((year) => {
      const amount = sum(cells.filter((cell) => cell.source === source && cell.year === year));
      return amount > 0 ? [{ source, year, amount }] : [];
    }),
  );
};

/** Builds the list. @throws {RangeError} when an estimate gets more than its ceiling (R23) */
export const fundedList = (rows: readonly FundedRow[]): FundedListView => {
  const above = rows.find(({ cells, ceiling }) => sum(cells) > ceiling);
  if (above) throw new RangeError(`${above.code} gets more than ${above.ceiling} đồng.`);
  const ceilings = money(rows.reduce((total, row) => total + row.ceiling, 0));
  const amounts = money(fundedTotal(rows));
  return {
    layout: layTable(
      pageWidth.landscape,
      [
        { fixed: 11 },
        { text: 40 },
        { text: 30, share: 0.3, holds: rows.map(({ note }) => note ?? '') },
        { figures: [ceilings], usual: 34 },
        { text: 60, share: 0.2 },
        { fixed: 14 },
        { figures: [amounts], usual: 34 },
      ],
      tableSizes.annex,
    ),
    rows: rows.map(({ agency, code, ceiling, cells, note }, i) => {
      const shown = cells.filter(({ amount }) => amount !== 0);
      return {
        no: String(i + 1),
        agency,
        code,
        ceiling: money(ceiling),
        amount: money(sum(cells)),
        note: note?.trim() || nothing,
        span: String(shown.length + 1),
        cells: shown.map(({ source, year, amount }) => ({
          source: labels.fundingSource[source],
          year: String(year),
          amount: money(amount),
        })),
      };
    }),
    ceiling: ceilings,
    amount: amounts,
    sourceYears: String(bySourceYear(rows).length),
    bySourceYear: bySourceYear(rows).map(({ source, year, amount }, i) => ({
      no: String(i + 1),
      source: labels.fundingSource[source],
      year: String(year),
      amount: money(amount),
    })),
  };
};
