import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aptInstall } from './documentdb.mjs';
import { findBrowser } from './findBrowser.mjs';
import { CommandFailed } from './refusal.mjs';
import { readText } from './host.mjs';
import { ensurePart } from './part.mjs';
import { removeTree } from './removeTree.mjs';

/** The last resort: a headless Chromium that needs nothing but npm, older than Debian's. */
const npmBrowser = '@sparticuz/chromium@147.0.0';

/**
 * Finds the browser, or installs one.
 * @param {import('./host.mjs').Host} host
 * @param {import('./places.mjs').Places} places
 * @param {import('./say.mjs').Voice} voice
 * @returns {Promise<string>} its program
 */
export async function ensureBrowser(host, places, voice) {
  const probes = {
    ...host,
    distribution: /^ID=(\w+)/m.exec(readText('/etc/os-release') ?? '')?.[1],
  };
  /** @type {Set<'found' | 'apt' | 'npm'>} */
  const failed = new Set();
  for (;;) {
    const choice = findBrowser(probes, failed);
    if (choice.kind === 'found') return choice.program;
    const kept = join(places.parts, `browser-${npmBrowser.split('@').at(-1)}`);
    if (existsSync(kept)) return join(kept, 'chromium');
    try {
      if (choice.kind === 'apt') {
        await voice.step('Cài trình duyệt Chromium bằng apt-get (một đến hai phút)', () =>
          aptInstall(
            host,
            places,
            ['chromium-headless-shell', 'poppler-utils'],
            join(places.logs, 'browser.log'),
          ),
        );
      } else {
        return await voice.step('Tải trình duyệt qua npm', () => fromNpm(host, places, kept));
      }
    } catch (error) {
      if (!(error instanceof CommandFailed) || /No space left|ENOSPC/.test(error.tail)) throw error;
      voice.line(`  ${error.tail.split('\n').at(-1)}`);
      failed.add(choice.kind);
    }
    if (choice.kind === 'apt' && findBrowser(probes, failed).kind !== 'found') failed.add('apt');
  }
}

/**
 * @param {import('./host.mjs').Host} host
 * @param {import('./places.mjs').Places} places
 * @param {string} kept
 */
async function fromNpm(host, places, kept) {
  await ensurePart({
    path: kept,
    remove: (path) => removeTree(host, path),
    flush: () => host.run('sync', ['-f', dirname(kept)]).then(() => {}),
    build: async (temporary) => {
      mkdirSync(temporary, { recursive: true });
      const log = join(places.logs, 'browser.log');
      await host.run('npm', ['install', '--prefix', temporary, '--no-audit', '--no-fund', npmBrowser], {
        log,
      });
      const unpack = "import('@sparticuz/chromium').then((m) => m.default.executablePath())";
      await host.run('node', ['--input-type=module', '-e', unpack], {
        cwd: temporary,
        env: { TMPDIR: temporary },
      });
      // It says so here, and not at the first document, when this machine lacks a library it needs.
      await host.run(join(temporary, 'chromium'), ['--version']);
      await removeTree(host, join(temporary, 'node_modules'));
    },
  });
  return join(kept, 'chromium');
}
