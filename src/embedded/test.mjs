import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { endChild } from './child.mjs';
import { root, runCommand } from './command.mjs';
import { ensureCompiled } from './compile.mjs';
import { ensureDatabase } from './database.mjs';
import { ensurePackages } from './packages.mjs';
import { summary } from './summary.mjs';

// `npm test`: the same set-up as `npm start`, on a database of its own that goes when the tests end.
const args = process.argv.slice(2);

await runCommand(async (setting) => {
  const { host, places, voice, household } = setting;
  await ensurePackages(host, places, voice, root);
  const uri = await ensureDatabase(setting, true);
  const browser = await ensureBrowser(host, places, voice);
  voice.line(`· Trình duyệt: ${browser}`);
  // Tests that start real processes start the compiled app.
  await ensureCompiled(host, places, voice, root);

  const folder = mkdtempSync(join(tmpdir(), 'totrinh-jest-'));
  household.add(async () => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.json');
  // jest leaves one processor to itself; a worker waits a good part of its time for database and browser, so that
  // three pay on two processors.
  const workers = args.some((arg) => /^(-w|-i|--maxWorkers|--runInBand)/.test(arg))
    ? []
    : [`--maxWorkers=${Math.max(3, availableParallelism() - 1)}`];
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

  const child = spawn(
    process.execPath,
    [...flags, jest, '--json', `--outputFile=${report}`, ...workers, ...args],
    {
      cwd: root,
      env: { ...host.env, MONGODB_URI: uri, PUPPETEER_EXECUTABLE_PATH: browser },
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  household.add(() => endChild(child, 5_000));
  const code = await new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (exit) => done(exit ?? 1));
  });

  let text;
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    // jest ended before it could write one; the count then says so.
  }
  const { passed, failed } = summary(text, code);
  await household.end();
  console.log(`${passed} passed, ${failed} failed`);
  return code || (failed > 0 ? 1 : 0);
});
