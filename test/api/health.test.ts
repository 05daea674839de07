import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { answerProblem, refusalOf } from '../../src/http/problem.js';
import { healthRoutes } from '../../src/http/health.js';
import { createMetrics } from '../../src/http/metrics.js';
import { listen } from '../../src/http/listen.js';
import { createLog } from '../../src/log.js';
import { until } from '../crossing/until.js';
import { testDatabase } from '../setup/database.js';
import { aCity, type City } from './city.js';

const database = testDatabase('Health');
let city: City;

beforeAll(async () => {
  city = await aCity(database);
});
afterAll(async () => {
  await city.close();
  await database.close();
});

describe('health', () => {
  it('says that the process answers, and that what it stands on does', async () => {
    expect((await request(city.app).get('/healthz')).body).toEqual({ status: 'ok' });
    expect((await request(city.app).get('/readyz')).body).toEqual({
      status: 'ready',
      checks: { database: true },
      watched: {},
    });
  });

  it('tells what must be looked at, without ceasing to be ready', async () => {
    const app = express();
    app.use(healthRoutes({}, { expiry: () => Promise.resolve(false) }));
    const { status, body } = await request(app).get('/readyz');
    expect({ status, watched: body.watched }).toEqual({ status: 200, watched: { expiry: false } });
  });

  it('says what does not answer', async () => {
    const app = express();
    app.use(
      healthRoutes({
        database: () => Promise.reject(new Error('gone')),
        relay: () => new Promise(() => undefined),
        other: () => Promise.resolve(true),
      }),
    );
    app.use(answerProblem({ log: createLog('silent') }));
    const { status, body } = await request(app).get('/readyz');
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'NOT_READY', checks: { database: false, relay: false, other: true } });
  });
});

describe('metrics', () => {
  it('count requests by route as declared, never by address', async () => {
    await request(city.app).get('/api/v1/rounds/some-round-of-ours');
    const { text } = await request(city.app).get('/metrics');
    expect(text).toMatch(
      /totrinh_http_request_seconds_count\{method="GET",route="\/api\/v1\/rounds\/:id",status="401"\} 1/,
    );
    expect(text).not.toContain('some-round-of-ours');
    expect(text).toContain('totrinh_dead_letters 0');
  });
});

describe('the figures', () => {
  const token = '0123456789abcdef';
  const { show } = createMetrics({
    counted: { backlog: () => Promise.resolve(0), deadLetters: () => Promise.resolve(0) },
    token,
    open: false,
  });
  const app = express();
  app.get('/metrics', show);
  app.use(answerProblem({ log: createLog('silent') }));

  it.each([
    ['no token', '', 404],
    ['a shorter one', 'Bearer 0123', 404],
    ['one of as many letters and more bytes', 'Bearer 0123456789abcde\u00e9', 404],
    ['the token', `Bearer ${token}`, 200],
  ])('answer %s without an error', async (_, authorization, expected) => {
    const { status } = await request(app).get('/metrics').set('Authorization', authorization);
    expect(status).toBe(expected);
  });
});

describe('a proxy that was not told of', () => {
  it('is noticed once', async () => {
    city.logLines.length = 0;
    for (let n = 0; n < 3; n++) await request(city.app).get('/healthz').set('X-Forwarded-For', '203.0.113.1');
    expect(city.logLines.filter((line) => line.includes('TRUST_PROXY'))).toHaveLength(1);
  });
});

describe('a request while the database is away', () => {
  /** A wire to the database that can be cut and mended. */
  const aWire = async (uri: string) => {
    const { hostname, port } = new URL(uri);
    const open = new Set<Socket>();
    let cut = false;
    const wire = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const end of [near, far]) open.add(end.on('error', () => undefined));
      if (cut) {
        near.destroy();
        far.destroy();
      } else near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
    return {
      uri: `mongodb://127.0.0.1:${(wire.address() as AddressInfo).port}/?directConnection=true`,
      cut: () => {
        cut = true;
        for (const end of open) end.destroy();
      },
      mend: () => {
        cut = false;
      },
      close: () => {
        for (const end of open) end.destroy();
        wire.close();
      },
    };
  };

  it('is answered 503, and well again once it is back', async () => {
    const wire = await aWire(database.uri);
    const town = await aCity(database, { uri: wire.uri });
    try {
      await database.empty();
      await town.populate();
      const { get } = await town.signIn('officer');
      wire.cut();
      town.logLines.length = 0;
      const { status, body } = await get('/me');
      expect({ status, code: body.code }).toEqual({ status: 503, code: 'NOT_READY' });
      expect(town.logLines.join('')).toContain('"msg":"NOT_READY"');
      wire.mend();
      await until(async () => (await get('/me')).status === 200);
    } finally {
      await town.close();
      wire.close();
    }
  });

  const told = (name: string, code: number | undefined, message: string) =>
    Object.assign(new Error(message), { name, code });

  it.each([
    told('MongoNetworkError', undefined, 'connect ECONNREFUSED 127.0.0.1:27017'),
    told('MongooseServerSelectionError', undefined, 'connect ECONNREFUSED 127.0.0.1:27017'),
    told('MongoServerError', 10107, 'not primary'),
    told('MongoServerError', 14031, 'available disk space of 0 bytes is less than required minimum'),
    told('MongoServerError', 1, 'unexpected EOF'),
    told('MongoServerError', 1, 'the database system is not yet accepting connections'),
    told('MongoServerError', 1, 'terminating connection due to unexpected postmaster exit'),
    told('MongoServerError', 1, 'failed to connect to `user=postgres database=postgres`: dial error'),
    told('MongoServerError', 1, 'could not extend file "base/5/1": No space left on device'),
    new Error('wrapped', { cause: told('MongoNotConnectedError', undefined, 'Client must be connected') }),
  ])('is 503 by what servers say: %s', (error) => {
    expect(refusalOf(error)).toMatchObject({ code: 'NOT_READY', status: 503 });
  });

  it.each([
    told('MongoServerError', 1, 'duplicate key value violates unique constraint "collection_pk_3"'),
    told('MongoServerError', 11000, 'Duplicate key violation on the requested collection'),
    told('TypeError', undefined, 'failed to connect to reason'),
  ])('is a bug where it is one: %s', (error) => {
    expect(refusalOf(error)).toBeNull();
  });
});

describe('a server that closes', () => {
  it('finishes what runs and takes nothing new', async () => {
    let finish: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const app = express();
    app.get('/slow', async (_req, res) => {
      finish();
      await held;
      res.send('done');
    });
    const { port, close } = await listen(app, 0, '127.0.0.1');
    const running = fetch(`http://127.0.0.1:${port}/slow`);
    await begun;
    const closed = close();
    await expect(fetch(`http://127.0.0.1:${port}/slow`)).rejects.toThrow();
    release();
    expect(await (await running).text()).toBe('done');
    await closed;
  });

  it('cuts off who does not finish', async () => {
    const app = express();
    app.get('/never', () => undefined);
    const { port, close } = await listen(app, 0, '127.0.0.1');
    const running = fetch(`http://127.0.0.1:${port}/never`).then(
      () => 'answered',
      () => 'cut off',
    );
    await new Promise<void>((resolve) => {
      const probe = () => void fetch(`http://127.0.0.1:${port}/other`).then(() => resolve());
      probe();
    });
    await close(50);
    expect(await running).toBe('cut off');
  });

  it('tells when the port is taken', async () => {
    const { port, close } = await listen(express(), 0, '127.0.0.1');
    await expect(listen(express(), port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await close();
  });
});
