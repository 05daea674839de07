import type { Money } from '../../workflows/vocabulary.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Whole units that add up to `total`: each value rounded, the difference where rounding hurt least. */
const shares = (exact: readonly number[], total: number): number[] => {
  const rounded = exact.map(Math.round);
  const step = Math.sign(total - sum(rounded));
  const error = (i: number) => (rounded[i]! - exact[i]!) * step;
  while (sum(rounded) !== total) {
    const open = exact.map((_, i) => i).filter((i) => exact[i] !== 0 || total !== 0);
    const nonzero = open.filter((i) => exact[i] !== 0);
    const best = (nonzero.length > 0 ? nonzero : open).reduce((a, b) => (error(b) < error(a) ? b : a));
    rounded[best]! += step;
  }
  return rounded;
};

type Move = { from: number; to: number; row: number };

/** The shortest chain of moves, each inside one row, that brings one unit from column `from` to column `to`. */
const chain = (exact: number[][], rounded: number[][], from: number, to: number): Move[] | null => {
  const reached = new Map<number, Move | null>([[from, null]]);
  for (const column of reached.keys()) {
    if (column === to) break;
    for (const [row, cells] of exact.entries()) {
      if (rounded[row]![column]! <= 0) continue;
      for (const [next, cell] of cells.entries()) {
        if (cell !== 0 && !reached.has(next)) reached.set(next, { from: column, to: next, row });
      }
    }
  }
  const moves: Move[] = [];
  for (let at = reached.get(to); at; at = reached.get(at.from)) moves.unshift(at);
  return moves.length > 0 ? moves : null;
};

/**
 * R28: a table printed in a larger unit must re-add. Rounds every cell so that rows add up to `rowTotals` and
 * columns to `columnTotals`; figures move by about one unit, zeros stay zeros where that is possible at all, and
 * only if it is not, the last row takes the difference.
 * All in đồng; totals and results are multiples of `unit`, and both totals have the same sum.
 */
export const reAdd = (
  cells: readonly (readonly Money[])[],
  {
    unit,
    rowTotals,
    columnTotals,
  }: { unit: Money; rowTotals: readonly Money[]; columnTotals: readonly Money[] },
): Money[][] => {
  if (sum(rowTotals) !== sum(columnTotals)) throw new RangeError('Row and column totals differ.');
  const exact = cells.map((row) => row.map((cell) => cell / unit));
  const rounded = exact.map((row, i) => shares(row, rowTotals[i]! / unit));
  const surplus = columnTotals.map((total, j) => sum(rounded.map((row) => row[j]!)) - total / unit);
  for (;;) {
    const from = surplus.findIndex((value) => value > 0);
    if (from < 0) break;
    const targets = surplus.flatMap((value, j) => (value < 0 ? [j] : []));
    const moves = targets.map((to) => chain(exact, rounded, from, to)).find((found) => found !== null);
    const taken = moves ?? [{ from, to: targets[0]!, row: rounded.length - 1 }];
    for (const move of taken) {
      rounded[move.row]![move.from]! -= 1;
      rounded[move.row]![move.to]! += 1;
    }
    surplus[from]! -= 1;
    surplus[taken.at(-1)!.to]! += 1;
  }
  return rounded.map((row) => row.map((value) => value * unit));
};

/** Rounds amounts to multiples of `unit` that add up to `total` (itself a multiple). All in đồng. */
export const reAddList = (amounts: readonly Money[], unit: Money, total: Money): Money[] =>
  shares(
    amounts.map((amount) => amount / unit),
    total / unit,
  ).map((value) => value * unit);
