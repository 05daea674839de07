import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentdbParts, ensureGateway, ensureRootfs, whatDocumentdbNeeds } from './documentdb.mjs';
import { downloadHindrance, downloadMongod } from './downloadMongod.mjs';
import { findDatabase, hostsOf, withoutPassword } from './findDatabase.mjs';
import { startGateway } from './gateway.mjs';
import { startMongod, stopMongod } from './mongod.mjs';
import { ensureCluster, removeCluster, sweepThrowaways } from './cluster.mjs';
import { startPostgres, stopPostgres } from './postgres.mjs';
import { clusterFolder } from './rootfs.mjs';
import { alone, shared } from './sharing.mjs';

/**
 * @typedef {object} Setting what every step of the set-up is given
 * @property {import('./host.mjs').Host} host
 * @property {import('./places.mjs').Places} places
 * @property {import('./say.mjs').Voice} voice
 * @property {import('./household.mjs').Household} household
 */

/**
 * Finds a database, or builds one, and has it running.
 * @param {Setting} setting
 * @param {boolean} throwaway one of its own that goes with the end, instead of the user's data
 * @returns {Promise<string>} its address
 */
export async function ensureDatabase(setting, throwaway) {
  const { host, places, voice } = setting;
  const parts = documentdbParts(places);
  /** @type {Set<import('./findDatabase.mjs').Database['kind']>} */
  const failed = new Set();
  const needs = await whatDocumentdbNeeds(host, parts);
  const probes = {
    env: host.env,
    which: host.which,
    answers: (/** @type {string} */ uri) => answers(host, uri),
    downloadHindrance: () => downloadHindrance(host, places),
    documentdbNeeds: () => needs,
  };
  for (;;) {
    const choice = await findDatabase(probes, failed);
    switch (choice.kind) {
      case 'given':
        voice.line(`· Cơ sở dữ liệu: ${withoutPassword(choice.uri)} (theo MONGODB_URI)`);
        return choice.uri;
      case 'mongod':
        return runMongod(setting, choice.program, throwaway);
      case 'download':
        try {
          const program = await voice.step('Tải mongod về', () => downloadMongod(places));
          return await runMongod(setting, program, throwaway);
        } catch (error) {
          voice.line(`  ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
          failed.add('download');
          continue;
        }
      case 'documentdb':
        return runDocumentdb(setting, parts, throwaway);
    }
  }
}

/** @param {import('./host.mjs').Host} host @param {string} uri */
async function answers(host, uri) {
  const hosts = hostsOf(uri);
  if (hosts === 'by name service') return true;
  const reached = await Promise.all(hosts.map(({ hostname, port }) => host.reach(hostname, port, 5_000)));
  return reached.includes(true);
}

/** @param {Setting} setting @param {string} program @param {boolean} throwaway */
async function runMongod({ host, places, voice, household }, program, throwaway) {
  const folder = throwaway ? mkdtempSync(join(tmpdir(), 'totrinh-')) : join(places.mongod, 'data');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const use = throwaway ? alone : shared(places.run, 'mongod');
  const onEnd = (/** @type {string} */ how) => household.lost('mongod', how, join(folder, 'log'));
  household.add(async () => {
    await use.leave(() => stopMongod(folder));
    if (throwaway) rmSync(folder, { recursive: true, force: true });
  });
  const { uri } = await voice.step(
    'Khởi động cơ sở dữ liệu',
    () => use.enter(() => startMongod(host, program, folder, onEnd)),
    () => `${program}, dữ liệu ở ${folder}`,
  );
  return uri;
}

/**
 * @param {Setting} setting
 * @param {import('./documentdb.mjs').Parts} parts
 * @param {boolean} throwaway
 */
async function runDocumentdb({ host, places, voice, household }, parts, throwaway) {
  const onWait = (/** @type {number} */ pid) => voice.line(`  chờ tiến trình ${pid} đang dựng…`);
  if (!existsSync(parts.rootfs)) {
    await voice.step('Dựng PostgreSQL 18 với DocumentDB (một đến hai phút, 670 MB)', () =>
      ensureRootfs(host, places, onWait),
    );
  }
  if (!existsSync(parts.gateway)) {
    await voice.step('Dựng cổng nối MongoDB (một đến năm phút)', () => ensureGateway(host, places, onWait));
  }

  const name = throwaway ? `test-${process.pid}-${randomBytes(3).toString('hex')}` : 'data';
  const cluster = { rootfs: parts.rootfs, name, durable: !throwaway };
  const use = throwaway ? alone : shared(places.run, `postgres-${name}`);
  const start = async () => {
    if (throwaway) await sweepThrowaways(host, parts.rootfs);
    household.add(() => use.leave(() => (throwaway ? removeCluster(host, cluster) : stopPostgres(cluster))));
    const postgres = await use.enter(async () => {
      await ensureCluster(host, cluster, onWait);
      return startPostgres(cluster, (how) =>
        household.lost('PostgreSQL', how, join(clusterFolder(cluster), 'log')),
      );
    });
    const log = join(places.logs, `gateway-${name}.log`);
    const gateway = await startGateway(host, {
      program: join(parts.gateway, 'gateway'),
      socket: postgres.socket,
      log,
      onEnd: (how) => household.lost('Cổng nối MongoDB', how, log),
    });
    household.add(gateway.stop);
    return gateway.uri;
  };
  const where = throwaway ? 'dùng xong bỏ' : `dữ liệu ở ${clusterFolder(cluster)}`;
  return voice.step('Khởi động cơ sở dữ liệu', start, () => `DocumentDB trên PostgreSQL 18, ${where}`);
}
