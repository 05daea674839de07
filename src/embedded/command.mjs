import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createHousehold } from './household.mjs';
import { endCommands, thisHost } from './host.mjs';
import { dataFolder, places as placesIn } from './places.mjs';
import { asRefusal, wrongNode } from './refusals.mjs';
import { createVoice } from './say.mjs';

/** The root of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs one of the package's commands: gives it what the set-up needs, ends all it started however it
 * comes to its end, and turns what went wrong into one message.
 * @param {(setting: import('./database.mjs').Setting) => Promise<number>} work gives the exit code
 */
export async function runCommand(work) {
  const host = thisHost();
  const places = placesIn(dataFolder(host.env, host.home));
  const voice = createVoice();

  /** @type {(reason: Error) => void} */
  let lose = () => {};
  const loss = new Promise((_, fail) => (lose = fail));
  loss.catch(() => {});
  const household = createHousehold(lose, (complaint) => console.error(`  ${complaint}`));

  let asked = 0;
  const leave = async (/** @type {number} */ code) => {
    endCommands();
    await household.end();
    process.exit(code);
  };
  const onSignal = () => {
    asked += 1;
    // Whoever asks a second time does not want to wait.
    if (asked === 1) void leave(0);
    else if (asked === 3) process.exit(1);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);

  try {
    if (!nodeFits(host.nodeVersion)) throw wrongNode(host.nodeVersion);
    mkdirSync(places.run, { recursive: true, mode: 0o700 });
    const code = await Promise.race([
      work({ host, places, voice, household }),
      /** @type {Promise<never>} */ (loss),
    ]);
    if (!asked) await leave(code);
  } catch (error) {
    if (asked) return;
    if (host.env.TOTRINH_DEBUG) console.error(error);
    const refusal = asRefusal(error, places.folder);
    await household.end();
    console.error(`\n${refusal.message}\n(${refusal.code})`);
    await leave(1);
  }
}

/** @param {string} version such as "20.19.0" @returns whether it is 20.19 or later */
export function nodeFits(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}
