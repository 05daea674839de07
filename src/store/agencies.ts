import { Schema, type Connection } from 'mongoose';
import type { Agency, AgencyStore, Tenant, TenantStore } from '../people/ports.js';
import { administered, bookkeeping, keptOf, type AdministeredKind, type Stored } from './administered.js';
import { collectionOf } from './connection.js';

const options = { strict: 'throw', minimize: false, versionKey: false } as const;

export const tenantSchema = new Schema<Stored<Tenant>>(
  {
    _id: String, // the tenant's id
    id: { type: String, required: true, immutable: true },
    name: { type: String, required: true },
    place: { type: String, required: true },
    hosts: [String],
    ...bookkeeping,
  },
  { ...options, collection: 'tenants', id: false },
);
tenantSchema.index({ hosts: 1 }); // serves byHost

export const tenantKind: AdministeredKind<Tenant> = {
  collection: 'tenants',
  name: 'city',
  act: 'citySaved',
  one: true,
  tenantOf: ({ id }) => id,
  keyOf: ({ id }) => id,
  values: ({ name, place, hosts }) => ({ name, place, hosts }),
};

export const createTenantStore = (connection: Connection): TenantStore => {
  const tenants = collectionOf<Stored<Tenant>>(connection, 'tenants');
  const { find, put, save } = administered(connection, tenantKind);
  const plain = (stored: Stored<Tenant>): Tenant => {
    const { rev: _rev, ...tenant } = keptOf(stored);
    return tenant;
  };
  const one = async (filter: { _id?: string; hosts?: string }) => {
    const found = await tenants.findOne(filter);
    return found && plain(found);
  };
  // A browser may send the name of a host in capitals, or with the dot that ends a full one.
  const byHost = (host: string) => one({ hosts: host.toLowerCase().replace(/\.$/, '') });
  const only = async () => {
    const found = await tenants.find({}).limit(2).toArray();
    return found.length === 1 ? plain(found[0] as Stored<Tenant>) : null;
  };
  return {
    find: (id) => one({ _id: id }),
    byHost,
    at: async (host) => (await byHost(host)) ?? only(),
    list: async () =>
      (await tenants.find({}).sort({ _id: 1 }).toArray()).map((each) => plain(each as Stored<Tenant>)),
    get: (id) => find(id, id),
    put,
    save,
  };
};

export const agencySchema = new Schema<Stored<Agency>>(
  {
    _id: String, // <tenant>/<ref>
    tenant: { type: String, required: true, immutable: true },
    ref: { type: String, required: true, immutable: true },
    name: { type: String, required: true },
    issuer: { type: String, required: true },
    kind: { type: String, required: true },
    order: { type: Number, required: true },
    part: String,
    hasUnits: Boolean,
    units: [{ _id: false, symbol: String, name: String }],
    submits: Boolean,
    chapter: String,
    numbersTyped: Boolean,
    ...bookkeeping,
  },
  { ...options, collection: 'agencies' },
);
agencySchema.index({ tenant: 1, order: 1 }); // serves list

export const agencyKind: AdministeredKind<Agency> = {
  collection: 'agencies',
  name: 'agency',
  act: 'agencySaved',
  tenantOf: ({ tenant }) => tenant,
  keyOf: ({ ref }) => ref,
  values: ({ name, issuer, kind, order, part, hasUnits, units, submits, chapter, numbersTyped }: Agency) => ({
    ...{ name, issuer, kind, order, hasUnits, units, submits },
    ...(part !== undefined && { part }),
    ...(chapter !== undefined && { chapter }),
    ...(numbersTyped !== undefined && { numbersTyped }),
  }),
};

export const createAgencyStore = (connection: Connection): AgencyStore => {
  const agencies = collectionOf<Stored<Agency>>(connection, 'agencies');
  const { find, put, save } = administered(connection, agencyKind);
  return {
    find,
    list: async (tenant) => {
      // In one answer, which otherwise ends at 101; a province has a hundred communes and twenty departments.
      const found = await agencies
        .find({ tenant }, { sort: { order: 1, _id: 1 }, batchSize: 1_000 })
        .toArray();
      return found.map((each) => keptOf(each as Stored<Agency>));
    },
    put,
    save,
  };
};
