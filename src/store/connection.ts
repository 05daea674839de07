import mongoose, { type Connection } from 'mongoose';
import type { Collection, Document, Filter, OptionalUnlessRequiredId, UpdateFilter } from 'mongodb';

/** How a process reaches its database. */
export interface ConnectOptions {
  readonly dbName?: string;
  /** Milliseconds until an unreachable server is told; the driver's own 30 s is longer than anybody waits. */
  readonly serverSelectionTimeoutMS?: number;
  readonly maxPoolSize?: number;
}

/**
 * Opens a connection of its own. Nothing that uses it needs a transaction, a change stream or a collation, so that
 * MongoDB and DocumentDB serve alike. @throws when no server answers in time.
 */
export async function connect(uri: string, options: ConnectOptions = {}): Promise<Connection> {
  const { dbName, serverSelectionTimeoutMS = 5_000, maxPoolSize = 20 } = options;
  return mongoose
    .createConnection(uri, {
      ...(dbName === undefined ? {} : { dbName }),
      serverSelectionTimeoutMS,
      maxPoolSize,
      // An absent field stays absent: hashes are taken over what comes back.
      ignoreUndefined: true,
      w: 'majority',
      autoIndex: false,
      autoCreate: false,
      bufferCommands: false,
    })
    .asPromise();
}

/** The driver's own collection: where a step passes, no schema is cast and no document hydrated. */
export function collectionOf<T extends Document>(connection: Connection, name: string): Collection<T> {
  if (!connection.db) throw new Error('The database is not connected.');
  return connection.db.collection<T>(name);
}

/** The server found the same key in an index already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 11000;

/**
 * Inserts unless there is one with this `_id`. Where two may be first, this stands in place of an upsert: on
 * DocumentDB the upserts of one `_id` that race each other may answer with a document that was never stored, and may
 * pass a condition that no longer holds.
 * @returns whether it was inserted.
 */
export async function insertOnce<T extends Document>(
  collection: Collection<T>,
  document: OptionalUnlessRequiredId<T>,
): Promise<boolean> {
  try {
    await collection.insertOne(document);
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/**
 * Inserts, or updates the one that is there. What is there may go between the two halves (a sweep takes what nobody
 * names), so both are looked at until one has happened.
 */
export async function insertOrUpdate<T extends Document>(
  collection: Collection<T>,
  document: OptionalUnlessRequiredId<T>,
  change: UpdateFilter<T>,
): Promise<void> {
  const { _id } = document as { _id: unknown };
  for (;;) {
    if (await insertOnce(collection, document)) return;
    const { matchedCount } = await collection.updateOne({ _id } as Filter<T>, change);
    if (matchedCount === 1) return;
  }
}

/** How a key is written: the tenant first, so that everything shards by it. */
export const keyOf = (tenant: string, ...rest: readonly (string | number)[]): string =>
  [tenant, ...rest].join('/');
