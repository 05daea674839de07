import { chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './alive.mjs';
import { lastLines } from './host.mjs';
import { ensurePart } from './part.mjs';
import { stopPostgres } from './postgres.mjs';
import { removeTree } from './removeTree.mjs';
import { clusterFolder, enter, libraries } from './rootfs.mjs';

/**
 * Makes the cluster where it is not there yet: a second. Under a temporary name first, extension and all.
 * @param {import('./host.mjs').Host} host
 * @param {import('./rootfs.mjs').Cluster} cluster
 * @param {(pid: number) => void} [onWait]
 */
export function ensureCluster(host, cluster, onWait) {
  const path = clusterFolder(cluster);
  return ensurePart({
    path,
    onWait,
    remove: (left) => removeTree(host, left),
    flush: async (built) => {
      if (cluster.durable) await host.run('sync', ['-f', built]);
    },
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
 * @param {import('./rootfs.mjs').Cluster} cluster
 */
export async function removeCluster(host, cluster) {
  await stopPostgres(cluster);
  await removeTree(host, clusterFolder(cluster));
}
