import { roundedTo } from '../../workflows/money.js';
import type { Day, Money } from '../../workflows/vocabulary.js';

const zone = 'Asia/Ho_Chi_Minh';
const nbsp = '\u00a0';
const whole = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('vi-VN', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const upToThree = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 3 });
const upToTwo = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 2 });
const localDay = new Intl.DateTimeFormat('en-CA', { timeZone: zone });

/** Whole đồng without the unit: `1.234.567`. @throws {RangeError} when it is not a safe integer */
export const money = (amount: Money): string => {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`Not whole đồng: ${amount}`);
  return whole.format(amount);
};

/** Đồng shown in million đồng with one decimal, half up: 24 124 500 000 → `24.124,5`; nothing at all is `0`. */
export const millions = (amount: Money): string => {
  if (amount === 0) return '0';
  if (!Number.isSafeInteger(amount)) throw new RangeError(`Not whole đồng: ${amount}`);
  return oneDecimal.format(roundedTo(amount, 100_000) / 1_000_000);
};

/** A quantity with at most three decimals: `1.250,5`. */
export const quantity = (value: number): string => upToThree.format(value);

/** Percent with at most two decimals, no space: `69,5%`. */
export const percent = (value: number): string => `${upToTwo.format(value)}%`;

/** A figure and its unit, which a line break never parts. */
export const withUnit = (figure: string | number, unit: string): string =>
  `${figure}${nbsp}${unit.replaceAll(' ', nbsp)}`;

/** A count as papers write it: below ten with a leading zero. */
export const count = (value: number): string => (value < 10 ? `0${value}` : whole.format(value));

const parts = (when: Day): [year: string, month: string, day: string] => {
  const day = when.length > 10 ? localDay.format(new Date(when)) : when;
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!found) throw new RangeError(`Not a day: ${when}`);
  return [found[1]!, found[2]!, found[3]!];
};

/** For tables: `05/09/2025`. A moment counts as its day in Asia/Ho_Chi_Minh. */
export const shortDate = (when: Day): string => {
  const [year, month, day] = parts(when);
  return `${day}/${month}/${year}`;
};

/** For text: `ngày 05 tháng 9 năm 2025`; days below 10 and months 1 and 2 only have a zero (decree 30/2020). */
export const longDate = (when: Day): string => {
  const [year, month, day] = parts(when);
  return `ngày ${day} tháng ${Number(month) < 3 ? month : Number(month)} năm ${year}`;
};

/** For the head of a paper: `Cần Thơ, ngày 05 tháng 9 năm 2025`. */
export const placeAndDate = (place: string, when: Day): string => `${place}, ${longDate(when)}`;

/** The calendar year of a day, or of a moment in Asia/Ho_Chi_Minh. */
export const yearOf = (when: Day): string => parts(when)[0];

/** A number of a register: below ten with a leading zero, never grouped (`3109`). */
export const registerNumber = (value: number): string => String(value).padStart(2, '0');

/** Roman numeral of a block, section or annex: 1 → `I`. */
export const roman = (value: number): string => {
  const steps = [
    [10, 'X'],
    [9, 'IX'],
    [5, 'V'],
    [4, 'IV'],
    [1, 'I'],
  ] as const;
  const found = steps.find(([size]) => value >= size);
  return found ? found[1] + roman(value - found[0]) : '';
};
