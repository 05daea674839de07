import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The secret that signs session cookies: made once and kept in the data folder, so that whoever is signed in stays
 * so over a restart. Two starts at once agree on the one that was first.
 * @param {string} folder the data folder
 * @returns {string}
 */
export function sessionSecret(folder) {
  const file = join(folder, 'session-secret');
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}
