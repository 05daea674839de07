/** The row under a table's head: `(1)`, `(2)` … */
export const columnNumbers = (columns: number): string[] =>
  Array.from({ length: columns }, (_, i) => `(${i + 1})`);

/** All years from the first to the last. */
export const yearsOf = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** What stands in a cell that has nothing to say. */
export const nothing = '-';
