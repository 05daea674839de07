import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import lunar from '../../workflows/lunarDays.json' with { type: 'json' };
import { lunarDaysOf } from '../builders/lunar.js';

const years = Array.from({ length: 81 }, (_, n) => 2020 + n);

describe('the table of lunar holidays', () => {
  const computed = Object.fromEntries(years.map((year) => [year, [...lunarDaysOf(year)]]));

  it('is what sun and moon give (WRITE_LUNAR=1 writes it anew, then the formatter)', () => {
    if (process.env['WRITE_LUNAR'] === '1')
      writeFileSync(
        new URL('../../workflows/lunarDays.json', import.meta.url),
        JSON.stringify({ ...lunar, years: computed }, null, 2),
      );
    else expect(lunar.years).toEqual(computed);
  });

  it.each([
    [1985, '1985-01-21'],
    [2007, '2007-02-17'],
    [2024, '2024-02-10'],
    [2025, '2025-01-29'],
    [2026, '2026-02-17'],
    [2030, '2030-02-02'],
    [2053, '2053-02-18'],
  ])('has the Tết that Viet Nam keeps in %i', (year, tet) => {
    expect(lunarDaysOf(year)[0]).toBe(tet);
  });

  it.each([
    [2023, '2023-04-29'],
    [2024, '2024-04-18'],
    [2025, '2025-04-07'],
    [2026, '2026-04-26'],
  ])('has the day of the Hùng kings in %i', (year, day) => {
    expect(lunarDaysOf(year)[1]).toBe(day);
  });

  it('differs from China’s where the new moon comes in the last hour before Hà Nội’s midnight', () => {
    expect([1985, 2007, 2030, 2053].map((year) => lunarDaysOf(year, 8)[0])).toEqual([
      '1985-02-20',
      '2007-02-18',
      '2030-02-03',
      '2053-02-19',
    ]);
  });
});
