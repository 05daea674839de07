import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { RateLimiterMongo, RateLimiterRes } from 'rate-limiter-flexible';
import type { SignInLimits } from '../config.js';
import type { SignInGuard } from '../people/ports.js';

/** Names in keys are hashed: what somebody types as a username may be their password. */
const hashed = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Counts tries before they are checked, so that a hundred at once are not a hundred free guesses. */
export const createSignInGuard = (connection: Connection, limits: SignInLimits): SignInGuard => {
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterMongo({
      storeClient: connection.getClient(),
      dbName: connection.name,
      tableName: 'signInTries',
      keyPrefix,
      points,
      duration: limits.window,
      blockDuration: limits.block,
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
