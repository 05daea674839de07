import { derivedDaysOff } from './derivedDaysOff.js';
import holidays from './holidays.json' with { type: 'json' };
import type { Day, Instant } from './vocabulary.js';

/** A day that cannot be reckoned with. */
export class CalendarError extends Error {
  constructor(
    readonly code: 'DAY_INVALID' | 'WORKING_DAYS_INVALID',
    readonly found: number | string,
  ) {
    super(`${code}: ${says[code]}; nhận được ${found}`);
    this.name = 'CalendarError';
  }
}

const says = {
  DAY_INVALID: 'Ngày phải có dạng YYYY-MM-DD và có thật',
  WORKING_DAYS_INVALID: 'Số ngày làm việc phải là số nguyên không âm',
} as const;

const dayMs = 86_400_000;
const midnights = (days: readonly { date: Day }[]): ReadonlySet<number> =>
  new Set(days.map(({ date }) => Date.parse(`${date}T00:00:00Z`)));
const announcedDaysOff = midnights(holidays.daysOff);
const swappedWorkdays = midnights(holidays.workdays);
const uncertain = midnights(
  [...holidays.daysOff, ...holidays.workdays].filter((day) => 'sure' in day && !day.sure),
);
const announced = new Set(holidays.announced);

/** The day on which the calendar of days off was last changed. */
export const calendarAsOf: Day = holidays.asOf;

/** The last day of the last year whose days off are announced. */
export const lastAnnouncedDay: Day = `${Math.max(...holidays.announced)}-12-31`;

const toDay = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

/** Midnight of the day in UTC, as milliseconds: only for counting days. */
const toMs = (day: Day): number => {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  if (Number.isNaN(ms) || toDay(ms) !== day) throw new CalendarError('DAY_INVALID', day);
  return ms;
};

/**
 * The day of a moment in Asia/Ho_Chi_Minh (UTC+7, no summer time since 1975).
 * @throws {CalendarError} DAY_INVALID
 */
export const dayOf = (instant: Instant): Day => {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) throw new CalendarError('DAY_INVALID', instant);
  return toDay(ms + 7 * 3_600_000);
};

/**
 * The day `n` calendar days later (earlier, where negative).
 * @throws {CalendarError} DAY_INVALID
 */
export const addCalendarDays = (day: Day, n: number): Day => toDay(toMs(day) + n * dayMs);

/**
 * The same day of the month `n` months earlier; the month's last day where it is shorter.
 * @throws {CalendarError} DAY_INVALID
 */
export const monthsBefore = (day: Day, n: number): Day => {
  const from = new Date(toMs(day));
  const month = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() - n, 1));
  const lastOfMonth = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate();
  return toDay(month.getTime() + (Math.min(from.getUTCDate(), lastOfMonth) - 1) * dayMs);
};

const derived = new Map<number, ReadonlySet<number>>();
const daysOffOf = (year: number): ReadonlySet<number> => {
  if (announced.has(year)) return announcedDaysOff;
  const known = derived.get(year) ?? derivedDaysOff(year);
  derived.set(year, known);
  return known;
};

const works = (midnight: number): boolean => {
  if (swappedWorkdays.has(midnight)) return true;
  const date = new Date(midnight);
  const weekday = date.getUTCDay();
  return weekday !== 0 && weekday !== 6 && !daysOffOf(date.getUTCFullYear()).has(midnight);
};

const isSure = (midnight: number): boolean =>
  announced.has(new Date(midnight).getUTCFullYear()) && !uncertain.has(midnight);

/**
 * Whether state offices work on that day: Monday to Friday but for days off, and the Saturdays swapped for them.
 * @throws {CalendarError}
 */
export const isWorkingDay = (day: Day): boolean => works(toMs(day));

/**
 * The n-th working day after `day`, which itself is not counted; with n = 0 the day itself or the next working day.
 * @returns also whether that is sure: each day that was passed over or counted lies in a year whose days off are announced,
 * and is none of those that the announcement leaves in doubt.
 * @throws {CalendarError}
 */
export const reckonWorkingDays = (day: Day, n: number): { readonly day: Day; readonly sure: boolean } => {
  if (!Number.isInteger(n) || n < 0) throw new CalendarError('WORKING_DAYS_INVALID', n);
  // Counted in midnights: every step of a case asks for a deadline.
  let at = toMs(day);
  let left = n;
  let sure = true;
  const next = () => {
    at += dayMs;
    sure &&= isSure(at);
  };
  if (n === 0) {
    sure = isSure(at);
    while (!works(at)) next();
  }
  while (left > 0) {
    next();
    if (works(at)) left -= 1;
  }
  return { day: toDay(at), sure };
};

/** The day alone. @throws {CalendarError} */
export const addWorkingDays = (day: Day, n: number): Day => reckonWorkingDays(day, n).day;

/**
 * How late `actual` is after `due`, in working days and in calendar days; zero where it is not late.
 * @throws {CalendarError}
 */
export const workingDaysLate = (due: Day, actual: Day): { workingDays: number; calendarDays: number } => {
  const calendarDays = Math.max(0, (toMs(actual) - toMs(due)) / dayMs);
  const days = Array.from({ length: calendarDays }, (_, i) => addCalendarDays(due, i + 1));
  return { workingDays: days.filter(isWorkingDay).length, calendarDays };
};
