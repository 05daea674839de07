import { Schema, type Connection } from 'mongoose';
import type { Day, Instant, Kind, Money } from '../../workflows/vocabulary.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';

/** A case in a list: what the inbox and the progress pages show of it, without its content. */
export interface Progress {
  readonly tenant: string;
  readonly case: string;
  readonly code: string;
  readonly kind: Kind;
  readonly title: string;
  readonly owner: string;
  readonly round: string;
  /** Dotted path of where it stands, e.g. `reviewing` or `preparing.draft`. */
  readonly state: string;
  readonly status: 'active' | 'done';
  readonly since: Instant;
  readonly due: Day | null;
  readonly amount: Money | null;
  /** Who can move it on, e.g. `officer@SYT`: role @ agency. */
  readonly waitsFor: readonly string[];
  /** All agencies with a part in it. */
  readonly agencies: readonly string[];
  readonly seq: number;
}

type ProgressDocument = Progress & {
  readonly _id: string;
  /** `<due>/<case>`, `9999-12-31` where there is no deadline: sorts the inbox and is its cursor. */
  readonly order: string;
};

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
    amount: Number,
    waitsFor: [String],
    agencies: [String],
    seq: Number,
    order: String,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves progress.inbox: what waits for the roles of an agency, by deadline
progressSchema.index({ tenant: 1, waitsFor: 1, order: 1 });
// serves progress.list of an agency that has a part in the cases
progressSchema.index({ tenant: 1, agencies: 1, order: 1 });
// serves progress.list and progress.counts of a round
progressSchema.index({ tenant: 1, round: 1, kind: 1, order: 1 });

/** The read model of all cases, fed by the relay. */
export interface ProgressStore {
  /** Applies only a greater seq, so that what arrives late or twice changes nothing. */
  put(progress: Progress): Promise<void>;
  get(tenant: string, id: string): Promise<Progress | null>;
  /** What waits for somebody, by deadline; those without one come last. */
  inbox(
    asked: { tenant: string; agency: string; roles: readonly string[] } & Paging,
  ): Promise<Page<Progress>>;
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
  const toProgress = ({ _id, order: _order, ...rest }: ProgressDocument): Progress => rest;

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
      const document = { ...next, order: `${next.due ?? '9999-12-31'}/${id}` };
      const _id = keyOf(tenant, id);
      const replaceOlder = async () =>
        (await progress.updateOne({ _id, seq: { $lt: next.seq } }, { $set: document })).matchedCount === 1;
      await guarded('progress.put', async () => {
        if (await replaceOlder()) return;
        // It is not there, or not older; who else was first may have put an older one.
        if (!(await insertOnce(progress, { _id, ...document }))) await replaceOlder();
      });
    },

    async get(tenant, id) {
      const found = await progress.findOne({ _id: keyOf(tenant, id), tenant });
      return found && toProgress(found);
    },

    inbox({ tenant, agency, roles, ...paging }) {
      return page({ tenant, waitsFor: { $in: roles.map((role) => `${role}@${agency}`) } }, paging);
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
      await progress.deleteMany({ tenant });
    },
  };
}
