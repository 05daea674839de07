import type { Connection } from 'mongoose';
import { collectionOf } from '../../src/store/connection.js';
import { schemas } from '../../src/store/collections.js';

interface Document {
  readonly _id: string;
}

/** Moments that are stored as milliseconds. */
const counted: Readonly<Record<string, readonly string[]>> = {
  cases: ['lease.until'],
  intents: ['nextAt', 'doneAt'],
};

const datesOf = (name: string): string[] =>
  Object.entries(schemas[name]?.paths ?? {})
    .filter(([, { instance }]) => instance === 'Date')
    .map(([path]) => path);

const earlier = (moment: string, ms: number) => new Date(Date.parse(moment) - ms).toISOString();

/**
 * Lets time pass for everything that goes by the clock of a machine or of the database: what is stored becomes so much
 * older. Dates of papers and steps are the city's, whose clock the test sets itself.
 * @param ms how much time has passed
 */
export const age = async (connection: Connection, ms: number): Promise<void> => {
  for (const name of Object.keys(schemas))
    for (const field of [...datesOf(name), ...(counted[name] ?? [])])
      await collectionOf<Document>(connection, name).updateMany({ [field]: { $exists: true } }, [
        { $set: { [field]: { $subtract: [`$${field}`, ms] } } },
      ]);

  const tokens = collectionOf<Document & { expiresAt: string }>(connection, 'tokens');
  for (const { _id, expiresAt } of await tokens.find().toArray())
    await tokens.updateOne({ _id }, { $set: { expiresAt: earlier(expiresAt, ms) } });

  const sessions = collectionOf<Document & { session: string }>(connection, 'sessions');
  const standing = await sessions.find({ ended: false }, { batchSize: 1_000 }).toArray();
  const aged = standing.map(({ _id, session }) => ({
    updateOne: {
      filter: { _id, ended: false },
      update: {
        $set: { session: session.replace(/"at":"([^"]+)"/, (_, at: string) => `"at":"${earlier(at, ms)}"`) },
      },
    },
  }));
  if (aged.length > 0) await sessions.bulkWrite(aged, { ordered: false });
};
