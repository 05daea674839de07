import { Schema, type Connection } from 'mongoose';
import { remembered } from '../engine/forgotten.js';
import type { Case, CaseRef, CaseStore, Owed, Seen, Step } from '../engine/ports.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';

const { Mixed } = Schema.Types;

/** A case as it is stored; `_id` is `<tenant>/<id>`. */
export type CaseDocument = Omit<Case, 'id' | 'owed' | 'seen'> & {
  readonly _id: string;
  readonly owed: Owed[];
  readonly seen: Seen[];
  /** Whether `owed` holds anything; absent otherwise, so that its index holds only what the relay looks for. */
  readonly owes?: true;
  /** The first entry that no closed day has; absent where all are closed. */
  readonly unclosed?: number;
  /** Which relay files it now, and until when (milliseconds since 1970) nobody else need try. */
  readonly lease?: { readonly token: string; readonly until: number };
};

export const caseSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    kind: { type: String, required: true },
    version: { type: String, required: true },
    ruleset: { type: String, required: true },
    code: { type: String, required: true },
    owner: { type: String, required: true },
    round: { type: String, required: true },
    seq: { type: Number, required: true, min: 1 },
    head: { type: String, required: true, match: /^[0-9a-f]{64}$/ },
    state: { type: Mixed, required: true },
    status: { type: String, enum: ['active', 'done'], required: true },
    context: { type: Mixed, required: true },
    content: String,
    due: String,
    reckoned: Mixed,
    since: { type: String, required: true },
    at: { type: String, required: true },
    unclosed: Number,
    owed: [Mixed],
    seen: [Mixed],
    forgotten: String,
    thaws: Number,
    owes: Boolean,
    lease: Mixed,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);

// serves outbox.claimOwing: the cases with something to file
caseSchema.index({ owes: 1, 'lease.until': 1 }, { partialFilterExpression: { owes: true } });
// serves dueDays.late: the active cases whose day has gone by
caseSchema.index({ due: 1 }, { partialFilterExpression: { status: 'active' } });
// serves caseQueries.inRound, and cases.ids: a tenant's cases by kind
caseSchema.index({ tenant: 1, kind: 1, round: 1 });
// serves caseQueries.ofAgency: what else an agency has open
caseSchema.index({ tenant: 1, owner: 1, kind: 1 });
// serves caseQueries.members: the estimates in a consolidation
caseSchema.index(
  { 'context.consolidation': 1 },
  { partialFilterExpression: { 'context.consolidation': { $exists: true } } },
);
// serves closings.close: the cases with entries that no day has
caseSchema.index({ tenant: 1, unclosed: 1 }, { partialFilterExpression: { unclosed: { $exists: true } } });
// serves dueDays.reckonedBefore: due days to work out anew once days off are announced
caseSchema.index({ 'reckoned.asOf': 1 }, { partialFilterExpression: { status: 'active' } });
// serves contents.sweep: whether a case still names a content
caseSchema.index({ tenant: 1, content: 1 });

/** The case as the engine knows it. */
export function toCase({
  _id,
  owes: _owes,
  lease: _lease,
  unclosed: _unclosed,
  ...rest
}: CaseDocument): Case {
  return { ...rest, id: _id.slice(rest.tenant.length + 1) };
}

/** The case, if it still stands where it was found. */
const standingAt = ({ tenant, id, seq, thaws }: Case) => ({
  _id: keyOf(tenant, id),
  tenant,
  seq,
  thaws: thaws ?? { $exists: false },
});

/** One case is one small document, and one conditional write moves it. */
export function caseStore(connection: Connection): CaseStore & {
  /** Sets fields of a case that stands where it was read. @returns whether it still stood there */
  repair(found: Case, fields: Partial<Case>): Promise<boolean>;
  /** The ids of a tenant's cases of a kind, in order, for whoever must walk through all of them. */
  ids(tenant: string, kind?: string): AsyncIterable<string>;
} {
  const cases = collectionOf<CaseDocument>(connection, 'cases');

  async function load({ tenant, id }: CaseRef): Promise<Case | null> {
    const found = await cases.findOne({ _id: keyOf(tenant, id), tenant });
    return found && toCase(found);
  }

  return {
    load,

    async create({ id, ...born }) {
      const document: CaseDocument = {
        _id: keyOf(born.tenant, id),
        ...born,
        unclosed: 1,
        owed: [...born.owed],
        seen: [...born.seen],
        ...(born.owed.length > 0 ? { owes: true as const } : {}),
      };
      if (await guarded('cases.create', () => insertOnce(cases, document))) return { id, ...born };
      const stored = await load({ tenant: born.tenant, id });
      if (!stored) throw new Error(`The case ${document._id} is there and is not.`);
      return stored;
    },

    async advance(found: Case, { owed, seen, ...changed }: Step) {
      const moved = await guarded('cases.advance', () =>
        cases.findOneAndUpdate(
          standingAt(found),
          {
            $set: owed.length > 0 ? { ...changed, owes: true as const } : changed,
            $inc: { seq: 1 },
            $min: { unclosed: found.seq + 1 },
            $push: { owed: { $each: [...owed] }, seen: { $each: [seen], $slice: -remembered } },
          },
          { projection: { _id: 1 } },
        ),
      );
      if (!moved) return null;
      // What the relay filed since the case was loaded still counts as owed here, which nobody minds.
      return {
        ...found,
        ...changed,
        seq: found.seq + 1,
        owed: [...found.owed, ...owed],
        seen: [...found.seen, seen].slice(-remembered),
      };
    },

    async thaw(found) {
      const thawed = await guarded('cases.thaw', () =>
        cases.updateOne(standingAt(found), { $inc: { thaws: 1 } }),
      );
      return thawed.matchedCount === 1 ? { ...found, thaws: (found.thaws ?? 0) + 1 } : null;
    },

    async repair({ tenant, id, seq, head }, fields) {
      // A field that is given no value goes.
      const set = Object.entries(fields).map(
        ([name, value]) => [name, value === undefined ? '$$REMOVE' : { $literal: value }] as const,
      );
      const { matchedCount } = await cases.updateOne({ _id: keyOf(tenant, id), tenant, seq, head }, [
        { $set: Object.fromEntries(set) },
      ]);
      return matchedCount === 1;
    },

    async *ids(tenant, kind) {
      const filter = kind === undefined ? { tenant } : { tenant, kind: kind as Case['kind'] };
      for await (const { _id } of cases.find(filter, { projection: { _id: 1 }, sort: { _id: 1 } }))
        yield _id.slice(tenant.length + 1);
    },
  };
}
