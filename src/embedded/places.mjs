import { join, resolve, isAbsolute } from 'node:path';

/**
 * Where the set-up keeps what it builds and what the user enters: outside the checkout, so that a
 * second clone starts in seconds, and never in a folder called cache.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} home of the user, from the system when HOME is empty
 */
export function dataFolder(env, home) {
  if (env.TOTRINH_DATA) return resolve(env.TOTRINH_DATA);
  const xdg = env.XDG_DATA_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'totrinh');
}

/** @param {string} folder the data folder */
export function places(folder) {
  return {
    folder,
    /** Built things, each under a name that says its version; whole or not there. */
    parts: join(folder, 'parts'),
    /** Who is running on what. */
    run: join(folder, 'run'),
    logs: join(folder, 'logs'),
    /** Data folders of a `mongod`; those of PostgreSQL lie inside its root file system. */
    mongod: join(folder, 'mongod'),
  };
}

/** @typedef {ReturnType<typeof places>} Places */
