import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, ownerOf } from './alive.mjs';
import { lastLines, readText } from './host.mjs';
import { isReady, endOrphans, postmaster, serves, signal } from './postmaster.mjs';
import { databaseDidNotStart } from './refusals.mjs';
import { clusterFolder, enter, libraries } from './rootfs.mjs';

/**
 * The server's settings, given anew at each start so that they follow this file and not an old cluster.
 * It listens on no network. DocumentDB, which calls its own server, is told the socket; pg_cron runs its jobs (what has
 * expired is removed by one) without calling anybody: where to call stands in each job from the cluster's beginning, and
 * telling another place at a start changes nothing.
 * @param {import('./rootfs.mjs').Cluster} cluster
 */
export function settings({ name, durable }) {
  const socket = `/srv/${name}/socket`;
  return [
    `shared_preload_libraries=${libraries}`,
    'cron.database_name=postgres',
    'cron.use_background_workers=on',
    // A row and two lines of log for each run of each job, several a minute, would be kept for ever.
    'cron.log_run=off',
    'cron.log_statement=off',
    `documentdb.localhost_connection_string=host=${socket}`,
    'listen_addresses=',
    `unix_socket_directories=${socket}`,
    'max_connections=200',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
}

/**
 * Starts the server, or finds it running.
 * @param {import('./rootfs.mjs').Cluster} cluster
 * @param {(how: string) => void} onEnd called when the server that was started here ends
 * @returns {Promise<{ pid: number, socket: string, log: string }>} `socket` is the folder, seen from the host
 */
export async function startPostgres(cluster, onEnd) {
  const folder = clusterFolder(cluster);
  const found = { socket: join(folder, 'socket'), log: join(folder, 'log') };
  const running = postmaster(cluster);
  if (running && (await serves(folder, running))) return { pid: running, ...found };

  await endOrphans(cluster);
  clearStale(folder);
  const server = launch(cluster, found.log);
  while (!server.ended && !isReady(folder, server.pid)) await pause(20);
  if (server.ended) throw databaseDidNotStart('PostgreSQL', found.log, lastLines(readText(found.log) ?? ''));
  server.onEnd = onEnd;
  return { pid: server.pid, ...found };
}

/**
 * Stops the server of this cluster, whoever started it; open sessions are cut, nothing written is lost.
 * @param {import('./rootfs.mjs').Cluster} cluster
 */
export async function stopPostgres(cluster) {
  const pid = postmaster(cluster);
  if (!pid) return;
  const owner = ownerOf(pid);
  signal(pid, 'SIGINT');
  const patience = Date.now() + 15_000;
  while (isAlive(owner)) {
    if (Date.now() > patience) signal(pid, 'SIGQUIT');
    await pause(20);
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

/** @param {import('./rootfs.mjs').Cluster} cluster @param {string} log */
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
