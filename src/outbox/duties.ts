import { addCalendarDays, dayOf } from '../../workflows/calendar.js';
import type { Day } from '../../workflows/vocabulary.js';
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
  readonly drain: (ref: CaseRef) => Promise<void>;
  readonly closings: {
    unfiled(tenant: string, day: Day): Promise<CaseRef[]>;
    nextDay(tenant: string, today: Day): Promise<Day | null>;
    close(tenant: string, day: Day): Promise<unknown>;
  };
  readonly contents: { sweep(tenant: string, before: Date): Promise<number> };
}

const dayMs = 86_400_000;

/** All that a sweep does, in order; one line a duty. */
export const dutiesOf = ({
  clock,
  cities,
  late,
  tell,
  drain,
  closings,
  contents,
}: Means): readonly Duty[] => {
  const today = () => dayOf(clock.now());
  const unfiled = async () => {
    const found = await Promise.all(
      (await cities()).map((tenant) => closings.unfiled(tenant, addCalendarDays(today(), -1))),
    );
    return found.flat();
  };
  const passed = async ({ tenant, id, seq, due }: Late) => {
    const event = { type: 'DEADLINE_PASSED', due };
    const cause = `deadline/${id}/${seq}/${due}`;
    const { done } = await tell({ tenant, caseId: id, event, cause, from: id });
    return done ? 1 : 0;
  };
  const close = async (tenant: string) => {
    const day = await closings.nextDay(tenant, today());
    if (!day) return 0;
    await closings.close(tenant, day);
    return 1;
  };
  // By the machine's own clock: contents carry the moment at which they were really put.
  const forget = (tenant: string) => contents.sweep(tenant, new Date(Date.now() - dayMs));

  return [
    duty('deadlines', () => late(today()), passed),
    duty('filing', unfiled, async (ref) => drain(ref).then(() => 1)),
    duty('days', cities, close),
    duty('orphanContents', cities, forget),
  ];
};
