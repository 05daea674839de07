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
