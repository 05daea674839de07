import lunar from './lunarDays.json' with { type: 'json' };
import type { Day } from './vocabulary.js';

const dayMs = 86_400_000;
const lunarDays: Readonly<Record<string, readonly string[] | undefined>> = lunar.years;

const isWeekend = (midnight: number): boolean => [0, 6].includes(new Date(midnight).getUTCDay());
const at = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

/** National day has a second day, before or after it: before it, unless that would be a weekend. */
const besideNationalDay = (day: number): number => (isWeekend(day - dayMs) ? day + dayMs : day - dayMs);

/**
 * The days off that a year has by law, for as long as nobody has announced them: Labour Code 2019 Art. 112 (1/1; Tết, taken
 * as the last day of the old year and the first four of the new; 10/3 by the moon; 30/4; 1/5; 2/9 and one day beside it) and
 * 24/11 from 2026 (resolution 80-NQ/TW); for each that falls on a weekend the next working day (Art. 111.3). Not known
 * before the announcement: which of the five days of Tết come before it, and the days that are swapped.
 * Before 2020 and after 2100 without the holidays by the moon.
 * @returns midnights in UTC
 */
export const derivedDaysOff = (year: number): ReadonlySet<number> => {
  const [tet, hungKings] = lunarDays[String(year)] ?? [];
  const national = at(`${year}-09-02`);
  const holidays = [
    at(`${year}-01-01`),
    ...(tet === undefined ? [] : [-1, 0, 1, 2, 3].map((n) => at(tet) + n * dayMs)),
    ...(hungKings === undefined ? [] : [at(hungKings)]),
    at(`${year}-04-30`),
    at(`${year}-05-01`),
    ...[national, besideNationalDay(national)].sort((a, b) => a - b),
    ...(year >= 2026 ? [at(`${year}-11-24`)] : []),
  ];
  const off = new Set(holidays);
  for (const holiday of holidays.filter(isWeekend)) {
    let instead = holiday + dayMs;
    while (isWeekend(instead) || off.has(instead)) instead += dayMs;
    off.add(instead);
  }
  return off;
};
