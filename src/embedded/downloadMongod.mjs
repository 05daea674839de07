import { createRequire } from 'node:module';
import { join } from 'node:path';

/** How long a closed network may cost. */
const patience = 2_000;

/**
 * Why no `mongod` can be downloaded, or nothing: a short look at the server that has it, since a real
 * attempt on a closed network takes much longer to fail.
 * @param {import('./host.mjs').Host} host
 * @returns {Promise<string | undefined>}
 */
export async function downloadHindrance(host) {
  let address;
  try {
    // The package is found now and not at the top: this file is read before packages are installed.
    const load = createRequire(import.meta.url);
    const { MongoBinaryDownloadUrl } = load('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl');
    const { DEFAULT_VERSION } = load('mongodb-memory-server-core/lib/util/resolveConfig');
    const { platform, arch } = process;
    address = new URL(
      await new MongoBinaryDownloadUrl({ platform, arch, version: DEFAULT_VERSION }).getDownloadUrl(),
    );
  } catch (error) {
    return `không có bản cho máy này (${error instanceof Error ? error.message : String(error)})`;
  }
  const port = Number(address.port) || (address.protocol === 'http:' ? 80 : 443);
  const reached = await host.reach(address.hostname, port, patience);
  return reached ? undefined : `không nối được tới ${address.hostname} trong ${patience / 1000} giây`;
}

/**
 * Downloads a `mongod` into the folder of parts, once.
 * @param {import('./places.mjs').Places} places
 * @returns {Promise<string>} the program
 */
export async function downloadMongod(places) {
  const { MongoBinary } = await import('mongodb-memory-server-core');
  return MongoBinary.getPath({ downloadDir: join(places.parts, 'mongod') });
}
