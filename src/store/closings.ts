import { Schema, type Connection } from 'mongoose';
import type { Hash, Instant } from '../../workflows/vocabulary.js';
import {
  closingAfter,
  dayToClose,
  endOf,
  leavesHash,
  leavesPerChunk,
  type Closing,
  type Leaf,
} from '../engine/closing.js';
import type { CaseDocument } from './cases.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';
import type { EntryDocument } from './journal.js';

/** `_id` is `<tenant>/<n>`, n with ten digits: whoever comes second finds that this closing has been made. */
type ClosingDocument = Closing & {
  readonly _id: string;
  /** The cases remember it; not part of what is chained. */
  readonly settled?: boolean;
};

interface LeavesDocument {
  /**
   * `<tenant>/<n>/<piece>/<hash>`: written once and never changed. Of two who close at once each may write pieces of its
   * own; those count that the closing names.
   */
  readonly _id: string;
  readonly tenant: string;
  /** Of the closing. */
  readonly n: number;
  readonly leaves: readonly Leaf[];
}

export const closingSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    n: { type: Number, required: true },
    day: { type: String, required: true },
    previous: String,
    count: Number,
    chunks: [String],
    head: { type: String, required: true },
    settled: Boolean,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves closings.last and closings.all: the closings of a tenant in order
closingSchema.index({ tenant: 1, n: 1 });

export const closingLeavesSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    n: { type: Number, required: true },
    leaves: [Schema.Types.Mixed],
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves closings.close: pieces that nobody names
closingLeavesSchema.index({ tenant: 1, n: 1 });

/** The city's days, closed each night. */
export interface Closings {
  /**
   * Closes the last day that ended, with all entries up to its end that no closing has yet. Harmless when repeated and
   * for any number of closers at once.
   * @returns null where it is closed, another was faster, or nothing has happened since
   */
  close(tenant: string, now: Instant): Promise<Closing | null>;
  last(tenant: string): Promise<Closing | null>;
  all(tenant: string): AsyncIterable<Closing>;
  leaves(closing: Closing): AsyncIterable<readonly Leaf[]>;
  /** The end of the last closed day, at most half a minute old, as no clock sets back; empty where none is closed. */
  until(tenant: string): Promise<Instant>;
  /** Up to which seq each case remembers that days have its entries. */
  remembered(tenant: string): Promise<ReadonlyMap<string, number>>;
}

/** How long a process believes what it read of the last closing, in milliseconds: less than the margin of closing. */
const believed = 30_000;

const idOf = (tenant: string, n: number): string => keyOf(tenant, String(n).padStart(10, '0'));

const piecesOf = ({ tenant, n, chunks }: Closing): string[] =>
  chunks.map((hash, piece) => keyOf(tenant, n, piece, hash));

export function closingStore(connection: Connection): Closings {
  const closings = collectionOf<ClosingDocument>(connection, 'closings');
  const pieces = collectionOf<LeavesDocument>(connection, 'closingLeaves');
  const journal = collectionOf<EntryDocument>(connection, 'journal');
  const cases = collectionOf<CaseDocument>(connection, 'cases');
  const bare = { projection: { _id: 0, settled: 0 } } as const;
  const known = new Map<string, { readonly readAt: number; readonly until: Promise<Instant> }>();

  const last = (tenant: string): Promise<Closing | null> =>
    closings.findOne({ tenant }, { ...bare, sort: { n: -1 } });

  async function* leavesOf(closing: Closing): AsyncGenerator<readonly Leaf[]> {
    for (const _id of piecesOf(closing)) {
      const piece = await pieces.findOne({ _id });
      if (piece) yield piece.leaves;
    }
  }

  /** Where each case stood at a moment that has entries before it which no closing has, by case. */
  async function* openBefore(tenant: string, end: Instant): AsyncGenerator<Leaf> {
    const found = cases
      .find({ tenant, unclosed: { $gte: 1 } })
      .project<Pick<CaseDocument, '_id' | 'seq' | 'head' | 'at' | 'unclosed' | 'owed'>>({
        seq: 1,
        head: 1,
        at: 1,
        unclosed: 1,
        'owed.entry.seq': 1,
        'owed.entry.at': 1,
        'owed.entry.hash': 1,
      })
      .sort({ _id: 1 });
    for await (const { _id, seq, head, at, unclosed = 1, owed } of found) {
      const id = _id.slice(tenant.length + 1);
      if (at < end) {
        yield { case: id, seq, head };
        continue;
      }
      // It moved on since: where it stood is in what it owes, or else in what was filed.
      const entries = owed.flatMap((each) => ('entry' in each ? [each.entry] : []));
      const stood =
        entries.findLast((entry) => entry.at < end && entry.seq >= unclosed) ??
        (await journal.findOne(
          {
            tenant,
            case: id,
            seq: { $gte: unclosed, $lt: entries[0]?.seq ?? seq + 1 },
            at: { $lt: end },
          },
          { projection: { seq: 1, hash: 1 }, sort: { seq: -1 } },
        ));
      if (stood) yield { case: id, seq: stood.seq, head: stood.hash };
    }
  }

  /** Lets the cases of a closing remember it, and removes what another closer left: all of it harmless when repeated. */
  async function settle(closing: Closing): Promise<void> {
    const { tenant, n } = closing;
    await pieces.deleteMany({ tenant, n, _id: { $nin: piecesOf(closing) } });
    for await (const leaves of leavesOf(closing)) {
      const marks = leaves.flatMap(({ case: id, seq }) => {
        const _id = keyOf(tenant, id);
        return [
          { updateOne: { filter: { _id, seq }, update: { $unset: { unclosed: 1 as const } } } },
          {
            updateOne: {
              filter: { _id, seq: { $gt: seq }, unclosed: { $lte: seq } },
              update: { $set: { unclosed: seq + 1 } },
            },
          },
        ];
      });
      await cases.bulkWrite(marks, { ordered: false });
    }
    await closings.updateOne({ _id: idOf(tenant, n) }, { $set: { settled: true } });
  }

  return {
    last,
    leaves: leavesOf,

    async close(tenant, now) {
      const day = dayToClose(now);
      const before = await last(tenant);
      // Whoever closed it may not have lived to let the cases know.
      if (before && (await closings.findOne({ _id: idOf(tenant, before.n), settled: { $ne: true } })))
        await settle(before);
      if (before && before.day >= day) return null;

      const n = (before?.n ?? 0) + 1;
      const chunks: Hash[] = [];
      let count = 0;
      const write = async (leaves: readonly Leaf[]) => {
        const piece = chunks.push(leavesHash(leaves)) - 1;
        count += leaves.length;
        await insertOnce(pieces, { _id: keyOf(tenant, n, piece, chunks[piece]!), tenant, n, leaves });
      };
      let leaves: Leaf[] = [];
      for await (const leaf of openBefore(tenant, endOf(day))) {
        leaves.push(leaf);
        if (leaves.length < leavesPerChunk) continue;
        await write(leaves);
        leaves = [];
      }
      if (leaves.length > 0) await write(leaves);
      if (count === 0) return null;

      const closing = closingAfter(before?.head ?? '', { tenant, n, day, count, chunks });
      const _id = idOf(tenant, n);
      const made = await guarded('closings.write', () => insertOnce(closings, { _id, ...closing }));
      const stands = made ? closing : await closings.findOne({ _id, tenant }, bare);
      if (stands) await settle(stands);
      known.delete(tenant);
      return made ? closing : null;
    },

    async *all(tenant) {
      yield* closings.find({ tenant }, bare).sort({ n: 1 });
    },

    until(tenant) {
      const there = known.get(tenant);
      if (there && performance.now() - there.readAt < believed) return there.until;
      const until = last(tenant).then((closing) => (closing ? endOf(closing.day) : ''));
      known.set(tenant, { readAt: performance.now(), until });
      until.catch(() => known.delete(tenant));
      return until;
    },

    async remembered(tenant) {
      const closed = new Map<string, number>();
      const found = cases.find({ tenant }, { projection: { seq: 1, unclosed: 1 } });
      for await (const { _id, seq, unclosed } of found)
        closed.set(_id.slice(tenant.length + 1), unclosed === undefined ? seq : unclosed - 1);
      return closed;
    },
  };
}
