import { addCalendarDays, dayOf } from '../../workflows/calendar.js';
import type { Day, Hash, Instant } from '../../workflows/vocabulary.js';
import { hashOf } from './journal.js';

/** Where a case stood when a day was closed: with it all its entries up to this one are. */
export interface Leaf {
  readonly case: string;
  readonly seq: number;
  readonly head: Hash;
}

/**
 * The city's day: the heads of all cases with entries up to its end that no closing before had, chained to that one.
 * An entry that was written after its day was closed belongs to the next closing.
 */
export interface Closing {
  readonly tenant: string;
  /** Closings are counted from 1, so that two who close at once are told apart from two who close one after the other. */
  readonly n: number;
  readonly day: Day;
  /** Head of the closing before; empty for the first. */
  readonly previous: Hash;
  readonly count: number;
  /** Hashes of the leaves, in pieces of `leavesPerChunk`. */
  readonly chunks: readonly Hash[];
  readonly head: Hash;
}

/** What is wrong with a closed day, and with which case of it. */
export interface DayFault {
  readonly tenant: string;
  readonly day: Day;
  /**
   * - `edited`: the day's head does not follow from what it says;
   * - `unlinked`: it does not name the closing before;
   * - `leavesEdited`: a piece of its leaves does not give its hash, or is missing;
   * - `entryChanged`: the journal holds another entry than the day closed, or none;
   * - `notClosed`: a case moved on that day, and no closing has it although it was closed once or should be by now.
   */
  readonly fault: 'edited' | 'unlinked' | 'leavesEdited' | 'entryChanged' | 'notClosed';
  readonly case?: string;
}

export const leavesPerChunk = 1_000;

/**
 * How long after midnight a day is closed, in milliseconds: longer than a step takes and than the city's clocks are
 * apart, so that hardly an entry is left for the next closing.
 */
export const closingMargin = 10 * 60_000;

/** The moment at which a day ends in Asia/Ho_Chi_Minh. */
export const endOf = (day: Day): Instant =>
  new Date(Date.parse(`${day}T00:00:00+07:00`) + 86_400_000).toISOString();

/**
 * The moment of an entry: what the clock says, but not before the case's newest entry nor on a closed day.
 * @param floors moments in UTC as `toISOString` writes them; empty where there is none
 */
export const momentAfter = (now: Instant, ...floors: readonly Instant[]): Instant =>
  [now, ...floors].reduce((latest, moment) => (moment > latest ? moment : latest));

/** The day that is to be closed by now: the last one that ended, a margin ago. */
export const dayToClose = (now: Instant): Day =>
  addCalendarDays(dayOf(new Date(Date.parse(now) - closingMargin).toISOString()), -1);

/** The moment before which every entry must be in a closing by now: a sweep has had a whole day for it. */
export const closedBefore = (now: Instant): Instant => endOf(addCalendarDays(dayOf(now), -2));

export const leavesHash = (leaves: readonly Leaf[]): Hash => hashOf(leaves);

/** Chains a day to the one before it. */
export function closingAfter(previous: Hash, day: Omit<Closing, 'previous' | 'head'>): Closing {
  const closed = { ...day, previous };
  return { ...closed, head: hashOf(closed) };
}

/** Whether a day's head follows from what it says, and from the day before. */
export function checkClosing({ head, ...closed }: Closing, previous: Hash): DayFault[] {
  const { tenant, day } = closed;
  return [
    ...(hashOf(closed) === head ? [] : [{ tenant, day, fault: 'edited' as const }]),
    ...(closed.previous === previous ? [] : [{ tenant, day, fault: 'unlinked' as const }]),
  ];
}
