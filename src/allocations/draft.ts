import type { EstimateSummary } from '../../workflows/content.js';
import { MoneyError, sum } from '../../workflows/money.js';
import { bySourceYearInProportion } from '../../workflows/totals.js';
import { sourceYearOf } from '../engine/cells.js';
import { estimateOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import { expected } from '../engine/known.js';
import type { Case, Edit } from '../engine/ports.js';
import { rowsNamed } from '../engine/rows.js';
import { topOf, type Given } from '../engine/shared.js';
import { badInput, fault } from '../errors.js';
import { leftOf } from './checks.js';
import { onTheirWay } from './onTheirWay.js';
import {
  mostRows,
  neededFields,
  type AllocationContent,
  type AllocationDraft,
  type AllocationRow,
} from './content.js';

type NewRow = Omit<AllocationRow, 'id'>;

const rows = rowsNamed<AllocationRow>('r', mostRows);
const noRows: AllocationDraft = { lines: [], nextLine: 1 };

/**
 * The draft that an allocation opens with: what the adjusted one says; else everything that is approved and neither
 * allocated yet nor asked for by another that was sent up, in the proportions of what remained of each estimate in its table.
 */
export const proposing =
  ({ cases, contents }: Pick<Given, 'cases' | 'contents'>) =>
  async ({
    tenant,
    round,
    adjusted,
  }: {
    tenant: string;
    round: string;
    adjusted: Case | null;
  }): Promise<AllocationDraft> => {
    if (adjusted) {
      const { rows: lines, nextLine } = await frozenOf<AllocationContent>(contents, adjusted);
      return { lines, nextLine };
    }
    const all = await cases.inRound(tenant, 'estimate', round);
    const asked = await onTheirWay({ cases, contents }, { tenant, round, lineage: null });
    const open = all
      .map((estimate) => ({ estimate, left: leftOf(estimate, asked.get(estimate.id)) }))
      .filter(({ estimate, left }) => topOf(estimate) === 'approved' && left > 0);
    const remaining = await remainingOf(
      { cases, contents },
      tenant,
      open.map(({ estimate }) => estimate),
    );
    const proposed = open.flatMap(({ estimate, left }) => {
      const { reviewed } = expected(remaining.get(estimate.id), `the row of ${estimate.code}`);
      return Object.entries(bySourceYearInProportion(left, reviewed))
        .filter(([, amount]) => amount > 0)
        .map(([cell, amount]): NewRow => ({ estimate: estimate.id, ...sourceYearOf(cell), amount }));
    });
    return rows.replace(noRows, proposed);
  };

/** The rows of estimates in the tables on which they were decided: what settled overlaps took out is gone there. */
const remainingOf = async (
  { cases, contents }: Pick<Given, 'cases' | 'contents'>,
  tenant: string,
  estimates: readonly Case[],
): Promise<ReadonlyMap<string, EstimateSummary>> => {
  const ids = new Set(estimates.flatMap((estimate) => estimateOf(estimate).consolidation ?? []));
  const decided = await cases.loadMany(tenant, [...ids]);
  const tables = await Promise.all(
    decided.map((found) => frozenOf<{ rows: readonly EstimateSummary[] }>(contents, found)),
  );
  return new Map(tables.flatMap((table) => table.rows.map((row) => [row.case, row])));
};

/** Rows that lack something, or cannot be added up exactly, are not stored: nothing could be said of them. @throws {Refusal} */
const refuseUnsound = ({ lines }: AllocationDraft): void => {
  const missing = lines.flatMap((line) => neededFields.filter((field) => line[field] === undefined));
  if (missing.length > 0) throw badInput(missing.map((field) => fault(field, 'any.required')));
  try {
    sum(lines.map(({ amount }) => amount));
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    throw badInput([fault('amount', 'number.unsafe', { found: error.found })]);
  }
};

const content = (apply: (draft: AllocationDraft, input: never) => AllocationDraft): Edit => ({
  part: 'content',
  empty: () => Promise.resolve(noRows),
  apply: ({ body, input }) => {
    const after = apply(body as AllocationDraft, input as never);
    refuseUnsound(after);
    return Promise.resolve(after);
  },
});

/** The ways of editing an allocation's rows. */
export const allocationEdits: Readonly<Record<string, Edit>> = {
  replace: content((draft, { lines }: { lines: NewRow[] }) => rows.replace(draft, lines)),
  addLine: content((draft, { line }: { line: NewRow }) => rows.add(draft, line)),
  setLine: content((draft, { lineId, ...fields }: Partial<NewRow> & { lineId: string }) =>
    rows.set(draft, lineId, fields),
  ),
  removeLine: content((draft, { lineId }: { lineId: string }) => rows.remove(draft, lineId)),
};
