import { Schema, type Connection } from 'mongoose';
import type { DelegationStore, StoredDelegation, User, UserStore } from '../people/ports.js';
import { insertOnce, keyed, unkeyed, type Keyed } from './keyed.js';

const { Mixed } = Schema.Types;
const options = { strict: 'throw', minimize: false, versionKey: false } as const;

export const userSchema = new Schema<Keyed<User>>(
  {
    _id: String, // <tenant>/<username>
    tenant: { type: String, required: true, immutable: true },
    username: { type: String, required: true, immutable: true },
    name: { type: String, required: true },
    agency: { type: String, required: true },
    roles: [String],
    title: String,
    unit: String,
    auditor: Boolean,
    administrator: Boolean,
    passwordHash: { type: String, required: true },
    mustChange: Boolean,
    disabled: Boolean,
    sessionsFrom: { type: String, required: true },
  },
  { ...options, collection: 'users' },
);

/** @param connection the model is registered on it once */
export const createUserStore = (connection: Connection): UserStore => {
  const users = connection.model<Keyed<User>>('User', userSchema);
  const idOf = (tenant: string, username: string) => `${tenant}/${username}`;
  return {
    find: async (tenant, username) =>
      unkeyed(await users.findOne({ _id: idOf(tenant, username), tenant }).lean<Keyed<User>>()),
    list: async (tenant, { after, limit }) => {
      const from = after === null ? {} : { _id: { $gt: idOf(tenant, after) } };
      const found = await users
        .find({ tenant, ...from })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<Keyed<User>[]>();
      return found.map((user) => unkeyed(user));
    },
    administered: async (tenant) => {
      const found = await users
        .find({ tenant, administrator: true, disabled: { $ne: true } }, { agency: 1 })
        .lean<Keyed<User>[]>();
      return [...new Set(found.map(({ agency }) => agency))].sort();
    },
    create: (user) => insertOnce(users, keyed(user, idOf(user.tenant, user.username))),
    change: async (tenant, username, changes, expected = {}) =>
      unkeyed(
        await users
          .findOneAndUpdate(
            { ...expected, _id: idOf(tenant, username), tenant },
            { $set: changes },
            { returnDocument: 'after' },
          )
          .lean<Keyed<User>>(),
      ),
  };
};

export const delegationSchema = new Schema<Keyed<StoredDelegation>>(
  {
    _id: String, // <tenant>/<id>
    tenant: { type: String, required: true, immutable: true },
    id: { type: String, required: true, immutable: true },
    from: { type: Mixed, required: true },
    to: { type: Mixed, required: true },
    agency: { type: String, required: true },
    role: { type: String, required: true },
    capacity: { type: String, required: true },
    validFrom: { type: String, required: true },
    validTo: { type: String, required: true },
    kinds: [String],
    basis: String,
    revokedAt: { type: String, default: null },
  },
  { ...options, collection: 'delegations' },
);
delegationSchema.index({ tenant: 1, 'to.id': 1, validTo: 1 }); // serves reaching

/** Delegations are revoked, never removed: journals name them. */
export const createDelegationStore = (connection: Connection): DelegationStore => {
  const delegations = connection.model<Keyed<StoredDelegation>>('Delegation', delegationSchema);
  const idOf = (tenant: string, id: string) => `${tenant}/${id}`;
  const find = async (tenant: string, id: string) =>
    unkeyed(await delegations.findOne({ _id: idOf(tenant, id), tenant }).lean<Keyed<StoredDelegation>>());
  return {
    find,
    list: async (tenant, { after, limit }) => {
      const from = after === null ? {} : { _id: { $gt: idOf(tenant, after) } };
      const found = await delegations
        .find({ tenant, ...from })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<Keyed<StoredDelegation>[]>();
      return found.map((delegation) => unkeyed(delegation));
    },
    reaching: async (tenant, to, day) => {
      const found = await delegations
        .find({ tenant, 'to.id': to, validFrom: { $lte: day }, validTo: { $gte: day }, revokedAt: null })
        .sort({ _id: 1 })
        .lean<Keyed<StoredDelegation>[]>();
      return found.map((delegation) => unkeyed(delegation));
    },
    create: async (delegation) => {
      const { tenant, id } = delegation;
      if (await insertOnce(delegations, keyed(delegation, idOf(tenant, id)))) return delegation;
      return (await find(tenant, id)) ?? delegation;
    },
    revoke: async (tenant, id, at) => {
      const { matchedCount } = await delegations.updateOne(
        { _id: idOf(tenant, id), tenant, revokedAt: null },
        { $set: { revokedAt: at } },
      );
      return matchedCount === 1;
    },
  };
};
