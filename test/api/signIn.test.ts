import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { testDatabase } from '../setup/database.js';
import { aCity, aUser, password, type City } from './city.js';

const database = testDatabase('SignIn');
let city: City;

beforeAll(async () => {
  city = await aCity(database);
});
beforeEach(async () => {
  await database.empty();
  await city.populate();
});
afterAll(async () => {
  await city.close();
  await database.close();
});

const tries = (username: string, typed: string) =>
  request(city.app).post('/api/v1/session').send({ username, password: typed });

describe('signing in', () => {
  it('tells who one is and gives a session of one’s own', async () => {
    const { get } = await city.signIn('officer');
    const { status, body } = await get('/me');
    expect(status).toBe(200);
    expect(body).toMatchObject({ tenant: 'canTho', username: 'officer', agency: 'SYT', roles: ['officer'] });
    expect(body.csrfToken).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives a cookie that scripts cannot read and other sites do not send', async () => {
    const { headers } = await tries('officer', password);
    const [cookie] = headers['set-cookie'] as unknown as string[];
    expect(cookie).toMatch(/^totrinh\.sid=/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
  });

  it('takes capitals and accents typed in another normal form', async () => {
    expect((await tries('OFFICER', password.normalize('NFD'))).status).toBe(200);
  });

  it('answers a wrong password, an unknown user and a closed account alike', async () => {
    await city.stores.users.create(await aUser('gone', { disabled: true }));
    const answers = [
      await tries('officer', 'sai'),
      await tries('nobody', password),
      await tries('gone', password),
    ];
    expect(answers.map(({ status, body }) => ({ status, code: body.code, detail: body.detail }))).toEqual(
      Array(3).fill({
        status: 401,
        code: 'SIGN_IN_FAILED',
        detail: expect.stringContaining('mật khẩu không đúng'),
      }),
    );
  });

  it('works as hard for an unknown user as for a wrong password', async () => {
    await tries('nobody', password); // the first one makes the hash that nobody has
    const cost = async (username: string) => {
      const before = process.cpuUsage();
      await tries(username, 'sai');
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let n = 0; n < 4; n++) {
      known.push(await cost('officer'));
      unknown.push(await cost(`nobody${n}`));
    }
    // One argon2 costs some 20 ms; without it the answer would cost a fraction.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 2);
  });

  it('closes after five wrong tries, also to the right password, but not to others', async () => {
    for (let n = 0; n < 5; n++) expect((await tries('officer', 'sai')).status).toBe(401);
    const { status, body, headers } = await tries('officer', password);
    expect({ status, code: body.code }).toEqual({ status: 429, code: 'TOO_MANY_TRIES' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await tries('head', password)).status).toBe(200);
  });

  it('lets no more than five of twenty tries at once be checked', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => tries('officer', 'sai')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it('forgets wrong tries after a right one', async () => {
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 3; n++) await tries('officer', 'sai');
      expect((await tries('officer', password)).status).toBe(200);
    }
  });

  it('gives a new session each time, so that a planted one is worth nothing', async () => {
    const agent = request.agent(city.app);
    const sid = (cookies: unknown) => (cookies as string[])[0]!.split(';')[0];
    const first = await agent.post('/api/v1/session').send({ username: 'officer', password });
    const second = await agent.post('/api/v1/session').send({ username: 'officer', password });
    expect(sid(second.headers['set-cookie'])).not.toBe(sid(first.headers['set-cookie']));
  });
});

describe('a session', () => {
  it('changes nothing without its proof against forgery, or with another session’s', async () => {
    const own = await city.signIn('officer');
    const other = await city.signIn('officer');
    const without = await own.agent.delete('/api/v1/session');
    const foreign = await own.agent.delete('/api/v1/session').set(other.proof);
    expect([without.body.code, foreign.body.code]).toEqual(['CSRF_TOKEN_INVALID', 'CSRF_TOKEN_INVALID']);
    expect((await own.get('/me')).status).toBe(200);
    expect((await own.delete('/session')).status).toBe(204);
    expect((await own.get('/me')).body.code).toBe('SIGN_IN_REQUIRED');
  });

  it('ends everywhere at once', async () => {
    const here = await city.signIn('officer');
    const there = await city.signIn('officer');
    const other = await city.signIn('head');
    expect((await here.delete('/sessions')).status).toBe(204);
    expect((await there.get('/me')).status).toBe(401);
    expect((await here.get('/me')).status).toBe(401);
    expect((await other.get('/me')).status).toBe(200);
    const again = await city.signIn('officer');
    expect((await again.get('/me')).status).toBe(200);
  });

  it('ends when its user is closed', async () => {
    const { get } = await city.signIn('officer');
    await city.stores.users.change('canTho', 'officer', { disabled: true });
    expect((await get('/me')).status).toBe(401);
  });
});

describe('a temporary password', () => {
  beforeEach(async () => {
    await city.stores.users.change('canTho', 'officer', { mustChange: true });
  });

  it('opens nothing but its own change', async () => {
    const { get, put } = await city.signIn('officer');
    expect((await get('/me')).body.mustChangePassword).toBe(true);
    expect((await get('/rounds')).body.code).toBe('PASSWORD_CHANGE_REQUIRED');
    expect((await get('/me/tokens')).body.code).toBe('PASSWORD_CHANGE_REQUIRED');
    const changed = await put('/me/password', {
      currentPassword: password,
      newPassword: 'Một câu khác hẳn 1975',
    });
    expect(changed.status).toBe(200);
    expect((await get('/rounds')).status).toBe(200);
    expect((await tries('officer', password)).status).toBe(401);
    expect((await tries('officer', 'Một câu khác hẳn 1975')).status).toBe(200);
  });

  it('ends the other sessions when it is changed', async () => {
    const other = await city.signIn('officer');
    const own = await city.signIn('officer');
    await own.put('/me/password', { currentPassword: password, newPassword: 'Một câu khác hẳn 1975' });
    expect((await other.get('/me')).status).toBe(401);
    expect((await own.get('/me')).status).toBe(200);
  });
});

describe('a new password', () => {
  it.each([
    ['short', 'ngắn quá', 'password.short'],
    ['one with the user name', 'officer Cần Thơ 2025', 'password.username'],
    ['one that everybody tries', 'Mật-khẩu-123456', 'password.common'],
    ['one letter again and again', 'aaaaaaaaaaaaaaaa', 'password.common'],
    ['the old one', password, 'password.same'],
  ])('is not %s', async (_, newPassword, code) => {
    const { put } = await city.signIn('officer');
    const { status, body, text } = await put('/me/password', { currentPassword: password, newPassword });
    expect(status).toBe(400);
    expect(body.faults).toEqual([expect.objectContaining({ path: 'newPassword', code })]);
    expect(text).not.toContain(newPassword);
  });

  it('needs the old one', async () => {
    const { put } = await city.signIn('officer');
    const { body } = await put('/me/password', {
      currentPassword: 'sai',
      newPassword: 'Một câu khác hẳn 1975',
    });
    expect(body.faults).toEqual([
      expect.objectContaining({ path: 'currentPassword', code: 'password.wrong' }),
    ]);
  });
});

describe('the record of who came in', () => {
  it('names whoever is known, and nobody else', async () => {
    await tries('officer', 'sai');
    await tries('my-secret-typed-here', 'sai');
    await city.signIn('officer');
    const { get } = await city.signIn('auditor');
    const { body } = await get('/accessEvents');
    const came = body.items.filter(({ change }: { change: unknown }) => change === null);
    expect(came.map(({ act, by, about }: Record<string, unknown>) => ({ act, by, about }))).toEqual([
      { act: 'signedIn', by: 'auditor', about: null },
      { act: 'signedIn', by: 'officer', about: null },
      { act: 'signInFailed', by: null, about: null },
      { act: 'signInFailed', by: null, about: 'officer' },
    ]);
  });

  it('is kept out of the log: no name, password, cookie or address of anybody', async () => {
    city.logLines.length = 0;
    const { get } = await city.signIn('officer');
    await tries('officer', 'a wrong password');
    expect((await get('/me?secret=in-the-query')).status).toBe(400);
    await get('/me');
    const logged = city.logLines.join('');
    expect(city.logLines).toHaveLength(4);
    for (const secret of [
      'officer',
      password,
      'a wrong password',
      'totrinh.sid',
      'in-the-query',
      '127.0.0.1',
    ]) {
      expect(logged).not.toContain(secret);
    }
    expect(JSON.parse(city.logLines[3]!)).toMatchObject({
      route: '/api/v1/me',
      req: { method: 'GET' },
      res: { status: 200 },
    });
  });
});
