import fc from 'fast-check';

/**
 * Whether long trials are made whole: `TRIALS=whole`. With the tests they run in a short form that leaves out nothing of
 * its kind: it strikes less often, goes on with less, and tries chance less.
 */
export const whole = process.env.TRIALS === 'whole';

/** By what chance chooses in a short form; `TRIALS_SEED=…` has it choose the same again. */
export const seed = Number(process.env.TRIALS_SEED ?? Date.now() % 1_000_000);

/** The form that is tried now. */
export const inForm = <T>(forms: { readonly short: T; readonly whole: T }): T =>
  whole ? forms.whole : forms.short;

/** Before each point and after it; in short form on one side of each, as chance has it. */
export const sidesOf = (points: readonly string[]): string[] => {
  const sides = points.map((point) => [`${point}:before`, `${point}:after`] as const);
  const chosen = fc.sample(fc.nat(1), { seed, numRuns: points.length });
  return inForm({ short: sides.map((both, at) => both[chosen[at]!]!), whole: sides.flat() });
};
