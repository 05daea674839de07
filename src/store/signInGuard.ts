import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import type { SignInLimits } from '../config.js';
import type { SignInGuard } from '../people/ports.js';
import { collectionOf } from './connection.js';

interface Try {
  readonly _id: string;
}

export const signInTrySchema = new Schema(
  { _id: String, key: String, points: Number, expire: Date },
  { strict: 'throw', versionKey: false },
);
// serves the guard: what has expired goes by itself
signInTrySchema.index({ expire: -1 }, { expireAfterSeconds: 0 });

/**
 * The limiter's database, with its key as `_id`: of two first tries at once one is then told a duplicate key, which
 * the limiter knows how to take; a second unique index would answer differently from server to server.
 */
const keptById = (connection: Connection) => {
  const tries = collectionOf<Try>(connection, 'signInTries');
  type Where = { readonly key: string };
  const byId = ({ key, ...rest }: Where) => ({ _id: key, ...rest });
  return {
    collection: () => ({
      findOne: (where: Where) => tries.findOne(byId(where)),
      findOneAndUpdate: (where: Where, update: object, options: object) =>
        tries.findOneAndUpdate(byId(where), update, options),
      deleteOne: (where: Where) => tries.deleteOne(byId(where)),
    }),
  };
};

/** Names in keys are hashed: what somebody types as a username may be their password. */
const hashed = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Counts tries before they are checked, so that a hundred at once are not a hundred free guesses. */
export const createSignInGuard = (connection: Connection, limits: SignInLimits): SignInGuard => {
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterMongo({
      storeClient: keptById(connection),
      dbName: connection.name,
      tableName: 'signInTries',
      keyPrefix,
      points,
      duration: limits.window,
      blockDuration: limits.block,
      disableIndexesCreation: true,
    });
  const perUser = limiter('user', limits.perUserAndAddress);
  const perAddress = limiter('address', limits.perAddress);
  const userKey = ({ tenant, username, address }: { tenant: string; username: string; address: string }) =>
    hashed(`${tenant}/${username}/${address}`);

  return {
    admit: async (who) => {
      try {
        await perAddress.consume(hashed(who.address));
        await perUser.consume(userKey(who));
        return 0;
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
        throw refused;
      }
    },
    forgive: async (who) => {
      await Promise.all([perUser.delete(userKey(who)), perAddress.reward(hashed(who.address))]);
    },
  };
};
