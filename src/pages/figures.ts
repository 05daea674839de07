import { addCalendarDays, workingDaysLate } from '../../workflows/calendar.js';
import { roundedTo } from '../../workflows/money.js';
import type { Day, Instant, Money } from '../../workflows/vocabulary.js';

const zone = 'Asia/Ho_Chi_Minh';
const whole = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 0 });
const upToThree = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 3 });
const oneDecimal = new Intl.NumberFormat('vi-VN', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const localDay = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
const localTime = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });

/** Whole đồng without its unit: `1.234.567`; nothing known is empty, which is not zero. */
export const money = (amount: Money | null | undefined): string =>
  amount === null || amount === undefined ? '' : whole.format(amount);

/** Đồng shown in triệu đồng with one decimal: `4.350,0`; nothing at all is `0`. */
export const millions = (amount: Money): string =>
  amount === 0 ? '0' : oneDecimal.format(roundedTo(amount, 100_000) / 1_000_000);

/** A quantity with at most three decimals: `1.250,5`. */
export const quantity = (value: number | undefined): string =>
  value === undefined ? '' : upToThree.format(value);

/** `05/09/2025`, of a day or of a moment in Asia/Ho_Chi_Minh; empty where there is none. */
export const dayText = (when: Day | null | undefined): string => {
  if (!when) return '';
  const day = when.length > 10 ? localDay.format(new Date(when)) : when;
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  return found ? `${found[3]}/${found[2]}/${found[1]}` : when;
};

/** `05/09/2025 16:30`, in Asia/Ho_Chi_Minh. */
export const momentText = (when: Instant): string => `${dayText(when)} ${localTime.format(new Date(when))}`;

/** Working days from one day to a later one. */
export const workingDaysBetween = (from: Day, to: Day): number => workingDaysLate(from, to).workingDays;

/** What somebody typed, read; or the code of what is wrong with it, worded as `field.<code>`. */
export type Read<T> = { readonly value: T } | { readonly fault: string };

const blank = '[ \\u00a0\\u2009\\u202f]';
const grouped = new RegExp(`^\\d{1,3}(${blank}\\d{3})+(?=,|$)`, 'u');
const blanks = new RegExp(blank, 'gu');

/**
 * Without the unit, and without blanks where they group thousands like dots: `1 234 567`. Anywhere else a blank stands
 * between two things, such as two cells of a sheet, and is never taken out: `10⇥5000000` is no number.
 */
const unitless = (text: string) =>
  text
    .normalize('NFC')
    .trim()
    .replace(/\s*(đồng|đ|₫|vnd|vnđ)$/i, '')
    .replace(grouped, (whole) => whole.replace(blanks, ''));

/** A figure with a minus before it; none of those that people type here may be. */
export const isNegative = (text: string): boolean => /^[-\u2212]\s*\d/.test(text.trim());

/**
 * A number typed the Vietnamese way: dots group thousands, one comma begins the decimals. `1,234` alone could be
 * either, so it is asked about; nothing is ever guessed.
 */
export const readNumber = (text: string): Read<number> => {
  const typed = unitless(text);
  if (isNegative(typed)) return { fault: 'typed.negative' };
  if (/^[1-9]\d{0,2},\d{3}$/.test(typed)) return { fault: 'typed.ambiguous' };
  if (!/^(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$/.test(typed)) return { fault: 'typed.number' };
  const value = Number(typed.replaceAll('.', '').replace(',', '.'));
  return Number.isFinite(value) ? { value } : { fault: 'typed.number' };
};

/** A quantity as somebody would type it who is understood in one way only: `1,2340`. */
export const typedQuantity = (value: number): string => {
  const text = quantity(value);
  return 'fault' in readNumber(text) ? `${text}0` : text;
};

const ofMoney: Readonly<Record<string, string>> = {
  'typed.ambiguous': 'typed.comma',
  'typed.number': 'typed.whole',
};

/** An amount typed the Vietnamese way, whole đồng: what is wrong with it is told without decimals. */
export const readMoney = (text: string): Read<Money> => {
  const read = readNumber(text);
  if ('fault' in read) return { fault: ofMoney[read.fault] ?? read.fault };
  if (!Number.isInteger(read.value)) return { fault: 'typed.whole' };
  return Number.isSafeInteger(read.value) ? read : { fault: 'number.unsafe' };
};

/** A day typed as `5/9/2025` or `05-09-2025`; also as programs write it. */
export const readDay = (text: string): Read<Day> => {
  const typed = text.trim();
  const written = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(typed);
  const day = written
    ? `${written[3]}-${written[2]?.padStart(2, '0')}-${written[1]?.padStart(2, '0')}`
    : typed;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return { fault: 'typed.day' };
  try {
    return addCalendarDays(day, 0) === day ? { value: day } : { fault: 'typed.day' };
  } catch {
    return { fault: 'typed.day' };
  }
};
