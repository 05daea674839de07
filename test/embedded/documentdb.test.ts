import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { isAlive, ownerOf } from '../../src/embedded/alive.mjs';
import { documentdbParts } from '../../src/embedded/documentdb.mjs';
import { startGateway } from '../../src/embedded/gateway.mjs';
import { thisHost } from '../../src/embedded/host.mjs';
import { dataFolder, places } from '../../src/embedded/places.mjs';
import { ensureCluster, removeCluster, sweepThrowaways } from '../../src/embedded/cluster.mjs';
import { startPostgres, stopPostgres } from '../../src/embedded/postgres.mjs';
import { clusterFolder } from '../../src/embedded/rootfs.mjs';
import { processesOn } from '../../src/embedded/processesOn.mjs';

// The real thing, where it has been built (in CI it has): a cluster that may lose its processes, not its data.
const host = thisHost();
const parts = documentdbParts(places(dataFolder(host.env, host.home)));
const built = host.uid === 0 && existsSync(parts.rootfs) && existsSync(parts.gateway);
const whereBuilt = built ? describe : describe.skip;

whereBuilt('DocumentDB', () => {
  const name = `test-${process.pid}-kill`;
  const cluster = { rootfs: parts.rootfs, name, durable: true };
  const data = join(clusterFolder(cluster), 'cluster');
  const log = join(clusterFolder(cluster), 'gateway.log');
  let stopGateway = () => Promise.resolve();

  const start = () => startPostgres(cluster, () => {});

  /** Opens the database through a gateway of its own, and closes both afterwards. */
  async function through<T>(socket: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
    const program = join(parts.gateway, 'gateway');
    const gateway = await startGateway(host, { program, socket, log, onEnd: () => {} });
    stopGateway = gateway.stop;
    const client = new MongoClient(gateway.uri, { serverSelectionTimeoutMS: 5_000 });
    try {
      return await work(client);
    } finally {
      await client.close();
      await gateway.stop();
    }
  }

  const insert = (client: MongoClient) => client.db('t').collection('a').insertOne({ at: new Date() });
  const count = (client: MongoClient) => client.db('t').collection('a').countDocuments();

  afterEach(async () => {
    await stopGateway();
    await removeCluster(host, cluster);
    expect(existsSync(clusterFolder(cluster))).toBe(false);
  });

  it('keeps what was written through a stop, a kill -9 of its leader and a kill -9 of everything', async () => {
    expect(await ensureCluster(host, cluster)).toBe('built');
    let server = await start();
    await through(server.socket, insert);
    await stopPostgres(cluster);
    expect(isAlive(ownerOf(server.pid))).toBe(false);

    server = await start();
    await through(server.socket, insert);
    process.kill(server.pid, 'SIGKILL');

    // The children may still be there now: the start waits for them.
    server = await start();
    await through(server.socket, insert);
    for (const pid of processesOn(data)) process.kill(pid, 'SIGKILL');

    server = await start();
    expect(await through(server.socket, count)).toBe(3);
    expect(await ensureCluster(host, cluster)).toBe('there');
  });

  it('is found running by a second start', async () => {
    await ensureCluster(host, cluster);
    const first = await start();
    const second = await start();
    expect(second.pid).toBe(first.pid);
  });

  it('is swept away when its test run is gone, and not before', async () => {
    await ensureCluster(host, cluster);
    await sweepThrowaways(host, parts.rootfs);
    expect(existsSync(data)).toBe(true);

    const gone = { ...cluster, name: 'test-4194304-gone' };
    await ensureCluster(host, gone);
    const server = await startPostgres(gone, () => {});
    await sweepThrowaways(host, parts.rootfs);
    expect(existsSync(clusterFolder(gone))).toBe(false);
    expect(isAlive(ownerOf(server.pid))).toBe(false);
  });
});
