import { readText } from './host.mjs';

/**
 * Removes a folder that a cut-off set-up left. What may still be mounted in it (the host's own devices,
 * for one) is let go first, and never entered.
 * @param {import('./host.mjs').Host} host
 * @param {string} path
 */
export async function removeTree(host, path) {
  for (const mount of mountsBelow(path, readText('/proc/self/mountinfo') ?? '')) {
    await host.run('umount', ['-l', mount]);
  }
  await host.run('rm', ['-rf', ...(host.platform === 'linux' ? ['--one-file-system'] : []), '--', path]);
}

/**
 * @param {string} path
 * @param {string} mountinfo as /proc/self/mountinfo gives it
 * @returns {string[]} innermost first
 */
export function mountsBelow(path, mountinfo) {
  return mountinfo
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((mount) => mount.startsWith(`${path}/`))
    .sort((a, b) => b.length - a.length);
}
