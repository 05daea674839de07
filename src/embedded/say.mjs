import { CommandFailed } from './refusal.mjs';

/** @typedef {ReturnType<typeof createVoice>} Voice */

/** After how long a step that goes on says so again. */
const beat = 30_000;

/**
 * Tells a person what is being done: one line a step, with the time it took; how long so far, while it goes on.
 * @param {(text: string) => void} write
 * @param {() => number} now milliseconds
 */
export function createVoice(
  write = (text) => void process.stdout.write(text),
  now = () => performance.now(),
) {
  let open = false;

  const line = (/** @type {string} */ text) => {
    if (open) write('\n');
    open = false;
    write(`${text}\n`);
  };

  /**
   * @template T
   * @param {string} label
   * @param {() => Promise<T> | T} work
   * @param {(result: T) => string} [outcome] said instead of "xong"
   * @returns {Promise<T>}
   */
  const step = async (label, work, outcome = () => 'xong') => {
    const begun = now();
    write(`· ${label} … `);
    open = true;
    const beats = setInterval(() => {
      if (open) write(`${seconds(now() - begun, 0)} … `);
    }, beat);
    beats.unref();
    try {
      const result = await work();
      const said = `${outcome(result)} (${seconds(now() - begun)})`;
      write(open ? `${said}\n` : `· ${label}: ${said}\n`);
      open = false;
      return result;
    } catch (error) {
      if (open) write('không được\n');
      open = false;
      if (error instanceof CommandFailed) error.step ??= label;
      throw error;
    } finally {
      clearInterval(beats);
    }
  };

  return { line, step };
}

/**
 * @param {number} milliseconds
 * @param {number} [digits] after the comma
 */
export function seconds(milliseconds, digits = 1) {
  return `${(milliseconds / 1000).toFixed(digits).replace('.', ',')} giây`;
}
