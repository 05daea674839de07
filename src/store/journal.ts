import { Schema, type Connection } from 'mongoose';
import type { CaseRef, Entry, JournalReader } from '../engine/ports.js';
import type { CaseDocument } from './cases.js';
import { collectionOf, isDuplicate, keyOf } from './connection.js';
import { guarded } from './faults.js';

const { Mixed } = Schema.Types;

/** An entry as it is stored; `_id` is `<tenant>/<case>/<seq>`. Nothing ever changes or removes one. */
export type EntryDocument = Entry & { readonly _id: string };

export const journalSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    case: { type: String, required: true },
    kind: { type: String, required: true },
    version: { type: String, required: true },
    seq: { type: Number, required: true },
    at: { type: String, required: true },
    clockSet: { type: Boolean, required: true },
    actor: { type: Mixed, required: true },
    permit: { type: String, required: true },
    event: { type: Mixed, required: true },
    from: Mixed,
    to: { type: Mixed, required: true },
    content: String,
    cause: { type: Mixed, required: true },
    previous: { type: String, required: true },
    hash: { type: String, required: true },
  },
  { strict: 'throw', minimize: false, versionKey: false },
);

// serves journal.after: the history of a case
journalSchema.index({ tenant: 1, case: 1, seq: 1 });
// serves journal.byCause: whether this was asked before
journalSchema.index({ tenant: 1, case: 1, 'cause.key': 1 });
// serves closings.close: which cases moved on a day
journalSchema.index({ tenant: 1, at: 1 });

/** The journal holds another entry under the same number: somebody wrote the history anew. */
export class JournalForked extends Error {
  constructor(
    readonly entry: string,
    readonly stored: string,
    readonly owed: string,
  ) {
    super(`Entry ${entry} of the journal has the hash ${stored}, but the case owes ${owed}.`);
    this.name = 'JournalForked';
  }
}

/** What the relay and the checks need of the journal, beside the engine's reading. */
export interface Journal extends JournalReader {
  /**
   * Files entries of one case, oldest first; those that are there already are compared by hash.
   * @throws {JournalForked}
   */
  append(entries: readonly Entry[]): Promise<void>;
  /** All entries of a tenant, or of one case, filed so far: by case, then in order. */
  all(tenant: string, id?: string): AsyncIterable<Entry>;
}

const toEntry = ({ _id, ...entry }: EntryDocument): Entry => entry;

/** @param onFork told before {JournalForked} is thrown, for the alarm's counter. */
export function journalStore(
  connection: Connection,
  onFork: (fork: JournalForked) => void = () => {},
): Journal {
  const journal = collectionOf<EntryDocument>(connection, 'journal');
  const cases = collectionOf<CaseDocument>(connection, 'cases');

  /** What the case still owes. Read before the journal: an entry leaves here only after it has arrived there. */
  async function owedEntries({ tenant, id }: CaseRef): Promise<Entry[]> {
    const found = await cases.findOne({ _id: keyOf(tenant, id), tenant }, { projection: { owed: 1 } });
    return (found?.owed ?? []).flatMap((owed) => ('entry' in owed ? [owed.entry] : []));
  }

  async function append(entries: readonly Entry[]): Promise<void> {
    const documents = entries.map((entry) => ({ _id: keyOf(entry.tenant, entry.case, entry.seq), ...entry }));
    try {
      // In order, so that nobody ever reads an entry whose predecessor is not there.
      await guarded('journal.append', () => journal.insertMany(documents, { ordered: true }));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const stored = await journal
        .find({ _id: { $in: documents.map(({ _id }) => _id) } }, { projection: { hash: 1 } })
        .toArray();
      const hashes = new Map(stored.map(({ _id, hash }) => [_id, hash]));
      for (const { _id, hash } of documents) {
        const there = hashes.get(_id);
        if (there === undefined || there === hash) continue;
        const fork = new JournalForked(_id, there, hash);
        onFork(fork);
        throw fork;
      }
      const missing = entries.filter((_, index) => !hashes.has(documents[index]!._id));
      if (missing.length > 0) await append(missing);
    }
  }

  return {
    append,

    async after(ref, seq) {
      const owed = await owedEntries(ref);
      const filed = await journal
        .find({ tenant: ref.tenant, case: ref.id, seq: { $gt: seq } }, { sort: { seq: 1 } })
        .toArray();
      const last = filed.at(-1)?.seq ?? seq;
      return [...filed.map(toEntry), ...owed.filter((entry) => entry.seq > last)];
    },

    async byCause(ref, key) {
      const owed = (await owedEntries(ref)).find((entry) => entry.cause.key === key);
      if (owed) return owed;
      const filed = await journal.findOne({ tenant: ref.tenant, case: ref.id, 'cause.key': key });
      return filed && toEntry(filed);
    },

    async *all(tenant, id) {
      const filter = id === undefined ? { tenant } : { tenant, case: id };
      for await (const entry of journal.find(filter, { sort: { case: 1, seq: 1 } })) yield toEntry(entry);
    },
  };
}
