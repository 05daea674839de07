import { connect as connectSocket, type AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Joi from 'joi';
import request from 'supertest';
import { route } from '../../src/http/route.js';
import { testDatabase } from '../setup/database.js';
import { aCity, aKey, type City } from './city.js';

const database = testDatabase('Hostile');
let city: City;
let token: string;

/** Takes everything that passes the door, to see what passes. */
const echo = route<{ id: string }, unknown, object, 'member'>({
  method: 'post',
  path: '/echo/:id',
  access: 'member',
  scope: 'write',
  keyed: true,
  group: 'Test',
  summary: 'Gives back what it was given',
  schemas: {
    params: Joi.object({ id: Joi.string().required() }),
    body: Joi.object({
      text: Joi.string().trim().max(50),
      amount: Joi.number().integer(),
      flag: Joi.boolean(),
      any: Joi.any(),
    }),
  },
  responses: { 200: { description: 'The same', schema: Joi.object().unknown() } },
  handler: ({ body, params }) => Promise.resolve({ body: { ...body, id: params.id } }),
});
const form = route<unknown, unknown, object, 'public'>({
  method: 'post',
  path: '/form',
  access: 'public',
  scope: 'none',
  group: 'Test',
  bodyType: 'form',
  bodyLimit: '4mb',
  summary: 'Takes a form',
  schemas: { body: Joi.object().unknown() },
  responses: { 200: { description: 'How many fields', schema: Joi.object().unknown() } },
  handler: ({ body }) => Promise.resolve({ body: { fields: Object.keys(body).length } }),
});
const broken = route({
  method: 'get',
  path: '/broken',
  access: 'public',
  scope: 'none',
  group: 'Test',
  summary: 'Has a bug',
  responses: { 200: { description: 'Never', schema: Joi.object() } },
  handler: () => Promise.reject(new Error('mật khẩu của máy chủ là 1234')),
});
const lying = route({
  ...broken,
  path: '/lying',
  method: 'get',
  access: 'public',
  scope: 'none',
  summary: 'Answers other than it declares',
  group: 'Test',
  responses: { 200: { description: 'A number', schema: Joi.object({ a: Joi.number().required() }) } },
  handler: () => Promise.resolve({ body: { a: 'text' } }),
});

beforeAll(async () => {
  city = await aCity(database, { routes: [echo, form, broken, lying] });
});
beforeEach(async () => {
  await database.empty();
  await city.populate();
  const { post } = await city.signIn('officer');
  token = (await post('/me/tokens', { name: 'T', scopes: ['read', 'write'], days: 1 })).body.token as string;
});
afterAll(async () => {
  await city.close();
  await database.close();
});

const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
  request(city.app)
    .post('/api/v1/echo/1')
    .set({ Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...aKey(), ...headers })
    .send(body as string);

/** Bytes as they are: the client of the other tests would make JSON of them. */
const sendBytes = (bytes: Buffer, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; body: { code?: string; faults?: unknown } }>((resolve, reject) => {
    const server = createServer(city.app).listen(0, () => {
      const { port } = server.address() as AddressInfo;
      fetch(`http://127.0.0.1:${port}/api/v1/echo/1`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          ...headers,
          ...aKey(),
        },
        body: new Uint8Array(bytes),
      })
        .then(async (answer) =>
          resolve({ status: answer.status, body: (await answer.json()) as { code?: string } }),
        )
        .catch(reject)
        .finally(() => server.close());
    });
  });

const deep = (levels: number) => `{"any":${'['.repeat(levels)}${']'.repeat(levels)}}`;

describe('a body', () => {
  it.each([
    ['that is no JSON', '{"text":', 400, 'MALFORMED_JSON'],
    ['that is a bare text', '"text"', 400, 'MALFORMED_JSON'],
    ['that is a list', '[]', 400, 'BAD_INPUT'],
    ['nested too deep', deep(13), 400, 'BAD_INPUT'],
    ['nested deep enough to break a parser', deep(200_000), 400, 'BAD_INPUT'],
    ['with __proto__', '{"any":{"__proto__":{"admin":true}}}', 400, 'BAD_INPUT'],
    ['with constructor', '{"constructor":{"prototype":{"admin":true}}}', 400, 'BAD_INPUT'],
    ['with an operator of the database', '{"any":{"$where":"1"}}', 400, 'BAD_INPUT'],
    ['with NUL in a text', '{"text":"a\\u0000b"}', 400, 'BAD_INPUT'],
    ['with an escape sequence', '{"text":"a\\u001b[31m"}', 400, 'BAD_INPUT'],
    ['with half a character', '{"text":"\\ud800"}', 400, 'BAD_INPUT'],
    ['with an invisible character', '{"text":"a\u200bb"}', 400, 'BAD_INPUT'],
    ['with letters that no paper prints', '{"text":"中文"}', 400, 'BAD_INPUT'],
    ['with a word without end', `{"any":"${'1'.repeat(201)}"}`, 400, 'BAD_INPUT'],
    ['that turns the direction of reading', '{"text":"\\u202e000.1"}', 400, 'BAD_INPUT'],
    ['with a number as text', '{"amount":"1.234"}', 400, 'BAD_INPUT'],
    ['with a fraction of a đồng', '{"amount":0.1}', 400, 'BAD_INPUT'],
    ['with a number beyond counting', '{"amount":1e300}', 400, 'BAD_INPUT'],
    ['with more digits than a number keeps', '{"amount":9007199254740993}', 400, 'BAD_INPUT'],
    ['with a truth value as text', '{"flag":"true"}', 400, 'BAD_INPUT'],
    ['with a list for a text', '{"text":["a"]}', 400, 'BAD_INPUT'],
    ['with an unknown field', '{"admin":true}', 400, 'BAD_INPUT'],
    ['of a megabyte and more', `{"text":"${'a'.repeat(1_100_000)}"}`, 413, 'BODY_TOO_LARGE'],
    ['with a list without end', `{"any":[${'0,'.repeat(20_001)}0]}`, 400, 'BAD_INPUT'],
  ])('%s is refused', async (_, body, status, code) => {
    const answer = await send(body);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it.each([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=utf-7', {}],
    ['application/json', { 'Content-Encoding': 'brotli-or-so' }],
    ['', {}],
  ])('of type %s %j is refused', async (type, headers) => {
    const { status, body } = await send('{"text":"a"}', { 'Content-Type': type, ...headers });
    expect({ status, code: body.code }).toEqual({ status: 415, code: 'UNSUPPORTED_TYPE' });
  });

  it('with bytes that are no UTF-8 is refused: nobody typed what they would turn into', async () => {
    const bytes = Buffer.concat([Buffer.from('{"text":"S'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    const { status, body } = await sendBytes(bytes);
    expect(status).toBe(400);
    expect(body.faults).toEqual([
      expect.objectContaining({
        path: 'text',
        code: 'string.character',
        params: { character: 'U+FFFD', place: 2 },
        message: expect.stringContaining('U+FFFD'),
      }),
    ]);
  });

  it('that unpacks to more than a megabyte is refused', async () => {
    const bomb = gzipSync(Buffer.from(`{"text":"${' '.repeat(50_000_000)}"}`));
    const { status, body } = await sendBytes(bomb, { 'Content-Encoding': 'gzip' });
    expect({ status, code: body.code }).toEqual({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  it('as a form takes every row of a big table, and says how many fields it may have', async () => {
    const fields = (n: number) => Array.from({ length: n }, (_, i) => `${i}.amount=1`).join('&');
    const post = (n: number) =>
      request(city.app)
        .post('/api/v1/form')
        .set('Content-Type', 'application/x-www-form-urlencoded')
        .send(fields(n));
    const taken = await post(6_800);
    expect({ status: taken.status, code: taken.body.code }).toEqual({
      status: 403,
      code: 'CSRF_TOKEN_INVALID',
    });
    const { status, body } = await post(100_001);
    expect({ status, body }).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE', what: 'fields', limit: 100_000 },
    });
    expect(body.detail).toContain('100.000 trường');
  });

  it('that says gzip and is none is refused', async () => {
    expect((await send('{"text":"a"}', { 'Content-Encoding': 'gzip' })).status).toBe(400);
  });

  it('is taken in NFC, trimmed where its field wants it, and otherwise as it is', async () => {
    const { status, body } = await send(JSON.stringify({ text: '  Cần Thơ '.normalize('NFD'), any: ' a ' }));
    expect(status).toBe(200);
    expect(body).toEqual({ id: '1', text: 'Cần Thơ'.normalize('NFC'), any: ' a ' });
  });

  it('tells all its faults at once, in Vietnamese, and in English for who asks', async () => {
    const wrong = JSON.stringify({ amount: '1.234', flag: 'x', other: 1 });
    const vi = await send(wrong);
    expect(vi.body.detail).toBe('Có 3 chỗ nhập chưa đúng. Sửa từng chỗ nêu dưới đây rồi gửi lại.');
    expect(vi.body.faults.map(({ message }: { message: string }) => message)).toEqual([
      'Số tiền: phải là số; trong JSON viết số không có dấu nháy. Đang là “1.234”.',
      '“flag”: phải là đúng hoặc sai (true, false). Đang là “x”.',
      '“other”: không được nhận ở đây; bỏ trường này. Đang là “1”.',
    ]);
    const en = await send(wrong, { 'Accept-Language': 'en-GB,en;q=0.9' });
    expect(en.body.faults[0].message).toBe(
      'Amount: must be a number; in JSON without quotes. Found “1.234”.',
    );
  });
});

describe('an address', () => {
  it.each([
    '/api/v1/echo/%E0%A4%A',
    '/api/v1/echo/%',
    '/%ff',
    '/api/v1/rounds/%00',
    '/api/v1/rounds/..%2f..%2fetc%2fpasswd',
    '/api/v1/rounds/[object Object]',
    `/api/v1/rounds/${'a'.repeat(5000)}`,
    '/api/v1/users/?username[$ne]=x',
    '/api/v1/me?lng[]=vi&lng=__proto__',
    '/api/v1/me?lng=../../etc/passwd',
    '/api/v1/me?__proto__[admin]=1',
    '/api/v1/inbox?cursor=',
    '/api/v1/accessEvents?cursor=AAAA&limit=1e9',
    '/api/v1/nothing',
    '//',
    '/api/v1//me',
    '/api/docs/../me',
  ])('%s is no server error', async (path) => {
    const { status, body } = await request(city.app).get(path).set('Authorization', `Bearer ${token}`);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    if (status >= 400) expect(body).toMatchObject({ status, requestId: expect.any(String) });
  });

  it('that is known answers another method with those it takes', async () => {
    const { status, body, headers } = await request(city.app).delete('/api/v1/rounds');
    expect({ status, code: body.code }).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(headers.allow).toBe('GET, HEAD, OPTIONS');
  });
});

describe('a cursor', () => {
  const cursors = [
    '!!',
    'bnVsbA',
    Buffer.from('["a","b"]').toString('base64url'),
    Buffer.from('[{"$gt":""}]').toString('base64url'),
  ];
  it.each(cursors)('that was not given is refused: %s', async (cursor) => {
    const { get } = await city.signIn('auditor');
    const { status, body } = await get(`/accessEvents?cursor=${cursor}`);
    expect(status).toBe(400);
    expect(body.faults).toEqual([expect.objectContaining({ path: 'query.cursor', code: 'cursor.invalid' })]);
  });
});

describe('a key', () => {
  it.each([
    ['missing', undefined],
    ['too short', 'abc'],
    ['of other letters', 'không-dấu-được'.normalize('NFC')],
  ])('that is %s is refused', async (_, key) => {
    const asked = request(city.app).post('/api/v1/echo/1').set('Authorization', `Bearer ${token}`);
    if (key !== undefined) asked.set('Idempotency-Key', encodeURIComponent(key));
    const { status, body } = await asked.send({});
    expect({ status, path: body.faults?.[0].path }).toEqual({ status: 400, path: 'header.Idempotency-Key' });
  });
});

describe('headers', () => {
  it('forbid scripts and styles inside pages, frames and guessing of types', async () => {
    const { headers } = await request(city.app).get('/api/docs');
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('carry a request id: the caller’s where it is one', async () => {
    const given = await request(city.app).get('/healthz').set('X-Request-Id', 'abc-12345678');
    expect(given.headers['x-request-id']).toBe('abc-12345678');
    const bad = await request(city.app).get('/healthz').set('X-Request-Id', '<script>alert(1)</script>');
    expect(bad.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('too large are refused by the server itself', async () => {
    const server = createServer(city.app);
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await new Promise<string>((resolve) => {
      const socket = connectSocket(port, '127.0.0.1', () => {
        socket.write(`GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`);
      });
      socket.once('data', (data) => resolve(data.toString()));
    });
    await new Promise((resolve) => server.close(resolve));
    expect(answer).toMatch(/^HTTP\/1\.1 431/);
  });
});

describe('a bug', () => {
  it('is answered blandly and logged with its request id', async () => {
    city.logLines.length = 0;
    const { status, body, text } = await request(city.app).get('/api/v1/broken');
    expect(status).toBe(500);
    expect(text).not.toContain('máy chủ là');
    expect(body.code).toBe('INTERNAL');
    const logged = city.logLines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged.find(({ msg }) => msg === 'bug')).toMatchObject({
      requestId: body.requestId,
      route: '/api/v1/broken',
      err: { type: 'Error', message: 'mật khẩu của máy chủ là 1234' },
    });
  });

  it('is an answer that differs from its declaration', async () => {
    expect((await request(city.app).get('/api/v1/lying')).status).toBe(500);
  });
});

describe('a route', () => {
  const whole = {
    method: 'get',
    path: '/a',
    access: 'self',
    scope: 'read',
    group: 'Test',
    summary: 'A',
  } as const;
  const responses = { 200: { description: 'A' } };
  const handler = () => Promise.resolve({});
  it.each([
    ['no access rule', { access: undefined }],
    ['no scope', { scope: undefined }],
    ['no responses', { responses: {} }],
    ['no schema for its address', { path: '/a/:id' }],
    ['scope none and access public', { scope: 'none' }],
    ['administration needs the scope admin', { access: 'administrator' }],
    ['is for reading', { access: 'signedIn', method: 'post', scope: 'write' }],
  ])('with a hole is refused at start: %s', (told, hole) => {
    const declared = { ...whole, responses, handler, ...hole } as unknown as Parameters<typeof route>[0];
    expect(() => route(declared)).toThrow(told);
  });
});
