import type { Connection } from 'mongoose';

/** Milliseconds since 1970 by the database's clock. */
export type DatabaseClock = () => Promise<number>;

/** How long a measurement counts, ms: a machine's steady clock does not stray in this time. */
const freshFor = 60_000;

/**
 * The database's clock (`$$NOW`), which decides between processes whose own clocks differ. It is asked once a minute;
 * in between the process counts on by its steady clock, which nobody sets. What is told never runs ahead of the
 * database (the answer's way counts as no time), so that nobody takes a lease before it has run out.
 */
export const databaseClock = (connection: Connection): DatabaseClock => {
  let measured: { readonly now: number; readonly at: number } | null = null;
  let measuring: Promise<void> | null = null;

  const measure = async () => {
    if (!connection.db) throw new Error('The database is not connected.');
    const [told] = await connection.db
      .aggregate<{ now: Date }>([{ $documents: [{}] }, { $project: { now: '$$NOW' } }])
      .toArray();
    if (!told) throw new Error('The database does not tell the time.');
    measured = { now: told.now.getTime(), at: performance.now() };
  };

  return async () => {
    if (!measured || performance.now() - measured.at > freshFor)
      await (measuring ??= measure().finally(() => (measuring = null)));
    return Math.floor(measured!.now + (performance.now() - measured!.at));
  };
};
