import { Schema, type Connection } from 'mongoose';
import { causeOf } from '../outbox/fault.js';
import type { DeadKind, Filed, Millis, NewIntent, OutboxStore } from '../outbox/ports.js';
import type { Journal } from './journal.js';
import type { Contents } from './contents.js';
import { toCase, type CaseDocument } from './cases.js';
import { collectionOf, insertOrUpdate, isDuplicate, keyOf } from './connection.js';
import { databaseTime, type DatabaseTime } from './databaseClock.js';
import { guarded } from './faults.js';
import { hashesIn } from './hashesIn.js';

type IntentDocument = Omit<Filed, 'id'> & {
  readonly _id: string;
  readonly token?: string;
  readonly batch?: string;
  readonly doneAt?: Millis;
};

export const intentSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    case: { type: String, required: true },
    intent: { type: Schema.Types.Mixed, required: true },
    at: { type: String, required: true },
    state: { type: String, enum: ['due', 'done', 'dead'], required: true },
    tries: { type: Number, required: true },
    slow: Number,
    nextAt: { type: Number, required: true },
    token: String,
    batch: String,
    error: String,
    cause: String,
    doneAt: Number,
    result: Schema.Types.Mixed,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves outbox.claimIntent: the due intent that has waited longest
intentSchema.index({ nextAt: 1 }, { partialFilterExpression: { state: 'due' } });
// serves outbox.clear: what was done long ago
intentSchema.index({ doneAt: 1 }, { partialFilterExpression: { state: 'done' } });
// serves outbox.dead, outbox.deadKinds, outbox.reviveAlike, outbox.backlog: what a person must look at
intentSchema.index({ tenant: 1, _id: 1 }, { partialFilterExpression: { state: 'dead' } });
// serves outbox.progressOf: the chunks of a batch
intentSchema.index({ tenant: 1, batch: 1 }, { partialFilterExpression: { batch: { $exists: true } } });

const toFiled = ({ _id, token: _token, batch: _batch, doneAt: _doneAt, ...rest }: IntentDocument): Filed => ({
  id: _id,
  ...rest,
});

/** What an intent that a person took up again begins with. */
const afresh = { state: 'due', tries: 0, slow: 0 } as const;

/** @param now the clock of leases and pauses; the database's own, unless a test has another. */
export function outboxStore(
  connection: Connection,
  {
    journal,
    contents,
    now = databaseTime(connection),
  }: { journal: Journal; contents: Contents; now?: DatabaseTime },
): OutboxStore {
  const cases = collectionOf<CaseDocument>(connection, 'cases');
  const intents = collectionOf<IntentDocument>(connection, 'intents');

  async function insert(fresh: readonly NewIntent[]): Promise<void> {
    if (fresh.length === 0) return;
    const nextAt = await now();
    const documents = fresh.map(({ id, ...rest }) => ({
      _id: id,
      ...rest,
      ...(rest.intent.type === 'tellChunk' ? { batch: rest.intent.params.batch } : {}),
      state: 'due' as const,
      tries: 0,
      nextAt,
    }));
    try {
      await guarded('intents.insert', () => intents.insertMany(documents, { ordered: false }));
    } catch (error) {
      // Those that are there were filed before; the others went in all the same.
      if (!isDuplicate(error)) throw error;
    }
  }

  return {
    async claimOwing({ token, ms, whenever }) {
      const from = await now();
      const free = [{ lease: { $exists: false } }, { 'lease.until': { $lte: from } }];
      const found = await guarded('cases.claim', () =>
        cases.findOneAndUpdate(
          { owes: true, ...(whenever ? {} : { $or: free }) },
          { $set: { lease: { token, until: from + ms } } },
          { returnDocument: 'after' },
        ),
      );
      return found && toCase(found);
    },

    async load({ tenant, id }) {
      const found = await cases.findOne({ _id: keyOf(tenant, id), tenant });
      return found && toCase(found);
    },

    async file(entries, fresh) {
      if (entries.length > 0) await journal.append(entries);
      await insert(fresh);
      const tenant = entries[0]?.tenant ?? fresh[0]?.tenant;
      if (tenant !== undefined)
        await contents.name(tenant, hashesIn([entries, fresh.map(({ intent }) => intent)]));
    },

    async pull({ tenant, id, seq }, ids) {
      const _id = keyOf(tenant, id);
      const pulled = { $pull: { owed: { id: { $in: [...ids] } } } };
      await guarded('owed.pull', async () => {
        // Nobody moved it since: nothing is owed any more. Else only what was filed goes.
        const { matchedCount } = await cases.updateOne(
          { _id, tenant, seq },
          { ...pulled, $unset: { owes: 1, lease: 1 } },
        );
        if (matchedCount === 0) await cases.updateOne({ _id, tenant }, { ...pulled, $unset: { lease: 1 } });
      });
    },

    insert,

    async strand({ tenant, id, owed, since }, error) {
      const _id = `${tenant}/${id}/${owed[0]?.id ?? ''}/file`;
      const dead = { state: 'dead' as const, error, cause: causeOf(error) };
      await insertOrUpdate(
        intents,
        {
          _id,
          tenant,
          case: id,
          intent: { type: 'file', params: {} },
          at: since,
          tries: 1,
          nextAt: await now(),
          ...dead,
        },
        { $set: dead },
      );
    },

    async claimIntent({ token, ms, whenever }) {
      const from = await now();
      const found = await guarded('intents.claim', () =>
        intents.findOneAndUpdate(
          { state: 'due', nextAt: whenever ? { $gte: 0 } : { $lte: from } },
          { $set: { nextAt: from + ms, token }, $inc: { tries: 1 } },
          { sort: { nextAt: 1 }, returnDocument: 'after' },
        ),
      );
      return found && { ...toFiled(found), token };
    },

    async extend({ id, token }, ms) {
      await intents.updateOne({ _id: id, token, state: 'due' }, { $set: { nextAt: (await now()) + ms } });
    },

    async record({ id, token }, result) {
      const { matchedCount } = await guarded('intents.record', () =>
        intents.updateOne({ _id: id, token, result: { $exists: false } }, { $set: { result } }),
      );
      if (matchedCount === 1) return result;
      const there = await intents.findOne({ _id: id, token }, { projection: { result: 1 } });
      return there?.result ?? null;
    },

    async done({ id, token }) {
      const doneAt = await now();
      await guarded('intents.done', () =>
        intents.updateOne(
          { _id: id, token, state: 'due' },
          { $set: { state: 'done', doneAt }, $unset: { error: 1 } },
        ),
      );
    },

    async retry({ id, token }, { pauseMs, error, fault }) {
      const counted = { failed: {}, notNow: { $inc: { tries: -1 } }, tooSlow: { $inc: { slow: 1 } } };
      await intents.updateOne(
        { _id: id, token, state: 'due' },
        { $set: { nextAt: (await now()) + pauseMs, error }, ...counted[fault] },
      );
    },

    async bury({ id, token }, error) {
      await intents.updateOne(
        { _id: id, token, state: 'due' },
        { $set: { state: 'dead', error, cause: causeOf(error) } },
      );
    },

    async settleFiled() {
      let settled = 0;
      const letters = intents.find({ state: 'dead', tenant: { $gt: '' }, 'intent.type': 'file' });
      for await (const { _id, tenant, case: id } of letters) {
        if (await cases.findOne({ _id: keyOf(tenant, id), tenant, owes: true }, { projection: { _id: 1 } }))
          continue;
        const done = { state: 'done' as const, doneAt: await now() };
        const { modifiedCount } = await intents.updateOne({ _id, tenant, state: 'dead' }, { $set: done });
        settled += modifiedCount;
      }
      return settled;
    },

    async revive(tenant, id) {
      const { matchedCount } = await intents.updateOne(
        { _id: id, tenant, state: 'dead' },
        { $set: { ...afresh, nextAt: await now() } },
      );
      return matchedCount === 1;
    },

    async reviveAlike(tenant, { intent, cause }) {
      const { modifiedCount } = await intents.updateMany(
        { tenant, state: 'dead', 'intent.type': intent, cause },
        { $set: { ...afresh, nextAt: await now() } },
      );
      return modifiedCount;
    },

    async deadKinds(tenant) {
      return intents
        .aggregate<DeadKind>([
          { $match: { tenant, state: 'dead' } },
          {
            $group: {
              _id: { intent: '$intent.type', cause: '$cause' },
              count: { $sum: 1 },
              since: { $min: '$at' },
            },
          },
          { $project: { _id: 0, intent: '$_id.intent', cause: '$_id.cause', count: 1, since: 1 } },
          { $sort: { count: -1, intent: 1, cause: 1 } },
        ])
        .toArray();
    },

    async clear(olderMs) {
      const { deletedCount } = await intents.deleteMany({
        state: 'done',
        doneAt: { $lt: (await now()) - olderMs },
      });
      return deletedCount;
    },

    async dead(tenant, { after, limit = 100 } = {}) {
      const found = await intents
        .find({ tenant, state: 'dead', ...(after === undefined ? {} : { _id: { $gt: after } }) })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(toFiled);
    },

    async find(tenant, id) {
      const found = await intents.findOne({ _id: id, tenant });
      return found && toFiled(found);
    },

    async progressOf(tenant, batch) {
      const [row] = await intents
        .aggregate<Awaited<ReturnType<OutboxStore['progressOf']>>>([
          { $match: { tenant, batch } },
          {
            $group: {
              _id: null,
              chunks: { $sum: 1 },
              done: { $sum: { $cond: [{ $eq: ['$state', 'done'] }, 1, 0] } },
              dead: { $sum: { $cond: [{ $eq: ['$state', 'dead'] }, 1, 0] } },
              rowsDone: { $sum: '$result.done' },
              rowsRefused: { $sum: { $size: { $ifNull: ['$result.refused', []] } } },
            },
          },
          { $project: { _id: 0 } },
        ])
        .toArray();
      return row ?? { chunks: 0, done: 0, dead: 0, rowsDone: 0, rowsRefused: 0 };
    },

    async isWorking({ tenant, id }) {
      const of = keyOf(tenant, id);
      // Ids begin with their case: `0` is what follows `/`.
      const due = { _id: { $gte: `${of}/`, $lt: `${of}0` }, state: 'due' as const };
      const [owing, one] = await Promise.all([
        cases.findOne({ _id: of, tenant, owes: true }, { projection: { _id: 1 } }),
        intents.findOne(due, { projection: { _id: 1 } }),
      ]);
      return owing !== null || one !== null;
    },

    async backlog() {
      const [owing, due, dead, oldest] = await Promise.all([
        cases.countDocuments({ owes: true }),
        // A partial index serves only a query that names its key.
        intents.countDocuments({ state: 'due', nextAt: { $gte: 0 } }),
        intents.countDocuments({ state: 'dead', tenant: { $gt: '' } }),
        intents.findOne(
          { state: 'due', nextAt: { $gte: 0 } },
          { sort: { nextAt: 1 }, projection: { nextAt: 1 } },
        ),
      ]);
      return { owing, due, dead, oldest: oldest?.nextAt ?? null };
    },
  };
}
