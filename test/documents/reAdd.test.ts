import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reAdd, reAddList } from '../../src/documents/reAdd.js';
import { roundedTo } from '../../workflows/money.js';

const unit = 100_000;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const columns = (rows: readonly (readonly number[])[]) =>
  rows[0]!.map((_, j) => sum(rows.map((row) => row[j]!)));
const totals = (rows: readonly (readonly number[])[]) => {
  const all = roundedTo(sum(rows.map(sum)), unit);
  return {
    rowTotals: reAddList(rows.map(sum), unit, all),
    columnTotals: reAddList(columns(rows), unit, all),
  };
};

describe('a table in a larger unit (R28)', () => {
  it('leaves figures alone that need no rounding', () => {
    const rows = [
      [100_000, 200_000],
      [0, 300_000],
    ];
    expect(reAdd(rows, { unit, ...totals(rows) })).toEqual(rows);
  });

  it('puts the difference of a list where rounding hurt least, never into a zero', () => {
    expect(reAddList([149_000, 140_000, 140_000, 0], unit, 400_000)).toEqual([200_000, 100_000, 100_000, 0]);
  });

  const amount = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60_000_000_000 }));
  const table = fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 7 }))
    .chain(([rows, width]) =>
      fc.array(fc.array(amount, { minLength: width, maxLength: width }), {
        minLength: rows,
        maxLength: rows,
      }),
    );

  it('re-adds in every row and every column', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const { rowTotals, columnTotals } = totals(rows);
        const rounded = reAdd(rows, { unit, rowTotals, columnTotals });
        expect(rounded.map(sum)).toEqual(rowTotals);
        expect(columns(rounded)).toEqual(columnTotals);
      }),
      { numRuns: 200 },
    );
  });

  it('moves no figure by more than three tenths of a million', () => {
    fc.assert(
      fc.property(
        table.filter((rows) => rows.every((row) => row.every((cell) => cell > 0))),
        (rows) => {
          const rounded = reAdd(rows, { unit, ...totals(rows) });
          const moved = rounded.flatMap((row, i) => row.map((cell, j) => Math.abs(cell - rows[i]![j]!)));
          expect(Math.max(...moved)).toBeLessThanOrEqual(3 * unit);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('refuses totals that contradict each other', () => {
    expect(() => reAdd([[unit]], { unit, rowTotals: [unit], columnTotals: [2 * unit] })).toThrow(RangeError);
  });
});
