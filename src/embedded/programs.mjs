import { existsSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { badPort, portForbidden, portTaken } from './refusals.mjs';

const leash = `--import=${new URL('leash.mjs', import.meta.url).href}`;

/**
 * What one of the package's commands runs, and on which data.
 * @param {string} what `serve`, `demo` or `bench`
 * @param {string} root the checkout
 */
export function programFor(what, root) {
  const own = (/** @type {string} */ dbName) => (/** @type {NodeJS.ProcessEnv} */ env) => ({
    TOTRINH_DB: env.TOTRINH_DB ?? dbName,
  });
  if (what === 'bench') {
    return {
      file: join(root, 'bench', 'main.ts'),
      flags: [leash, '--import=tsx'],
      args: [],
      env: own('totrinh_bench'),
      compiled: true,
      throwaway: true,
      port: false,
    };
  }
  return {
    file: join(root, 'dist', 'src', 'cli.js'),
    flags: [leash],
    args: [what],
    env: own(what === 'demo' ? 'totrinh_demo' : 'totrinh'),
    compiled: true,
    throwaway: false,
    port: what === 'serve',
  };
}

/**
 * Refuses at once what would only fail after minutes of set-up.
 * @param {Pick<import('./host.mjs').Host, 'env' | 'portState'>} host
 * @throws {import('./refusal.mjs').Refusal} when PORT is no port, or may not be used
 */
export async function checkPort({ env, portState }) {
  const text = env.PORT || '3000';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw badPort(text);
  const state = await portState(port);
  if (state === 'taken') throw portTaken(port);
  if (state === 'forbidden') throw portForbidden(port);
}

/**
 * Where the program's log lines go: to a file, since a person reads the screen; to the screen in production, where
 * whoever runs it collects them, and when asked for.
 * @param {string} what `serve`, `demo` or `bench`
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./places.mjs').Places} places
 * @returns {{ LOG_FILE?: string }}
 */
export function logFileFor(what, args, env, { logs }) {
  if (env.LOG_FILE || env.NODE_ENV === 'production' || what === 'bench' || args.includes('--verbose'))
    return {};
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const file = join(logs, `${what}.log`);
  if (existsSync(file) && statSync(file).size > 10_000_000) truncateSync(file);
  return { LOG_FILE: file };
}
