import { Schema, type Connection } from 'mongoose';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import type { Directory } from '../engine/shared.js';
import type { AgencyStore, Kept, RoundStore, SystemStore } from '../people/ports.js';
import { administered, bookkeeping, keptOf, type AdministeredKind, type Stored } from './administered.js';
import { collectionOf } from './connection.js';

type TenantSystem = InformationSystem & { readonly tenant: string };

export const systemSchema = new Schema<Stored<TenantSystem>>(
  {
    _id: String, // <tenant>/<ref>
    tenant: { type: String, required: true, immutable: true },
    ref: { type: String, required: true, immutable: true },
    name: { type: String, required: true },
    cityWide: { type: Boolean, required: true },
    providedBy: { type: String, default: null },
    ...bookkeeping,
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'systems' },
);

export const systemKind: AdministeredKind<TenantSystem> = {
  collection: 'systems',
  name: 'system',
  act: 'systemSaved',
  tenantOf: ({ tenant }) => tenant,
  keyOf: ({ ref }) => ref,
  values: ({ name, cityWide, providedBy }) => ({ name, cityWide, providedBy: providedBy ?? null }),
};

const plain = ({ tenant: _, ...system }: Kept<TenantSystem>): Kept<InformationSystem> => system;

export const createSystemStore = (connection: Connection): SystemStore => {
  const systems = collectionOf<Stored<TenantSystem>>(connection, 'systems');
  const { find, put, save } = administered(connection, systemKind);
  return {
    find: async (tenant, ref) => {
      const found = await find(tenant, ref);
      return found && plain(found);
    },
    list: async (tenant) =>
      (await systems.find({ tenant }).sort({ _id: 1 }).toArray()).map((each) =>
        plain(keptOf(each as Stored<TenantSystem>)),
      ),
    put: async (tenant, system, revision, by) => {
      const saved = await put({ ...system, tenant }, revision, by);
      return saved && plain(saved);
    },
    save: async (tenant, system, by) => plain(await save({ ...system, tenant }, by)),
  };
};

/** Who and what a city has, as the slices ask for it. */
export const createDirectory = ({
  agencies,
  rounds,
  systems,
}: {
  agencies: Pick<AgencyStore, 'find' | 'list'>;
  rounds: Pick<RoundStore, 'find' | 'list'>;
  systems: Pick<SystemStore, 'list'>;
}): Directory => ({
  agency: (tenant, ref) => agencies.find(tenant, ref),
  agencies: (tenant) => agencies.list(tenant),
  round: (tenant, id) => rounds.find(tenant, id),
  newestRound: async (tenant, day) => (await rounds.list(tenant)).find(({ opens }) => opens <= day) ?? null,
  systems: (tenant) => systems.list(tenant),
});
