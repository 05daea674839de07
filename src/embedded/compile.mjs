import { createHash } from 'node:crypto';
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readText } from './host.mjs';
import { withLock } from './lock.mjs';
import { checkoutLock } from './packages.mjs';

const sources = ['src', 'workflows', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/**
 * Compiles the app where the sources have changed since it was last compiled, under another name first.
 * @param {import('./host.mjs').Host} host
 * @param {import('./places.mjs').Places} places
 * @param {import('./say.mjs').Voice} voice
 * @param {string} root the checkout
 */
export async function ensureCompiled(host, places, voice, root) {
  const stamp = join(root, 'dist', '.stamp');
  if (readText(stamp) === sourceStamp(root)) return;
  await voice.step('Biên dịch', () =>
    withLock(
      checkoutLock(places, root, 'compile'),
      async () => {
        const now = sourceStamp(root);
        if (readText(stamp) === now) return;
        const temporary = join(root, 'dist.building');
        rmSync(temporary, { recursive: true, force: true });
        const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
        // Types are the checks' to look at, which take ten times as long.
        const asked = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', temporary];
        await host.run('node', [compiler, ...asked], { cwd: root });
        writeFileSync(join(temporary, '.stamp'), now);
        rmSync(join(root, 'dist'), { recursive: true, force: true });
        renameSync(temporary, join(root, 'dist'));
      },
      (pid) => voice.line(`  chờ tiến trình ${pid} đang biên dịch…`),
    ),
  );
}

/**
 * Changes when a source file comes, goes or is written.
 * @param {string} root
 * @returns {string}
 */
export function sourceStamp(root) {
  const hash = createHash('sha256');
  for (const path of sources.flatMap((name) => files(join(root, name)))) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${relative(root, path)}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function files(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => files(join(path, name)));
}
