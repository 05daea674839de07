import { randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { AccessEvent, AccessStore } from '../people/ports.js';
import { keyed, type Keyed } from './keyed.js';

export const accessSchema = new Schema<Keyed<AccessEvent>>(
  {
    _id: String, // <tenant>/<at>-<random>: by time
    tenant: { type: String, required: true, immutable: true },
    at: { type: String, required: true, immutable: true },
    act: { type: String, required: true, immutable: true },
    by: { type: String, default: null, immutable: true },
    about: { type: String, default: null, immutable: true },
    address: { type: String, default: '', immutable: true },
    request: { type: String, default: '', immutable: true },
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'accessEvents' },
);

/** Adds and reads; there is no way to change one. */
export const createAccessStore = (connection: Connection): AccessStore => {
  const events = connection.model<Keyed<AccessEvent>>('AccessEvent', accessSchema);
  return {
    add: async (event) => {
      const id = `${event.tenant}/${event.at}-${randomBytes(6).toString('hex')}`;
      await events.create([keyed(event, id)]);
    },
    list: async (tenant, { after, limit }) => {
      const from = after === null ? {} : { _id: { $lt: `${tenant}/${after}` } };
      const found = await events
        .find({ tenant, ...from })
        .sort({ _id: -1 })
        .limit(limit)
        .lean<Keyed<AccessEvent>[]>();
      return found.map(({ _id, ...event }) => ({ ...event, id: _id.slice(tenant.length + 1) }));
    },
  };
};
