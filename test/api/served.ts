import { Writable } from 'node:stream';
import type { Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import {
  createFigures,
  createStores,
  createWeb,
  createWorkflow,
  type Stores,
  type Workflow,
} from '../../src/compose.js';
import { loadConfig } from '../../src/config.js';
import type { Clock } from '../../src/engine/ports.js';
import { demonstrationPassword, seedDemonstration } from '../../src/seed/demonstration.js';
import { connect } from '../../src/store/connection.js';
import { migrate } from '../../src/store/migrations/index.js';
import type { TestDatabase } from '../setup/database.js';
import { sown } from '../builders/sown.js';
import { aKey } from './city.js';
import { blankPrinter, unread } from '../fakes/blankPrinter.js';

export const today = '2025-09-25';

/** Somebody signed in, as their program sees the API. */
const signedIn = async (app: Express, username: string, host: string | null) => {
  const agent = request.agent(app);
  if (host !== null) agent.set('Host', host);
  const { status, body } = await agent
    .post('/api/v1/session')
    .send({ username, password: demonstrationPassword });
  if (status !== 200) throw new Error(`${username} cannot sign in: ${JSON.stringify(body)}`);
  const proof = { 'X-CSRF-Token': body.csrfToken as string };
  const at = (revision: number) => ({ 'If-Match': `"${revision}"` });
  return {
    get: (path: string) => agent.get(`/api/v1${path}`),
    post: (path: string, sent: object = {}, key = aKey()) =>
      agent.post(`/api/v1${path}`).set(proof).set(key).send(sent),
    /** A body as it stands. */
    raw: (path: string, text: string) =>
      agent.post(`/api/v1${path}`).set(proof).set(aKey()).set('Content-Type', 'application/json').send(text),
    edit: (method: 'put' | 'patch' | 'post' | 'delete', path: string, revision: number, sent: object = {}) =>
      agent[method](`/api/v1${path}`).set(proof).set(at(revision)).send(sent),
  };
};
export type Member = Awaited<ReturnType<typeof signedIn>>;

/** The whole application over a database, with the demonstration city and a printer that prints nothing much. */
export const aServedCity = async (database: TestDatabase) => {
  const config = loadConfig({ NODE_ENV: 'test', MONGODB_URI: database.uri, TOTRINH_DB: database.dbName });
  const connection = await connect(config.database.uri, { dbName: config.database.name });
  await migrate(connection);
  const stores: Stores = createStores(connection, config);
  const clock: Clock = { now: () => `${today}T02:00:00.000Z`, set: true };
  const log = pino({ level: 'silent' }, new Writable());
  const workflow: Workflow = createWorkflow({
    connection,
    stores,
    clock,
    printer: blankPrinter,
    readBack: unread,
    log,
    keep: { doneIntents: 90, readNotices: 180 },
  });
  const app = await createWeb({
    config,
    connection,
    stores,
    workflow,
    metrics: createFigures(stores, config),
    clock,
    log,
    version: '0.0.0',
  });
  return {
    app,
    workflow,
    stores,
    relay: () => workflow.relay.drainAll(),
    seed: () => sown(connection, () => seedDemonstration(stores, { now: clock.now() })),
    /** At the address of a city, where there are several. */
    signIn: (username: string, host: string | null = null) => signedIn(app, username, host),
    close: () => connection.close(),
  };
};
export type ServedCity = Awaited<ReturnType<typeof aServedCity>>;
