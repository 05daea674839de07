import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { newToken } from '../../src/people/tokens.js';
import { testDatabase } from '../setup/database.js';
import { aCity, aKey, password, type City } from './city.js';

const database = testDatabase('Tokens');
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

const bearer = (token: string) => ({
  get: (path: string) => request(city.app).get(`/api/v1${path}`).set('Authorization', `Bearer ${token}`),
  put: (path: string, sent: object) =>
    request(city.app).put(`/api/v1${path}`).set('Authorization', `Bearer ${token}`).send(sent),
});

const issued = async (username: string, scopes: string[], days = 30) => {
  const { post } = await city.signIn(username);
  const { body, status } = await post('/me/tokens', { name: 'Phần mềm kế toán', scopes, days });
  expect(status).toBe(201);
  return body as { id: string; token: string };
};

describe('an API token', () => {
  it('is its user, without a session and without a proof against forgery', async () => {
    const { token } = await issued('officer', ['read']);
    expect(token).toMatch(/^tt_[0-9a-f]{24}_[\w-]{43}$/);
    const { body, headers } = await bearer(token).get('/me');
    expect(body).toMatchObject({ username: 'officer' });
    expect(body).not.toHaveProperty('csrfToken');
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it('is kept as a hash and shown once', async () => {
    const { token } = await issued('officer', ['read']);
    const stored = await database.db().collection('tokens').findOne({});
    expect(JSON.stringify(stored)).not.toContain(token.slice(-43));
    const { get } = await city.signIn('officer');
    const { text, body } = await get('/me/tokens');
    expect(body.items).toHaveLength(1);
    expect(text).not.toContain(token.slice(-43));
    expect(body.items[0]).not.toHaveProperty('hash');
  });

  it('is made once by a request sent twice', async () => {
    const { agent, proof } = await city.signIn('officer');
    const key = aKey();
    const send = (name: string) =>
      agent
        .post('/api/v1/me/tokens')
        .set(proof)
        .set(key)
        .send({ name, scopes: ['read'], days: 1 });
    const first = await send('A');
    const again = await send('A');
    const other = await send('B');
    const longer = await agent
      .post('/api/v1/me/tokens')
      .set(proof)
      .set(key)
      .send({ name: 'A', scopes: ['read'], days: 2 });
    expect([first, again, other, longer].map(({ status }) => status)).toEqual([201, 200, 422, 422]);
    expect(again.body).toMatchObject({ id: first.body.id, token: null });
    expect(other.body.code).toBe('KEY_REUSED');
  });

  it('opens only its scopes', async () => {
    const { token } = await issued('admin', ['read']);
    const read = bearer(token);
    expect((await read.get('/rounds')).status).toBe(200);
    expect((await read.get('/users')).body).toMatchObject({ code: 'SCOPE_MISSING', scope: 'admin' });
    const admin = bearer((await issued('admin', ['admin'])).token);
    expect((await admin.get('/users')).status).toBe(200);
    expect((await admin.get('/rounds')).body).toMatchObject({ code: 'SCOPE_MISSING', scope: 'read' });
  });

  it('neither makes tokens nor changes passwords', async () => {
    const { token } = await issued('admin', ['read', 'admin']);
    expect((await bearer(token).get('/me/tokens')).body).toMatchObject({
      code: 'SCOPE_MISSING',
      scope: 'session',
    });
    const change = await bearer(token).put('/me/password', { currentPassword: 'x', newPassword: 'y' });
    expect(change.body.code).toBe('SCOPE_MISSING');
  });

  it.each([
    ['officer', 'admin'],
    ['auditor', 'write'],
    ['admin', 'write'],
  ])('of %s never has the scope %s', async (username, scope) => {
    const { post } = await city.signIn(username);
    const { status, body } = await post('/me/tokens', { name: 'A', scopes: [scope], days: 1 });
    expect(status).toBe(400);
    expect(body.faults[0]).toMatchObject({ path: 'scopes', code: 'token.scope' });
  });

  it('is worth nothing once revoked, by its user or by an administrator', async () => {
    const one = await issued('officer', ['read']);
    const two = await issued('officer', ['read']);
    const { delete: remove } = await city.signIn('officer');
    const administrator = await city.signIn('admin');
    const stranger = await city.signIn('head');
    expect((await stranger.delete(`/me/tokens/${one.id}`)).status).toBe(404);
    expect((await bearer(one.token).get('/me')).status).toBe(200);
    expect((await remove(`/me/tokens/${one.id}`)).status).toBe(204);
    expect((await administrator.delete(`/tokens/${two.id}`)).status).toBe(204);
    expect((await bearer(one.token).get('/me')).status).toBe(401);
    expect((await bearer(two.token).get('/me')).status).toBe(401);
  });

  it('is worth nothing once it has expired, or its user is closed', async () => {
    const wish = {
      tenant: 'canTho',
      user: 'officer',
      sessionsFrom: '2025-01-01T00:00:00.000Z',
      key: 'k',
      name: 'old',
      scopes: ['read'] as const,
      days: 1,
    };
    const { kept, text } = newToken({ ...wish, at: new Date(Date.now() - 86_400_001).toISOString() });
    await city.stores.tokens.create(kept);
    expect((await bearer(text).get('/me')).status).toBe(401);

    const { token } = await issued('officer', ['read']);
    await city.stores.users.change('canTho', 'officer', { disabled: true });
    expect((await bearer(token).get('/me')).status).toBe(401);
  });

  it.each([
    [
      'signs out everywhere',
      async () => {
        const own = await city.signIn('officer');
        return own.delete('/sessions');
      },
    ],
    [
      'changes the password',
      async () => {
        const own = await city.signIn('officer');
        return own.put('/me/password', {
          currentPassword: password,
          newPassword: 'Một câu khác hẳn 1975',
        });
      },
    ],
    [
      'is given another password',
      async () => {
        const administrator = await city.signIn('admin');
        return administrator.put('/users/officer/password', { temporaryPassword: 'Một câu tạm thời 1975' });
      },
    ],
  ])('is over for good once its user %s', async (_, end) => {
    const { token, id } = await issued('officer', ['read']);
    const { token: foreign } = await issued('head', ['read']);
    const { status } = await end();
    expect([200, 204]).toContain(status);
    expect((await bearer(token).get('/me')).body.code).toBe('SIGN_IN_REQUIRED');
    expect((await bearer(foreign).get('/me')).status).toBe(200);
    const { get } = await city.signIn('admin');
    const listed = (await get('/tokens')).body.items.find((shown: { id: string }) => shown.id === id);
    expect(listed.revokedAt).not.toBeNull();
  });

  it('made in a session that has ended meanwhile is none', async () => {
    const create = city.stores.tokens.create.bind(city.stores.tokens);
    const { post } = await city.signIn('officer');
    city.stores.tokens.create = async (kept) => {
      await city.stores.users.change('canTho', 'officer', { sessionsFrom: new Date().toISOString() });
      return create(kept);
    };
    const { body } = await post('/me/tokens', { name: 'Muộn', scopes: ['read'], days: 1 });
    city.stores.tokens.create = create;
    const text = body.token as string;
    expect(text).toMatch(/^tt_/);
    expect((await bearer(text).get('/me')).status).toBe(401);
  });

  it('opens its own city only, under whichever name it is asked', async () => {
    const { token } = await issued('officer', ['read']);
    await city.stores.tenants.save({ id: 'hue', name: 'Huế', place: 'Huế', hosts: ['hue.example'] });
    const under = (host: string) =>
      request(city.app).get('/api/v1/me').set('Authorization', `Bearer ${token}`).set('Host', host);
    expect((await under('hue.example')).status).toBe(401);
    expect((await under('elsewhere.example')).status).toBe(200);
  });

  it.each([
    ['nothing', 'Bearer '],
    ['another scheme', 'Basic b2ZmaWNlcjpwYXNz'],
    ['a made-up one', `Bearer tt_${'0'.repeat(24)}_${'A'.repeat(43)}`],
    ['no token at all', "Bearer ' || 1==1"],
  ])('cannot be %s', async (_, authorization) => {
    const { status, body, headers } = await request(city.app)
      .get('/api/v1/me')
      .set('Authorization', authorization);
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'SIGN_IN_REQUIRED' });
    expect(headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('cannot be one whose secret was changed by a letter', async () => {
    const { token } = await issued('officer', ['read']);
    const changed = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
    expect((await bearer(changed).get('/me')).status).toBe(401);
  });

  it('does not sign anybody in', async () => {
    const { token } = await issued('officer', ['read']);
    const { status } = await request(city.app)
      .post('/api/v1/session')
      .set('Authorization', `Bearer ${token}`)
      .send({ username: 'officer', password: 'x' });
    expect(status).toBe(403);
  });
});
