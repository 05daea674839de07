import { cellsOf, shareOf, sourceYearOf, type SourceYear } from '../engine/cells.js';
import type { Rows } from '../engine/rows.js';
import { sum } from '../../workflows/money.js';
import { groupBy } from '../../workflows/rules/groupBy.js';
import type { Money } from '../../workflows/vocabulary.js';

/** One cell of an allocation: what an estimate gets from a source in a year, đồng. */
export interface AllocationRow extends SourceYear {
  readonly id: string;
  readonly estimate: string;
  readonly amount: Money;
  readonly note?: string;
}

/** What every row says; only a note may be missing. */
export const neededFields = ['estimate', 'source', 'year', 'amount'] as const;

/** How many rows an allocation may have: every estimate of a round, each from a few sources and years. */
export const mostRows = 20_000;

/** An allocation while it is drafted. */
export type AllocationDraft = Rows<AllocationRow>;

/** A decision that approved estimates: what it says as a whole, whatever of it an allocation divides. */
export interface Approval {
  /** The table that was decided on. */
  readonly consolidation: string;
  /** How many estimates it approved, and for how much in all, đồng. */
  readonly estimates: number;
  readonly approved: Money;
  /** What other allocations in force give of that, đồng. */
  readonly givenBefore: Money;
}

/** What the round has of a source in a year, and what other allocations in force take of it, đồng. */
export interface Envelope extends SourceYear {
  readonly amount: Money;
  readonly taken: Money;
}

/**
 * What SEND_UP freezes. `estimates` carries what each was asked, appraised and approved for; `approvals` and `envelopes`
 * what the proposal says of papers and money beside its own rows, as they stood then.
 */
export interface AllocationContent {
  readonly kind: 'allocation';
  readonly code: string;
  readonly lineage: string;
  readonly ordinal: number;
  readonly round: string;
  readonly rows: readonly AllocationRow[];
  /** Numbers the next row of an adjustment: of one lineage no id is used twice. */
  readonly nextLine: number;
  readonly estimates: readonly {
    readonly case: string;
    readonly code: string;
    readonly owner: string;
    readonly requested: Money;
    readonly appraised: Money;
    readonly approved: Money;
    readonly allocated: Money;
  }[];
  readonly total: Money;
  readonly approvals: readonly Approval[];
  readonly envelopes: readonly Envelope[];
}

/**
 * What an allocation claims, đồng: by source and year, by estimate, whose approved amount is a ceiling too, and by
 * estimate and source, whose share of it is one as well.
 */
export const claimedBy = ({
  rows,
  estimates,
}: Pick<AllocationContent, 'rows' | 'estimates'>): Record<string, Money> => {
  const codes = new Map(estimates.map(({ case: id, code }) => [id, code]));
  const byShare = groupBy(rows, ({ estimate, source }) => shareOf(codes.get(estimate) ?? estimate, source));
  return {
    ...Object.fromEntries(cellsOf(rows)),
    ...Object.fromEntries(estimates.map(({ code, allocated }) => [code, allocated])),
    ...Object.fromEntries([...byShare].map(([share, own]) => [share, sum(own.map(({ amount }) => amount))])),
  };
};

/**
 * Up to where the estimates of an allocation may be given money by all that claim it, đồng: what was approved of each,
 * and of each source over its years; of one whose sources nobody knows only the whole.
 * @param shares by estimate; what was approved of it by `<source>/<year>`
 */
export const ceilingsOf = (
  { rows, estimates }: Pick<AllocationContent, 'rows' | 'estimates'>,
  shares: Readonly<Record<string, { readonly approved: Readonly<Record<string, Money>> }>>,
): Record<string, Money> => {
  const rowsOf = groupBy(rows, ({ estimate }) => estimate);
  return Object.fromEntries(
    estimates.flatMap(({ case: id, code, approved: whole }) => {
      const cells = Object.entries(shares[id]?.approved ?? {});
      if (cells.length === 0) return [[code, whole]];
      const bySource = new Map((rowsOf.get(id) ?? []).map(({ source }) => [shareOf(code, source), 0]));
      for (const [cell, amount] of cells) {
        const share = shareOf(code, sourceYearOf(cell).source);
        bySource.set(share, sum([bySource.get(share) ?? 0, amount]));
      }
      return [[code, whole], ...bySource];
    }),
  );
};
