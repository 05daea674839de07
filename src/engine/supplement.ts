import { addCalendarDays, workingDaysLate } from '../../workflows/calendar.js';
import type { Day } from '../../workflows/vocabulary.js';
import { badInput, fault } from '../errors.js';
import type { Asked, Case } from './ports.js';

/** A case does not wait for a supplement longer than this, in calendar days. */
const longestWait = 60;

/** The last day for a supplement is neither behind nor out of sight. @throws {Refusal} BAD_INPUT */
export const refuseFarDue = ({ event, day }: Pick<Asked, 'event' | 'day'>): void => {
  const due = event['due'] as Day;
  const to = addCalendarDays(day, longestWait);
  if (due < day || due > to)
    throw badInput([fault('event.due', 'date.outside', { found: due, from: day, to })]);
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
