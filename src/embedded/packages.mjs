import { createHash } from 'node:crypto';
import { existsSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { linkedPackages } from './refusals.mjs';

/** npm writes both files at the end of one install, in either order. */
const sameInstall = 60_000;

/**
 * Whether the packages must be installed, from when npm last wrote its two lock files.
 * @param {number | undefined} installed time of node_modules/.package-lock.json, milliseconds; npm writes it last
 * @param {number} locked time of package-lock.json
 */
export function packagesNeeded(installed, locked) {
  return installed === undefined || installed + sameInstall < locked;
}

/**
 * @param {import('./host.mjs').Host} host
 * @param {import('./places.mjs').Places} places
 * @param {import('./say.mjs').Voice} voice
 * @param {string} root the checkout
 */
export async function ensurePackages(host, places, voice, root) {
  if (!needed(root)) return;
  // `npm ci` empties the folder first, and would do so to whatever the link leads to.
  const folder = join(root, 'node_modules');
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) throw linkedPackages(folder);
  await voice.step('Cài các gói npm (một đến hai phút)', () =>
    withLock(
      checkoutLock(places, root, 'packages'),
      async () => {
        if (!needed(root)) return;
        await host.run('npm', ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund'], {
          cwd: root,
          log: join(places.logs, 'npm.log'),
          env: { CI: 'true' },
        });
      },
      (pid) => voice.line(`  chờ tiến trình ${pid} đang cài…`),
    ),
  );
}

/** @param {string} root */
function needed(root) {
  const time = (/** @type {string} */ path) =>
    existsSync(join(root, path)) ? statSync(join(root, path)).mtimeMs : undefined;
  return packagesNeeded(time('node_modules/.package-lock.json'), time('package-lock.json') ?? 0);
}

/**
 * A lock for what is done inside one checkout.
 * @param {import('./places.mjs').Places} places
 * @param {string} root
 * @param {string} what
 */
export function checkoutLock(places, root, what) {
  return join(places.run, `${what}-${createHash('sha256').update(root).digest('hex').slice(0, 12)}.lock`);
}
