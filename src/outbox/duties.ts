import { addCalendarDays, calendarAsOf, dayOf, lastAnnouncedDay } from '../../workflows/calendar.js';
import type { Day, Instant } from '../../workflows/vocabulary.js';
import type { Case, CaseRef, Clock } from '../engine/ports.js';
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
  readonly dueDays: {
    late(today: Day): AsyncIterable<Late>;
    reckonedBefore(asOf: Day): AsyncIterable<Case>;
  };
  /** Works the due day of a case out anew. @returns whether it was still to be done */
  readonly reckonAnew: (found: Case) => Promise<boolean>;
  /** Agencies of a city that have an administrator. */
  readonly administered: (tenant: string) => Promise<readonly string[]>;
  readonly notices: {
    put(notice: {
      tenant: string;
      id: string;
      agency: string;
      roles: readonly 'administrator'[];
      notice: string;
      case: null;
      params: Readonly<Record<string, unknown>>;
      at: Instant;
    }): Promise<boolean>;
  };
  readonly tell: Tell;
  readonly closings: { close(tenant: string, now: Instant): Promise<unknown> };
}

/** How many days before the last day whose days off are announced administrators are told so. */
const calendarWarning = 60;

/** All that a sweep does, in order; one line a duty. */
export const dutiesOf = ({
  clock,
  cities,
  dueDays,
  reckonAnew,
  administered,
  notices,
  tell,
  closings,
}: Means): readonly Duty[] => {
  const today = () => dayOf(clock.now());
  const passed = async ({ tenant, id, seq, due }: Late) => {
    const event = { type: 'DEADLINE_PASSED', due };
    const cause = `deadline/${id}/${seq}/${due}`;
    const { done } = await tell({ tenant, caseId: id, event, cause, from: id });
    return done ? 1 : 0;
  };
  const reckon = async (found: Case) => ((await reckonAnew(found)) ? 1 : 0);
  const warnOfCalendar = async (tenant: string) => {
    if (today() < addCalendarDays(lastAnnouncedDay, -calendarWarning)) return 0;
    const year = Number(lastAnnouncedDay.slice(0, 4)) + 1;
    const agencies = await administered(tenant);
    const day = lastAnnouncedDay.split('-').reverse().join('/');
    let told = 0;
    for (const agency of agencies) {
      const isNew = await notices.put({
        tenant,
        id: `calendarEnds/${year}`,
        agency,
        roles: ['administrator'],
        notice: 'calendarEnds',
        case: null,
        params: { year, day },
        at: clock.now(),
      });
      if (isNew) told += 1;
    }
    return told;
  };
  const close = async (tenant: string) => ((await closings.close(tenant, clock.now())) ? 1 : 0);

  return [
    duty('dueDays', () => dueDays.reckonedBefore(calendarAsOf), reckon),
    duty('deadlines', () => dueDays.late(today()), passed),
    duty('days', cities, close),
    duty('calendar', cities, warnOfCalendar),
  ];
};
