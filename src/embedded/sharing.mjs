import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, self } from './alive.mjs';
import { withLock } from './lock.mjs';

/**
 * One database server, used by several commands at a time (`npm start` and, beside it, `npm run demo`):
 * the first one starts it, the last one stops it, and those that died without a word are not counted.
 * @param {string} folder where it is noted who uses what
 * @param {string} name of the server
 */
export function shared(folder, name) {
  const users = join(folder, name);
  const lock = join(folder, `${name}.lock`);
  const mine = join(users, `${process.pid}`);

  return {
    /**
     * @template T
     * @param {() => Promise<T>} start starts the server, or finds it running
     * @returns {Promise<T>}
     */
    enter: (start) =>
      withLock(lock, async () => {
        mkdirSync(users, { recursive: true });
        writeFileSync(mine, JSON.stringify(self()));
        try {
          return await start();
        } catch (error) {
          rmSync(mine, { force: true });
          throw error;
        }
      }),
    /** @param {() => Promise<void>} stop called when nobody else is left */
    leave: (stop) =>
      withLock(lock, async () => {
        rmSync(mine, { force: true });
        for (const name of readdirSync(users)) {
          const path = join(users, name);
          if (userAlive(path)) return;
          rmSync(path, { force: true });
        }
        await stop();
      }),
  };
}

/** @param {string} path */
function userAlive(path) {
  try {
    return isAlive(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return false;
  }
}

/** The same for a server that nobody else uses. @type {ReturnType<typeof shared>} */
export const alone = { enter: (start) => start(), leave: (stop) => stop() };
