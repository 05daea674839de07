import type { Row } from './contest.js';

const figure = (value: number | null): string => {
  if (value === null) return '';
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
};
const verdict = ({ met }: Row) => (met === null ? 'told' : met ? 'met' : 'MISSED');

/** The rows as a table for a terminal, notes below what they are about. */
export const tableOf = (rows: readonly Row[]): string => {
  const head = ['', 'ours', 'baseline', 'unit', 'ratio', 'target', ''];
  const cells = rows.map((row) => [
    row.name,
    figure(row.ours),
    figure(row.baseline),
    row.unit,
    figure(row.ratio),
    row.target ?? '',
    verdict(row),
  ]);
  const widths = head.map((title, at) =>
    Math.max(title.length, ...cells.map((line) => line[at]?.length ?? 0)),
  );
  const numbers = new Set([1, 2, 4]);
  const lineOf = (line: readonly string[]) =>
    line
      .map((cell, at) => (numbers.has(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  const body = rows.flatMap(({ note }, at) => [lineOf(cells[at] ?? []), ...(note ? [`    ${note}`] : [])]);
  return [lineOf(head), ...body].join('\n');
};
