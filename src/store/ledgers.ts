import type { Connection } from 'mongoose';
import type { Money } from '../../workflows/vocabulary.js';
import { envelopeCells } from '../engine/cells.js';
import type { Round } from '../people/ports.js';
import { collectionOf, keyOf } from './connection.js';
import { guarded } from './faults.js';

/** `<source>/<year>` → đồng; what each estimate gets in all, by its code, and from a source, by `<code>:<source>`. */
export type Cells = Readonly<Record<string, Money>>;

/** What one allocation claims; of a lineage each adjustment is one, by ordinal. */
export interface Claim {
  readonly lineage: string;
  readonly ordinal: number;
  readonly cells: Cells;
  /** The step of its case that it is held for. */
  readonly seq: number;
  readonly confirmed: boolean;
}

/** Who claims how much of a round's envelopes; kept in the round itself, so that the envelopes stand once. */
export interface LedgerPart {
  /** + 1 per change, of envelopes too; every change is conditional on it. */
  readonly rev: number;
  readonly claims: readonly Claim[];
  /** Up to which step of the case each claim was given back: what is held late, for such a step, holds nothing. */
  readonly released?: readonly Released[];
}
export const newLedger: LedgerPart = { rev: 1, claims: [] };

/** The money of one round: its envelopes, and who claims how much of them. */
export interface Ledger extends LedgerPart {
  readonly tenant: string;
  readonly round: string;
  readonly envelopes: Cells;
}

interface Released {
  readonly lineage: string;
  readonly ordinal: number;
  readonly seq: number;
}

export type Resized = { readonly ok: true } | Exceeded;
export type Held = Resized | Contested;
/** Which ordinal of the same lineage is held and not confirmed yet, or is newer. */
export interface Contested {
  readonly ok: false;
  readonly other: number;
}
/** Which cell has too little left, in đồng. */
export interface Exceeded {
  readonly ok: false;
  readonly cell: string;
  readonly available: Money;
  readonly asked: Money;
}

interface RoundRef {
  readonly tenant: string;
  readonly round: string;
}
interface ClaimRef extends RoundRef {
  readonly lineage: string;
  readonly ordinal: number;
}

/** Money is held before it is promised: the sum of what is claimed never exceeds an envelope. */
export interface Ledgers {
  load(ref: RoundRef): Promise<Ledger | null>;
  /**
   * Claims money for one ordinal of a lineage, in place of what it claimed before. `seq`: the case's step that it is
   * for; when that step or a later one gave the claim back, this one can no longer be taken, and nothing is held.
   * Of one lineage one claim is open at a time: another one is told, also one that is newer.
   * @throws when it is confirmed.
   */
  hold(asked: ClaimRef & { cells: Cells; ceilings?: Cells; seq: number }): Promise<Held>;
  /** Makes a claim the lineage's valid one; older ones go. @throws when nothing was held. */
  confirm(asked: ClaimRef): Promise<void>;
  /**
   * Gives a claim back that was never confirmed, because of the case's step `seq`. Carried out late or twice, it
   * leaves what was held for a later step.
   */
  release(asked: ClaimRef & { seq: number }): Promise<void>;
}

/** Of a cell a lineage uses the greatest of its claims: until an adjustment is confirmed, both may still come. */
export function usedBy(claims: readonly Claim[]): Map<string, Money> {
  const greatest = new Map<string, Map<string, Money>>();
  for (const { lineage, cells } of claims) {
    const own = greatest.get(lineage) ?? new Map<string, Money>();
    for (const [cell, amount] of Object.entries(cells)) own.set(cell, Math.max(own.get(cell) ?? 0, amount));
    greatest.set(lineage, own);
  }
  const used = new Map<string, Money>();
  for (const own of greatest.values())
    for (const [cell, amount] of own) used.set(cell, (used.get(cell) ?? 0) + amount);
  return used;
}

/** The claim of the lineage that stands against a new one: another that is still open, or a newer one. */
export const contestedBy = (
  claims: readonly Claim[],
  { lineage, ordinal }: Pick<Claim, 'lineage' | 'ordinal'>,
): Contested | null => {
  const other = claims.find(
    (claim) =>
      claim.lineage === lineage && claim.ordinal !== ordinal && (!claim.confirmed || claim.ordinal > ordinal),
  );
  return other ? { ok: false, other: other.ordinal } : null;
};

/** A cell is `<source>/<year>`, or of an estimate: what lineages give it together stays within what was approved. */
const isOfEstimate = (cell: string) => !cell.includes('/');

/** The first cell in which more is claimed than there is. */
export function exceeded(
  { envelopes, claims }: Pick<Ledger, 'envelopes' | 'claims'>,
  asked: Cells,
  ceilings: Cells = {},
): Exceeded | null {
  for (const [cell, used] of usedBy(claims)) {
    // Whoever asks brings the ceilings of its own estimates; those of others are theirs to hold.
    const limit = isOfEstimate(cell) ? (ceilings[cell] ?? Infinity) : (envelopes[cell] ?? 0);
    const over = used - limit;
    if (over > 0) {
      const amount = asked[cell] ?? 0;
      return { ok: false, cell, available: amount - over, asked: amount };
    }
  }
  return null;
}

const amountsOf = (cells: Cells) => {
  for (const [cell, amount] of Object.entries(cells))
    if (!Number.isSafeInteger(amount) || amount < 0)
      throw new Error(`The cell ${cell} holds ${amount}, which is no amount in whole đồng.`);
  return cells;
};

export function ledgerStore(connection: Connection): Ledgers {
  const rounds = collectionOf<Round & { readonly _id: string; readonly ledger: LedgerPart }>(
    connection,
    'rounds',
  );

  async function load({ tenant, round }: RoundRef): Promise<Ledger | null> {
    const found = await rounds.findOne(
      { _id: keyOf(tenant, round), tenant },
      { projection: { envelopes: 1, ledger: 1 } },
    );
    return found && { tenant, round, envelopes: envelopeCells(found), ...found.ledger };
  }

  /** Reads, decides and writes if nobody wrote in between; else decides again on what is there now. */
  async function change<T>(
    ref: RoundRef,
    point: 'ledgers.hold' | 'ledgers.confirm' | 'ledgers.release',
    decide: (ledger: Ledger) => {
      to: Partial<Pick<Ledger, 'claims' | 'released'>> | null;
      result: T;
    },
  ): Promise<T> {
    for (;;) {
      const ledger = await load(ref);
      if (!ledger) throw new Error(`The round ${ref.round} has no ledger.`);
      const { to, result } = decide(ledger);
      if (to === null) return result;
      const { matchedCount } = await guarded(point, () =>
        rounds.updateOne(
          { _id: keyOf(ref.tenant, ref.round), tenant: ref.tenant, 'ledger.rev': ledger.rev },
          {
            $set: {
              ...(to.claims && { 'ledger.claims': to.claims }),
              ...(to.released && { 'ledger.released': to.released }),
            },
            $inc: { 'ledger.rev': 1 },
          },
        ),
      );
      if (matchedCount === 1) return result;
    }
  }

  const same = (a: Cells, b: Cells) =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].every((cell) => (a[cell] ?? 0) === (b[cell] ?? 0));

  return {
    load,

    async hold({ lineage, ordinal, cells, ceilings, seq, ...ref }) {
      amountsOf(cells);
      return change<Held>(ref, 'ledgers.hold', ({ envelopes, claims, released = [] }) => {
        const gone = released.find((one) => one.lineage === lineage && one.ordinal === ordinal);
        if (gone && gone.seq >= seq) return { to: null, result: { ok: true } };
        const own = claims.find((claim) => claim.lineage === lineage && claim.ordinal === ordinal);
        if (own && own.seq === seq && same(own.cells, cells)) return { to: null, result: { ok: true } };
        if (own?.confirmed && same(own.cells, cells)) return { to: null, result: { ok: true } };
        if (own?.confirmed)
          throw new Error(`The claim ${lineage}/${ordinal} is confirmed with other amounts.`);
        const contested = contestedBy(claims, { lineage, ordinal });
        if (contested) return { to: null, result: contested };
        const next = [
          ...claims.filter((claim) => claim !== own),
          { lineage, ordinal, cells, seq, confirmed: false },
        ];
        const over = exceeded({ envelopes, claims: next }, cells, ceilings);
        return over ? { to: null, result: over } : { to: { claims: next }, result: { ok: true } };
      });
    },

    async confirm({ lineage, ordinal, ...ref }) {
      await change(ref, 'ledgers.confirm', ({ claims }) => {
        const ofLineage = claims.filter((claim) => claim.lineage === lineage);
        // A repeat, perhaps long after: this claim or a later one stands already.
        if (ofLineage.some((claim) => claim.confirmed && claim.ordinal >= ordinal))
          return { to: null, result: undefined };
        const own = ofLineage.find((claim) => claim.ordinal === ordinal);
        if (!own) throw new Error(`The lineage ${lineage} holds nothing under ordinal ${ordinal}.`);
        const others = claims.filter((claim) => claim.lineage !== lineage || claim.ordinal > ordinal);
        return { to: { claims: [...others, { ...own, confirmed: true }] }, result: undefined };
      });
    },

    async release({ lineage, ordinal, seq, ...ref }) {
      const isOwn = (one: { lineage: string; ordinal: number }) =>
        one.lineage === lineage && one.ordinal === ordinal;
      await change(ref, 'ledgers.release', ({ claims, released = [] }) => {
        const known = released.find(isOwn)?.seq ?? 0;
        if (known >= seq) return { to: null, result: undefined };
        const to = {
          claims: claims.filter((claim) => !isOwn(claim) || claim.confirmed || claim.seq > seq),
          released: [...released.filter((one) => !isOwn(one)), { lineage, ordinal, seq }],
        };
        return { to, result: undefined };
      });
    },
  };
}
