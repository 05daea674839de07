import type { Day } from '../../workflows/vocabulary.js';
import { badInput, fault } from '../errors.js';

/**
 * A paper that decides on one of ours is neither older than it nor of a day to come.
 * @param issued the day of ours. @throws {Refusal} BAD_INPUT
 */
export const refuseOutsideDate = (date: Day, issued: Day | null, today: Day): void => {
  const from = issued ?? date;
  if (date < from || date > today)
    throw badInput([fault('event.date', 'date.outside', { found: date, from, to: today })]);
};
