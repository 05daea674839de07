import { bySourceYearInProportion } from '../../workflows/totals.js';
import type { Money } from '../../workflows/vocabulary.js';
import type { ConsolidationContent, Row } from '../consolidations/table.js';
import type { FundedCell, FundedRow } from '../documents/views/fundedList.js';
import { sourceYearOf } from '../engine/cells.js';
import { expected } from '../engine/known.js';

/** The row of an estimate in a frozen table. @throws {Error} when the table does not have it */
export const rowOf = ({ rows, code }: ConsolidationContent, estimate: string): Row =>
  expected(
    rows.find((row) => row.case === estimate),
    `the row of ${estimate} in ${code}`,
  );

/** An amount over sources and years, in the proportions of the reviewed estimate. */
export const cellsOfRow = ({ reviewed }: Row, amount: Money): FundedCell[] =>
  Object.entries(bySourceYearInProportion(amount, reviewed)).map(([cell, value]) => ({
    ...sourceYearOf(cell),
    amount: value,
  }));

/** What estimates of a table get, as an annexed list shows it. */
export const fundedRows = (
  content: ConsolidationContent,
  rows: readonly {
    readonly case: string;
    readonly ceiling: Money;
    readonly amount: Money;
    readonly note?: string;
  }[],
): FundedRow[] =>
  rows.map(({ case: estimate, ceiling, amount, note }) => {
    const row = rowOf(content, estimate);
    return {
      agency: row.agency.name,
      code: row.code,
      ceiling,
      cells: cellsOfRow(row, amount),
      ...(note && { note }),
    };
  });
