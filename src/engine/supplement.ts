import { workingDaysLate } from '../../workflows/calendar.js';
import type { Day } from '../../workflows/vocabulary.js';
import { badInput, fault } from '../errors.js';
import type { Asked, Case } from './ports.js';

/** The last day for a supplement cannot lie behind. @throws {Refusal} BAD_INPUT */
export const refusePastDue = ({ event, day }: Pick<Asked, 'event' | 'day'>): void => {
  const due = event['due'] as Day;
  if (due < day) throw badInput([fault('event.due', 'date.outside', { found: due, from: day, to: null })]);
};

/** Working days that a kind's clock has stood still, the supplement that ends today counted in. */
export const pausedWith =
  (
    contextOf: (found: Case) => {
      readonly supplement: { readonly since: Day } | null;
      readonly pausedDays: number;
    },
  ) =>
  ({ found, day }: Pick<Asked, 'found' | 'day'>): Promise<{ pausedDays: number }> => {
    const { supplement, pausedDays } = contextOf(found);
    const stood = supplement ? workingDaysLate(supplement.since, day).workingDays : 0;
    return Promise.resolve({ pausedDays: pausedDays + Math.max(0, stood) });
  };
