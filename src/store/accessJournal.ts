import { Schema, type Connection } from 'mongoose';
import type { Hash } from '../../workflows/vocabulary.js';
import { genesis } from '../engine/chain.js';
import { hashOf } from '../engine/journal.js';
import type { AccessEvent, AccessStore, Change } from '../people/ports.js';
import { collectionOf, insertOnce, isDuplicate, keyOf } from './connection.js';
import { guarded } from './faults.js';

/** An event as it is kept: by number, linked to the one before it in its tenant. */
export interface AccessEntry extends AccessEvent {
  readonly change: Change | null;
  /** From 1, without a gap. */
  readonly seq: number;
  readonly previous: Hash;
  readonly hash: Hash;
}
type Filed = AccessEntry & { readonly _id: string };

/** Where a tenant's chain ends, kept beside it: a tail that is cut off is missed by it. */
interface HeadDocument {
  readonly _id: string;
  readonly tenant: string;
  readonly seq: number;
  readonly head: Hash;
}

export const accessJournalSchema = new Schema(
  {
    _id: String, // <tenant>/<seq>
    tenant: { type: String, required: true },
    seq: { type: Number, required: true },
    at: { type: String, required: true },
    act: { type: String, required: true },
    by: String,
    about: String,
    address: String,
    request: String,
    change: Schema.Types.Mixed,
    previous: { type: String, required: true },
    hash: { type: String, required: true },
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
accessJournalSchema.index({ tenant: 1, seq: -1 }); // serves list, and the newest entry
accessJournalSchema.index({ tenant: 1, 'change.of': 1, seq: -1 }); // serves lastOf, and whether one is filed

export const accessHeadSchema = new Schema(
  { _id: String, tenant: String, seq: Number, head: String },
  { strict: 'throw', minimize: false, versionKey: false },
);

export interface AccessJournal extends AccessStore {
  /** All entries of a tenant, in order. */
  all(tenant: string): AsyncIterable<AccessEntry>;
  head(tenant: string): Promise<{ seq: number; head: Hash } | null>;
  /** The newest change of one thing, by its name in the journal: `user/syt.chuyenvien`. */
  lastOf(tenant: string, of: string): Promise<Change | null>;
}

/** How many events that wait at the same moment are filed in one write. */
const mostAtOnce = 500;

const entryOf = ({ _id, ...entry }: Filed): AccessEntry => entry;
const entryAfter = (previous: { seq: number; hash: Hash }, event: AccessEvent): AccessEntry => {
  const entry = { ...event, change: event.change ?? null, seq: previous.seq + 1, previous: previous.hash };
  return { ...entry, hash: hashOf(entry) };
};
const nameOf = ({ of, rev }: Change) => `${of}@${rev}`;

const create = (connection: Connection): AccessJournal => {
  const journal = collectionOf<Filed>(connection, 'accessJournal');
  const heads = collectionOf<HeadDocument>(connection, 'accessHeads');
  const bare = { projection: { _id: 0 } } as const;

  const newest = async (tenant: string) =>
    (await journal.findOne({ tenant }, { sort: { seq: -1 }, projection: { seq: 1, hash: 1 } })) ?? {
      seq: 0,
      hash: genesis,
    };

  /** Moves the head on, never back. */
  const moveHead = async (tenant: string, { seq, hash: head }: { seq: number; hash: Hash }) => {
    if (seq === 0) return;
    const { matchedCount } = await heads.updateOne(
      { _id: tenant, seq: { $lt: seq } },
      { $set: { seq, head } },
    );
    if (matchedCount === 0) await insertOnce(heads, { _id: tenant, tenant, seq, head });
  };

  /** Without changes that are filed already: whoever was killed behind its write is filed by the next. */
  const unfiled = async (tenant: string, events: readonly AccessEvent[]) => {
    const asked = events.flatMap(({ change }) => (change ? [change.of] : []));
    if (asked.length === 0) return events;
    const found = await journal
      .find({ tenant, 'change.of': { $in: asked } }, { projection: { change: 1 } })
      .toArray();
    const known = new Set(found.map(({ change }) => nameOf(change!)));
    return events.filter(({ change }) => {
      if (!change) return true;
      const isNew = !known.has(nameOf(change));
      known.add(nameOf(change));
      return isNew;
    });
  };

  const file = async (tenant: string, events: readonly AccessEvent[]): Promise<void> => {
    let left = events;
    for (;;) {
      // The end of the chain before what is filed: a change that is filed meanwhile takes the number wanted here.
      const last = await newest(tenant);
      await moveHead(tenant, last);
      left = await unfiled(tenant, left);
      if (left.length === 0) return;
      const entries: Filed[] = [];
      let previous = last;
      for (const event of left) {
        const entry = entryAfter(previous, event);
        entries.push({ _id: keyOf(tenant, entry.seq), ...entry });
        previous = entry;
      }
      try {
        await guarded('accessJournal.append', () => journal.insertMany(entries, { ordered: true }));
        await moveHead(tenant, previous);
        return;
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        // Somebody else has a number from here on; what came before it is filed.
        const there = await journal
          .find({ _id: { $in: entries.map(({ _id }) => _id) } }, { projection: { hash: 1 } })
          .toArray();
        const hashes = new Set(there.map(({ hash }) => hash));
        left = left.filter((_, at) => !hashes.has(entries[at]!.hash));
      }
    }
  };

  interface Waiting {
    readonly event: AccessEvent;
    readonly done: () => void;
    readonly failed: (error: unknown) => void;
  }
  /** By tenant, what this process still has to file: it never races itself for a number. */
  const queues = new Map<string, Waiting[]>();

  const work = async (tenant: string, queue: Waiting[]) => {
    while (queue.length > 0) {
      const taken = queue.slice(0, mostAtOnce);
      const outcome = await file(
        tenant,
        taken.map(({ event }) => event),
      ).then(
        () => null,
        (error: unknown) => ({ error }),
      );
      queue.splice(0, taken.length);
      for (const { done, failed } of taken) {
        if (outcome) failed(outcome.error);
        else done();
      }
    }
    queues.delete(tenant);
  };

  return {
    add: (event) =>
      new Promise<void>((done, failed) => {
        const waiting = { event, done, failed };
        const queue = queues.get(event.tenant);
        if (queue) return void queue.push(waiting);
        const begun = [waiting];
        queues.set(event.tenant, begun);
        void work(event.tenant, begun);
      }),

    list: async (tenant, { after, limit }) => {
      const from = after === null ? {} : { seq: { $lt: Number(after) || 0 } };
      const found = await journal
        .find({ tenant, ...from })
        .sort({ seq: -1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id, seq, previous: _previous, ...event }) => ({ ...event, id: String(seq) }));
    },

    async *all(tenant) {
      for await (const entry of journal.find({ tenant }).sort({ seq: 1 })) yield entryOf(entry);
    },
    head: (tenant) => heads.findOne({ _id: tenant }, bare),
    lastOf: async (tenant, of) =>
      (await journal.findOne({ tenant, 'change.of': of }, { sort: { seq: -1 } }))?.change ?? null,
  };
};

const journals = new WeakMap<Connection, AccessJournal>();

/**
 * Who came in, and who changed what may be done: one chain per tenant, hashed as the cases' journal is. Adds and
 * reads; there is no way to change one. One per connection, so that all of a process stand in one line.
 */
export const accessJournal = (connection: Connection): AccessJournal => {
  const made = journals.get(connection) ?? create(connection);
  journals.set(connection, made);
  return made;
};
