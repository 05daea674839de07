import { spawn } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { CommandFailed } from './refusal.mjs';

/** @typedef {ReturnType<typeof thisHost>} Host what the decisions may ask the machine; tests give their own */

/** Where Debian and Go put programs that a plain user's PATH may not name. */
const usualFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/go/bin'];

/** @param {NodeJS.ProcessEnv} env */
export function thisHost(env = process.env) {
  const home = env.HOME || userInfo().homedir;
  const path = [...new Set([...(env.PATH ?? '').split(delimiter), ...usualFolders])]
    .filter(Boolean)
    .join(delimiter);

  return {
    /** HOME is filled in: npm and Go need one, and a CI machine may give an empty one. */
    env: /** @type {NodeJS.ProcessEnv} */ ({ ...env, HOME: home, PATH: path }),
    home,
    platform: /** @type {string} */ (process.platform),
    arch: /** @type {string} */ (process.arch),
    uid: process.getuid?.() ?? -1,
    nodeVersion: process.versions.node,
    which: (/** @type {string} */ name) =>
      path
        .split(delimiter)
        .map((folder) => join(folder, name))
        .find(isProgram),
    isProgram,
    readText,
    aptSources: () =>
      [readText('/etc/apt/sources.list'), ...listFolder('/etc/apt/sources.list.d').map(readText)].filter(
        (text) => text !== undefined,
      ),
    reach,
    portState,
    freePort,
    run: runner({ ...env, HOME: home, PATH: path }),
  };
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** @param {string} path @returns {string | undefined} nothing when it is not there or may not be read */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {string} folder */
function listFolder(folder) {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/**
 * Whether something answers there.
 * @param {string} hostname
 * @param {number} port
 * @param {number} limit milliseconds
 * @returns {Promise<boolean>}
 */
export function reach(hostname, port, limit) {
  return new Promise((done) => {
    const socket = createConnection({ host: hostname, port });
    const answer = (/** @type {boolean} */ reached) => {
      clearTimeout(timer);
      socket.destroy();
      done(reached);
    };
    // Not socket.setTimeout: that starts only after the name is looked up, which may hang too.
    const timer = setTimeout(() => answer(false), limit);
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

/**
 * @param {number} port
 * @returns {Promise<'free' | 'taken' | 'forbidden'>}
 */
function portState(port) {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      done(error.code === 'EACCES' ? 'forbidden' : 'taken'),
    );
    probe.listen(port, () => probe.close(() => done('free')));
  });
}

/** @returns {Promise<number>} a loopback port that was free a moment ago */
function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
      probe.close(() => done(port));
    });
  });
}

/** Groups of commands that are running now, by the id of their leader. */
const running = new Set();

/** Ends every command of `run` that is still going, with all that it started. */
export function endCommands() {
  for (const pid of running) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
}

/** @param {NodeJS.ProcessEnv} hostEnv */
function runner(hostEnv) {
  /**
   * Runs a command to its end.
   * @param {string} command
   * @param {readonly string[]} args
   * @param {{ cwd?: string, log?: string, env?: NodeJS.ProcessEnv, input?: string }} [how] `log`: file
   *   that gets all it says; `env` is added to the host's
   * @returns {Promise<string>} its standard output, when it has no log
   * @throws {CommandFailed} when it ends with another code than 0
   */
  return async function run(command, args, { cwd, log, env = {}, input } = {}) {
    if (log) mkdirSync(dirname(log), { recursive: true });
    const file = log ? openSync(log, 'w') : undefined;
    try {
      return await new Promise((done, fail) => {
        const child = spawn(command, args, {
          cwd,
          env: { ...hostEnv, ...env },
          // A group of its own: Ctrl-C is for us to pass on, once, and to the whole of it.
          detached: true,
          stdio: ['pipe', file ?? 'pipe', file ?? 'pipe'],
        });
        if (child.pid) running.add(child.pid);
        let out = '';
        let err = '';
        child.stdout?.setEncoding('utf8').on('data', (text) => (out += text));
        child.stderr?.setEncoding('utf8').on('data', (text) => (err += text));
        child.stdin?.on('error', () => {}).end(input);
        child.once('error', fail);
        child.once('close', (code, signal) => {
          running.delete(child.pid);
          if (code === 0) return done(out);
          const said = (log ? readText(log) : err || out) ?? '';
          fail(new CommandFailed([command, ...args].join(' '), lastLines(said) || `${signal ?? code}`, log));
        });
      });
    } finally {
      if (file !== undefined) closeSync(file);
    }
  };
}

/** @param {string} text @param {number} [count] */
export function lastLines(text, count = 6) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
