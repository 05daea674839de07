import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { multiply, percentOf, roundedTo, splitInProportion, sum } from '../../workflows/money.js';

const money = fc.integer({ min: 0, max: 9_000_000_000_000 });
const code = (code: string) => expect.objectContaining({ code });

describe('Money', () => {
  it('multiplies a quantity of up to three decimals, half up', () => {
    expect(multiply(95, 16_800_000)).toBe(1_596_000_000);
    expect(multiply(0.5, 1)).toBe(1);
    expect(multiply(0.499, 1)).toBe(0);
    expect(multiply(1.005, 1_000)).toBe(1_005);
    expect(multiply(123_456_789.123, 1_000)).toBe(123_456_789_123);
  });

  it('takes a percentage of up to two decimals, half up', () => {
    expect(percentOf(1_740_000_000, 10)).toBe(174_000_000);
    expect(percentOf(5, 10)).toBe(1);
    expect(percentOf(4, 10)).toBe(0);
    expect(percentOf(1_000_001, 7.25)).toBe(72_500);
    expect(percentOf(8_999_999_999_999_999, 100)).toBe(8_999_999_999_999_999);
  });

  it('refuses what it cannot reckon exactly', () => {
    expect(() => multiply(1.0001, 10)).toThrow(code('DECIMALS_TOO_MANY'));
    expect(() => multiply(1e-7, 10)).toThrow(code('DECIMALS_TOO_MANY'));
    expect(() => multiply(NaN, 10)).toThrow(code('DECIMALS_TOO_MANY'));
    expect(() => percentOf(10, 1.005)).toThrow(code('DECIMALS_TOO_MANY'));
    expect(() => multiply(1, 0.5)).toThrow(code('MONEY_NOT_WHOLE'));
    expect(() => multiply(1, 2 ** 53)).toThrow(code('MONEY_TOO_LARGE'));
    expect(() => multiply(1_000_000, 9_000_000_000_000)).toThrow(code('MONEY_TOO_LARGE'));
    expect(() => multiply(-1, 10)).toThrow(code('MONEY_NEGATIVE'));
    expect(() => percentOf(-10, 10)).toThrow(code('MONEY_NEGATIVE'));
    expect(() => sum([Number.MAX_SAFE_INTEGER, 1])).toThrow(code('MONEY_TOO_LARGE'));
    const whole = { code: 'MONEY_TOO_LARGE', found: '27000000000000001' };
    expect(() => sum([9e15, 9e15, 9e15, 1])).toThrow(expect.objectContaining(whole));
    expect(() => sum([0.1])).toThrow(code('MONEY_NOT_WHOLE'));
  });

  it('says in Vietnamese what was found', () => {
    expect(() => multiply(1, 0.5)).toThrow(/số nguyên đồng; nhận được 0.5/);
  });

  it('gives the remainder of a split to the last share that has weight, or to the largest', () => {
    expect(splitInProportion(100, [1, 1, 1], 'last')).toEqual([33, 33, 34]);
    expect(splitInProportion(100, [1, 2, 0], 'last')).toEqual([33, 67, 0]);
    expect(splitInProportion(100, [1, 4, 1], 'largest')).toEqual([16, 68, 16]);
    expect(splitInProportion(5, [0, 0], 'last')).toEqual([0, 5]);
    expect(splitInProportion(5, [0, 0], 'largest')).toEqual([0, 5]);
    expect(splitInProportion(0, [3, 4], 'last')).toEqual([0, 0]);
  });

  it('splits so that the shares add up and none is off by a whole share of rounding', () => {
    fc.assert(
      fc.property(
        money,
        fc.array(money, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('last' as const, 'largest' as const),
        (total, weights, to) => {
          const shares = splitInProportion(total, weights, to);
          expect(sum(shares)).toBe(total);
          const all = weights.reduce((a, b) => a + b, 0);
          for (const [i, share] of shares.entries()) {
            if (all === 0) break;
            const exact = (total * (weights[i] ?? 0)) / all;
            expect(Math.abs(share - exact)).toBeLessThanOrEqual(weights.length + 1);
            if (weights[i] === 0) expect(share).toBe(0);
          }
        },
      ),
    );
  });

  it('multiplies and rounds like exact whole numbers over the whole range, or says that it cannot', () => {
    const quantity = fc
      .tuple(fc.integer({ min: 0, max: 1_000_000_000_000 }), fc.integer({ min: 0, max: 999 }))
      .map(([whole, thousandths]) => ({
        value: Number(`${whole}.${String(thousandths).padStart(3, '0')}`),
        exact: BigInt(whole) * 1_000n + BigInt(thousandths),
      }));
    const price = fc.integer({ min: 0, max: 9_000_000_000_000_000 });
    fc.assert(
      fc.property(quantity, price, ({ value, exact }, unitPrice) => {
        const expected = (exact * BigInt(unitPrice) + 500n) / 1_000n;
        if (expected > BigInt(Number.MAX_SAFE_INTEGER))
          expect(() => multiply(value, unitPrice)).toThrow(code('MONEY_TOO_LARGE'));
        else expect(BigInt(multiply(value, unitPrice))).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
    const step = fc.constantFrom(1, 3, 1_000, 100_000, 1_000_000, 1_000_000_000);
    const amount = fc.oneof(
      price,
      fc.integer({ min: 0, max: 9_000_000_000 }).map((n) => n * 1_000_000 + 499_999),
    );
    fc.assert(
      fc.property(amount, step, (found, by) => {
        const [a, s] = [BigInt(found), BigInt(by)];
        const expected = ((2n * a + s) / (2n * s)) * s;
        if (expected > BigInt(Number.MAX_SAFE_INTEGER))
          expect(() => roundedTo(found, by)).toThrow(code('MONEY_TOO_LARGE'));
        else expect(BigInt(roundedTo(found, by))).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
    expect([roundedTo(-5, 10), roundedTo(-6, 10), roundedTo(-15, 10)]).toEqual([-0 + 0, -10, -10]);
  });

  it('multiplies as exact fractions do', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: 0, max: 1_000_000_000 }),
        (thousandths, price) => {
          const exact = BigInt(thousandths) * BigInt(price);
          const expected = Number((exact + 500n) / 1_000n);
          expect(multiply(thousandths / 1_000, price)).toBe(expected);
        },
      ),
    );
  });
});
