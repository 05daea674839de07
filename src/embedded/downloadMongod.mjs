import { join } from 'node:path';

// The package is loaded when it is its turn: this file is read before any package is installed.
const load = () => import('mongodb-memory-server-core');

/** How long a closed network may cost, in milliseconds. */
const patience = 2_000;

/**
 * Why no `mongod` can be downloaded, or nothing: a short look at the server that has it, since a real
 * attempt on a closed network takes much longer to fail. One that was downloaded before needs no network.
 * @param {import('./host.mjs').Host} host
 * @param {import('./places.mjs').Places} places
 * @returns {Promise<string | undefined>}
 */
export async function downloadHindrance(host, places) {
  let address;
  try {
    const { DryMongoBinary } = await load();
    const options = await DryMongoBinary.generateOptions(where(places));
    if (await DryMongoBinary.locateBinary(options)) return undefined;
    const { MongoBinaryDownloadUrl } =
      await import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js');
    address = new URL(await new MongoBinaryDownloadUrl(options).getDownloadUrl());
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
  const { MongoBinary } = await load();
  return MongoBinary.getPath(where(places));
}

/** @param {import('./places.mjs').Places} places */
const where = (places) => ({ downloadDir: join(places.parts, 'mongod') });
