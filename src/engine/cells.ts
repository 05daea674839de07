import type { FundingSource } from '../../workflows/content.js';
import { sum } from '../../workflows/money.js';
import type { Money } from '../../workflows/vocabulary.js';
import type { Round } from './shared.js';

/** Where money comes from and when: what the ledger keeps apart. */
export interface SourceYear {
  readonly source: FundingSource;
  readonly year: number;
}

/** The ledger's name of a source in a year: `<source>/<year>`. */
export const cellOf = ({ source, year }: SourceYear): string => `${source}/${year}`;

/** The ledger's name of what an estimate gets from a source, whatever the year: `<code>:<source>`. */
export const shareOf = (code: string, source: string): string => `${code}:${source}`;

/** The source and the year that a cell names. */
export const sourceYearOf = (cell: string): SourceYear => {
  const at = cell.indexOf('/');
  return { source: cell.slice(0, at) as FundingSource, year: Number(cell.slice(at + 1)) };
};

/** Sums by cell, đồng. @throws {MoneyError} */
export const cellsOf = (rows: readonly (SourceYear & { readonly amount: Money })[]): Map<string, Money> => {
  const cells = new Map<string, Money>();
  for (const row of rows) cells.set(cellOf(row), sum([cells.get(cellOf(row)) ?? 0, row.amount]));
  return cells;
};

/** What a round has in a cell, đồng; nothing where it names none. */
export const envelopeOf = ({ envelopes }: Pick<Round, 'envelopes'>, cell: string): Money => {
  const { source, year } = sourceYearOf(cell);
  return envelopes[source]?.[year] ?? 0;
};

/** A round's envelopes as the ledger keeps them: by cell, đồng. */
export const envelopeCells = ({ envelopes }: Pick<Round, 'envelopes'>): Record<string, Money> =>
  Object.fromEntries(
    Object.entries(envelopes).flatMap(([source, years]) =>
      Object.entries(years).map(([year, amount]) => [`${source}/${year}`, amount]),
    ),
  );
