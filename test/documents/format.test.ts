import { describe, expect, it } from '@jest/globals';
import {
  count,
  longDate,
  millions,
  money,
  percent,
  placeAndDate,
  quantity,
  registerNumber,
  roman,
  shortDate,
  withUnit,
} from '../../src/documents/format.js';

describe('figures on papers', () => {
  it('groups thousands by dots and puts a comma before decimals', () => {
    expect(money(1_234_567)).toBe('1.234.567');
    expect(money(-836_400_000)).toBe('-836.400.000');
    expect(quantity(1250.5)).toBe('1.250,5');
    expect(percent(69.5)).toBe('69,5%');
    expect(percent(5)).toBe('5%');
  });

  it('shows million đồng with one decimal, half up, and nothing as 0', () => {
    expect(millions(24_124_500_000)).toBe('24.124,5');
    expect(millions(4_319_400_000)).toBe('4.319,4');
    expect(millions(50_000)).toBe('0,1');
    expect(millions(0)).toBe('0');
  });

  it('refuses fractions of a đồng', () => {
    expect(() => money(1.5)).toThrow(RangeError);
    expect(() => millions(Number.NaN)).toThrow(RangeError);
  });

  it('keeps a number and its unit on one line', () => {
    expect(withUnit('24.124,5', 'triệu đồng')).toBe('24.124,5\u00a0triệu\u00a0đồng');
  });

  it('writes counts and register numbers below ten with a zero', () => {
    expect(count(4)).toBe('04');
    expect(count(12)).toBe('12');
    expect(registerNumber(5)).toBe('05');
    expect(registerNumber(3109)).toBe('3109');
  });

  it('numbers blocks in Roman numerals', () => {
    expect([1, 4, 9, 14].map(roman)).toEqual(['I', 'IV', 'IX', 'XIV']);
  });
});

describe('dates on papers', () => {
  it('are short in tables', () => {
    expect(shortDate('2025-09-05')).toBe('05/09/2025');
  });

  it.each([
    ['2025-09-05', 'ngày 05 tháng 9 năm 2025'],
    ['2025-01-05', 'ngày 05 tháng 01 năm 2025'],
    ['2025-02-28', 'ngày 28 tháng 02 năm 2025'],
    ['2025-03-01', 'ngày 01 tháng 3 năm 2025'],
    ['2025-12-10', 'ngày 10 tháng 12 năm 2025'],
  ])('%s has a zero only where the decree asks for one', (day, text) => {
    expect(longDate(day)).toBe(text);
  });

  it('name the place first', () => {
    expect(placeAndDate('Cần Thơ', '2025-09-05')).toBe('Cần Thơ, ngày 05 tháng 9 năm 2025');
  });

  it('are those of Asia/Ho_Chi_Minh, wherever the server stands', () => {
    expect(shortDate('2025-09-30T16:59:59Z')).toBe('30/09/2025');
    expect(shortDate('2025-09-30T17:00:00Z')).toBe('01/10/2025');
  });

  it('are refused when they are none', () => {
    expect(() => longDate('5/9/2025')).toThrow(RangeError);
  });
});
