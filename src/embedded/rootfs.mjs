import { join } from 'node:path';

/**
 * @typedef {object} Cluster a PostgreSQL data folder inside the root file system
 * @property {string} rootfs
 * @property {string} name its folder in the root file system's /srv
 * @property {boolean} durable false for clusters that are thrown away: no waiting for the disk
 */

/** @param {Cluster} cluster */
export const clusterFolder = ({ rootfs, name }) => join(rootfs, 'srv', name);

/** What DocumentDB has the server load first. */
export const libraries = 'pg_cron,pg_documentdb_core,pg_documentdb';

/** @param {string} rootfs @returns a maker of what spawn needs to run a program of PostgreSQL as its own user */
export function enter(rootfs) {
  const env = { LANG: 'C.UTF-8', PATH: '/usr/sbin:/usr/lib/postgresql/18/bin:/usr/bin:/bin' };
  return (/** @type {string} */ program, /** @type {string[]} */ ...args) =>
    /** @type {[string, string[], { env: NodeJS.ProcessEnv }]} */ ([
      'chroot',
      ['--userspec=postgres:postgres', rootfs, program, ...args],
      { env },
    ]);
}
