import type { Day } from '../../workflows/vocabulary.js';
import type { Clock } from '../engine/ports.js';

/** A clock that a played story sets; what is entered under it says so. */
export const settableClock = (): Clock & { on(day: Day): void } => {
  let day: Day = '2025-09-22';
  let minute = 0;
  return {
    set: true,
    // Each look is a second later, so that a history reads in order.
    now: () => new Date(Date.parse(`${day}T08:00:00+07:00`) + (minute += 1) * 1000).toISOString(),
    on: (next) => {
      day = next;
      minute = 0;
    },
  };
};
