import { Schema, type Connection } from 'mongoose';
import type { Round, RoundStore } from '../people/ports.js';
import { keyed, unkeyed, type Keyed } from './keyed.js';

const { Mixed } = Schema.Types;

export const roundSchema = new Schema<Keyed<Round>>(
  {
    _id: String, // <tenant>/<id>
    tenant: { type: String, required: true, immutable: true },
    id: { type: String, required: true, immutable: true },
    name: { type: String, required: true },
    fiscalYear: { type: Number, required: true },
    opens: { type: String, required: true },
    deadlines: { type: Mixed, required: true },
    envelopes: { type: Mixed, required: true },
    substitutes: { type: Mixed, required: true },
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'rounds', id: false },
);
roundSchema.index({ tenant: 1, opens: -1 }); // serves list

export const createRoundStore = (connection: Connection): RoundStore => {
  const rounds = connection.model<Keyed<Round>>('Round', roundSchema);
  const idOf = (tenant: string, id: string) => `${tenant}/${id}`;
  return {
    find: async (tenant, id) =>
      unkeyed(await rounds.findOne({ _id: idOf(tenant, id), tenant }).lean<Keyed<Round>>()),
    list: async (tenant) => {
      const found = await rounds.find({ tenant }).sort({ opens: -1, _id: 1 }).lean<Keyed<Round>[]>();
      return found.map((round) => unkeyed(round));
    },
    save: async (round) => {
      const id = idOf(round.tenant, round.id);
      await rounds.replaceOne({ _id: id, tenant: round.tenant }, keyed(round, id), { upsert: true });
    },
  };
};
