import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lastLines, reach, readText } from './host.mjs';
import { endChild } from './child.mjs';
import { databaseDidNotStart } from './refusals.mjs';

/** The longest path of a Unix socket that the system takes, in bytes. */
const longestSocket = 107;

/**
 * It shares its machine with PostgreSQL and the application. On every processor Go's threads would wake each other for
 * each command, and collect garbage after each few megabytes: a command then costs half as much again.
 */
const economy = { GOMAXPROCS: String(Math.max(1, Math.floor(availableParallelism() / 2))), GOGC: '400' };

/**
 * Starts the gateway on a free loopback port; each command has its own, and it ends with that command.
 * @param {import('./host.mjs').Host} host
 * @param {object} wish
 * @param {string} wish.program
 * @param {string} wish.socket folder of PostgreSQL's socket
 * @param {string} wish.log
 * @param {(how: string) => void} wish.onEnd called when it ends without being asked to
 * @returns {Promise<{ uri: string, pid: number | undefined, stop: () => Promise<void> }>}
 */
export async function startGateway(host, { program, socket, log, onEnd }) {
  mkdirSync(dirname(log), { recursive: true });
  const own = mkdtempSync(join(tmpdir(), 'totrinh-'));
  const near = nearSocket(socket, own);
  const url = `postgres://postgres@/postgres?host=${encodeURIComponent(near)}&pool_max_conns=40`;

  for (let attempt = 1; ; attempt += 1) {
    const port = await host.freePort();
    const file = openSync(log, 'w', 0o600);
    const child = spawn(program, ['-postgres', url, '-listen', `127.0.0.1:${port}`, '-state', own], {
      env: { ...host.env, ...economy },
      detached: true,
      // Its input stays open for as long as we live: see main.go.
      stdio: ['pipe', file, file],
    });
    closeSync(file);
    child.stdin?.on('error', () => {});
    let ended = '';
    /** @type {(how: string) => void} */
    let tell = (how) => {
      ended = how;
    };
    child.once('error', (error) => tell(error.message));
    child.once('exit', (code, signal) => tell(String(signal ?? code)));

    while (!ended && !(await reach('127.0.0.1', port, 1_000))) await pause(20);
    if (!ended) {
      tell = onEnd;
      const stop = async () => {
        tell = () => {};
        await endChild(child, 5_000);
        rmSync(own, { recursive: true, force: true });
      };
      return { uri: `mongodb://127.0.0.1:${port}/`, pid: child.pid, stop };
    }
    // Another program may have taken the port in between.
    if (attempt === 3) {
      rmSync(own, { recursive: true, force: true });
      throw databaseDidNotStart('Cổng nối MongoDB', log, lastLines(readText(log) ?? '') || ended);
    }
  }
}

/**
 * The socket's folder by a path that the system takes: its own, or a link to it from a short one.
 * @param {string} socket
 * @param {string} own a short folder of ours
 */
function nearSocket(socket, own) {
  if (Buffer.byteLength(join(socket, '.s.PGSQL.5432')) <= longestSocket) return socket;
  const link = join(own, 's');
  symlinkSync(socket, link);
  return link;
}
