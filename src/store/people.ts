import { Schema, type Connection } from 'mongoose';
import { canonical } from '../engine/journal.js';
import {
  commandLine,
  type DelegationStore,
  type StoredDelegation,
  type User,
  type UserStore,
} from '../people/ports.js';
import { administered, bookkeeping, keptOf, type AdministeredKind, type Stored } from './administered.js';
import { collectionOf } from './connection.js';

const { Mixed } = Schema.Types;
const options = { strict: 'throw', minimize: false, versionKey: false } as const;

export const userSchema = new Schema<Stored<User>>(
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
    demonstration: Boolean,
    ...bookkeeping,
  },
  { ...options, collection: 'users' },
);

/** What of a user is never in the journal, and is no part of what an administrator sets. */
type Credentials = 'tenant' | 'username' | 'passwordHash' | 'mustChange' | 'sessionsFrom' | 'demonstration';
/** Who somebody is, and what they may. A new field of a user stands here or among the credentials. */
const setByAdministrators = {
  name: true,
  agency: true,
  roles: true,
  title: true,
  unit: true,
  auditor: true,
  administrator: true,
  disabled: true,
} as const satisfies Record<Exclude<keyof User, Credentials>, true>;

export const userKind: AdministeredKind<User> = {
  collection: 'users',
  name: 'user',
  act: 'userSaved',
  tenantOf: ({ tenant }) => tenant,
  keyOf: ({ username }) => username,
  values: (user) =>
    Object.fromEntries(Object.entries(user).filter(([field]) => field in setByAdministrators)),
};

export const createUserStore = (connection: Connection): UserStore => {
  const users = collectionOf<Stored<User>>(connection, 'users');
  const { find, idOf, put, save } = administered(connection, userKind);
  const read = (found: unknown) => keptOf(found as Stored<User>);
  return {
    find,
    list: async (tenant, { after, limit }) => {
      const from = after === null ? {} : { _id: { $gt: idOf(tenant, after) } };
      const found = await users
        .find({ tenant, ...from })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(read);
    },
    demonstration: async (tenant) => {
      const made = { demonstration: true, ...(tenant !== undefined && { tenant }) } as const;
      const some = await users.find(made).sort({ _id: 1 }).limit(5).toArray();
      return {
        count: some.length < 5 ? some.length : await users.countDocuments(made),
        some: some.map(({ username }) => username),
      };
    },
    create: async (user, by = commandLine) => (await put(user, 0, by)) !== null,
    // A revision that closes an account ends its sessions and tokens in the same write.
    put: (user, revision, by) =>
      put(user, revision, by, () => ({ set: user.disabled ? { sessionsFrom: user.sessionsFrom } : {} })),
    change: async (tenant, username, changes, expected = {}) => {
      const own = Object.entries(changes).filter(([field]) => !(field in setByAdministrators));
      const stood =
        own.length > 0
          ? await users.findOneAndUpdate(
              { ...expected, _id: idOf(tenant, username) },
              { $set: Object.fromEntries(own) },
              { returnDocument: 'after' },
            )
          : await users.findOne({ _id: idOf(tenant, username) });
      if (!stood) return null;
      const wished = { ...read(stood), ...changes };
      return canonical(userKind.values(wished)) === canonical(userKind.values(stood))
        ? read(stood)
        : save(wished);
    },
    administered: async (tenant) => {
      const found = await users
        .find({ tenant, administrator: true, disabled: { $ne: true } }, { projection: { agency: 1 } })
        .toArray();
      return [...new Set(found.map(({ agency }) => agency))].sort();
    },
  };
};

export const delegationSchema = new Schema<Stored<StoredDelegation>>(
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
    ...bookkeeping,
  },
  { ...options, collection: 'delegations' },
);
delegationSchema.index({ tenant: 1, 'to.id': 1, validTo: 1 }); // serves reaching

export const delegationKind: AdministeredKind<StoredDelegation> = {
  collection: 'delegations',
  name: 'delegation',
  act: 'delegationMade',
  tenantOf: ({ tenant }) => tenant,
  keyOf: ({ id }) => id,
  values: ({ from, to, agency, role, capacity, validFrom, validTo, kinds, basis, revokedAt }) => ({
    ...{ from, to, agency, role, capacity, validFrom, validTo, kinds, basis, revokedAt },
  }),
};

/** Delegations are revoked, never removed: journals name them. */
export const createDelegationStore = (connection: Connection): DelegationStore => {
  const delegations = collectionOf<Stored<StoredDelegation>>(connection, 'delegations');
  const { find: kept, idOf, put } = administered(connection, delegationKind);
  const plain = (found: unknown): StoredDelegation => {
    const { rev: _rev, ...delegation } = keptOf(found as Stored<StoredDelegation>);
    return delegation;
  };
  const find = async (tenant: string, id: string) => {
    const found = await kept(tenant, id);
    return found && plain(found);
  };
  return {
    find,
    list: async (tenant, { after, limit }) => {
      const from = after === null ? {} : { _id: { $gt: idOf(tenant, after) } };
      const found = await delegations
        .find({ tenant, ...from })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(plain);
    },
    reaching: async (tenant, to, day) => {
      const found = await delegations
        .find({ tenant, 'to.id': to, validFrom: { $lte: day }, validTo: { $gte: day }, revokedAt: null })
        .sort({ _id: 1 })
        .toArray();
      return found.map(plain);
    },
    of: async (tenant, username, day) => {
      const somebody = { $or: [{ 'from.id': username }, { 'to.id': username }] };
      const found = await delegations
        .find({ tenant, ...somebody, validTo: { $gte: day }, revokedAt: null })
        .sort({ validFrom: 1, _id: 1 })
        .toArray();
      return found.map(plain);
    },
    create: async (delegation, by = commandLine) => {
      if (await put(delegation, 0, by)) return delegation;
      return (await find(delegation.tenant, delegation.id)) ?? delegation;
    },
    revoke: async (tenant, id, at, by = commandLine) => {
      const found = await kept(tenant, id);
      if (!found || found.revokedAt !== null) return false;
      const { rev, ...stood } = found;
      const revoked = { ...stood, revokedAt: at };
      return (await put(revoked, rev, by, () => ({ act: 'delegationRevoked' }))) !== null;
    },
  };
};
