import { Schema, type Connection } from 'mongoose';
import type { CaseRef, Draft, DraftStore, Part } from '../engine/ports.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';

interface DraftDocument extends Draft {
  /** `<tenant>/<case>/<part>` */
  readonly _id: string;
  readonly tenant: string;
}

export const draftSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    part: { type: String, required: true },
    rev: { type: Number, required: true },
    body: { type: Schema.Types.Mixed, required: true },
    editors: [String],
    edited: Schema.Types.Mixed,
    frozenAt: Number,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);

/** Content while it can be edited: one document with a revision counter of its own. */
export function draftStore(connection: Connection): DraftStore {
  const drafts = collectionOf<DraftDocument>(connection, 'drafts');

  return {
    async load<Body>({ tenant, id }: CaseRef, part: Part) {
      const found = await drafts.findOne(
        { _id: keyOf(tenant, id, part), tenant },
        { projection: { _id: 0, tenant: 0 } },
      );
      return found as Draft<Body> | null;
    },

    async save<Body>(
      { tenant, id }: CaseRef,
      { part, body, editors, edited }: Draft<Body>,
      rev: number,
      frozenAt?: number,
    ) {
      const _id = keyOf(tenant, id, part);
      const saved: Draft<Body> = { part, body, editors, ...(edited && { edited }), rev: rev + 1 };
      return guarded('drafts.save', async () => {
        if (rev > 0) {
          const { matchedCount } = await drafts.replaceOne(
            { _id, tenant, rev, frozenAt: frozenAt ?? { $exists: false } },
            { tenant, ...saved },
          );
          return matchedCount === 1 ? saved : null;
        }
        return (await insertOnce(drafts, { _id, tenant, ...saved })) ? saved : null;
      });
    },

    async freeze<Body>({ tenant, id }: CaseRef, part: Part, rev: number, moment: number) {
      const frozen = await guarded('drafts.freeze', () =>
        drafts.findOneAndUpdate(
          { _id: keyOf(tenant, id, part), tenant, rev },
          { $max: { frozenAt: moment } },
          { returnDocument: 'after', projection: { _id: 0, tenant: 0 } },
        ),
      );
      return frozen as Draft<Body> | null;
    },
  };
}
