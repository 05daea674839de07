import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isAlive, ownerOf } from '../../src/embedded/alive.mjs';
import { ensureCluster, removeCluster, sweepThrowaways } from '../../src/embedded/cluster.mjs';
import { documentdbParts } from '../../src/embedded/documentdb.mjs';
import { startGateway } from '../../src/embedded/gateway.mjs';
import { thisHost } from '../../src/embedded/host.mjs';
import { dataFolder, places } from '../../src/embedded/places.mjs';
import { startPostgres } from '../../src/embedded/postgres.mjs';
import { processesOn } from '../../src/embedded/processesOn.mjs';
import { clusterFolder } from '../../src/embedded/rootfs.mjs';
import { until } from '../crossing/until.js';
import { leashed } from '../setup/leashed.js';

const host = thisHost();
const where = places(dataFolder(host.env, host.home));
const parts = documentdbParts(where);
const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'dist', 'src', 'cli.js');

/** Whether the bundled database has been built on this machine; in CI it has. */
export const built = host.uid === 0 && existsSync(parts.rootfs) && existsSync(parts.gateway);

/** The processes that a process has started, and theirs. */
const below = (pid: number): number[] => {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const id = Number(name);
    if (!(id > 0)) continue;
    try {
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
      parents.set(id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const children = (of: number): number[] =>
    [...parents].filter(([, parent]) => parent === of).flatMap(([id]) => [id, ...children(id)]);
  return children(pid);
};

const kill = (pid: number | undefined, signal: NodeJS.Signals) => {
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
};

/**
 * The product as it really runs (application with its browser, gateway, PostgreSQL), all of it in processes of its own
 * on a cluster of its own, that are killed and started again.
 * @param day what the application's clock says
 */
export const aHouse = async (dbName: string, day: string) => {
  if (!existsSync(cli)) throw new Error('There is no compiled application: npm run build.');
  const cluster = { rootfs: parts.rootfs, name: `test-${process.pid}-faults`, durable: true };
  const data = join(clusterFolder(cluster), 'cluster');
  const [gatewayPort, port] = [await host.freePort(), await host.freePort()];
  const uri = `mongodb://127.0.0.1:${gatewayPort}/`;
  /** Everything that was ever started here. */
  const seen: ReturnType<typeof ownerOf>[] = [];
  const note = (...pids: (number | undefined)[]) =>
    seen.push(...pids.filter((pid) => pid !== undefined).map((pid) => ownerOf(pid)));

  /** What the application wrote of errors. */
  const said: string[] = [];
  let postgres = 0;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let app: ChildProcess;

  const startDatabase = async () => {
    postgres = (await startPostgres(cluster, () => {})).pid;
    note(postgres);
  };
  const startDoor = async () => {
    gateway = await startGateway(
      { ...host, freePort: () => Promise.resolve(gatewayPort) },
      {
        program: join(parts.gateway, 'gateway'),
        socket: join(clusterFolder(cluster), 'socket'),
        log: join(clusterFolder(cluster), 'gateway.log'),
        onEnd: () => {},
      },
    );
    note(gateway.pid);
  };
  const startApp = async () => {
    const started = leashed([cli, 'serve'], {
      MONGODB_URI: uri,
      TOTRINH_DB: dbName,
      TOTRINH_CLOCK: day,
      SESSION_SECRET: 'a secret of the house that may be killed',
      SIGN_IN_TRIES_PER_ADDRESS: '10000',
      LOG_LEVEL: 'error',
      PORT: String(port),
    });
    app = started;
    started.stderr.pipe(process.stderr);
    note(app.pid);
    const lines = createInterface(started.stdout);
    await new Promise<void>((ready) => {
      lines.on('line', (line) => (line.includes('sẵn sàng') ? ready() : said.push(line)));
      lines.once('close', ready);
    });
  };

  /** Ends something at once, and waits until it has. */
  const strike = async (pid: number | undefined) => {
    const owner = ownerOf(pid ?? 0);
    kill(pid, 'SIGKILL');
    await until(() => Promise.resolve(!isAlive(owner)));
  };
  const killApp = () => {
    note(...below(app.pid ?? 0));
    return strike(app.pid);
  };
  const killGateway = async () => {
    await strike(gateway.pid);
    await gateway.stop();
  };
  const killDatabase = () => strike(postgres);

  await sweepThrowaways(host, parts.rootfs);
  await ensureCluster(host, cluster);
  await startDatabase();
  await startDoor();

  const faults = {
    app: async () => {
      await killApp();
      await startApp();
    },
    gateway: async () => {
      await killGateway();
      await startDoor();
    },
    database: async () => {
      await killDatabase();
      await startDatabase();
    },
    browser: async () => {
      const all = below(app.pid ?? 0);
      note(...all);
      // The first is the one that started the others.
      await Promise.all(all.slice(0, 1).map(strike));
    },
    standstill: async (ms: number) => {
      const all = processesOn(data);
      for (const pid of all) kill(pid, 'SIGSTOP');
      await new Promise((done) => setTimeout(done, ms));
      for (const pid of all) kill(pid, 'SIGCONT');
    },
    everything: async () => {
      await Promise.all([killApp(), killGateway(), killDatabase()]);
      await startDatabase();
      await startDoor();
      await startApp();
    },
  };

  return {
    uri,
    address: `http://127.0.0.1:${port}`,
    startApp,
    said,
    faults,
    /** Asks the application to end, and waits until it did. */
    async stopApp() {
      note(...below(app.pid ?? 0));
      const ended = once(app, 'exit');
      kill(app.pid, 'SIGTERM');
      await ended;
    },
    /** What was started here, and still lives. */
    left: () => seen.filter(isAlive).map(({ pid }) => pid),
    /** Ends whatever is still there. */
    async close() {
      if (app?.exitCode === null && app.signalCode === null) await strike(app.pid);
      await gateway.stop();
      await removeCluster(host, cluster);
    },
  };
};
export type House = Awaited<ReturnType<typeof aHouse>>;
