import { hash } from 'node:crypto';
import { expect } from '@jest/globals';
import { type Db, MongoClient } from 'mongodb';

/** A database of this jest worker's own, on the server that `MONGODB_URI` names. */
export interface TestDatabase {
  readonly uri: string;
  /** Differs between workers and between runs, so that runs side by side do not meet. */
  readonly dbName: string;
  /** The driver's view of it; the connection is opened at the first use. */
  readonly db: () => Db;
  /** Removes every document and keeps collections and indexes: some 70 ms for fifteen collections. */
  readonly empty: () => Promise<void>;
  /** Closes this helper's own connection; the database goes with the run's end. */
  readonly close: () => Promise<void>;
}

/**
 * Names this worker's database; call it once per test file.
 * @param suffix tells two databases of one test file apart (two tenants' servers, a restored copy).
 * @throws when `MONGODB_URI` is not set: run the tests through `npm test`, or name a server yourself.
 */
export function testDatabase(suffix = ''): TestDatabase {
  const uri = process.env.MONGODB_URI;
  if (!uri)
    throw new Error('MONGODB_URI is not set: run `npm test -- <path>`, or name a server of your own.');

  // Servers tell names apart that differ in capitals only, and refuse the second; so each file has a mark of its own.
  const file = hash('sha256', expect.getState().testPath ?? '').slice(0, 6);
  const dbName = `${process.env.TOTRINH_TEST_PREFIX ?? 'totrinh_test_'}w${process.env.JEST_WORKER_ID ?? '1'}_${file}${suffix}`;
  let client: MongoClient | undefined;
  const db = () => (client ??= new MongoClient(uri, { serverSelectionTimeoutMS: 5_000 })).db(dbName);

  return {
    uri,
    dbName,
    db,
    empty: async () => {
      const collections = await db().listCollections({}, { nameOnly: true }).toArray();
      const [first, ...others] = collections
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('system.'));
      if (first === undefined) return;
      // Most hold nothing: which do is asked at once.
      const one = (name: string) => [{ $limit: 1 }, { $project: { _id: 0, name: { $literal: name } } }];
      const filled = await db()
        .collection(first)
        .aggregate<{ name: string }>([
          ...one(first),
          ...others.map((coll) => ({ $unionWith: { coll, pipeline: one(coll) } })),
        ])
        .toArray();
      await Promise.all(filled.map(({ name }) => db().collection(name).deleteMany({})));
    },
    close: async () => {
      await client?.close();
      client = undefined;
    },
  };
}
