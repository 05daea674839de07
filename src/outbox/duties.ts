import { dayOf } from '../../workflows/calendar.js';
import type { Day, Instant } from '../../workflows/vocabulary.js';
import type { CaseRef, Clock } from '../engine/ports.js';
import { duty, type Duty } from './sweep.js';
import type { Tell } from './tellRows.js';

/** An active case whose deadline has gone by and that has not been told so. */
export interface Late extends CaseRef {
  /** Where it stands: what it was told there it is not told again, what it is told elsewhere is another matter. */
  readonly seq: number;
  readonly due: Day;
}

export interface Means {
  readonly clock: Clock;
  readonly cities: () => Promise<readonly string[]>;
  readonly late: (today: Day) => AsyncIterable<Late>;
  readonly tell: Tell;
  readonly closings: { close(tenant: string, now: Instant): Promise<unknown> };
  readonly contents: { sweep(tenant: string, before: Date): Promise<number> };
}

const dayMs = 86_400_000;

/** All that a sweep does, in order; one line a duty. */
export const dutiesOf = ({ clock, cities, late, tell, closings, contents }: Means): readonly Duty[] => {
  const today = () => dayOf(clock.now());
  const passed = async ({ tenant, id, seq, due }: Late) => {
    const event = { type: 'DEADLINE_PASSED', due };
    const cause = `deadline/${id}/${seq}/${due}`;
    const { done } = await tell({ tenant, caseId: id, event, cause, from: id });
    return done ? 1 : 0;
  };
  const close = async (tenant: string) => ((await closings.close(tenant, clock.now())) ? 1 : 0);
  // By the machine's own clock: contents carry the moment at which they were really put.
  const forget = (tenant: string) => contents.sweep(tenant, new Date(Date.now() - dayMs));

  return [
    duty('deadlines', () => late(today()), passed),
    duty('days', cities, close),
    duty('orphanContents', cities, forget),
  ];
};
