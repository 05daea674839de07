import { Binary } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { attachmentHash, type Attachment, type Attachments } from '../engine/attachments.js';
import type { CaseRef } from '../engine/ports.js';
import type { Hash } from '../../workflows/vocabulary.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { Damaged } from './damaged.js';
import { guarded } from './faults.js';

type AttachmentDocument = Attachment & {
  readonly _id: string;
  readonly tenant: string;
  readonly case: string;
  readonly bytes: Binary;
};

export const attachmentSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    case: { type: String, required: true },
    hash: { type: String, required: true },
    name: { type: String, required: true },
    mime: { type: String, required: true },
    size: { type: Number, required: true },
    by: { type: String, required: true },
    at: { type: String, required: true },
    bytes: { type: Buffer, required: true },
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves attachments.list: the files of a case in the order in which they came
attachmentSchema.index({ tenant: 1, case: 1, at: 1 });

/** Files of cases; each is one document with its bytes, so that it is there whole or not at all. */
export function attachmentStore(connection: Connection): Attachments {
  const attachments = collectionOf<AttachmentDocument>(connection, 'attachments');
  const known = { bytes: 0 } as const;
  const idOf = ({ tenant, id }: CaseRef, hash: Hash) => keyOf(tenant, `${id}/${hash}`);
  const toAttachment = ({ hash, name, mime, size, by, at }: Omit<AttachmentDocument, 'bytes'>) => ({
    ...{ hash, name, mime, size, by, at },
  });

  const find = async (ref: CaseRef, hash: Hash) => {
    const found = await attachments.findOne(
      { _id: idOf(ref, hash), tenant: ref.tenant },
      { projection: known },
    );
    return found && toAttachment(found);
  };

  return {
    async put(ref, { bytes, ...file }) {
      const hash = attachmentHash(bytes);
      const stored = { ...file, hash, size: bytes.length };
      const document = { _id: idOf(ref, hash), tenant: ref.tenant, case: ref.id, ...stored };
      const isNew = await guarded('attachments.put', () =>
        insertOnce(attachments, { ...document, bytes: new Binary(bytes) }),
      );
      return isNew ? stored : ((await find(ref, hash)) ?? stored);
    },

    find,

    async list({ tenant, id }) {
      const found = attachments.find({ tenant, case: id }, { projection: known }).sort({ at: 1, _id: 1 });
      return (await found.toArray()).map(toAttachment);
    },

    async read(ref, hash) {
      const found = await attachments.findOne({ _id: idOf(ref, hash), tenant: ref.tenant });
      if (!found) throw new Damaged('attachment', idOf(ref, hash), 'missing');
      const bytes = Buffer.from(found.bytes.buffer);
      if (attachmentHash(bytes) !== hash) throw new Damaged('attachment', idOf(ref, hash), 'damaged');
      return bytes;
    },
  };
}
