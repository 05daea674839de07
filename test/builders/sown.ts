import type { Db } from 'mongodb';
import type { Connection } from 'mongoose';

/** Where it is noted that all of it was kept. */
const whole = 'sownWhole';

const copy = async (from: Db, to: Db): Promise<void> => {
  const collections = await from.listCollections({}, { nameOnly: true }).toArray();
  await Promise.all(
    collections.map(async ({ name }) => {
      // What was migrated is so in both already.
      if (name === whole || name === 'migrations') return;
      const documents = await from.collection(name).find().toArray();
      if (documents.length > 0) await to.collection(name).insertMany(documents);
    }),
  );
};

/**
 * Fills an empty database as `sow` does. What it made is kept beside, for this worker and this run, and copied from
 * there the next time: an account for every role of every agency takes 1,500 commands, to copy them 20.
 */
export const sown = async (connection: Connection, sow: () => Promise<unknown>): Promise<void> => {
  const { TOTRINH_TEST_PREFIX: run = 'totrinh_test_', JEST_WORKER_ID: worker = '1' } = process.env;
  const kept = connection.getClient().db(`${run}w${worker}_sown`);
  const noted = kept.collection<{ _id: string }>(whole);
  if (await noted.findOne({ _id: run })) return copy(kept, connection.db!);
  await sow();
  await kept.dropDatabase();
  await copy(connection.db!, kept);
  await noted.insertOne({ _id: run });
};
