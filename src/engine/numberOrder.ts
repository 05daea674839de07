import type { Day } from '../../workflows/vocabulary.js';

/** A number that a register has given; `day` where a paper of that day carries it. */
export interface GivenNumber {
  readonly number: number;
  readonly day?: Day | undefined;
}

/** Why a register does not give a number: another paper has it, or the days around it do not allow this one. */
export type NumberRefused =
  | { readonly why: 'taken' }
  | { readonly why: 'order'; readonly after: Day | null; readonly before: Day | null };

/**
 * Numbers follow the order of issue (NĐ 30/2020 Art. 15): no paper with a smaller number is of a later day, none with
 * a greater one of an earlier day.
 * @returns null where the number may be given on that day
 */
export const outOfOrder = (
  others: readonly GivenNumber[],
  { number, day }: Required<GivenNumber> & { day: Day },
): NumberRefused | null => {
  if (others.some((other) => other.number === number)) return { why: 'taken' };
  const days = (wanted: (other: GivenNumber) => boolean) =>
    others.flatMap((other) => (wanted(other) && other.day ? [other.day] : [])).sort();
  const after = days((other) => other.number < number).at(-1) ?? null;
  const before = days((other) => other.number > number)[0] ?? null;
  const fits = (after === null || after <= day) && (before === null || day <= before);
  return fits ? null : { why: 'order', after, before };
};
