import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, ownerOf } from './alive.mjs';
import { lastLines, reach, readText } from './host.mjs';
import { databaseDidNotStart } from './refusals.mjs';

/**
 * Starts a `mongod` on its own data folder and a free loopback port, or finds it running.
 * @param {import('./host.mjs').Host} host
 * @param {string} program
 * @param {string} folder
 * @param {(how: string) => void} onEnd called when the server that was started here ends
 * @returns {Promise<{ uri: string, log: string }>}
 */
export async function startMongod(host, program, folder, onEnd) {
  const log = join(folder, 'log');
  const running = server(folder);
  if (running) return { uri: address(running.port), log };

  const data = join(folder, 'db');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const port = await host.freePort();
  const file = openSync(log, 'a', 0o600);
  const child = spawn(program, ['--dbpath', data, '--port', `${port}`, '--bind_ip', '127.0.0.1'], {
    env: host.env,
    detached: true,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  child.unref();
  let ended = '';
  /** @type {(how: string) => void} */
  let tell = (how) => {
    ended = how;
  };
  child.once('error', (error) => tell(error.message));
  child.once('exit', (code, signal) => tell(String(signal ?? code)));
  if (child.pid) writeFileSync(note(folder), JSON.stringify({ owner: ownerOf(child.pid), port }));

  const patience = Date.now() + 60_000;
  while (!(await reach('127.0.0.1', port, 1_000))) {
    if (ended || Date.now() > patience) {
      await stopMongod(folder);
      throw databaseDidNotStart('mongod', log, lastLines(readText(log) ?? '') || ended);
    }
    await pause(50);
  }
  tell = onEnd;
  return { uri: address(port), log };
}

/**
 * Stops the server of this folder, whoever started it.
 * @param {string} folder
 */
export async function stopMongod(folder) {
  const running = server(folder);
  if (running) {
    process.kill(running.owner.pid, 'SIGTERM');
    while (isAlive(running.owner)) await pause(20);
  }
  rmSync(note(folder), { force: true });
}

/** @param {number} port */
const address = (port) => `mongodb://127.0.0.1:${port}/`;

/** @param {string} folder */
const note = (folder) => join(folder, 'server.json');

/** @param {string} folder @returns {{ owner: import('./alive.mjs').Owner, port: number } | undefined} */
function server(folder) {
  try {
    const noted = JSON.parse(readText(note(folder)) ?? '');
    return isAlive(noted.owner) ? noted : undefined;
  } catch {
    return undefined;
  }
}
