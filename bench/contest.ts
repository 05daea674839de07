/** One line of the table: what was measured on both sides of one run, and what is asked for. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly baseline: number | null;
  readonly unit: string;
  /** ours / baseline, the median over the rounds. */
  readonly ratio: number | null;
  /** `≥ 0.8`; null: told, nothing is asked for. */
  readonly target: string | null;
  readonly met: boolean | null;
  readonly note?: string;
}

/** What a contest is given: a server, a browser, and how much time there is. */
export interface Setting {
  readonly uri: string;
  /** Begins the name of every database that a contest makes. */
  readonly database: string;
  readonly browser: string;
  /** A smoke run: every part once, the figures mean nothing. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

export type Contest = (setting: Setting) => Promise<Row[]>;

/** What is asked of a ratio. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** The middle value; between the two middle ones where their number is even. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
};

/** Measures each side once per round, in turn and in changing order; the rounds of the warm-up do not count. */
export const interleaved = async <Side extends string>(
  { rounds, warmUp = 1 }: { rounds: number; warmUp?: number },
  sides: Readonly<Record<Side, (round: number) => Promise<number> | number>>,
): Promise<Record<Side, number[]>> => {
  const names = Object.keys(sides) as Side[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Side, number[]>;
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const value = await sides[name](round);
      if (round >= warmUp) taken[name].push(value);
    }
  }
  return taken;
};

const keeps = (ratio: number, target: Target) =>
  'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost;

/** A row of two sides that were measured in the same rounds: medians, and the median of the rounds' ratios. */
export const compared = (
  name: string,
  unit: string,
  { ours, baseline }: { ours: readonly number[]; baseline: readonly number[] },
  target: Target | null,
  note?: string,
): Row => {
  const ratio = median(ours.map((value, round) => value / (baseline[round] ?? Number.NaN)));
  return {
    name,
    ours: median(ours),
    baseline: median(baseline),
    unit,
    ratio,
    target: target && ('atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`),
    met: target && keeps(ratio, target),
    ...(note !== undefined && { note }),
  };
};

/** A row without a second side. */
export const told = (name: string, ours: number, unit: string, note?: string): Row => ({
  name,
  ours,
  baseline: null,
  unit,
  ratio: null,
  target: null,
  met: null,
  ...(note !== undefined && { note }),
});

/** Milliseconds that `work` takes. */
export const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** Shares the jobs out among so many clients, each doing one at a time. @returns jobs per second */
export const rateOf = async <T>(
  clients: number,
  jobs: readonly T[],
  work: (job: T) => Promise<unknown>,
): Promise<number> => {
  let next = 0;
  const client = async () => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) await work(job);
  };
  const ms = await timed(() => Promise.all(Array.from({ length: clients }, client)));
  return (jobs.length / ms) * 1000;
};
