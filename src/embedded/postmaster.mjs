import { closeSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, ownerOf } from './alive.mjs';
import { readText } from './host.mjs';
import { processesOn } from './processesOn.mjs';
import { databaseStillHeld } from './refusals.mjs';
import { clusterFolder } from './rootfs.mjs';

/**
 * The id of this cluster's running server. An id in `postmaster.pid` may by now be any process's (after
 * a restart of the machine, say): it counts only if that one runs on this folder in this file system.
 * @param {import('./rootfs.mjs').Cluster} cluster
 * @returns {number | undefined}
 */
export function postmaster(cluster) {
  const pid = Number(readText(join(clusterFolder(cluster), 'cluster', 'postmaster.pid'))?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const words = readText(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
  if (!words.includes(`/srv/${cluster.name}/cluster`)) return undefined;
  return livesIn(cluster.rootfs, pid) ? pid : undefined;
}

/** @param {string} folder @param {number} pid */
export function isReady(folder, pid) {
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
export async function serves(folder, pid) {
  const owner = ownerOf(pid);
  while (isAlive(owner)) {
    if (isReady(folder, pid) && (await answers(join(folder, 'socket')))) return true;
    await pause(20);
  }
  return false;
}

/** PostgreSQL's question whether it would speak TLS: any server answers it with one letter. */
const question = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Whether the server answers. A connection alone says nothing: the system grants it for a process that is
 * being killed at this moment.
 * @param {string} socket folder
 * @returns {Promise<boolean>}
 */
function answers(socket) {
  // By its number the folder has a short path, however long its name is.
  const folder = openSync(socket, 'r');
  return new Promise((done) => {
    const connection = createConnection(`/proc/self/fd/${folder}/.s.PGSQL.5432`, () =>
      connection.write(question),
    );
    connection.once('data', () => {
      done(true);
      connection.destroy();
    });
    connection.once('error', () => {});
    connection.once('close', () => {
      closeSync(folder);
      done(false);
    });
  });
}

/**
 * After a kill -9 of the leader its children live on for some seconds, with the data still in their hands:
 * a second server must not touch it before they are gone. They are told what their leader would have told
 * them, SIGQUIT; nothing is lost by it that the crash has not lost.
 * @param {import('./rootfs.mjs').Cluster} cluster
 */
export async function endOrphans(cluster) {
  const data = realpathSync(join(clusterFolder(cluster), 'cluster'));
  const patience = Date.now() + 20_000;
  for (;;) {
    const left = processesOn(data).filter((pid) => livesIn(cluster.rootfs, pid));
    if (left.length === 0) return;
    if (Date.now() > patience) throw databaseStillHeld(data, left);
    for (const pid of left) signal(pid, 'SIGQUIT');
    await pause(50);
  }
}

/** @param {string} rootfs @param {number} pid */
function livesIn(rootfs, pid) {
  try {
    return readlinkSync(`/proc/${pid}/root`) === realpathSync(rootfs);
  } catch {
    return false;
  }
}

/** @param {number} pid @param {NodeJS.Signals} name */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in between.
  }
}
