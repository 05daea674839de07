import { readFileSync } from 'node:fs';

/** @typedef {{ pid: number, began: string }} Owner a process, told apart from a later one with the same id */

/** @returns {Owner} */
export function self() {
  return ownerOf(process.pid);
}

/** @param {number} pid @returns {Owner} */
export function ownerOf(pid) {
  return { pid, began: beganAt(pid) ?? '' };
}

/** @param {Owner} owner */
export function isAlive({ pid, began }) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  const now = beganAt(pid);
  if (now === 'ended') return false;
  return now === undefined || began === '' || now === began;
}

/**
 * When it began, in the system's ticks since boot; nothing where /proc does not say, or when it has
 * ended and nobody has collected it yet.
 * @param {number} pid
 */
function beganAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything; what follows the last one is fixed.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
