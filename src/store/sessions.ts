import session, { type SessionData, type Store } from 'express-session';
import { Schema, type Connection } from 'mongoose';
import { collectionOf, insertOnce } from './connection.js';

interface StoredSession {
  readonly _id: string;
  /** JSON; empty once it has ended. */
  readonly session: string;
  readonly ended: boolean;
  readonly expires: Date;
}

declare module 'express-session' {
  interface SessionData {
    /** Until when it is stored to live, ms; told by the store. */
    until?: number;
  }
}

export const sessionSchema = new Schema<StoredSession>(
  { _id: String, session: String, ended: Boolean, expires: Date },
  { strict: 'throw', versionKey: false },
);
// serves nothing that is asked: what has expired goes by itself
sessionSchema.index({ expires: 1 }, { expireAfterSeconds: 0 });

/** How long it is remembered that a session has ended: longer than any request of it runs, s. */
const remembered = 3600;
/** A session's end is put off at most this often, s. */
const putOffEvery = 300;

type Done<T = void> = (error: unknown, found?: T) => void;

/**
 * Sessions in the database, so that any process can serve any request and an ended one is ended everywhere. One that
 * ends is marked, not deleted: DocumentDB may lose a delete that races a write, and a request that is still on its way
 * would store it again.
 * @param times after which a session without a request is over, s: of somebody, and of nobody yet
 * @param now the moment, ms
 */
export const createSessionStore = (
  connection: Connection,
  { idle, anonymous }: { readonly idle: number; readonly anonymous: number },
  now: () => number = Date.now,
): Store => {
  const sessions = collectionOf<StoredSession>(connection, 'sessions');
  const untilOf = ({ passport }: SessionData) => new Date(now() + (passport?.user ? idle : anonymous) * 1000);

  const find = async (_id: string): Promise<SessionData | null> => {
    const found = await sessions.findOne({ _id, ended: false, expires: { $gt: new Date(now()) } });
    if (!found) return null;
    return { ...(JSON.parse(found.session) as SessionData), until: found.expires.getTime() };
  };

  /** Changes it while it lives, or stores a new one. What a request still writes after the end is dropped. */
  const save = async (_id: string, { until: _until, ...data }: SessionData): Promise<void> => {
    const kept = { session: JSON.stringify(data), expires: untilOf(data) };
    const change = () => sessions.updateOne({ _id, ended: false }, { $set: kept });
    if ((await change()).matchedCount === 1) return;
    if (await insertOnce<StoredSession>(sessions, { _id, ended: false, ...kept })) return;
    await change();
  };

  const end = async (_id: string): Promise<void> => {
    const expires = new Date(now() + remembered * 1000);
    await sessions.updateOne({ _id, ended: false }, { $set: { ended: true, session: '', expires } });
  };

  const putOff = async (_id: string, data: SessionData): Promise<void> => {
    const expires = untilOf(data);
    if (expires.getTime() - (data.until ?? 0) < putOffEvery * 1000) return;
    await sessions.updateOne({ _id, ended: false }, { $set: { expires } });
  };

  const tell = <T>(work: Promise<T>, done: Done<T> | undefined): void => {
    work.then(
      (found) => done?.(null, found),
      (error: unknown) => done?.(error),
    );
  };
  return new (class extends session.Store {
    override get(id: string, done: Done<SessionData | null>) {
      tell(find(id), done);
    }
    override set(id: string, data: SessionData, done?: Done) {
      tell(save(id, data), done);
    }
    override destroy(id: string, done?: Done) {
      tell(end(id), done);
    }
    override touch(id: string, data: SessionData, done?: Done) {
      tell(putOff(id, data), done);
    }
  })();
};
