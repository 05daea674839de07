import type { Money } from './vocabulary.js';

export type MoneyCode = 'MONEY_NOT_WHOLE' | 'MONEY_TOO_LARGE' | 'MONEY_NEGATIVE' | 'DECIMALS_TOO_MANY';

const says: Record<MoneyCode, string> = {
  MONEY_NOT_WHOLE: 'Số tiền phải là số nguyên đồng',
  MONEY_TOO_LARGE: 'Số tiền vượt quá 9.007.199.254.740.991 đồng, không tính chính xác được',
  MONEY_NEGATIVE: 'Số tiền, số lượng, tỷ lệ ở đây không được âm',
  DECIMALS_TOO_MANY: 'Số có quá nhiều chữ số thập phân (số lượng tối đa 3, tỷ lệ tối đa 2)',
};

/** A number that cannot be reckoned with exactly; nothing was rounded silently. */
export class MoneyError extends Error {
  constructor(
    readonly code: MoneyCode,
    readonly found: number | string,
  ) {
    super(`${code}: ${says[code]}; nhận được ${found}`);
    this.name = 'MoneyError';
  }
}

/** The greatest amount that is reckoned with, đồng: beyond it numbers are no longer exact. */
export const mostMoney: Money = Number.MAX_SAFE_INTEGER;

/** What is reckoned, or why it cannot be exactly. */
export const exactly = <T>(reckon: () => T): T | MoneyError => {
  try {
    return reckon();
  } catch (error) {
    if (error instanceof MoneyError) return error;
    throw error;
  }
};

const toMoney = (exact: bigint): Money => {
  const amount = Number(exact);
  if (!Number.isSafeInteger(amount)) throw new MoneyError('MONEY_TOO_LARGE', exact.toString());
  return amount;
};

/**
 * An amount as an exact integer.
 * @throws {MoneyError} MONEY_NOT_WHOLE, MONEY_TOO_LARGE
 */
const exactMoney = (amount: Money): bigint => {
  if (!Number.isInteger(amount)) throw new MoneyError('MONEY_NOT_WHOLE', amount);
  if (!Number.isSafeInteger(amount)) throw new MoneyError('MONEY_TOO_LARGE', amount);
  return BigInt(amount);
};

const exactShare = (amount: Money): bigint => {
  if (amount < 0) throw new MoneyError('MONEY_NEGATIVE', amount);
  return exactMoney(amount);
};

/** `value` × 10^decimals as an exact integer: 12.5 with three decimals is 12500n. */
const scaled = (value: number, decimals: number): bigint => {
  if (value < 0) throw new MoneyError('MONEY_NEGATIVE', value);
  // The shortest text of a double is what its author typed, so no binary fraction comes in.
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  if (whole === undefined || fraction.length > decimals) throw new MoneyError('DECIMALS_TOO_MANY', value);
  return BigInt(whole + fraction.padEnd(decimals, '0'));
};

const halfUp = (numerator: bigint, denominator: bigint): bigint =>
  (2n * numerator + denominator) / (2n * denominator);

/**
 * round(quantity × unit price), half up, in đồng. Quantity: at most three decimals.
 * @throws {MoneyError}
 */
export const multiply = (quantity: number, unitPrice: Money): Money =>
  toMoney(halfUp(scaled(quantity, 3) * exactShare(unitPrice), 1_000n));

/**
 * round(amount × percent / 100), half up, in đồng. Percent: at most two decimals.
 * @throws {MoneyError}
 */
export const percentOf = (amount: Money, percent: number): Money =>
  toMoney(halfUp(exactShare(amount) * scaled(percent, 2), 10_000n));

/** `amount` as a multiple of `step` đồng, half up. @throws {MoneyError} */
export const roundedTo = (amount: Money, step: Money): Money => {
  const exact = exactMoney(amount);
  const by = exactMoney(step);
  const numerator = 2n * exact + by;
  const whole = numerator / (2n * by);
  // BigInt division cuts towards zero, also below it.
  const floor = numerator < 0n && numerator % (2n * by) !== 0n ? whole - 1n : whole;
  return toMoney(floor * by);
};

/**
 * The sum in đồng; negative amounts are allowed (differences).
 * @throws {MoneyError} MONEY_NOT_WHOLE, MONEY_TOO_LARGE
 */
export const sum = (amounts: Iterable<Money>): Money => {
  const all = [...amounts];
  let total = 0;
  for (const amount of all) {
    if (!Number.isInteger(amount)) throw new MoneyError('MONEY_NOT_WHOLE', amount);
    total += amount;
    // Two safe integers never add up to a wrong safe one, so asking after each step is enough.
    if (!Number.isSafeInteger(total)) throw new MoneyError('MONEY_TOO_LARGE', wholeSum(all));
  }
  return total;
};

/** What is too large is told whole and to the đồng, not as far as it was added up. */
const wholeSum = (amounts: readonly Money[]): string =>
  amounts
    .filter(Number.isInteger)
    .reduce((total, amount) => total + BigInt(amount), 0n)
    .toString();

/**
 * `total` split in proportion to the weights, each share rounded down. What remains goes to the last share, or to
 * the largest (the first of equals); a share of weight 0 gets nothing unless all weights are 0, when the last gets
 * all. The shares always add up to `total`.
 * @throws {MoneyError}
 */
export const splitInProportion = (
  total: Money,
  weights: readonly Money[],
  remainderTo: 'last' | 'largest',
): Money[] => {
  const whole = exactShare(total);
  const exact = weights.map(exactShare);
  const all = exact.reduce((a, b) => a + b, 0n);
  const shares = exact.map((weight) => (all === 0n ? 0n : (whole * weight) / all));
  const receiver =
    all === 0n
      ? weights.length - 1
      : remainderTo === 'last'
        ? weights.findLastIndex((weight) => weight > 0)
        : weights.indexOf(weights.reduce((a, b) => Math.max(a, b), 0));
  const remainder = whole - shares.reduce((a, b) => a + b, 0n);
  return shares.map((share, i) => toMoney(i === receiver ? share + remainder : share));
};
