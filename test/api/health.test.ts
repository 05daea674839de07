import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { answerProblem } from '../../src/http/problem.js';
import { healthRoutes } from '../../src/http/health.js';
import { listen } from '../../src/http/listen.js';
import { createLog } from '../../src/log.js';
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
    });
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
