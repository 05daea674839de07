import { MakeTime, SearchMoonPhase, SearchSunLongitude, SunPosition } from 'astronomy-engine';
import type { Day } from '../../workflows/vocabulary.js';

const hour = 3_600_000;
const dayMs = 24 * hour;
const dayText = (day: number): Day => new Date(day * dayMs).toISOString().slice(0, 10);

/**
 * Tết and Giỗ Tổ Hùng Vương (the 10th of the 3rd month) of a year, reckoned from sun and moon: a month begins on the day of
 * the new moon, the eleventh is that of the winter solstice, and where thirteen lie between two eleventh months, the
 * first without a principal term is a leap month.
 * @param zone whose midnight parts the days, hours before UTC: 7 in Viet Nam; in China it is 8
 */
export const lunarDaysOf = (year: number, zone = 7): readonly [tet: Day, hungKings: Day] => {
  const dayOf = (moment: Date) => Math.floor((moment.getTime() + zone * hour) / dayMs);
  const midnight = (day: number) => new Date(day * dayMs - zone * hour);
  const newMoon = (from: number): number => {
    const found = SearchMoonPhase(0, midnight(from), 40);
    if (!found) throw new Error('no new moon in 40 days');
    return dayOf(found.date);
  };
  const monthOf = (day: number): number => {
    let first = newMoon(day - 31);
    for (let next = newMoon(first + 20); next <= day; next = newMoon(first + 20)) first = next;
    return first;
  };
  const eleventh = (of: number): number => {
    const solstice = SearchSunLongitude(270, new Date(Date.UTC(of, 11, 1)), 40);
    if (!solstice) throw new Error('no solstice in December');
    return monthOf(dayOf(solstice.date));
  };
  /** In which twelfth of its way the sun is at the beginning of a day. */
  const twelfth = (day: number) => Math.floor(SunPosition(MakeTime(midnight(day))).elon / 30);

  const months = [eleventh(year - 1)];
  const end = eleventh(year);
  while (months.at(-1)! < end) months.push(monthOf(months.at(-1)! + 32));
  const leap =
    months.length - 1 === 13
      ? months.findIndex((month, n) => n > 0 && twelfth(month) === twelfth(months[n + 1]!))
      : -1;
  const counted = months.filter((_, n) => n !== leap);
  return [dayText(counted[2]!), dayText(counted[4]! + 9)];
};
