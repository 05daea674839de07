import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { demonstrationPassword } from '../../src/seed/demonstration.js';
import { testDatabase } from '../setup/database.js';
import { hashPassword } from '../../src/people/password.js';
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
    const cookies = headers['set-cookie'] as unknown as string[];
    expect(cookies.some((cookie) => cookie.startsWith('totrinh.sid='))).toBe(true);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/HttpOnly/);
      expect(cookie).toMatch(/SameSite=Lax/);
    }
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
    const sid = (cookies: unknown) =>
      (cookies as string[]).find((cookie) => cookie.startsWith('totrinh.sid='))!.split(';')[0];
    const first = await agent.post('/api/v1/session').send({ username: 'officer', password });
    const second = await agent.post('/api/v1/session').send({ username: 'officer', password });
    expect(sid(second.headers['set-cookie'])).not.toBe(sid(first.headers['set-cookie']));
  });
});

describe('what expires', () => {
  const later = testDatabase('SignInLater');
  let moved = 0;
  let town: City;
  beforeAll(async () => {
    town = await aCity(later, { now: () => Date.now() + moved * 1000 });
    await later.empty();
    await town.populate();
  });
  afterAll(async () => {
    await town.close();
    await later.close();
  });
  const at = (typed: string) =>
    request(town.app).post('/api/v1/session').send({ username: 'officer', password: typed });

  it('is over when its time has passed, though the server has not removed it', async () => {
    // Three windows one after another; each finds what the one before has left.
    for (let window = 0; window < 3; window++) {
      for (let n = 0; n < 5; n++) expect((await at('sai')).status).toBe(401);
      expect((await at(password)).status).toBe(429);
      moved += 901;
      expect((await at(password)).status).toBe(200);
      moved += 901;
    }
    const { get } = await town.signIn('officer');
    expect((await get('/me')).status).toBe(200);
    moved += 8 * 3600 + 1;
    expect((await get('/me')).status).toBe(401);
    expect((await at(password)).status).toBe(200);
  });
});

describe('one address', () => {
  it('does not lock out whoever knows their password, whatever it tried before', async () => {
    const crowd = testDatabase('SignInCrowd');
    const town = await aCity(crowd, { environment: { SIGN_IN_TRIES_PER_ADDRESS: '10' } });
    try {
      await crowd.empty();
      await town.populate();
      const at = (username: string, typed: string) =>
        request(town.app).post('/api/v1/session').send({ username, password: typed });
      for (let n = 0; n < 20; n++) await at(`nobody${n}`, 'sai');
      expect((await at('officer', password)).status).toBe(200);
      expect((await at('admin', password)).status).toBe(200);
      // Narrowed: one guess for each, not five.
      expect((await at('head', 'sai')).status).toBe(401);
      expect((await at('head', password)).status).toBe(429);
    } finally {
      await town.close();
      await crowd.close();
    }
  });

  it('does not close a browser in which somebody has signed in before', async () => {
    const { agent } = await city.signIn('officer');
    for (let n = 0; n < 8; n++) await tries('officer', 'sai');
    expect((await tries('officer', password)).status).toBe(429);
    const again = await agent.post('/api/v1/session').send({ username: 'officer', password });
    expect(again.status).toBe(200);
  });

  it('is not chosen by who does not come from the proxy', async () => {
    const proxied = testDatabase('SignInProxied');
    for (const [networks, own] of [
      ['10.0.0.0/8', 429],
      ['loopback', 401],
    ] as const) {
      const town = await aCity(proxied, { environment: { TRUST_PROXY: networks } });
      try {
        await proxied.empty();
        await town.populate();
        const statuses = [];
        for (let n = 0; n < 6; n++) {
          const answer = await request(town.app)
            .post('/api/v1/session')
            .set('X-Forwarded-For', `203.0.113.${n}`)
            .send({ username: 'officer', password: 'sai' });
          statuses.push(answer.status);
        }
        expect(statuses.at(-1)).toBe(own);
      } finally {
        await town.close();
      }
    }
    await proxied.close();
  });
});

describe('an account', () => {
  it('has a limit over all addresses, that browsers it knows do not meet', async () => {
    const many = testDatabase('SignInMany');
    const town = await aCity(many, {
      environment: { TRUST_PROXY: 'loopback', SIGN_IN_TRIES_PER_ACCOUNT: '10' },
    });
    try {
      await many.empty();
      await town.populate();
      const { agent } = await town.signIn('officer');
      const statuses = [];
      for (let n = 0; n < 12; n++) {
        const answer = await request(town.app)
          .post('/api/v1/session')
          .set('X-Forwarded-For', `203.0.113.${n}`)
          .send({ username: 'officer', password: 'sai' });
        statuses.push(answer.status);
      }
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.slice(10)).toEqual([429, 429]);
      const known = await agent.post('/api/v1/session').send({ username: 'officer', password });
      expect(known.status).toBe(200);
    } finally {
      await town.close();
      await many.close();
    }
  });
});

describe('a session', () => {
  it('is over once signed out, also while other requests of it run', async () => {
    for (let round = 0; round < 12; round++) {
      const { agent, get, proof } = await city.signIn('officer');
      // So old that each request puts its end off.
      await database
        .db()
        .collection('sessions')
        .updateMany({ ended: false }, { $set: { expires: new Date(Date.now() + 3_600_000) } });
      const [out] = await Promise.all([
        agent.delete('/api/v1/session').set(proof),
        ...Array.from({ length: 4 }, () => get('/me')),
      ]);
      expect(out.status).toBe(204);
      expect((await get('/me')).status).toBe(401);
    }
  });

  it('that cannot be stored is no sign-in', async () => {
    const set = city.sessions.set.bind(city.sessions);
    for (const failing of [1, 2]) {
      let calls = 0;
      city.sessions.set = (id, data, done) => {
        calls += 1;
        if (calls === failing) done?.(new Error('the disk is full'));
        else set(id, data, done);
      };
      try {
        expect((await tries('officer', password)).status).toBe(500);
      } finally {
        city.sessions.set = set;
      }
    }
    expect((await tries('officer', password)).status).toBe(200);
  });

  it('begun with a password that was reset meanwhile is none', async () => {
    const add = city.stores.access.add.bind(city.stores.access);
    const agent = request.agent(city.app);
    city.stores.access.add = async (event) => {
      if (event.act === 'signedIn')
        await city.stores.users.change('canTho', 'officer', { sessionsFrom: new Date().toISOString() });
      return add(event);
    };
    try {
      await agent.post('/api/v1/session').send({ username: 'officer', password });
    } finally {
      city.stores.access.add = add;
    }
    expect((await agent.get('/api/v1/me')).status).toBe(401);
  });

  it('opens its own city only, under whichever name it is asked', async () => {
    await city.stores.tenants.save({ id: 'hue', name: 'Huế', place: 'Huế', hosts: ['hue.example'] });
    const { headers } = await request(city.app)
      .post('/api/v1/session')
      .send({ tenant: 'canTho', username: 'officer', password });
    const cookie = (headers['set-cookie'] as unknown as string[]).map((set) => set.split(';')[0]).join('; ');
    const under = (host: string) =>
      request(city.app).get('/api/v1/me').set('Cookie', cookie).set('Host', host);
    expect((await under('elsewhere.example')).status).toBe(200);
    expect((await under('hue.example')).status).toBe(401);
  });

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

describe('a closed account', () => {
  it('that is opened again has none of its sessions', async () => {
    const { get } = await city.signIn('officer');
    const administrator = await city.signIn('admin');
    const wish = {
      name: 'Người officer',
      agency: 'SYT',
      roles: ['officer'],
      auditor: false,
      administrator: false,
    };
    for (const disabled of [true, false]) {
      const { rev } = (await administrator.get('/users/officer')).body as { rev: number };
      expect((await administrator.set('/users/officer', rev, { ...wish, disabled })).status).toBe(200);
    }
    expect((await get('/me')).status).toBe(401);
    expect((await tries('officer', password)).status).toBe(200);
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

  it('that is given while the old one is being changed stands', async () => {
    const find = city.stores.users.find.bind(city.stores.users);
    const { put } = await city.signIn('officer');
    const reset = await hashPassword('Một câu tạm thời 1975');
    let calls = 0;
    city.stores.users.find = async (...asked) => {
      const found = await find(...asked);
      calls += 1;
      // Once for the session, once for the password.
      if (calls === 2) await city.stores.users.change('canTho', 'officer', { passwordHash: reset });
      return found;
    };
    const changed = await put('/me/password', {
      currentPassword: password,
      newPassword: 'Một câu khác hẳn 1975',
    }).then(
      (answer) => answer,
      () => null,
    );
    city.stores.users.find = find;
    expect(changed?.status).toBe(401);
    expect((await tries('officer', 'Một câu tạm thời 1975')).status).toBe(200);
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
    ['the old one in capitals', password.toUpperCase(), 'password.same'],
    ['that of the demonstration', demonstrationPassword, 'password.common'],
    ['that of the demonstration in capitals', demonstrationPassword.toUpperCase(), 'password.common'],
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
      method: 'GET',
      status: 200,
    });
  });
});
