import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addCalendarDays,
  addWorkingDays,
  dayOf,
  isWorkingDay,
  lastAnnouncedDay,
  monthsBefore,
  reckonWorkingDays,
  workingDaysLate,
} from '../../workflows/calendar.js';
import { hashOf } from '../../src/engine/journal.js';
import { derivedDaysOff } from '../../workflows/derivedDaysOff.js';
import holidays from '../../workflows/holidays.json' with { type: 'json' };

const aDay = fc.integer({ min: 0, max: 12_000 }).map((n) => addCalendarDays('2025-01-01', n));
const aCount = fc.integer({ min: 0, max: 60 });
const code = (code: string) => expect.objectContaining({ code });

describe('The calendar of working days', () => {
  it.each(holidays.checks)('keeps the check of its file: %j', (check) => {
    if ('late' in check && check.due !== undefined) {
      expect(workingDaysLate(check.due, check.late ?? '').workingDays).toBe(check.workingDaysLate);
    } else {
      expect(addWorkingDays(check.from ?? '', check.workingDays ?? 0)).toBe(check.to);
    }
  });

  it('works on swapped Saturdays and rests on the days given for them', () => {
    expect(isWorkingDay('2025-04-26')).toBe(true);
    expect(isWorkingDay('2025-05-02')).toBe(false);
    expect(isWorkingDay('2025-04-27')).toBe(false);
    expect(isWorkingDay('2025-09-01')).toBe(false);
    expect(isWorkingDay('2025-09-03')).toBe(true);
  });

  it('tells lateness in working days and calendar days; on time is zero', () => {
    expect(workingDaysLate('2025-09-30', '2025-10-06')).toEqual({ workingDays: 4, calendarDays: 6 });
    expect(workingDaysLate('2025-09-30', '2025-09-30')).toEqual({ workingDays: 0, calendarDays: 0 });
    expect(workingDaysLate('2025-09-30', '2025-09-22')).toEqual({ workingDays: 0, calendarDays: 0 });
    expect(workingDaysLate('2025-10-03', '2025-10-04')).toEqual({ workingDays: 0, calendarDays: 1 });
  });

  it('refuses days that do not exist, and counts that are none', () => {
    expect(() => isWorkingDay('2025-02-30')).toThrow(code('DAY_INVALID'));
    expect(() => isWorkingDay('30/09/2025')).toThrow(code('DAY_INVALID'));
    expect(() => addWorkingDays('2025-09-30', -1)).toThrow(code('WORKING_DAYS_INVALID'));
    expect(() => addWorkingDays('2025-09-30', 1.5)).toThrow(code('WORKING_DAYS_INVALID'));
  });

  it('does not end: it derives the days off of years that nobody has announced', () => {
    expect(isWorkingDay('2026-12-31')).toBe(true);
    // 1/1/2027 is a Friday; Tết is Saturday 6/2, so Friday and two days after Tuesday are off.
    expect(addWorkingDays('2026-12-31', 1)).toBe('2027-01-04');
    expect(addWorkingDays('2027-02-04', 1)).toBe('2027-02-12');
    expect(workingDaysLate('2026-12-31', '2027-01-05')).toEqual({ workingDays: 2, calendarDays: 5 });
    expect(isWorkingDay('2024-12-31')).toBe(true);
    expect(isWorkingDay('2101-05-02')).toBe(false); // the day instead of 1/5, a Sunday
  });

  it('says which of its days are sure', () => {
    expect(reckonWorkingDays('2025-09-22', 5)).toEqual({ day: '2025-09-29', sure: true });
    expect(reckonWorkingDays('2026-12-30', 1)).toEqual({ day: '2026-12-31', sure: true });
    expect(reckonWorkingDays('2026-12-31', 1)).toEqual({ day: '2027-01-04', sure: false });
    expect(reckonWorkingDays('2026-11-23', 1)).toEqual({ day: '2026-11-25', sure: false });
    expect(reckonWorkingDays('2027-01-05', 0)).toEqual({ day: '2027-01-05', sure: false });
    expect(lastAnnouncedDay).toBe('2026-12-31');
  });

  it('tells when its days were changed last: whoever changes them sets `asOf`, and this', () => {
    const { asOf, announced, daysOff, workdays } = holidays;
    expect([asOf, hashOf({ announced, daysOff, workdays }).slice(0, 16)]).toEqual([
      '2026-11-25',
      '006eac9964328fe3',
    ]);
  });

  it('lands on working days, and later for more days or a later start', () => {
    fc.assert(
      fc.property(aDay, aCount, aCount, fc.nat(30), (day, n, more, later) => {
        const due = addWorkingDays(day, n);
        expect(isWorkingDay(due)).toBe(true);
        expect(due >= day).toBe(true);
        expect(addWorkingDays(day, n + more) >= due).toBe(true);
        expect(addWorkingDays(addCalendarDays(day, later), n) >= due).toBe(true);
      }),
    );
  });

  it('counts as many days late as were added', () => {
    fc.assert(
      fc.property(aDay, fc.integer({ min: 1, max: 60 }), (day, n) => {
        expect(workingDaysLate(day, addWorkingDays(day, n)).workingDays).toBe(n);
      }),
    );
  });

  it('knows the day of a moment in Asia/Ho_Chi_Minh', () => {
    expect(dayOf('2025-09-30T16:59:59.999Z')).toBe('2025-09-30');
    expect(dayOf('2025-09-30T17:00:00Z')).toBe('2025-10-01');
    expect(dayOf('2025-10-01T00:00:00+07:00')).toBe('2025-10-01');
    expect(() => dayOf('hôm nay')).toThrow(code('DAY_INVALID'));
  });

  it('goes back by months, to the last day of a shorter month', () => {
    expect(monthsBefore('2025-09-26', 12)).toBe('2024-09-26');
    expect(monthsBefore('2025-03-31', 1)).toBe('2025-02-28');
    expect(monthsBefore('2024-03-31', 13)).toBe('2023-02-28');
    expect(monthsBefore('2025-01-15', 1)).toBe('2024-12-15');
  });
});

describe('Days off that are derived', () => {
  const dayText = (midnight: number) => new Date(midnight).toISOString().slice(0, 10);
  const derived = (year: number) => [...derivedDaysOff(year)].map(dayText).sort();
  const weekday = (day: string) => ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

  it('are those that were announced for 2026, but for the days that were swapped', () => {
    const swapped = new Set(holidays.workdays.map(({ instead }) => instead));
    const announced = holidays.daysOff
      .map(({ date }) => date)
      .filter((day) => day.startsWith('2026') && !swapped.has(day));
    expect(derived(2026).filter(weekday)).toEqual(announced);
  });

  it('give a working day back for each that falls on a weekend', () => {
    expect(derived(2027).filter((day) => day.startsWith('2027-02'))).toEqual([
      '2027-02-05',
      '2027-02-06',
      '2027-02-07',
      '2027-02-08',
      '2027-02-09',
      '2027-02-10',
      '2027-02-11',
    ]);
    // 1/5/2027 is a Saturday; 30/4 a Friday.
    expect(derived(2027)).toEqual(expect.arrayContaining(['2027-04-30', '2027-05-01', '2027-05-03']));
    // The second day of 2/9/2030, a Monday, is the day after.
    expect(derived(2030).filter((day) => day.startsWith('2030-09'))).toEqual(['2030-09-02', '2030-09-03']);
  });

  it('are twelve working days a year from 2026 on, however the holidays lie', () => {
    for (let year = 2026; year <= 2100; year += 1)
      expect([year, derived(year).filter(weekday).length]).toEqual([year, 12]);
  });
});
