import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of this machine's browsers: `totrinh-browser-<machine>-<process>-<random>`, so that each tells whose it is. */
const prefix = `totrinh-browser-${hostname()}-`;
const own = new Set<string>();

/** A new folder for a browser's profile. */
export const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  own.add(folder);
  return folder;
};

/** Takes a profile away; its browser may still be writing its last. */
export const dropFolder = async (folder: string): Promise<void> => {
  // What could not be taken away now goes when the next browser is started.
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }).catch(() => undefined);
  own.delete(folder);
};

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Takes away what processes left that were killed. */
export const sweepFolders = async (): Promise<void> => {
  const left = (await readdir(tmpdir()))
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ folder: join(tmpdir(), name), pid: parseInt(name.slice(prefix.length), 10) }))
    // In a container every process has the same id as the one before it.
    .filter(({ folder, pid }) => (pid === process.pid ? !own.has(folder) : !lives(pid)));
  await Promise.all(left.map(({ folder }) => dropFolder(folder)));
};
