import { MongoClient } from 'mongodb';

/** Drops what this run's workers left on the server; a run that needed no server leaves nothing. */
export default async function globalTeardown() {
  const uri = process.env.MONGODB_URI;
  const prefix = process.env.TOTRINH_TEST_PREFIX;
  if (!uri || !prefix) return;
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000 });
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
    const own = databases.filter(({ name }) => name.startsWith(prefix));
    for (const { name } of own) await client.db(name).dropDatabase();
  } catch {
    // A server that is gone takes its databases with it, and a test run is not judged by its sweeping.
  } finally {
    await client.close();
  }
}
