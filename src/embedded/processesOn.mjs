import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Processes that work in a folder, have it as their root, or were given it as an argument; not ourselves.
 * @param {string} folder a real path
 * @returns {number[]} none where there is no /proc
 */
export function processesOn(folder) {
  return names('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) =>
      [...links(pid), ...words(pid)].some((path) => path === folder || path.startsWith(`${folder}/`)),
    );
}

/**
 * Ends what still works on a folder that is about to be removed.
 * @param {string} folder
 */
export async function endProcessesOn(folder) {
  const patience = Date.now() + 5_000;
  for (let left = processesOn(folder); left.length > 0 && Date.now() < patience; left = processesOn(folder)) {
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself in between.
      }
    }
    await pause(50);
  }
}

/** @param {string} folder */
function names(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {number} pid */
function links(pid) {
  return ['cwd', 'root'].flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/${name}`)];
    } catch {
      return [];
    }
  });
}

/** @param {number} pid */
function words(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
