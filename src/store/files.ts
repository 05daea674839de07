import { hash as sha256 } from 'node:crypto';
import { GridFSBucket, MongoGridFSChunkError, MongoRuntimeError, ObjectId } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import type { DocumentType, Hash, Instant } from '../../workflows/vocabulary.js';
import type { Doer } from '../people/ports.js';
import { administered, bookkeeping, keptOf, type AdministeredKind, type Stored } from './administered.js';
import { collectionOf, keyOf } from './connection.js';
import { Damaged } from './damaged.js';
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

type Filed = Omit<Paper, 'id'>;
type PaperDocument = Stored<Filed & { readonly file: ObjectId }>;

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
    ...bookkeeping,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves files.list: the papers of a case in the order in which they were owed
paperSchema.index({ tenant: 1, case: 1, seq: 1 });

/** Bytes on their way into a paper: what stands here long after was left by a process that died on the way. */
interface UploadDocument {
  /** Of the file in GridFS. */
  readonly _id: ObjectId;
  readonly tenant: string;
  /** The paper that they are for. */
  readonly paper: string;
  readonly at: Date;
}

export const uploadSchema = new Schema(
  {
    _id: Schema.Types.ObjectId,
    tenant: { type: String, required: true },
    paper: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false },
);
// serves files.sweep: what was begun a while ago
uploadSchema.index({ tenant: 1, at: 1 });

/** Papers in GridFS. */
export interface FileStore {
  /** Stores a paper, unless it is there: a render repeated leaves the first one visible. */
  put(paper: Omit<Paper, 'id' | 'hash' | 'size'> & { readonly bytes: Uint8Array }): Promise<Paper>;
  find(ref: PaperRef): Promise<Paper | null>;
  get(tenant: string, id: string): Promise<Paper | null>;
  list(tenant: string, id: string): Promise<Paper[]>;
  /** @throws {Damaged} when the paper is not there, or its bytes do not give its hash */
  read(tenant: string, id: string): Promise<Buffer>;
  /** Removes bytes that were begun before that moment and never became a paper's. @returns how many files went. */
  sweep(tenant: string, before: Date): Promise<number>;
}

/** `<case>/<type>/<seq>/<template version>`: what stands in an address. */
const paperId = ({ case: id, type, seq, templateVersion }: Omit<PaperRef, 'tenant'>) =>
  [id, type, seq, templateVersion].join('/');

/** Papers are filed by the product itself. */
const ofItself: Doer = { by: null, address: '', request: '' };

/** A paper is what was filed: its hash stands in the chained journal of what is set, as settings do. */
export const paperKind: AdministeredKind<Filed> = {
  collection: 'papers',
  name: 'paper',
  act: 'paperFiled',
  tenantOf: ({ tenant }) => tenant,
  keyOf: paperId,
  values: ({ case: of, type, seq, templateVersion, revision, content, name, mime, hash, size, at }) => ({
    ...{ case: of, type, seq, templateVersion, revision, content, name, mime, hash, size, at },
  }),
};

export function fileStore(connection: Connection): FileStore {
  if (!connection.db) throw new Error('The database is not connected.');
  const bucket = new GridFSBucket(connection.db, { bucketName: 'files' });
  const papers = collectionOf<PaperDocument>(connection, 'papers');
  const uploads = collectionOf<UploadDocument>(connection, 'uploads');
  const files = collectionOf<{ readonly _id: ObjectId }>(connection, 'files.files');
  const pieces = collectionOf<{ readonly _id: ObjectId; files_id: ObjectId }>(connection, 'files.chunks');
  const { put: file } = administered(connection, paperKind);
  const toPaper = (stored: PaperDocument): Paper => {
    const { file: _file, rev: _rev, ...paper } = keptOf(stored);
    return { ...paper, id: paperId(paper) };
  };

  /** Notes the bytes down before the first of them is written, so that none are ever left that nobody knows of. */
  async function upload(
    { tenant, paper }: Pick<UploadDocument, 'tenant' | 'paper'>,
    name: string,
    bytes: Uint8Array,
  ) {
    const _id = new ObjectId();
    await uploads.insertOne({ _id, tenant, paper, at: new Date() });
    const stream = bucket.openUploadStreamWithId(_id, name);
    await guarded(
      'files.upload',
      () =>
        new Promise<void>((resolve, reject) => {
          stream.once('finish', resolve).once('error', reject);
          stream.end(bytes);
        }),
    );
    return _id;
  }

  /** Takes bytes away, also those of a file that was never finished. */
  async function drop(file: ObjectId): Promise<void> {
    await pieces.deleteMany({ files_id: file });
    await files.deleteMany({ _id: file });
    await uploads.deleteMany({ _id: file });
  }

  async function stored(tenant: string, id: string): Promise<PaperDocument> {
    const found = await papers.findOne({ _id: keyOf(tenant, id), tenant });
    if (!found) throw new Damaged('paper', keyOf(tenant, id), 'missing');
    return found;
  }

  return {
    async put({ bytes, ...paper }) {
      const _id = keyOf(paper.tenant, paperId(paper));
      const before = await papers.findOne({ _id, tenant: paper.tenant });
      if (before) return toPaper(before);
      const uploaded = await upload({ tenant: paper.tenant, paper: _id }, paper.name, bytes);
      const filed = { ...paper, hash: sha256('sha256', bytes), size: bytes.length };
      // Of an error nobody knows whether it came before the insert or after: the sweep finds out.
      const isMine = await guarded('files.put', () =>
        file(filed, 0, ofItself, () => ({ set: { file: uploaded } })),
      );
      if (isMine) await uploads.deleteMany({ _id: uploaded });
      // Somebody else rendered it in the meantime; theirs is the one that is seen.
      else await drop(uploaded);
      return toPaper(await stored(paper.tenant, paperId(paper)));
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
      return (await papers.find({ tenant, case: id }).sort({ seq: 1, type: 1, _id: 1 }).toArray()).map(
        toPaper,
      );
    },

    async read(tenant, id) {
      const { file: from, hash } = await stored(tenant, id);
      const damaged = () => new Damaged('paper', keyOf(tenant, id), 'damaged');
      const read: Buffer[] = [];
      try {
        for await (const piece of bucket.openDownloadStream(from)) read.push(piece as Buffer);
      } catch (error) {
        if (error instanceof MongoGridFSChunkError || error instanceof MongoRuntimeError) throw damaged();
        throw error;
      }
      const bytes = Buffer.concat(read);
      if (sha256('sha256', bytes) !== hash) throw damaged();
      return bytes;
    },

    async sweep(tenant, before) {
      let gone = 0;
      for await (const { _id, paper } of uploads.find({ tenant, at: { $lt: before } })) {
        const found = await papers.findOne({ _id: paper, tenant }, { projection: { file: 1 } });
        if (found?.file.equals(_id)) await uploads.deleteMany({ _id });
        else {
          await drop(_id);
          gone += 1;
        }
      }
      return gone;
    },
  };
}
