import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { SignInLimits } from '../config.js';
import type { SignInGuard, SignInTry } from '../people/ports.js';
import { collectionOf, insertOnce } from './connection.js';

interface Tries {
  readonly _id: string;
  readonly tries: number;
  /** When they no longer count. */
  readonly expire: Date;
}

export const signInTrySchema = new Schema<Tries>(
  { _id: String, tries: Number, expire: Date },
  { strict: 'throw', versionKey: false },
);
// serves nothing that is asked: what has expired goes by itself, some time after it no longer counts
signInTrySchema.index({ expire: 1 }, { expireAfterSeconds: 0 });

/** Names in keys are hashed: what somebody types as a username may be their password. */
const keyOf = (kind: string, ...parts: readonly string[]) =>
  `${kind}:${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}`;

/** How many times its limit an address may try before no stranger is let through from there. */
const closedAt = 10;

/**
 * Counts tries before they are checked, so that a hundred at once are not a hundred free guesses.
 *
 * A browser in which this user has signed in before is counted by itself. Strangers are counted by user and address,
 * by user over all addresses, and by address. An address beyond its limit is not closed but narrowed: each user has
 * one try from there, so that whoever knows their password comes in, whatever their neighbours do.
 * @param now the moment, ms
 */
export const createSignInGuard = (
  connection: Connection,
  limits: SignInLimits,
  now: () => number = Date.now,
): SignInGuard => {
  const counted = collectionOf<Tries>(connection, 'signInTries');
  const after = (seconds: number) => new Date(now() + seconds * 1000);

  /** One more; what has expired begins anew. No upsert: see the decisions on the database in src/README.md. */
  const count = async (_id: string): Promise<Tries> => {
    for (;;) {
      const at = new Date(now());
      const anew = { tries: 1, expire: after(limits.window) };
      const found =
        (await counted.findOneAndUpdate(
          { _id, expire: { $gt: at } },
          { $inc: { tries: 1 } },
          { returnDocument: 'after' },
        )) ??
        (await counted.findOneAndUpdate(
          { _id, expire: { $lte: at } },
          { $set: anew },
          { returnDocument: 'after' },
        ));
      if (found) return found;
      if (await insertOnce<Tries>(counted, { _id, ...anew })) return { _id, ...anew };
    }
  };

  /** @returns seconds to wait when one more is beyond the limit; the first that is closes the key for a while */
  const beyond = async ({ _id, tries, expire }: Tries, limit: number): Promise<number> => {
    if (tries <= limit) return 0;
    const until = tries === limit + 1 ? after(limits.block) : expire;
    if (until !== expire)
      await counted.updateOne({ _id, tries: { $gt: limit } }, { $set: { expire: until } });
    return Math.max(1, Math.ceil((until.getTime() - now()) / 1000));
  };

  const browserKey = ({ tenant, username, browser }: SignInTry) =>
    keyOf('browser', tenant, username, browser ?? '');
  const addressKey = ({ address }: SignInTry) => keyOf('address', address);
  const hereKey = ({ tenant, username, address }: SignInTry) => keyOf('here', tenant, username, address);
  const accountKey = ({ tenant, username }: SignInTry) => keyOf('account', tenant, username);

  const takeBack = (_id: string) => counted.updateOne({ _id, tries: { $gt: 0 } }, { $inc: { tries: -1 } });
  const forget = (_id: string) => counted.updateOne({ _id }, { $set: { tries: 0 } });

  return {
    admit: async (who) => {
      if (who.browser !== null) return beyond(await count(browserKey(who)), limits.perUserAndAddress);
      const address = await count(addressKey(who));
      const closed = await beyond(address, closedAt * limits.perAddress);
      if (closed > 0) return closed;
      const narrowed = address.tries > limits.perAddress;
      const here = await beyond(await count(hereKey(who)), narrowed ? 1 : limits.perUserAndAddress);
      return here > 0 ? here : beyond(await count(accountKey(who)), limits.perAccount);
    },
    forgive: async (who) => {
      if (who.browser !== null) await forget(browserKey(who));
      else await Promise.all([forget(hereKey(who)), takeBack(accountKey(who)), takeBack(addressKey(who))]);
    },
  };
};
