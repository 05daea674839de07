import { Umzug, type UmzugStorage } from 'umzug';
import type { Connection } from 'mongoose';
import { collectionOf, isDuplicate } from '../connection.js';
import { createIndexes } from '../collections.js';

interface Done {
  /** Name of the migration. */
  readonly _id: string;
  readonly at: Date;
}

/** In order of their names. One that was released is never changed: what comes later is a new one. */
const migrations: readonly { name: string; up: (connection: Connection) => Promise<void> }[] = [
  { name: '001-collections-and-indexes', up: createIndexes },
];

/** Which migrations ran; by `_id`, so that two processes that start at once cannot write one down twice. */
function storageIn(connection: Connection): UmzugStorage {
  const done = collectionOf<Done>(connection, 'migrations');
  return {
    async logMigration({ name }) {
      try {
        await done.insertOne({ _id: name, at: new Date() });
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    },
    async unlogMigration({ name }) {
      await done.deleteOne({ _id: name });
    },
    async executed() {
      return (await done.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    },
  };
}

function umzugOf(connection: Connection) {
  return new Umzug({
    migrations: migrations.map(({ name, up }) => ({ name, up: () => up(connection) })),
    storage: storageIn(connection),
    logger: undefined,
  });
}

/** Brings the database to what this program needs; harmless when repeated. @returns the names of what ran. */
export async function migrate(connection: Connection): Promise<string[]> {
  return (await umzugOf(connection).up()).map(({ name }) => name);
}

/** The names of what `migrate` would run. */
export async function pendingMigrations(connection: Connection): Promise<string[]> {
  return (await umzugOf(connection).pending()).map(({ name }) => name);
}
