import { readText } from './host.mjs';
import { endProcessesOn } from './processesOn.mjs';

/**
 * Removes a folder that a cut-off set-up left. Its programs may outlive a kill -9 of ours, and end first;
 * what may still be mounted in it (the host's own devices, for one) is let go, and never entered.
 * @param {import('./host.mjs').Host} host
 * @param {string} path
 */
export async function removeTree(host, path) {
  await endProcessesOn(path);
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
