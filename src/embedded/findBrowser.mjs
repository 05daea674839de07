import * as refusals from './refusals.mjs';

/**
 * Debian's Chromium without windows: half the processor and no desktop's libraries. By its path, since the command of
 * that name is a shell that stays between, and would be killed alone.
 */
export const headlessShell = '/usr/lib/chromium/chromium-headless-shell';
/** Names under which a Chromium answers, best first. */
const browserNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * @typedef {{ kind: 'found', program: string } | { kind: 'apt' } | { kind: 'npm' }} Browser
 * @typedef {object} Probes
 * @property {NodeJS.ProcessEnv} env
 * @property {(program: string) => string | undefined} which
 * @property {(path: string) => boolean} isProgram
 * @property {number} uid
 * @property {string} platform
 * @property {string} arch
 * @property {string | undefined} distribution the ID of /etc/os-release
 */

/**
 * Chooses the browser: the one that is named, Debian's without windows, one on the PATH, one from npm; installs Debian's
 * before it goes to npm.
 * @param {Probes} probes
 * @param {ReadonlySet<Browser['kind']>} [failed] ways that were tried and did not work
 * @returns {Browser}
 * @throws {import('./refusal.mjs').Refusal} naming everything that was looked for, and the ways out
 */
export function findBrowser(probes, failed = new Set()) {
  const named = probes.env.PUPPETEER_EXECUTABLE_PATH;
  if (named) {
    if (!probes.isProgram(named)) throw refusals.browserMissing(named);
    return { kind: 'found', program: named };
  }
  if (probes.isProgram(headlessShell)) return { kind: 'found', program: headlessShell };
  for (const name of browserNames) {
    const program = probes.which(name);
    if (program) return { kind: 'found', program };
  }

  const looked = [
    'biến PUPPETEER_EXECUTABLE_PATH: chưa đặt',
    `${headlessShell}: không có`,
    `trong PATH: không có ${browserNames.join(', ')}`,
  ];

  const apt = aptHindrance(probes);
  if (!apt && !failed.has('apt')) return { kind: 'apt' };
  looked.push(`cài bằng apt-get: ${apt ?? 'đã thử nhưng không được'}`);

  const fits = probes.platform === 'linux' && probes.arch === 'x64';
  if (fits && !failed.has('npm')) return { kind: 'npm' };
  looked.push(
    `tải qua npm: ${fits ? 'đã thử nhưng không được' : `không có bản cho ${probes.platform} ${probes.arch}`}`,
  );

  throw refusals.noBrowser(looked);
}

/** @param {Probes} probes */
function aptHindrance({ uid, distribution, which }) {
  // Ubuntu's package of that name only calls snap, which is no browser for a server.
  if (distribution !== 'debian') return `máy không chạy Debian (${distribution ?? 'không rõ'})`;
  if (uid !== 0) return 'không có quyền root';
  return which('apt-get') ? undefined : 'không có lệnh apt-get';
}
