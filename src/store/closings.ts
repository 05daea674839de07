import { Schema, type Connection } from 'mongoose';
import { dayOf } from '../../workflows/calendar.js';
import type { Day, Hash } from '../../workflows/vocabulary.js';
import {
  checkClosing,
  closingAfter,
  leavesHash,
  leavesPerChunk,
  type Closing,
  type DayFault,
  type Leaf,
} from '../engine/closing.js';
import type { CaseRef } from '../engine/ports.js';
import type { CaseDocument } from './cases.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';
import type { EntryDocument } from './journal.js';

interface LeavesDocument {
  /** `<tenant>/<day>/<n>` */
  readonly _id: string;
  readonly tenant: string;
  readonly day: Day;
  readonly n: number;
  readonly leaves: Leaf[];
}

export const closingSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    day: { type: String, required: true },
    previous: String,
    count: Number,
    chunks: [String],
    head: { type: String, required: true },
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves closings.last and closings.all: the days of a tenant in order
closingSchema.index({ tenant: 1, day: 1 });

export const closingLeavesSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    day: String,
    n: Number,
    leaves: [Schema.Types.Mixed],
  },
  { strict: 'throw', minimize: false, versionKey: false },
);

/** The city's days, closed each night. */
export interface Closings {
  /** The first day after the last closing on which a case moved, and before `today`. */
  nextDay(tenant: string, today: Day): Promise<Day | null>;
  /** Cases that still owe entries of a day or earlier ones: they are filed before it is closed. */
  unfiled(tenant: string, day: Day): Promise<CaseRef[]>;
  /** Closes a day; one that is closed stays as it is. @throws when it still has entries that are not filed. */
  close(tenant: string, day: Day): Promise<Closing>;
  last(tenant: string): Promise<Closing | null>;
  all(tenant: string): AsyncIterable<Closing>;
  leaves(tenant: string, day: Day): AsyncIterable<readonly Leaf[]>;
  /** Holds days, leaves and journal against each other. */
  verify(tenant: string): Promise<DayFault[]>;
}

/** The moments between which a day lies in Asia/Ho_Chi_Minh. */
const momentsOf = (day: Day) => {
  const start = new Date(`${day}T00:00:00+07:00`);
  return { start: start.toISOString(), end: new Date(start.getTime() + 86_400_000).toISOString() };
};

export function closingStore(connection: Connection): Closings {
  const closings = collectionOf<Closing & { readonly _id: string }>(connection, 'closings');
  const leaves = collectionOf<LeavesDocument>(connection, 'closingLeaves');
  const journal = collectionOf<EntryDocument>(connection, 'journal');
  const cases = collectionOf<CaseDocument>(connection, 'cases');
  const bare = { projection: { _id: 0 } } as const;

  const last = (tenant: string): Promise<Closing | null> =>
    closings.findOne({ tenant }, { ...bare, sort: { day: -1 } });

  /** The newest entry of each case that moved on the day, by case. */
  const heads = (tenant: string, day: Day): AsyncIterable<Leaf> => {
    const { start, end } = momentsOf(day);
    return journal.aggregate<Leaf>(
      [
        { $match: { tenant, at: { $gte: start, $lt: end } } },
        { $sort: { case: 1, seq: 1 } },
        { $group: { _id: '$case', seq: { $last: '$seq' }, head: { $last: '$hash' } } },
        { $sort: { _id: 1 } },
        { $project: { _id: 0, case: '$_id', seq: 1, head: 1 } },
      ],
      { allowDiskUse: true },
    );
  };

  const unfiled = async (tenant: string, day: Day): Promise<CaseRef[]> => {
    const { end } = momentsOf(day);
    const found = await cases
      .find({ tenant, owes: true, 'owed.entry.at': { $lt: end } }, { projection: { _id: 1 } })
      .toArray();
    return found.map(({ _id }) => ({ tenant, id: _id.slice(tenant.length + 1) }));
  };

  async function* leavesOf(tenant: string, day: Day): AsyncIterable<readonly Leaf[]> {
    for await (const chunk of leaves.find({ tenant, day }).sort({ n: 1 })) yield chunk.leaves;
  }

  async function checkLeaves(closing: Closing): Promise<DayFault[]> {
    const { tenant, day, chunks } = closing;
    const faults: DayFault[] = [];
    const moved = new Map<string, Leaf>();
    for await (const leaf of heads(tenant, day)) moved.set(leaf.case, leaf);
    let n = 0;
    for await (const chunk of leavesOf(tenant, day)) {
      if (leavesHash(chunk) !== chunks[n]) faults.push({ tenant, day, fault: 'leavesEdited' });
      n += 1;
      for (const leaf of chunk) {
        const now = moved.get(leaf.case);
        if (now?.seq !== leaf.seq || now.head !== leaf.head)
          faults.push({ tenant, day, fault: 'entryChanged', case: leaf.case });
        moved.delete(leaf.case);
      }
    }
    if (n !== chunks.length) faults.push({ tenant, day, fault: 'leavesEdited' });
    for (const id of moved.keys()) faults.push({ tenant, day, fault: 'notClosed', case: id });
    return faults;
  }

  return {
    unfiled,
    last,
    leaves: leavesOf,

    async nextDay(tenant, today) {
      const closed = await last(tenant);
      const from = closed ? momentsOf(closed.day).end : '';
      const first = await journal.findOne(
        { tenant, at: { $gte: from, $lt: momentsOf(today).start } },
        { projection: { at: 1 }, sort: { at: 1 } },
      );
      return first && dayOf(first.at);
    },

    async close(tenant, day) {
      const _id = keyOf(tenant, day);
      const there = await closings.findOne({ _id, tenant }, bare);
      if (there) return there;
      if ((await unfiled(tenant, day)).length > 0)
        throw new Error(`${day} still has entries that are not filed.`);
      // Somebody else may close this very day meanwhile: only other days count here.
      const after = await closings.findOne({ tenant, day: { $gt: day } }, bare);
      if (after) throw new Error(`${after.day} is closed, so ${day} can no longer be.`);
      const before = await closings.findOne({ tenant, day: { $lt: day } }, { ...bare, sort: { day: -1 } });

      const chunks: Hash[] = [];
      let count = 0;
      const write = async (chunk: Leaf[]) => {
        const n = chunks.push(leavesHash(chunk)) - 1;
        count += chunk.length;
        // Nothing counts until the day's head names it, so a piece of a closing that was cut off is written over.
        const _id = keyOf(tenant, day, n);
        if (!(await insertOnce(leaves, { _id, tenant, day, n, leaves: chunk })))
          await leaves.updateOne({ _id }, { $set: { leaves: chunk } });
      };
      let chunk: Leaf[] = [];
      for await (const leaf of heads(tenant, day)) {
        chunk.push({ case: leaf.case, seq: leaf.seq, head: leaf.head });
        if (chunk.length === leavesPerChunk) {
          await write(chunk);
          chunk = [];
        }
      }
      if (chunk.length > 0) await write(chunk);

      const closing = closingAfter(before?.head ?? '', { tenant, day, count, chunks });
      await guarded('closings.write', () => insertOnce(closings, { _id, ...closing }));
      return closing;
    },

    async *all(tenant) {
      yield* closings.find({ tenant }, bare).sort({ day: 1 });
    },

    async verify(tenant) {
      const faults: DayFault[] = [];
      let previous = '';
      for await (const closing of closings.find({ tenant }, bare).sort({ day: 1 })) {
        faults.push(...checkClosing(closing, previous), ...(await checkLeaves(closing)));
        previous = closing.head;
      }
      return faults;
    },
  };
}
