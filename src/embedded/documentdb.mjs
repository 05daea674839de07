import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mirrorOf } from './aptSources.mjs';
import { documentdbNeeds } from './findDatabase.mjs';
import { readText } from './host.mjs';
import { withLock } from './lock.mjs';
import { ensurePart } from './part.mjs';
import { removeTree } from './removeTree.mjs';

/**
 * The root file system with PostgreSQL 18 and DocumentDB 1.0. The data lies in it (`/srv/data`), since
 * the server sees nothing else: a new name here must take `srv/data` along.
 */
const rootfsName = 'documentdb-1.0-pg18';
/** The Debian release that has the package; the host's own release need not. */
const suite = 'forky';
const gatewaySource = fileURLToPath(new URL('gateway', import.meta.url));

/** @param {import('./places.mjs').Places} places */
export function documentdbParts(places) {
  const source = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) source.update(readFileSync(join(gatewaySource, name)));
  return {
    rootfs: join(places.parts, rootfsName),
    gateway: join(places.parts, `gateway-${source.digest('hex').slice(0, 12)}`),
  };
}

/** @typedef {ReturnType<typeof documentdbParts>} Parts */

/**
 * @param {import('./host.mjs').Host} host
 * @param {Parts} parts
 */
export async function whatDocumentdbNeeds(host, parts) {
  const go = host.which('go');
  return documentdbNeeds({
    platform: host.platform,
    uid: host.uid,
    rootfsBuilt: existsSync(parts.rootfs),
    gatewayBuilt: existsSync(parts.gateway),
    aptGet: host.which('apt-get') !== undefined,
    mirror: debianMirror(host),
    goVersion: go && (await host.run(go, ['version']).catch(() => undefined)),
  });
}

/** @param {import('./host.mjs').Host} host */
function debianMirror(host) {
  if (host.env.TOTRINH_DEBIAN_MIRROR) return host.env.TOTRINH_DEBIAN_MIRROR;
  const release = readText('/etc/os-release') ?? '';
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1];
  const isDebian = /^ID=debian$/m.test(release);
  return isDebian && codename ? mirrorOf(host.aptSources(), codename) : undefined;
}

/**
 * Builds the root file system where it is not there yet: about a minute, 670 MB.
 * @param {import('./host.mjs').Host} host
 * @param {import('./places.mjs').Places} places
 * @param {(pid: number) => void} onWait
 */
export function ensureRootfs(host, places, onWait) {
  const { rootfs } = documentdbParts(places);
  const log = join(places.logs, 'documentdb.log');
  return ensurePart({
    path: rootfs,
    onWait,
    remove: (path) => removeTree(host, path),
    flush: (path) => flush(host, path),
    build: async (temporary) => {
      if (!host.which('mmdebstrap'))
        await aptInstall(host, places, ['mmdebstrap', 'debian-archive-keyring'], log);
      const options = ['APT::Install-Recommends "false"', 'Acquire::Check-Valid-Until "false"'];
      await host.run(
        'mmdebstrap',
        [
          '--variant=minbase',
          '--include=postgresql-18-documentdb',
          ...options.map((option) => `--aptopt=${option}`),
          suite,
          temporary,
          debianMirror(host) ?? '',
        ],
        { log },
      );
    },
  });
}

/**
 * Builds the gateway where it is not there yet: half a minute, 22 MB.
 * @param {import('./host.mjs').Host} host
 * @param {import('./places.mjs').Places} places
 * @param {(pid: number) => void} onWait
 */
export function ensureGateway(host, places, onWait) {
  const { gateway } = documentdbParts(places);
  return ensurePart({
    path: gateway,
    onWait,
    remove: (path) => removeTree(host, path),
    flush: (path) => flush(host, path),
    build: async (temporary) => {
      mkdirSync(temporary, { recursive: true });
      await host.run(
        'go',
        ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', join(temporary, 'gateway'), '.'],
        { cwd: gatewaySource, log: join(places.logs, 'gateway-build.log'), env: { CGO_ENABLED: '0' } },
      );
    },
  });
}

/**
 * Installs Debian packages; one command at a time, since apt's own lock on its lists does not wait.
 * @param {import('./host.mjs').Host} host
 * @param {import('./places.mjs').Places} places
 * @param {readonly string[]} packages
 * @param {string} log
 */
export function aptInstall(host, places, packages, log) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
  return withLock(join(places.run, 'apt.lock'), async () => {
    await host.run('apt-get', ['update', '-q'], { log, env });
    await host.run('apt-get', ['install', ...options, ...packages], { log, env });
  });
}

/** Lets the disk catch up, so that a name never stands for files that a power cut may still take. */
function flush(/** @type {import('./host.mjs').Host} */ host, /** @type {string} */ path) {
  return host.run('sync', ['-f', dirname(path)]).then(() => {});
}
