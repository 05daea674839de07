import { Schema, type Connection } from 'mongoose';
import type { Agency, AgencyStore, Tenant, TenantStore } from '../people/ports.js';
import { keyed, unkeyed, type Keyed } from './keyed.js';

const options = { strict: 'throw', minimize: false, versionKey: false } as const;

export const tenantSchema = new Schema<Keyed<Tenant>>(
  {
    _id: String, // the tenant's id
    id: { type: String, required: true, immutable: true },
    name: { type: String, required: true },
    place: { type: String, required: true },
    hosts: [String],
  },
  { ...options, collection: 'tenants', id: false },
);
tenantSchema.index({ hosts: 1 }); // serves byHost

export const createTenantStore = (connection: Connection): TenantStore => {
  const tenants = connection.model<Keyed<Tenant>>('Tenant', tenantSchema);
  return {
    find: async (id) => unkeyed(await tenants.findOne({ _id: id }).lean<Keyed<Tenant>>()),
    byHost: async (host) => unkeyed(await tenants.findOne({ hosts: host }).lean<Keyed<Tenant>>()),
    list: async () =>
      (await tenants.find({}).sort({ _id: 1 }).lean<Keyed<Tenant>[]>()).map((tenant) => unkeyed(tenant)),
    only: async () => {
      const found = await tenants.find({}).limit(2).lean<Keyed<Tenant>[]>();
      return found.length === 1 ? unkeyed(found[0]!) : null;
    },
    save: async (tenant) => {
      await tenants.replaceOne({ _id: tenant.id }, keyed(tenant, tenant.id), { upsert: true });
    },
  };
};

export const agencySchema = new Schema<Keyed<Agency>>(
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
    submits: Boolean,
    chapter: String,
    numbersTyped: Boolean,
  },
  { ...options, collection: 'agencies' },
);
agencySchema.index({ tenant: 1, order: 1 }); // serves list

export const createAgencyStore = (connection: Connection): AgencyStore => {
  const agencies = connection.model<Keyed<Agency>>('Agency', agencySchema);
  const idOf = (tenant: string, ref: string) => `${tenant}/${ref}`;
  return {
    find: async (tenant, ref) =>
      unkeyed(await agencies.findOne({ _id: idOf(tenant, ref), tenant }).lean<Keyed<Agency>>()),
    list: async (tenant) => {
      const found = await agencies.find({ tenant }).sort({ order: 1, _id: 1 }).lean<Keyed<Agency>[]>();
      return found.map((agency) => unkeyed(agency));
    },
    save: async (agency) => {
      const id = idOf(agency.tenant, agency.ref);
      await agencies.replaceOne({ _id: id, tenant: agency.tenant }, keyed(agency, id), { upsert: true });
    },
    setNumbersTyped: async (tenant, ref, typed) => {
      const { matchedCount } = await agencies.updateOne(
        { _id: idOf(tenant, ref), tenant },
        { $set: { numbersTyped: typed } },
      );
      return matchedCount === 1;
    },
  };
};
