import { Schema, type Connection } from 'mongoose';
import type { Turn, Turns } from '../engine/shared.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';

interface TurnDocument extends Turn {
  /** `<tenant>/<round>` */
  readonly _id: string;
  readonly tenant: string;
}

export const turnSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    case: { type: String, required: true },
    code: { type: String, required: true },
    seq: { type: Number, required: true },
  },
  { strict: 'throw', minimize: false, versionKey: false },
);

/** Whose turn it is in a round: one document, changed only by who saw it as it stands. */
export function turnStore(connection: Connection): Turns {
  const turns = collectionOf<TurnDocument>(connection, 'turns');
  return {
    async take({ tenant, round, ...turn }, from) {
      const _id = keyOf(tenant, round);
      return guarded('turns.take', async () => {
        if (from === null) return insertOnce(turns, { _id, tenant, ...turn });
        const { matchedCount } = await turns.updateOne(
          { _id, tenant, case: from.case, seq: from.seq },
          { $set: turn },
        );
        return matchedCount === 1;
      });
    },

    load: ({ tenant, round }) =>
      turns.findOne({ _id: keyOf(tenant, round), tenant }, { projection: { _id: 0, tenant: 0 } }),
  };
}
