import type { Connection } from 'mongoose';
import { collectionOf, insertOnce } from './connection.js';

/** How long what has expired may stay before its removal counts as not running, ms; servers look each minute. */
const patience = 10 * 60_000;

/**
 * What a process asks of its database before it says that it is ready, and what it watches.
 * @param since when the process began: what expired before that, while the server stood still, is not held against it
 */
export const createReadiness = (connection: Connection, since = new Date()) => {
  const probes = collectionOf<{ _id: string; at: Date }>(connection, 'probes');
  const collections = [
    ['sessions', 'expires'],
    ['signInTries', 'expire'],
  ] as const;
  return {
    /** It answers, and takes a write: with a full disk it still answers. */
    database: async (): Promise<boolean> => {
      const at = new Date();
      const { matchedCount } = await probes.updateOne({ _id: 'readyz' }, { $set: { at } });
      if (matchedCount === 0) await insertOnce(probes, { _id: 'readyz', at });
      return true;
    },
    /** What has expired is removed: the server's own jobs run. Nothing that is answered rests on it, only the space. */
    expiry: async (): Promise<boolean> => {
      const before = new Date(Date.now() - patience);
      const left = await Promise.all(
        collections.map(([name, field]) =>
          collectionOf(connection, name).findOne({ [field]: { $gt: since, $lt: before } }),
        ),
      );
      return left.every((found) => found === null);
    },
  };
};
