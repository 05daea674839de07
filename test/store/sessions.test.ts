import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionData, Store } from 'express-session';
import { calledBack } from '../../src/http/calledBack.js';
import { createSessionStore } from '../../src/store/sessions.js';
import { aDatabase } from '../builders/aDatabase.js';

describe('stored sessions', () => {
  const connection = aDatabase('Sessions');
  let moved = 0;
  let store: Store;
  beforeEach(() => {
    moved = 0;
    store = createSessionStore(connection(), { idle: 3600, anonymous: 60 }, () => Date.now() + moved * 1000);
  });

  const user = { tenant: 'canTho', username: 'officer', at: '', sessionsFrom: '' };
  const aSession = (more: Partial<SessionData> = {}) =>
    ({ cookie: { originalMaxAge: 1, path: '/' }, passport: { user }, ...more }) as SessionData;
  const put = (id: string, data: SessionData) => calledBack((done) => store.set(id, data, done));
  const end = (id: string) => calledBack((done) => store.destroy(id, done));
  const touch = (id: string, data: SessionData) =>
    calledBack((done) => store.touch?.(id, data, () => done()));
  const get = async (id: string) => {
    let found: SessionData | null | undefined;
    await calledBack((done) =>
      store.get(id, (error: unknown, stored) => {
        found = stored;
        done(error);
      }),
    );
    return found;
  };

  it('come back as they were, and are changed', async () => {
    await put('a', aSession());
    expect(await get('a')).toMatchObject({ passport: { user } });
    await put('a', aSession({ csrfToken: 'x' }));
    expect(await get('a')).toMatchObject({ csrfToken: 'x' });
    expect(await get('b')).toBeNull();
  });

  it('are over for good once they end, whatever is written at the same time', async () => {
    for (let round = 0; round < 60; round++) {
      const id = `r${round}`;
      await put(id, aSession());
      await Promise.all([
        touch(id, aSession()),
        put(id, aSession({ csrfToken: 'late' })),
        end(id),
        touch(id, aSession()),
        put(id, aSession({ csrfToken: 'later' })),
      ]);
      expect(await get(id)).toBeNull();
    }
  });

  it('do not come back by what a request still writes after the end', async () => {
    await put('a', aSession());
    await end('a');
    await put('a', aSession({ csrfToken: 'late' }));
    await touch('a', aSession());
    expect(await get('a')).toBeNull();
  });

  it('are over when their time has passed, though the server has not removed them', async () => {
    await put('a', aSession());
    moved = 3601;
    expect(await get('a')).toBeNull();
  });

  it('last longer by each request', async () => {
    await put('a', aSession());
    moved = 3000;
    await touch('a', (await get('a'))!);
    moved = 6000;
    expect(await get('a')).not.toBeNull();
  });

  it('of nobody yet are over sooner', async () => {
    await put('a', aSession({ passport: {} }));
    moved = 61;
    expect(await get('a')).toBeNull();
  });
});
