import { createHash } from 'node:crypto';
import request from 'supertest';
import { pino } from 'pino';
import type { Connection } from 'mongoose';
import { createApp } from '../../src/app.js';
import { loadConfig, type Config } from '../../src/config.js';
import type { Clock } from '../../src/engine/ports.js';
import { createAuthentication } from '../../src/http/authenticate.js';
import { createKnownBrowsers } from '../../src/http/knownBrowsers.js';
import { createMetrics } from '../../src/http/metrics.js';
import type { AnyRoute } from '../../src/http/route.js';
import { accountRoutes } from '../../src/people/accountRoutes.js';
import { administrationRoutes } from '../../src/people/administrationRoutes.js';
import { cityRoutes } from '../../src/people/cityRoutes.js';
import { hashPassword } from '../../src/people/password.js';
import { createPersonOf } from '../../src/people/personOf.js';
import type { Agency, Round, User } from '../../src/people/ports.js';
import { createSignIn } from '../../src/people/signIn.js';
import { accessJournal } from '../../src/store/accessJournal.js';
import { createAgencyStore, createTenantStore } from '../../src/store/agencies.js';
import { createIndexes } from '../../src/store/collections.js';
import { connect } from '../../src/store/connection.js';
import { createSystemStore } from '../../src/store/directory.js';
import { createDelegationStore, createUserStore } from '../../src/store/people.js';
import { registerRoutes } from '../../src/people/registerRoutes.js';
import { leaseStore } from '../../src/store/leases.js';
import { registerStore } from '../../src/store/registers.js';
import { createRoundStore } from '../../src/store/rounds.js';
import { createSessionStore } from '../../src/store/sessions.js';
import { createSignInGuard } from '../../src/store/signInGuard.js';
import { createTokenStore } from '../../src/store/tokens.js';
import { createWording } from '../../src/wording.js';
import type { TestDatabase } from '../setup/database.js';

export const password = 'Một câu dài dễ nhớ 2025';
let passwordHash: Promise<string> | undefined;

/** The day on which the tests live. */
export const today = '2025-09-15';
const clock: Clock = { now: () => `${today}T02:00:00.000Z`, set: true };

export const anAgency = (ref: string, more: Partial<Agency> = {}): Agency => ({
  tenant: 'canTho',
  ref,
  name: `Cơ quan ${ref}`,
  issuer: `CƠ QUAN ${ref}`,
  kind: 'SO_BAN_NGANH',
  order: 1,
  hasUnits: true,
  units: [{ symbol: 'KHTC', name: 'Phòng Kế hoạch – Tài chính' }],
  submits: true,
  ...more,
});

export const aUser = async (username: string, more: Partial<User> = {}): Promise<User> => ({
  tenant: 'canTho',
  username,
  name: `Người ${username}`,
  agency: 'SYT',
  roles: ['officer'],
  auditor: false,
  administrator: false,
  passwordHash: await (passwordHash ??= hashPassword(password)),
  mustChange: false,
  disabled: false,
  sessionsFrom: '2025-01-01T00:00:00.000Z',
  ...more,
});

export const aRound: Round = {
  tenant: 'canTho',
  id: '2025-1',
  name: 'Đợt 1 năm 2025',
  fiscalYear: 2025,
  opens: '2025-09-01',
  deadlines: {
    department: '2025-09-20',
    commune: '2025-09-25',
    consolidation: '2025-10-10',
    finance: '2025-10-31',
  },
  envelopes: { NSTP_CTX: { '2025': 15_500_000_000 } },
  substitutes: { reviewer: 'VP', appraiser: 'VP', security: 'VP', authority: 'VP' },
};

/** Log lines as they are written, to look for what must not stand there. */
const logLines: string[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => void logLines.push(line) });

interface Options {
  readonly routes?: readonly AnyRoute[];
  readonly environment?: Record<string, string>;
  /** The moment for what expires, ms. */
  readonly now?: () => number;
  /** Another address of the same database. */
  readonly uri?: string;
}

/** A city with its people on a database of its own, served as in production but for its routes. */
export const aCity = async (
  database: TestDatabase,
  { routes = [], environment = {}, now, uri }: Options = {},
) => {
  const config: Config = loadConfig({
    NODE_ENV: 'test',
    MONGODB_URI: uri ?? database.uri,
    TOTRINH_DB: database.dbName,
    SIGN_IN_TRIES: '5',
    ...environment,
  });
  const connection: Connection = await connect(config.database.uri, { dbName: config.database.name });
  await createIndexes(connection);
  const stores = {
    tenants: createTenantStore(connection),
    agencies: createAgencyStore(connection),
    users: createUserStore(connection),
    delegations: createDelegationStore(connection),
    registers: registerStore(connection),
    rounds: createRoundStore(connection),
    systems: createSystemStore(connection),
    tokens: createTokenStore(connection),
    access: accessJournal(connection),
    leases: leaseStore(connection),
    guard: createSignInGuard(connection, config.signIn, now),
  };
  const sessions = createSessionStore(connection, config.session, now);
  const personOf = createPersonOf(stores);
  const authentication = createAuthentication({
    ...stores,
    browsers: createKnownBrowsers(config.session.secret),
    personOf,
    signIn: createSignIn(stores),
    clock,
    longest: config.session.longest,
  });
  const api = [
    ...accountRoutes({ ...stores, authentication }),
    ...administrationRoutes({ ...stores, clock }),
    ...cityRoutes(stores),
    ...registerRoutes(stores),
    ...routes,
  ];
  const none = () => Promise.resolve(0);
  const app = createApp({
    config,
    log,
    wording: await createWording(),
    version: '0.0.0',
    sessions,
    authentication,
    api,
    ready: { database: async () => (await connection.db?.command({ ping: 1 }))?.ok === 1 },
    metrics: createMetrics({
      counted: { backlog: none, deadLetters: none },
      token: config.metricsToken,
      open: true,
    }),
  });

  const populate = async () => {
    await stores.tenants.save({ id: 'canTho', name: 'Thành phố Cần Thơ', place: 'Cần Thơ', hosts: [] });
    for (const ref of ['SYT', 'SKHCN', 'STC', 'VP']) await stores.agencies.save(anAgency(ref));
    await stores.users.create(await aUser('officer'));
    await stores.users.create(await aUser('head', { roles: ['unitHead'] }));
    await stores.users.create(await aUser('deputy', { roles: ['deputy'] }));
    await stores.users.create(await aUser('leader', { roles: ['leader'] }));
    await stores.users.create(await aUser('admin', { agency: 'VP', roles: [], administrator: true }));
    await stores.users.create(await aUser('auditor', { agency: 'VP', roles: [], auditor: true }));
    await stores.rounds.save(aRound);
  };

  return {
    app,
    api,
    stores,
    sessions,
    personOf,
    logLines,
    populate,
    /** Somebody with a browser: keeps cookies, and sends the proof against forgery with every change. */
    signIn: async (username: string, tenant?: string) => {
      const agent = request.agent(app).set('Accept-Encoding', 'identity');
      const { body, status } = await agent.post('/api/v1/session').send({ username, password, tenant });
      if (status !== 200) throw new Error(`${username} cannot sign in: ${JSON.stringify(body)}`);
      const proof = { 'X-CSRF-Token': body.csrfToken as string };
      return {
        agent,
        proof,
        get: (path: string) => agent.get(`/api/v1${path}`),
        post: (path: string, sent: object = {}) =>
          agent.post(`/api/v1${path}`).set(proof).set(aKey()).send(sent),
        put: (path: string, sent: object = {}) => agent.put(`/api/v1${path}`).set(proof).send(sent),
        /** PUT of what has this revision; 0: of what is not there yet. */
        set: (path: string, revision: number, sent: object = {}) =>
          agent
            .put(`/api/v1${path}`)
            .set(proof)
            .set(revision === 0 ? { 'If-None-Match': '*' } : { 'If-Match': `"${revision}"` })
            .send(sent),
        patch: (path: string, sent: object = {}) => agent.patch(`/api/v1${path}`).set(proof).send(sent),
        delete: (path: string) => agent.delete(`/api/v1${path}`).set(proof),
      };
    },
    close: async () => {
      await connection.close();
    },
  };
};
export type City = Awaited<ReturnType<typeof aCity>>;

let keys = 0;
/** A fresh idempotency key. */
export const aKey = () => ({
  'Idempotency-Key': createHash('sha256').update(`${process.pid}/${keys++}`).digest('hex').slice(0, 24),
});
