import type { EstimateSummary } from '../content.js';
import { roundedTo, sum } from '../money.js';
import type { AgencyKind, Money } from '../vocabulary.js';
import { groupBy } from './groupBy.js';
import type { FootedTable, Found, PrintedColumn, RowEquation, Rule, StepFacts, TableRow } from './shapes.js';

/** Blocks of the consolidation: I departments, II police and others, III communes and wards. */
export const blocks = ['I', 'II', 'III'] as const;

/** The block in which an agency's row stands. */
export const blockOf = (kind: AgencyKind): (typeof blocks)[number] => {
  if (kind === 'SO_BAN_NGANH') return 'I';
  return kind === 'XA_PHUONG' ? 'III' : 'II';
};

const columnSums = (rows: readonly Pick<TableRow, 'cells'>[]): Record<string, Money> => {
  const columns = new Set(rows.flatMap(({ cells }) => Object.keys(cells)));
  return Object.fromEntries(
    [...columns].map((column) => [column, sum(rows.map(({ cells }) => cells[column] ?? 0))]),
  );
};

/** Rows with the sums of their blocks, in the order I, II, III, and of everything. */
export const footed = (rows: readonly TableRow[]): FootedTable => {
  const byBlock = groupBy(rows, ({ block }) => block);
  return {
    rows,
    blocks: blocks
      .filter((id) => byBlock.has(id))
      .map((id) => ({ id, cells: columnSums(byBlock.get(id) ?? []) })),
    total: columnSums(rows),
  };
};

const columnOf = {
  CO_SO_DU_LIEU: 'csdl',
  SO_HOA: 'csdl',
  CHUYEN_DOI: 'csdl',
  XAY_DUNG_DU_LIEU: 'csdl',
  CAP_NHAT: 'csdl',
  PHAN_MEM: 'phanMem',
  HA_TANG: 'haTang',
  ATTT: 'attt',
  NHIEM_VU_KHAC: 'khac',
} as const;
const parts = ['csdl', 'phanMem', 'haTang', 'attt', 'khac', 'duPhong'] as const;

const sideCells = (
  side: 'requested' | 'reviewed',
  totals: EstimateSummary['requested'],
): [string, Money][] => {
  const byColumn = new Map<string, Money>(parts.map((part) => [part, 0]));
  byColumn.set('duPhong', totals.contingencyAmount);
  for (const [category, amount] of Object.entries(totals.byCategory)) {
    const column = columnOf[category as keyof typeof columnOf];
    byColumn.set(column, sum([byColumn.get(column) ?? 0, amount]));
  }
  return [
    ...[...byColumn].map(([part, amount]): [string, Money] => [`${side}/${part}`, amount]),
    [`${side}/cong`, totals.grandTotal],
  ];
};

/** The numbers of one estimate's row in the consolidation, đồng; keys `<group>/<column>`. */
export const rowOf = (summary: EstimateSummary): TableRow => ({
  id: summary.case,
  block: blockOf(summary.agency.kind),
  cells: Object.fromEntries([
    ...sideCells('requested', summary.requested),
    ...sideCells('reviewed', summary.reviewed),
    ['difference', summary.reviewed.grandTotal - summary.requested.grandTotal],
    ...Object.entries(summary.reviewed.bySource).map(
      ([source, amount]) => [`bySource/${source}`, amount] as const,
    ),
    ...Object.entries(summary.reviewed.byYear).map(([year, amount]) => [`byYear/${year}`, amount] as const),
  ]),
});

/** What must add up inside each row; sources and years as the rows have them. */
export const equationsFor = (rows: readonly TableRow[]): RowEquation[] => {
  const columns = [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))];
  const under = (group: string) => columns.filter((column) => column.startsWith(`${group}/`));
  return [
    { parts: parts.map((part) => `requested/${part}`), whole: 'requested/cong' },
    { parts: parts.map((part) => `reviewed/${part}`), whole: 'reviewed/cong' },
    { parts: ['requested/cong', 'difference'], whole: 'reviewed/cong' },
    { parts: under('bySource'), whole: 'reviewed/cong' },
    { parts: under('byYear'), whole: 'reviewed/cong' },
  ];
};

const compared = (
  code: string,
  path: string,
  found: Readonly<Record<string, Money>>,
  expected: Readonly<Record<string, Money>>,
): Found[] =>
  [...new Set([...Object.keys(found), ...Object.keys(expected)])].flatMap((column) => {
    const is = found[column] ?? 0;
    const should = expected[column] ?? 0;
    const params = { where: path, column, found: is, expected: should, difference: is - should };
    return is === should ? [] : [{ code, path: `${path}/${column}`, params }];
  });

/** Everything in a table that does not add up to the đồng: rows, block sums, the last line, the blocks' order. */
export const crossFoot = (table: FootedTable, equations: readonly RowEquation[]): Found[] => {
  const rows = table.rows.flatMap(({ id, cells }) =>
    equations.flatMap(({ parts: summands, whole }) =>
      compared(
        'ROW_DOES_NOT_ADD_UP',
        `rows/${id}`,
        { [whole]: cells[whole] ?? 0 },
        { [whole]: sum(summands.map((part) => cells[part] ?? 0)) },
      ),
    ),
  );
  const byBlock = groupBy(table.rows, ({ block }) => block);
  const blockSums = table.blocks.flatMap(({ id, cells }) =>
    compared('BLOCK_DOES_NOT_ADD_UP', `blocks/${id}`, cells, columnSums(byBlock.get(id) ?? [])),
  );
  const given = table.blocks.map(({ id }) => id);
  const wanted: string[] = blocks.filter((id) => byBlock.has(id));
  const strayRow = table.rows.find(({ block }) => !given.includes(block));
  const order: Found[] =
    given.join() === wanted.join() && !strayRow
      ? []
      : [
          {
            code: 'BLOCKS_NOT_IN_ORDER',
            path: 'blocks',
            params: { found: given.join(', '), expected: wanted.join(', ') },
          },
        ];
  const total = compared('TABLE_DOES_NOT_ADD_UP', 'total', table.total, columnSums(table.blocks));
  return [...rows, ...blockSums, ...order, ...total];
};

/** The consolidation adds up along rows, columns and blocks. */
export const r24: Rule<StepFacts> = {
  id: 'R24',
  source: 'Đề xuất thiết kế: bảng tổng hợp khớp theo dòng, cột, khối',
  stages: { freeze: 'error', finance: 'error' },
  codes: ['ROW_DOES_NOT_ADD_UP', 'BLOCK_DOES_NOT_ADD_UP', 'BLOCKS_NOT_IN_ORDER', 'TABLE_DOES_NOT_ADD_UP'],
  check: ({ table }) => (table ? crossFoot(table, table.equations) : []),
};

/**
 * A column as it is printed in larger units (`step` in đồng, triệu đồng by default): every value is a multiple of the
 * step, and they add up to the rounded exact sum. The difference goes to the last line that has money, and on
 * upwards where that line is too small to bear it. None negative.
 */
export const roundedToMillions = (
  values: readonly Money[],
  step: Money = 1_000_000,
): { readonly printed: readonly Money[]; readonly total: Money } => {
  const printed = values.map((value) => roundedTo(value, step));
  const total = roundedTo(sum(values), step);
  let difference = total - sum(printed);
  for (let i = printed.length - 1; i >= 0 && difference !== 0; i -= 1) {
    if (values[i] === 0) continue;
    const borne = Math.max(difference, -(printed[i] ?? 0));
    printed[i] = (printed[i] ?? 0) + borne;
    difference -= borne;
  }
  return { printed, total };
};

const printedWrong = ({ path, printed, exactTotal, step }: PrintedColumn): Found[] => {
  const expected = roundedTo(exactTotal, step);
  const found = sum(printed);
  const crooked = printed.some((value) => value % step !== 0);
  if (found === expected && !crooked) return [];
  return [
    { code: 'PRINTED_DOES_NOT_ADD_UP', path, params: { found, expected, difference: found - expected } },
  ];
};

/** Amounts printed in triệu đồng add up as printed. */
export const r28: Rule<StepFacts> = {
  id: 'R28',
  source: 'Đề xuất thiết kế: số in theo triệu đồng cộng lại đúng',
  stages: { freeze: 'error', finance: 'error', decision: 'error' },
  codes: ['PRINTED_DOES_NOT_ADD_UP'],
  check: ({ printed = [] }) => printed.flatMap(printedWrong),
};
