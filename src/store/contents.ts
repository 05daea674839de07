import { hash } from 'node:crypto';
import { Binary } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import type { Hash } from '../../workflows/vocabulary.js';
import { canonical } from '../engine/journal.js';
import type { ContentStore } from '../engine/ports.js';
import type { CaseDocument } from './cases.js';
import { collectionOf, insertOrUpdate, keyOf } from './connection.js';
import { Damaged } from './damaged.js';
import { guarded } from './faults.js';
import { hashesIn } from './hashesIn.js';

/** The canonical bytes themselves, so that the hash can be taken over what comes back; `_id` is `<tenant>/<hash>`. */
export interface ContentDocument {
  readonly _id: string;
  readonly tenant: string;
  /** When it was put last: what nobody names may go a day after. */
  readonly at: Date;
  /** Bytes in all. */
  readonly size: number;
  readonly bytes?: Binary;
  /** For a large content: how many pieces `<tenant>/<hash>/<n>` there are. */
  readonly chunks?: number;
  /** An entry or an intent names it. */
  readonly named?: true;
}

interface ChunkDocument {
  readonly _id: string;
  readonly tenant: string;
  readonly at: Date;
  readonly bytes: Binary;
}

/** Bytes that fit in one document; larger contents are a manifest with pieces of this size. */
const chunkBytes = 1_000_000;

export const contentSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    at: Date,
    size: Number,
    bytes: Buffer,
    chunks: Number,
    named: Boolean,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves contents.sweep: what was put a while ago and is named by nothing
contentSchema.index({ tenant: 1, named: 1, at: 1 });

export const contentChunkSchema = new Schema(
  { _id: String, tenant: { type: String, required: true }, at: Date, bytes: Buffer },
  { strict: 'throw', minimize: false, versionKey: false },
);

/** Contents, and what the relay and the sweep do with them. */
export interface Contents extends ContentStore {
  /** Marks contents as named by an entry or an intent; hashes that name no content do not matter. */
  name(tenant: string, hashes: readonly Hash[]): Promise<void>;
  /** Removes what nothing names and nobody has put since `before`. @returns how many went. */
  sweep(tenant: string, before: Date): Promise<number>;
}

export function contentStore(connection: Connection): Contents {
  const contents = collectionOf<ContentDocument>(connection, 'contents');
  const chunks = collectionOf<ChunkDocument>(connection, 'contentChunks');
  const cases = collectionOf<CaseDocument>(connection, 'cases');

  /** What cases still owe names contents that the relay has not marked yet: it marks before it files away. */
  async function owedNames(tenant: string): Promise<ReadonlySet<Hash>> {
    const names = new Set<Hash>();
    for await (const { owed } of cases.find({ tenant, owes: true }, { projection: { owed: 1 } }))
      for (const sum of hashesIn(owed)) names.add(sum);
    return names;
  }

  /** Pieces first, so that a manifest is only ever seen whole. */
  async function putChunks(tenant: string, key: string, bytes: Buffer): Promise<number> {
    const count = Math.ceil(bytes.length / chunkBytes);
    for (let n = 0; n < count; n += 1) {
      const piece = new Binary(bytes.subarray(n * chunkBytes, (n + 1) * chunkBytes));
      const _id = keyOf(key, n);
      const at = new Date();
      await insertOrUpdate(chunks, { _id, tenant, at, bytes: piece }, { $set: { at } });
    }
    return count;
  }

  return {
    async put(tenant, body) {
      const bytes = Buffer.from(canonical(body));
      const sum = hash('sha256', bytes);
      const key = keyOf(tenant, sum);
      const whole = bytes.length <= chunkBytes;
      const held = whole ? { bytes: new Binary(bytes) } : { chunks: await putChunks(tenant, key, bytes) };
      const at = new Date();
      await guarded('contents.put', () =>
        insertOrUpdate(contents, { _id: key, tenant, at, size: bytes.length, ...held }, { $set: { at } }),
      );
      return sum;
    },

    async get<T>(tenant: string, sum: Hash) {
      const key = keyOf(tenant, sum);
      const found = await contents.findOne({ _id: key, tenant }, { promoteBuffers: true });
      if (!found) throw new Damaged('content', key, 'missing');
      const pieces = found.bytes
        ? [found.bytes]
        : await Promise.all(
            Array.from({ length: found.chunks ?? 0 }, async (_, n) => {
              const piece = await chunks.findOne({ _id: keyOf(key, n), tenant }, { promoteBuffers: true });
              if (!piece) throw new Damaged('content', key, 'damaged');
              return piece.bytes;
            }),
          );
      const bytes = Buffer.concat(pieces as unknown as Buffer[]);
      if (hash('sha256', bytes) !== sum) throw new Damaged('content', key, 'damaged');
      return JSON.parse(bytes.toString()) as T;
    },

    async name(tenant, hashes) {
      if (hashes.length === 0) return;
      await guarded('contents.name', () =>
        contents.updateMany(
          { _id: { $in: hashes.map((sum) => keyOf(tenant, sum)) }, named: { $exists: false } },
          { $set: { named: true } },
        ),
      );
    },

    async sweep(tenant, before) {
      const owed = await owedNames(tenant);
      const unnamed = { tenant, named: { $exists: false }, at: { $lt: before } };
      let gone = 0;
      for await (const { _id, chunks: count = 0 } of contents.find(unnamed, { projection: { chunks: 1 } })) {
        const sum = _id.slice(tenant.length + 1);
        if (owed.has(sum)) continue;
        if (await cases.findOne({ tenant, content: sum }, { projection: { _id: 1 } })) continue;
        const { deletedCount } = await contents.deleteOne({ _id, ...unnamed });
        if (deletedCount === 0) continue;
        gone += 1;
        // A piece that was put again just now belongs to somebody who is about to write the manifest.
        for (let n = 0; n < count; n += 1)
          await chunks.deleteOne({ _id: keyOf(_id, n), at: { $lt: before } });
      }
      return gone;
    },
  };
}
