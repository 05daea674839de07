import type { Connection } from 'mongoose';
import { collectionOf, insertOnce } from '../connection.js';
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

const doneIn = (connection: Connection) => collectionOf<Done>(connection, 'migrations');

const pending = async (connection: Connection) => {
  const done = new Set((await doneIn(connection).find().toArray()).map(({ _id }) => _id));
  return migrations.filter(({ name }) => !done.has(name));
};

/** Brings the database to what this program needs; harmless when repeated. @returns the names of what ran. */
export async function migrate(connection: Connection): Promise<string[]> {
  const ran: string[] = [];
  for (const { name, up } of await pending(connection)) {
    await up(connection);
    // By `_id`, so that two processes that start at once do not write one down twice.
    await insertOnce<Done>(doneIn(connection), { _id: name, at: new Date() });
    ran.push(name);
  }
  return ran;
}

/** The names of what `migrate` would run. */
export const pendingMigrations = async (connection: Connection): Promise<string[]> =>
  (await pending(connection)).map(({ name }) => name);
