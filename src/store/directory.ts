import { Schema, type Connection } from 'mongoose';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import type { Directory } from '../engine/shared.js';
import type { AgencyStore, RoundStore } from '../people/ports.js';
import { keyed, unkeyed, type Keyed } from './keyed.js';

type StoredSystem = InformationSystem & { readonly tenant: string };

export const systemSchema = new Schema<Keyed<StoredSystem>>(
  {
    _id: String, // <tenant>/<ref>
    tenant: { type: String, required: true, immutable: true },
    ref: { type: String, required: true, immutable: true },
    name: { type: String, required: true },
    cityWide: { type: Boolean, required: true },
    providedBy: { type: String, default: null },
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'systems' },
);

/** The systems catalogue of a tenant: what lines and projects refer to. */
export const createSystemStore = (connection: Connection) => {
  const systems = connection.model<Keyed<StoredSystem>>('InformationSystem', systemSchema);
  return {
    list: async (tenant: string): Promise<InformationSystem[]> => {
      const found = await systems.find({ tenant }).sort({ _id: 1 }).lean<Keyed<StoredSystem>[]>();
      return found.map((system) => {
        const { tenant: _tenant, ...rest } = unkeyed(system);
        return rest;
      });
    },
    save: async (tenant: string, system: InformationSystem): Promise<void> => {
      const id = `${tenant}/${system.ref}`;
      await systems.replaceOne({ _id: id, tenant }, keyed({ ...system, tenant }, id), { upsert: true });
    },
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
  systems: Pick<ReturnType<typeof createSystemStore>, 'list'>;
}): Directory => ({
  agency: (tenant, ref) => agencies.find(tenant, ref),
  agencies: (tenant) => agencies.list(tenant),
  round: (tenant, id) => rounds.find(tenant, id),
  newestRound: async (tenant) => (await rounds.list(tenant))[0] ?? null,
  systems: (tenant) => systems.list(tenant),
});
