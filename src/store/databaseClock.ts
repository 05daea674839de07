import type { Connection } from 'mongoose';
import type { Clock } from '../engine/ports.js';

/** Milliseconds since 1970 by the database's clock. */
export type DatabaseTime = () => Promise<number>;

/** How long a look counts, ms: a machine's steady clock does not stray in this time. */
const freshFor = 60_000;

/** How often the clock is set by the database's, in milliseconds. */
const setEvery = 30_000;

/**
 * What the process's steady count of time must be added to. What follows from it never runs ahead of the database: the
 * answer's way counts as no time.
 */
const look = async (connection: Connection): Promise<number> => {
  if (!connection.db) throw new Error('The database is not connected.');
  const [told] = await connection.db
    .aggregate<{ now: Date }>([{ $documents: [{}] }, { $project: { now: '$$NOW' } }])
    .toArray();
  if (!told) throw new Error('The database does not tell the time.');
  return told.now.getTime() - performance.now();
};

/**
 * The database's time (`$$NOW`), which decides between processes whose own clocks differ: leases, pauses, ages. It is
 * looked at once a minute when asked for; in between the process counts on. Never ahead, so that nobody takes a lease
 * before it has run out.
 */
export const databaseTime = (connection: Connection): DatabaseTime => {
  let looked: { readonly base: number; readonly at: number } | null = null;
  let looking: Promise<void> | null = null;
  const again = async () => {
    looked = { base: await look(connection), at: performance.now() };
  };
  return async () => {
    if (!looked || performance.now() - looked.at > freshFor)
      await (looking ??= again().finally(() => (looking = null)));
    return Math.floor(looked!.base + performance.now());
  };
};

/**
 * The clock by which a city dates: the database's, carried on between two looks by the process's own count of time,
 * which nobody sets, so that all processes date alike however far apart the clocks of their machines are. Unreachable,
 * the database is asked again later and the count goes on.
 */
export async function databaseClock(connection: Connection): Promise<Clock & { stop(): void }> {
  let base = await look(connection);
  const set = async () => {
    base = await look(connection);
  };
  const timer = setInterval(() => void set().catch(() => {}), setEvery).unref();
  return {
    set: false,
    now: () => new Date(base + performance.now()).toISOString(),
    stop: () => clearInterval(timer),
  };
}
