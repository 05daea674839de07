import mongoose, { type Connection } from 'mongoose';
import type { Collection, Document } from 'mongodb';

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

/** How a key is written: the tenant first, so that everything shards by it. */
export const keyOf = (tenant: string, ...rest: readonly (string | number)[]): string =>
  [tenant, ...rest].join('/');
