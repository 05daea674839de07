import holidays from './holidays.json' with { type: 'json' };
import type { Day, Instant } from './vocabulary.js';

/** A day that cannot be reckoned with: not a date, or outside the years that the calendar of days off covers. */
export class CalendarError extends Error {
  constructor(
    readonly code: 'DAY_INVALID' | 'CALENDAR_NOT_COVERED' | 'WORKING_DAYS_INVALID',
    readonly found: number | string,
  ) {
    super(`${code}: ${says[code]}; nhận được ${found}`);
    this.name = 'CalendarError';
  }
}

const [firstYear = 0, lastYear = 0] = holidays.covers;
const says = {
  DAY_INVALID: 'Ngày phải có dạng YYYY-MM-DD và có thật',
  CALENDAR_NOT_COVERED: `Lịch nghỉ chỉ có các năm ${firstYear}–${lastYear}; hãy bổ sung lịch nghỉ của năm cần tính`,
  WORKING_DAYS_INVALID: 'Số ngày làm việc phải là số nguyên không âm',
} as const;

const dayMs = 86_400_000;
const midnights = (days: readonly { date: Day }[]): ReadonlySet<number> =>
  new Set(days.map(({ date }) => Date.parse(`${date}T00:00:00Z`)));
const daysOff = midnights(holidays.daysOff);
const swappedWorkdays = midnights(holidays.workdays);

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

const firstDay = Date.UTC(firstYear, 0, 1);
const lastDay = Date.UTC(lastYear, 11, 31);
const refuseUncovered = (ms: number): void => {
  if (ms < firstDay || ms > lastDay) throw new CalendarError('CALENDAR_NOT_COVERED', toDay(ms));
};

const covered = (day: Day): number => {
  const ms = toMs(day);
  refuseUncovered(ms);
  return ms;
};

const works = (midnight: number): boolean => {
  refuseUncovered(midnight);
  if (swappedWorkdays.has(midnight)) return true;
  const weekday = new Date(midnight).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !daysOff.has(midnight);
};

/**
 * Whether state offices work on that day: Monday to Friday but for days off, and the Saturdays swapped for them.
 * @throws {CalendarError}
 */
export const isWorkingDay = (day: Day): boolean => works(toMs(day));

/**
 * The n-th working day after `day`, which itself is not counted; with n = 0 the day itself or the next working day.
 * @throws {CalendarError}
 */
export const addWorkingDays = (day: Day, n: number): Day => {
  if (!Number.isInteger(n) || n < 0) throw new CalendarError('WORKING_DAYS_INVALID', n);
  // Counted in midnights: every step of a case asks for a deadline.
  let at = toMs(day);
  let left = n;
  if (n === 0) while (!works(at)) at += dayMs;
  while (left > 0) {
    at += dayMs;
    if (works(at)) left -= 1;
  }
  return toDay(at);
};

/**
 * How late `actual` is after `due`, in working days and in calendar days; zero where it is not late.
 * @throws {CalendarError}
 */
export const workingDaysLate = (due: Day, actual: Day): { workingDays: number; calendarDays: number } => {
  const calendarDays = Math.max(0, (covered(actual) - covered(due)) / dayMs);
  const days = Array.from({ length: calendarDays }, (_, i) => addCalendarDays(due, i + 1));
  return { workingDays: days.filter(isWorkingDay).length, calendarDays };
};
