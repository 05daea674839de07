import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  clockOf,
  createFigures,
  createStores,
  createWeb,
  createWorkflow,
  type Stores,
  type Workflow,
} from './compose.js';
import type { Config } from './config.js';
import { destination } from 'pino';
import type { ReadBack } from './papers/makePaper.js';
import { createPrinter, type Printer } from './documents/print.js';
import { createReadBack } from './documents/readBack.js';
import type { Clock } from './engine/ports.js';
import { listen } from './http/listen.js';
import type { Metrics } from './http/metrics.js';
import { createLog, type Log } from './log.js';
import { seedDemonstration } from './seed/demonstration.js';
import { connect } from './store/connection.js';
import { migrate } from './store/migrations/index.js';
import { templatesFolder } from './wording.js';
import type { Connection } from 'mongoose';

/** A process of the product: its database, its workflow, and the end of both. */
export interface Running {
  readonly connection: Connection;
  readonly stores: Stores;
  readonly workflow: Workflow;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  close(): Promise<void>;
}

/** The version of the product, from its package. */
export const version = (
  JSON.parse(readFileSync(join(dirname(templatesFolder), 'package.json'), 'utf8')) as { version: string }
).version;

/** The thread that reads papers back; run from source there is none, and they are read here. */
const readingProgram = new URL('./documents/readBackThread.js', import.meta.url);

/** Where Debian puts Chromium: what `npm start` installs, or a whole one. */
const usualBrowser = (): string => {
  const shell = '/usr/lib/chromium/chromium-headless-shell';
  return existsSync(shell) ? shell : '/usr/bin/chromium';
};

/** Connects and composes; nothing runs yet. @throws when the database cannot be reached */
export const open = async (
  config: Config,
  given: { clock?: Clock; log?: Log; printer?: Printer; readBack?: ReadBack } = {},
): Promise<Running> => {
  const log =
    given.log ?? createLog(config.logLevel, config.logFile ? destination(config.logFile) : undefined);
  const printer = given.printer ?? createPrinter({ executablePath: config.browser ?? usualBrowser() });
  const reader = given.readBack || !existsSync(readingProgram) ? null : createReadBack(readingProgram);
  const connection = await connect(config.database.uri, { dbName: config.database.name });
  const clock: Clock & { stop?(): void } = given.clock ?? (await clockOf(config, connection));
  const stores = createStores(connection, config);
  const metrics = createFigures(stores, config);
  const workflow = createWorkflow({
    connection,
    stores,
    clock,
    printer,
    readBack: given.readBack ?? reader?.readBack,
    log,
    keep: config.keep,
    moved: () => metrics.stepTaken(),
  });
  return {
    connection,
    stores,
    workflow,
    metrics,
    clock,
    log,
    async close() {
      await workflow.relay.stop();
      await printer.close();
      await reader?.close();
      clock.stop?.();
      await connection.close();
    },
  };
};

/** Brings the database up to date, and fills an empty one with the demonstration city unless in production. */
export const prepare = async ({ connection, stores, clock }: Running, config: Config) => {
  const migrated = await migrate(connection);
  await stores.administration.settle();
  const empty = (await stores.tenants.list()).length === 0;
  const seeded = empty && config.environment !== 'production';
  if (seeded) await seedDemonstration(stores, { now: clock.now() });
  return { migrated, seeded };
};

/** How often deadlines are looked at, days closed and orphans swept, in milliseconds. */
const sweepEvery = 60_000;

/** Files and carries out what cases owe, and sweeps, until it is stopped. */
export const work = ({ workflow, log }: Running): { stop(): Promise<void> } => {
  workflow.relay.start();
  let sweeping: Promise<void> | null = null;
  const sweep = () => {
    // One that is slow goes on, rather than another beside it.
    sweeping ??= workflow
      .sweep()
      .then(
        (swept) => {
          const did = Object.entries(swept ?? {}).filter(([, { done, failed }]) => done + failed > 0);
          if (did.length > 0) log.info({ swept: Object.fromEntries(did) }, 'swept');
        },
        (error: unknown) => log.error({ err: error }, 'sweep failed'),
      )
      .finally(() => (sweeping = null));
  };
  sweep();
  const timer = setInterval(sweep, sweepEvery);
  return {
    async stop() {
      clearInterval(timer);
      await sweeping;
      await workflow.relay.stop();
    },
  };
};

/** Serves pages and API. @throws when the port is taken */
export const serve = async (running: Running, config: Config) => {
  const app = await createWeb({ ...running, config, version });
  return listen(app, config.port);
};
