/** How a run tells a person where it is. */
export interface Progress {
  /** A new part begins; the one before it is told as done. */
  stage(text: string): void;
  /** Somebody does something within the part. */
  step(who: string, what: string): void;
  /** The last part is done. */
  end(): void;
}

/**
 * One line a part, told when it is done with its number of steps and its time. On a screen the step of the moment
 * stands in a line that the next one takes; with `verbose` every step has a line of its own.
 * @param width columns of the screen; null: no screen, so nothing is written over
 */
export const createProgress = ({
  write,
  width,
  verbose,
  now = () => performance.now(),
}: {
  write: (text: string) => void;
  width: number | null;
  verbose: boolean;
  now?: () => number;
}): Progress => {
  let open: { text: string; begun: number; steps: number } | null = null;
  const passing = width !== null && !verbose;
  const over = (text: string) => write(`\r\u001b[K${text}`);

  const end = () => {
    if (!open) return;
    const { text, begun, steps } = open;
    const took = ((now() - begun) / 1000).toFixed(1).replace('.', ',');
    const line = `✓ ${text} (${steps} việc, ${took} giây)\n`;
    if (passing) over(line);
    else write(line);
    open = null;
  };

  return {
    stage(text) {
      end();
      open = { text, begun: now(), steps: 0 };
      if (passing) over(cut(`… ${text}`, width));
      else if (verbose) write(`${text}\n`);
    },
    step(who, what) {
      if (open) open.steps += 1;
      if (passing) over(cut(`… ${who}: ${what}`, width));
      else if (verbose) write(`    ${who}: ${what}\n`);
    },
    end,
  };
};

/** A line longer than the screen would leave its rest behind. */
const cut = (text: string, width: number) => (text.length < width ? text : `${text.slice(0, width - 2)}…`);
