import { Schema, type Connection } from 'mongoose';
import type { Kind } from '../../workflows/vocabulary.js';
import type { Progress } from '../engine/shared.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';

type ProgressDocument = Progress & {
  readonly _id: string;
  /** `<due>/<code>/<case>`, `9999-12-31` where there is no deadline: sorts the lists and is their cursor. */
  readonly order: string;
};

/**
 * That a case waits for a role @ agency; `_id` is `<tenant>/<role>@<agency>/<order>/<seq>`. A page of an inbox is a
 * range of these, because `_id` is the only order that DocumentDB reads from an index. A row belongs to one seq, so
 * that no two writers ever share one.
 */
interface WaitingDocument {
  readonly _id: string;
  readonly tenant: string;
  readonly case: string;
  /** Of the progress it belongs to; it counts only while that is the one that is stored. */
  readonly seq: number;
}

/** One page of a list; `next` goes back in to get the page after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

interface Paging {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

export const progressSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    case: { type: String, required: true },
    code: String,
    kind: String,
    title: String,
    owner: String,
    round: String,
    state: String,
    status: String,
    since: String,
    due: String,
    dueSure: Boolean,
    amount: Number,
    waitsFor: [String],
    agencies: [String],
    seq: Number,
    order: String,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves progress.list of an agency that has a part in the cases
progressSchema.index({ tenant: 1, agencies: 1, order: 1 });
// serves progress.list and progress.counts of a round
progressSchema.index({ tenant: 1, round: 1, kind: 1, order: 1 });

export const waitingSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    case: { type: String, required: true },
    seq: { type: Number, required: true },
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves progress.put: what a case waited for before
waitingSchema.index({ tenant: 1, case: 1 });

/** The read model of all cases, fed by the relay. */
export interface ProgressStore {
  /** Applies no smaller seq than is there, so that what arrives late or twice changes nothing. */
  put(progress: Progress): Promise<void>;
  get(tenant: string, id: string): Promise<Progress | null>;
  /** What waits for somebody, by deadline; those without one come last. A page may be shorter than asked. */
  inbox(
    asked: { tenant: string; agency: string; roles: readonly string[] } & Paging,
  ): Promise<Page<Progress & { readonly place: string }>>;
  /** Cases by what they are, by deadline. An agency sees those it has a part in. */
  list(
    asked: {
      tenant: string;
      agency?: string;
      round?: string;
      kind?: Kind;
      owner?: string;
      state?: string;
    } & Paging,
  ): Promise<Page<Progress>>;
  /** How many cases stand where. */
  counts(asked: {
    tenant: string;
    round?: string;
    kind?: Kind;
  }): Promise<{ kind: Kind; state: string; count: number }[]>;
  /** Forgets a tenant's read model, to build it anew from the journal. */
  clear(tenant: string): Promise<void>;
}

const defaultLimit = 50;

export function progressStore(connection: Connection): ProgressStore {
  const progress = collectionOf<ProgressDocument>(connection, 'progress');
  const waiting = collectionOf<WaitingDocument>(connection, 'waiting');
  const toProgress = ({ _id, order: _order, ...rest }: ProgressDocument): Progress => rest;

  /** Writes for whom a case waits now, then takes away for whom it waited before. */
  async function wait({ tenant, case: id, seq, order, waitsFor }: Omit<ProgressDocument, '_id'>) {
    for (const who of waitsFor)
      await insertOnce(waiting, { _id: keyOf(tenant, who, order, seq), tenant, case: id, seq });
    await waiting.deleteMany({ tenant, case: id, seq: { $lt: seq } });
  }

  async function page(
    filter: Record<string, unknown>,
    { after, limit = defaultLimit }: Paging,
  ): Promise<Page<Progress>> {
    const found = await progress
      .find(after === undefined ? filter : { ...filter, order: { $gt: after } })
      .sort({ order: 1 })
      .limit(limit + 1)
      .toArray();
    const items = found.slice(0, limit);
    return { items: items.map(toProgress), next: found.length > limit ? items.at(-1)!.order : null };
  }

  return {
    async put(next) {
      const { tenant, case: id } = next;
      const document = { ...next, order: `${next.due ?? '9999-12-31'}/${next.code}/${id}` };
      const _id = keyOf(tenant, id);
      const replace = async () =>
        (await progress.updateOne({ _id, seq: { $lte: next.seq } }, { $set: document })).matchedCount === 1;
      await guarded('progress.put', async () => {
        // Where it cannot be replaced it is not there, or newer; who else was first may have put an older one.
        if ((await replace()) || (await insertOnce(progress, { _id, ...document })) || (await replace()))
          await wait(document);
      });
    },

    async get(tenant, id) {
      const found = await progress.findOne({ _id: keyOf(tenant, id), tenant });
      return found && toProgress(found);
    },

    async inbox({ tenant, agency, roles, after = '', limit = defaultLimit }) {
      const found = await Promise.all(
        roles.map((role) => {
          const who = keyOf(tenant, `${role}@${agency}`);
          // `0` comes right after `/`: all that begins with `<who>/`.
          return waiting
            .find({ _id: { $gt: `${who}/${after}`, $lt: `${who}0` } })
            .sort({ _id: 1 })
            .limit(limit + 1)
            .map(({ _id, case: id }) => ({ case: id, place: _id.slice(who.length + 1) }))
            .toArray();
        }),
      );
      // Who has two roles finds a case in two ranges, at the same place.
      const rows = [...new Map(found.flat().map((row) => [row.place, row])).values()];
      rows.sort((a, b) => (a.place < b.place ? -1 : 1));
      const asked = rows.slice(0, limit);
      const documents = await progress
        .find({ _id: { $in: asked.map((row) => keyOf(tenant, row.case)) }, tenant })
        .toArray();
      const byId = new Map(documents.map((document) => [document.case, document]));
      return {
        items: asked.flatMap((row) => {
          const document = byId.get(row.case);
          // Of an older step, or of a due day that was worked out anew: it stands elsewhere by now.
          return document && `${document.order}/${document.seq}` === row.place
            ? [{ ...toProgress(document), place: row.place }]
            : [];
        }),
        next: rows.length > limit ? asked.at(-1)!.place : null,
      };
    },

    list({ tenant, agency, round, kind, owner, state, after, limit }) {
      const asked = { agencies: agency, round, kind, owner, state };
      const named = Object.entries(asked).filter(([, value]) => value !== undefined);
      return page({ tenant, ...Object.fromEntries(named) }, { after, limit });
    },

    async counts({ tenant, round, kind }) {
      const match = {
        tenant,
        ...(round === undefined ? {} : { round }),
        ...(kind === undefined ? {} : { kind }),
      };
      return progress
        .aggregate<{ kind: Kind; state: string; count: number }>([
          { $match: match },
          { $group: { _id: { kind: '$kind', state: '$state' }, count: { $sum: 1 } } },
          { $project: { _id: 0, kind: '$_id.kind', state: '$_id.state', count: 1 } },
          { $sort: { kind: 1, state: 1 } },
        ])
        .toArray();
    },

    async clear(tenant) {
      await waiting.deleteMany({ tenant });
      await progress.deleteMany({ tenant });
    },
  };
}
