import { spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, ownerOf } from './alive.mjs';
import { lastLines, readText } from './host.mjs';
import { ensurePart } from './part.mjs';
import { processesOn } from './processesOn.mjs';
import { databaseDidNotStart, databaseStillHeld } from './refusals.mjs';
import { removeTree } from './removeTree.mjs';

/**
 * @typedef {object} Cluster a PostgreSQL data folder inside the root file system
 * @property {string} rootfs
 * @property {string} name its folder in the root file system's /srv
 * @property {boolean} durable false for clusters that are thrown away: no waiting for the disk
 */

const libraries = 'pg_cron,pg_documentdb_core,pg_documentdb';

/** @param {Cluster} cluster */
export const clusterFolder = ({ rootfs, name }) => join(rootfs, 'srv', name);

/**
 * The server's settings, given anew at each start so that they follow this file and not an old cluster.
 * It listens on no network; DocumentDB and pg_cron, which call their own server, are told the socket.
 * @param {Cluster} cluster
 */
export function settings({ name, durable }) {
  const socket = `/srv/${name}/socket`;
  return [
    `shared_preload_libraries=${libraries}`,
    'cron.database_name=postgres',
    `cron.host=${socket}`,
    `documentdb.localhost_connection_string=host=${socket}`,
    'listen_addresses=',
    `unix_socket_directories=${socket}`,
    'max_connections=200',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
}

/**
 * Makes the cluster where it is not there yet: a second. Under a temporary name first, extension and all.
 * @param {import('./host.mjs').Host} host
 * @param {Cluster} cluster
 * @param {(pid: number) => void} [onWait]
 */
export function ensureCluster(host, cluster, onWait) {
  const path = clusterFolder(cluster);
  return ensurePart({
    path,
    onWait,
    remove: (left) => removeTree(host, left),
    flush: (built) => host.run('sync', ['-f', built]).then(() => {}),
    build: async (temporary) => {
      const inside = temporary.slice(cluster.rootfs.length);
      const { uid, gid } = statSync(join(cluster.rootfs, 'var/lib/postgresql'));
      for (const folder of [temporary, join(temporary, 'socket')]) {
        mkdirSync(folder, { mode: 0o700 });
        chownSync(folder, uid, gid);
      }
      const data = `${inside}/cluster`;
      const as = enter(cluster.rootfs);
      await host.run(
        ...as('initdb', '-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--no-sync'),
      );
      const preload = ['-c', `shared_preload_libraries=${libraries}`, '-c', 'cron.database_name=postgres'];
      const [chroot, args, how] = as('postgres', '--single', '-j', '-D', data, ...preload, 'postgres');
      const said = await host.run(chroot, args, {
        ...how,
        input: 'CREATE EXTENSION documentdb CASCADE;\n\n',
      });
      if (/ERROR|FATAL/.test(said)) throw new Error(lastLines(said));
    },
  });
}

/**
 * Starts the server, or finds it running.
 * @param {Cluster} cluster
 * @param {(how: string) => void} onEnd called when the server that was started here ends
 * @returns {Promise<{ pid: number, socket: string, log: string }>} `socket` is the folder, seen from the host
 */
export async function startPostgres(cluster, onEnd) {
  const folder = clusterFolder(cluster);
  const found = { socket: join(folder, 'socket'), log: join(folder, 'log') };
  const running = postmaster(cluster);
  if (running && (await serves(folder, running))) return { pid: running, ...found };

  await nobodyIn(realpathSync(join(folder, 'cluster')));
  clearStale(folder);
  const server = launch(cluster, found.log);
  while (!server.ended && !isReady(folder, server.pid)) await pause(20);
  if (server.ended) throw databaseDidNotStart('PostgreSQL', found.log, lastLines(readText(found.log) ?? ''));
  server.onEnd = onEnd;
  return { pid: server.pid, ...found };
}

/**
 * Stops the server of this cluster, whoever started it; open sessions are cut, nothing written is lost.
 * @param {Cluster} cluster
 */
export async function stopPostgres(cluster) {
  const pid = postmaster(cluster);
  if (!pid) return;
  const owner = ownerOf(pid);
  process.kill(pid, 'SIGINT');
  const patience = Date.now() + 15_000;
  while (isAlive(owner)) {
    if (Date.now() > patience) process.kill(pid, 'SIGQUIT');
    await pause(20);
  }
}

/**
 * Removes throwaway clusters whose test run is gone, stopping their servers.
 * @param {import('./host.mjs').Host} host
 * @param {string} rootfs
 */
export async function sweepThrowaways(host, rootfs) {
  for (const name of readdirSync(join(rootfs, 'srv'))) {
    const pid = /^test-(\d+)-/.exec(name)?.[1];
    if (pid && !isAlive({ pid: Number(pid), began: '' }))
      await removeCluster(host, { rootfs, name, durable: false });
  }
}

/**
 * @param {import('./host.mjs').Host} host
 * @param {Cluster} cluster
 */
export async function removeCluster(host, cluster) {
  await stopPostgres(cluster);
  await removeTree(host, clusterFolder(cluster));
}

/**
 * The id of this cluster's running server. An id in `postmaster.pid` may by now be any process's (after
 * a restart of the machine, say): it counts only if that one runs on this folder in this file system.
 * @param {Cluster} cluster
 * @returns {number | undefined}
 */
export function postmaster(cluster) {
  const pid = Number(readText(join(clusterFolder(cluster), 'cluster', 'postmaster.pid'))?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const words = readText(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
  if (!words.includes(`/srv/${cluster.name}/cluster`)) return undefined;
  try {
    return readlinkSync(`/proc/${pid}/root`) === realpathSync(cluster.rootfs) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * After a kill -9 of the leader its children live on for a moment, with the data still in their hands:
 * a second server must not touch it before they are gone. Each of them works inside the data folder.
 * @param {string} data
 */
async function nobodyIn(data) {
  const patience = Date.now() + 20_000;
  for (;;) {
    const left = processesOn(data);
    if (left.length === 0) return;
    if (Date.now() > patience) throw databaseStillHeld(data, left);
    await pause(50);
  }
}

/**
 * What a killed server left. It would refuse to start when the id in `postmaster.pid` belongs to another
 * process by now; nobody works on the data any more, so the file may go.
 */
function clearStale(/** @type {string} */ folder) {
  rmSync(join(folder, 'cluster', 'postmaster.pid'), { force: true });
  const socket = join(folder, 'socket');
  for (const name of readdirSync(socket)) rmSync(join(socket, name), { force: true });
}

/** @param {Cluster} cluster @param {string} log */
function launch(cluster, log) {
  if (existsSync(log) && statSync(log).size > 10_000_000) truncateSync(log);
  const file = openSync(log, 'a', 0o600);
  const flags = settings(cluster).flatMap((setting) => ['-c', setting]);
  const [chroot, args, how] = enter(cluster.rootfs)(
    'postgres',
    '-D',
    `/srv/${cluster.name}/cluster`,
    ...flags,
  );
  const child = spawn(chroot, args, { ...how, detached: true, stdio: ['ignore', file, file] });
  closeSync(file);
  child.unref();
  const server = { pid: child.pid ?? 0, ended: false, onEnd: (/** @type {string} */ _how) => {} };
  child.once('error', () => (server.ended = true));
  child.once('exit', (code, signal) => {
    server.ended = true;
    server.onEnd(String(signal ?? code));
  });
  return server;
}

/** @param {string} rootfs @returns a maker of what spawn needs to run a program of PostgreSQL as its own user */
function enter(rootfs) {
  const env = { LANG: 'C.UTF-8', PATH: '/usr/sbin:/usr/lib/postgresql/18/bin:/usr/bin:/bin' };
  return (/** @type {string} */ program, /** @type {string[]} */ ...args) =>
    /** @type {[string, string[], { env: NodeJS.ProcessEnv }]} */ ([
      'chroot',
      ['--userspec=postgres:postgres', rootfs, program, ...args],
      { env },
    ]);
}

/** @param {string} folder @param {number} pid */
function isReady(folder, pid) {
  const lines = readText(join(folder, 'cluster', 'postmaster.pid'))?.split('\n') ?? [];
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/**
 * Waits until a server that is there answers; one that was killed a moment ago is still to be seen, note
 * and all, but never will.
 * @param {string} folder
 * @param {number} pid
 * @returns {Promise<boolean>}
 */
async function serves(folder, pid) {
  const owner = ownerOf(pid);
  while (isAlive(owner)) {
    if (isReady(folder, pid) && (await answers(join(folder, 'socket')))) return true;
    await pause(20);
  }
  return false;
}

/** @param {string} socket folder @returns {Promise<boolean>} */
function answers(socket) {
  // By its number the folder has a short path, however long its name is.
  const folder = openSync(socket, 'r');
  return new Promise((done) => {
    const connection = createConnection(`/proc/self/fd/${folder}/.s.PGSQL.5432`);
    connection.once('connect', () => done(true)).once('error', () => done(false));
    connection.once('connect', () => connection.destroy()).once('close', () => closeSync(folder));
  });
}
