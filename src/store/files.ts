import { hash as sha256 } from 'node:crypto';
import type { Readable } from 'node:stream';
import { GridFSBucket, type ObjectId } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import type { DocumentType, Hash, Instant } from '../../workflows/vocabulary.js';
import { collectionOf, isDuplicate, keyOf } from './connection.js';
import { guarded } from './faults.js';

/** A rendered paper of a case. One per case, type, step that owed it and template version. */
export interface PaperRef {
  readonly tenant: string;
  readonly case: string;
  readonly type: DocumentType;
  /** The case's seq at the step that owed the paper: tells two return letters of one revision apart. */
  readonly seq: number;
  readonly templateVersion: string;
}

/** What is known of a paper beside its bytes. */
export interface Paper extends PaperRef {
  readonly id: string;
  readonly revision: number;
  /** Of the content it was rendered from. */
  readonly content: Hash | null;
  readonly name: string;
  readonly mime: string;
  /** SHA-256 of the bytes. */
  readonly hash: Hash;
  readonly size: number;
  readonly at: Instant;
}

type PaperDocument = Omit<Paper, 'id'> & { readonly _id: string; readonly file: ObjectId };

export const paperSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    case: { type: String, required: true },
    type: { type: String, required: true },
    seq: { type: Number, required: true },
    templateVersion: { type: String, required: true },
    revision: Number,
    content: String,
    name: String,
    mime: String,
    hash: String,
    size: Number,
    at: String,
    file: Schema.Types.ObjectId,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves files.list: the papers of a case in the order in which they were owed
paperSchema.index({ tenant: 1, case: 1, seq: 1 });

/** Papers in GridFS. */
export interface FileStore {
  /** Stores a paper, unless it is there: a render repeated leaves the first one visible. */
  put(paper: Omit<Paper, 'id' | 'hash' | 'size'> & { readonly bytes: Uint8Array }): Promise<Paper>;
  find(ref: PaperRef): Promise<Paper | null>;
  get(tenant: string, id: string): Promise<Paper | null>;
  list(tenant: string, id: string): Promise<Paper[]>;
  /** @throws when the paper is not there. */
  open(tenant: string, id: string): Promise<Readable>;
  /** @throws when the paper is not there, or its bytes do not give its hash. */
  read(tenant: string, id: string): Promise<Buffer>;
}

/** `<case>/<type>/<seq>/<template version>`: what stands in an address. */
const paperId = ({ case: id, type, seq, templateVersion }: Omit<PaperRef, 'tenant'>) =>
  [id, type, seq, templateVersion].join('/');

export function fileStore(connection: Connection): FileStore {
  if (!connection.db) throw new Error('The database is not connected.');
  const bucket = new GridFSBucket(connection.db, { bucketName: 'files' });
  const papers = collectionOf<PaperDocument>(connection, 'papers');
  const toPaper = ({ _id, file: _file, ...paper }: PaperDocument): Paper => ({
    ...paper,
    id: paperId(paper),
  });

  async function upload(name: string, bytes: Uint8Array): Promise<ObjectId> {
    const stream = bucket.openUploadStream(name);
    await new Promise<void>((resolve, reject) => {
      stream.once('finish', resolve).once('error', reject);
      stream.end(bytes);
    });
    return stream.id;
  }

  async function stored(tenant: string, id: string): Promise<PaperDocument> {
    const found = await papers.findOne({ _id: keyOf(tenant, id), tenant });
    if (!found) throw new Error(`There is no paper ${id}.`);
    return found;
  }

  return {
    async put({ bytes, ...paper }) {
      const _id = keyOf(paper.tenant, paperId(paper));
      const before = await papers.findOne({ _id, tenant: paper.tenant });
      if (before) return toPaper(before);
      const file = await upload(paper.name, bytes);
      const document = { _id, ...paper, hash: sha256('sha256', bytes), size: bytes.length, file };
      try {
        await guarded('files.put', () => papers.insertOne(document));
        return toPaper(document);
      } catch (error) {
        // Somebody else rendered it in the meantime; theirs is the one that is seen.
        await bucket.delete(file);
        if (!isDuplicate(error)) throw error;
        return toPaper(await stored(paper.tenant, paperId(paper)));
      }
    },

    async find(ref) {
      const found = await papers.findOne({ _id: keyOf(ref.tenant, paperId(ref)), tenant: ref.tenant });
      return found && toPaper(found);
    },

    async get(tenant, id) {
      const found = await papers.findOne({ _id: keyOf(tenant, id), tenant });
      return found && toPaper(found);
    },

    async list(tenant, id) {
      return (await papers.find({ tenant, case: id }).sort({ seq: 1, type: 1 }).toArray()).map(toPaper);
    },

    async open(tenant, id) {
      return bucket.openDownloadStream((await stored(tenant, id)).file);
    },

    async read(tenant, id) {
      const { file, hash } = await stored(tenant, id);
      const pieces: Buffer[] = [];
      for await (const piece of bucket.openDownloadStream(file)) pieces.push(piece as Buffer);
      const bytes = Buffer.concat(pieces);
      if (sha256('sha256', bytes) !== hash) throw new Error(`The paper ${id} is damaged.`);
      return bytes;
    },
  };
}
