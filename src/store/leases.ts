import { randomUUID } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { collectionOf, insertOnce } from './connection.js';
import { databaseTime, type DatabaseTime } from './databaseClock.js';

interface LeaseDocument {
  /** What is leased, e.g. `sweep`. */
  readonly _id: string;
  /** Who holds it, while `until` has not gone by. */
  readonly token: string;
  readonly until: Date;
}

export const leaseSchema = new Schema(
  { _id: String, token: { type: String, required: true }, until: { type: Date, required: true } },
  { strict: 'throw', minimize: false, versionKey: false },
);

/** Work that one process does at a time, by the database's clock: how far apart the processes' own are is no matter. */
export interface Leases {
  /** @param ms until it runs out unless renewed. @returns the token of who holds it now, or null while another does. */
  take(name: string, ms: number): Promise<string | null>;
  /** @returns whether it is still this token's. */
  renew(name: string, token: string, ms: number): Promise<boolean>;
  /** Lets another take it at once. */
  giveBack(name: string, token: string): Promise<void>;
  /**
   * Works under a lease that is renewed meanwhile, and given back at the end.
   * @param work is told whether the lease still is held: where it is not, another may have begun
   * @returns what the work returns; null where another holds the lease
   */
  hold<T>(name: string, ms: number, work: (held: () => boolean) => Promise<T>): Promise<T | null>;
}

export function leaseStore(connection: Connection, now: DatabaseTime = databaseTime(connection)): Leases {
  const leases = collectionOf<LeaseDocument>(connection, 'leases');

  const take: Leases['take'] = async (name, ms) => {
    const token = randomUUID();
    const taken = async () => {
      const at = await now();
      const { matchedCount } = await leases.updateOne(
        { _id: name, until: { $lte: new Date(at) } },
        { $set: { token, until: new Date(at + ms) } },
      );
      return matchedCount === 1;
    };
    if (await taken()) return token;
    // It may never have been there: then it is put there as one that ran out, and whoever is first takes it.
    const fresh = await insertOnce(leases, { _id: name, token: '', until: new Date(0) });
    return fresh && (await taken()) ? token : null;
  };

  const renew: Leases['renew'] = async (name, token, ms) => {
    const until = new Date((await now()) + ms);
    const { matchedCount } = await leases.updateOne({ _id: name, token }, { $set: { until } });
    return matchedCount === 1;
  };

  const giveBack: Leases['giveBack'] = async (name, token) => {
    await leases.updateOne({ _id: name, token }, { $set: { until: new Date(0) } });
  };

  return {
    take,
    renew,
    giveBack,

    async hold(name, ms, work) {
      const token = await take(name, ms);
      if (token === null) return null;
      let held = true;
      const keep = () =>
        renew(name, token, ms).then(
          (still) => (held &&= still),
          // Whether it still is ours nobody can say; the next look at the database will.
          () => (held = false),
        );
      const timer = setInterval(() => void keep(), ms / 3);
      try {
        return await work(() => held);
      } finally {
        clearInterval(timer);
        await giveBack(name, token);
      }
    },
  };
}
