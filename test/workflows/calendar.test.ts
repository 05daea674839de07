import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addCalendarDays,
  addWorkingDays,
  dayOf,
  isWorkingDay,
  monthsBefore,
  workingDaysLate,
} from '../../workflows/calendar.js';
import holidays from '../../workflows/holidays.json' with { type: 'json' };

const aDay = fc.integer({ min: 0, max: 500 }).map((n) => addCalendarDays('2025-01-01', n));
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

  it('refuses days outside the years it covers, and days that do not exist', () => {
    expect(() => isWorkingDay('2024-12-31')).toThrow(code('CALENDAR_NOT_COVERED'));
    expect(() => addWorkingDays('2026-12-31', 1)).toThrow(code('CALENDAR_NOT_COVERED'));
    expect(() => workingDaysLate('2026-12-31', '2027-01-04')).toThrow(code('CALENDAR_NOT_COVERED'));
    expect(() => isWorkingDay('2025-02-30')).toThrow(code('DAY_INVALID'));
    expect(() => isWorkingDay('30/09/2025')).toThrow(code('DAY_INVALID'));
    expect(() => addWorkingDays('2025-09-30', -1)).toThrow(code('WORKING_DAYS_INVALID'));
    expect(() => addWorkingDays('2025-09-30', 1.5)).toThrow(code('WORKING_DAYS_INVALID'));
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
