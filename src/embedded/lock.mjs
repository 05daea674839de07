import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, self } from './alive.mjs';

/**
 * Does the work while holding a lock file; waits, and says so, while another live process holds it.
 * A lock whose holder is gone is taken over. Three processes meeting within microseconds over the same
 * stale lock could both get in; what is built under it has a temporary name of its own, so that costs
 * time and nothing else.
 * @template T
 * @param {string} path
 * @param {() => Promise<T> | T} work
 * @param {(pid: number) => void} [onWait] called once when the lock is held by another
 * @param {number} [every] milliseconds between two looks
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait = () => {}, every = 200) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!take(path)) {
    const holder = read(path);
    if (holder === undefined) continue;
    if (!isAlive(holder.owner)) {
      takeAway(path, holder.text);
      continue;
    }
    if (!told) onWait(holder.owner.pid);
    told = true;
    await pause(every);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Links a file that is already whole, so that a lock is never seen empty. @param {string} path */
function take(path) {
  const whole = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(whole, JSON.stringify(self()));
  try {
    linkSync(whole, path);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** @param {string} path */
function read(path) {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, owner: parseOwner(text) };
  } catch {
    return undefined;
  }
}

/** @param {string} text @returns {import('./alive.mjs').Owner} one that is not alive when unreadable */
function parseOwner(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { pid: 0, began: '' };
  }
}

/** @param {string} path @param {string} judged what the stale lock held */
function takeAway(path, judged) {
  const aside = `${path}.stale-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    renameSync(path, aside);
    // Somebody else may have taken the stale one away and put their own in its place: give it back.
    if (readFileSync(aside, 'utf8') !== judged) linkSync(aside, path);
  } catch {
    // Another process was quicker; the next look will tell.
  } finally {
    rmSync(aside, { force: true });
  }
}
