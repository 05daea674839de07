import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ensureBrowser } from './browser.mjs';
import { endChild } from './child.mjs';
import { root, runCommand } from './command.mjs';
import { ensureCompiled } from './compile.mjs';
import { ensureDatabase } from './database.mjs';
import { ensurePackages } from './packages.mjs';
import { checkPort, logFileFor, programFor } from './programs.mjs';
import { nothingToRun } from './refusals.mjs';
import { sessionSecret } from './secret.mjs';

// `npm start`, `npm run demo`, `npm run bench`: from an empty machine to the running program.
const [what = 'serve', ...rest] = process.argv.slice(2);

await runCommand(async (setting) => {
  const { host, places, voice, household } = setting;
  const begun = performance.now();
  const program = programFor(what, root);
  if (program.port) await checkPort(host);

  await ensurePackages(host, places, voice, root);
  const uri = await ensureDatabase(setting, program.throwaway);
  const browser = await ensureBrowser(host, places, voice);
  voice.line(`· Trình duyệt: ${browser}`);
  if (program.compiled) await ensureCompiled(host, places, voice, root);
  if (!existsSync(program.file)) throw nothingToRun(program.file);

  const child = spawn(process.execPath, [...program.flags, program.file, ...program.args, ...rest], {
    cwd: root,
    env: {
      ...host.env,
      ...program.env(host.env),
      MONGODB_URI: uri,
      ...logFileFor(what, rest, host.env, places),
      SESSION_SECRET: host.env.SESSION_SECRET ?? sessionSecret(places.folder),
      PUPPETEER_EXECUTABLE_PATH: browser,
      TOTRINH_STARTED_MS: `${Math.round(performance.now() - begun)}`,
    },
    // A group of its own: Ctrl-C reaches it once, through us, and the database outlives it.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  household.add(() => endChild(child, 20_000));
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 1));
  });
});
