import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { withLock } from './lock.mjs';

/** What stands in the name of everything that is not whole yet. */
const unfinished = '.building-';

/**
 * A part is whole or not there: it is built under a temporary name and renamed, under a lock, after what
 * earlier cut-off attempts left behind has been removed.
 * @param {object} part
 * @param {string} part.path where it will lie
 * @param {(temporary: string) => Promise<void>} part.build makes the folder at the given path
 * @param {(path: string) => Promise<void>} part.remove a folder with all in it
 * @param {(path: string) => Promise<void>} part.flush makes the disk hold all of it before it gets its name
 * @param {(pid: number) => void} [part.onWait]
 * @returns {Promise<'there' | 'built'>}
 */
export async function ensurePart({ path, build, remove, flush, onWait }) {
  if (existsSync(path)) return 'there';
  mkdirSync(dirname(path), { recursive: true });
  return withLock(
    `${path}.lock`,
    async () => {
      for (const left of leftovers(path)) await remove(left);
      if (existsSync(path)) return 'there';
      const temporary = `${path}${unfinished}${process.pid}-${randomBytes(3).toString('hex')}`;
      try {
        await build(temporary);
        await flush(temporary);
        renameSync(temporary, path);
        return 'built';
      } catch (error) {
        // The reason matters more than a failed sweep; the next attempt sweeps again.
        await remove(temporary).catch(() => {});
        throw error;
      }
    },
    onWait,
  );
}

/** @param {string} path of the whole part @returns {string[]} what cut-off attempts left */
export function leftovers(path) {
  const begins = basename(path) + unfinished;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(begins))
    .map((name) => join(dirname(path), name));
}
