import type { EstimateSummary } from '../../workflows/content.js';
import type { Money } from '../../workflows/vocabulary.js';
import { hashOf } from '../../src/engine/journal.js';
import { envelopeCells } from '../../src/engine/cells.js';
import { outOfOrder, type GivenNumber } from '../../src/engine/numberOrder.js';
import type { Ledgers, RegisterKey, Registers, Summaries, Turn, Turns } from '../../src/engine/shared.js';
import { contestedBy, exceeded, type Claim } from '../../src/store/ledgers.js';

/** Numbers by register and key; a key that holds a number out of order keeps it, which no test in memory meets. */
export const memoryRegisters = (): Registers => {
  const held = new Map<string, Map<string, GivenNumber>>();
  const bookOf = ({ tenant, agency, type, year }: RegisterKey) => {
    const register = `${tenant}/${agency}/${type}/${year}`;
    const numbers = held.get(register) ?? new Map<string, GivenNumber>();
    held.set(register, numbers);
    return numbers;
  };
  const next = (numbers: ReadonlyMap<string, GivenNumber>) =>
    Math.max(0, ...[...numbers.values()].map(({ number }) => number)) + 1;
  return {
    hold(asked) {
      const numbers = bookOf(asked);
      const given = numbers.get(asked.key) ?? { number: next(numbers) };
      numbers.set(asked.key, given);
      return Promise.resolve(given.number);
    },
    holdDated({ day, number: typed, ...asked }) {
      const numbers = bookOf(asked);
      const others = [...numbers].flatMap(([key, given]) => (key === asked.key ? [] : [given]));
      const number = typed ?? numbers.get(asked.key)?.number ?? next(numbers);
      const refused = outOfOrder(others, { number, day });
      if (!refused) numbers.set(asked.key, { number, day });
      return Promise.resolve(refused ?? { number });
    },
  };
};

/** Whose turn it is, by round. */
export const memoryTurns = (): Turns => {
  const turns = new Map<string, Turn>();
  return {
    load: ({ round }) => Promise.resolve(turns.get(round) ?? null),
    take({ tenant: _tenant, round, ...turn }, from) {
      const now = turns.get(round) ?? null;
      const asSeen = now?.case === from?.case && now?.seq === from?.seq;
      if (asSeen) turns.set(round, turn);
      return Promise.resolve(asSeen);
    },
  };
};

/** One round's ledger; `claims` shows what is held and confirmed. */
export const memoryLedgers = (
  envelopes: Readonly<Record<string, Readonly<Record<string, Money>>>>,
): Ledgers & {
  confirm(of: { lineage: string; ordinal: number }): void;
  release(of: { lineage: string; ordinal: number }): void;
  claims(): readonly Claim[];
} => {
  let claims: readonly Claim[] = [];
  return {
    load: () => Promise.resolve({ claims }),
    hold({ lineage, ordinal, cells, ceilings, seq }) {
      const contested = contestedBy(claims, { lineage, ordinal });
      if (contested) return Promise.resolve(contested);
      const others = claims.filter((claim) => claim.lineage !== lineage || claim.ordinal !== ordinal);
      const next = [...others, { lineage, ordinal, cells, seq, confirmed: false }];
      const over = exceeded({ envelopes: envelopeCells({ envelopes }), claims: next }, cells, ceilings);
      if (over) return Promise.resolve(over);
      claims = next;
      return Promise.resolve({ ok: true });
    },
    confirm({ lineage, ordinal }) {
      claims = claims
        .filter((claim) => claim.lineage !== lineage || claim.ordinal >= ordinal)
        .map((claim) =>
          claim.lineage === lineage && claim.ordinal === ordinal ? { ...claim, confirmed: true } : claim,
        );
    },
    release({ lineage, ordinal }) {
      claims = claims.filter(
        (claim) => claim.confirmed || claim.lineage !== lineage || claim.ordinal !== ordinal,
      );
    },
    claims: () => claims,
  };
};

/** Summaries by hash, added up as the database does. */
export const memorySummaries = (): Summaries => {
  const summaries = new Map<string, EstimateSummary>();
  const get = (hash: string) => {
    const found = summaries.get(hash);
    if (!found) throw new Error(`no summary ${hash}`);
    return found;
  };
  return {
    put(_tenant, summary) {
      const hash = hashOf(summary);
      summaries.set(hash, summary);
      return Promise.resolve(hash);
    },
    get: (_tenant, hashes) => Promise.resolve(hashes.map(get)),
    sums: (_tenant, hashes) =>
      Promise.resolve({
        requested: hashes.reduce((sum, hash) => sum + get(hash).requested.grandTotal, 0),
        reviewed: hashes.reduce((sum, hash) => sum + get(hash).reviewed.grandTotal, 0),
      }),
  };
};
