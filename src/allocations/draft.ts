import { exactly, MoneyError, mostMoney, sum } from '../../workflows/money.js';
import { bySourceYearInProportion } from '../../workflows/totals.js';
import { sourceYearOf } from '../engine/cells.js';
import { frozenOf } from '../engine/frozen.js';
import { expected } from '../engine/known.js';
import type { Case, Edit } from '../engine/ports.js';
import { rowsNamed } from '../engine/rows.js';
import { topOf, type Given } from '../engine/shared.js';
import { badInput, fault } from '../errors.js';
import { leftOf } from './checks.js';
import { sharesOf } from './shares.js';
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
 * allocated yet nor asked for by another that was sent up, from the sources and in the years for which it was approved.
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
    const shares = await sharesOf(
      { cases, contents },
      tenant,
      open.map(({ estimate }) => estimate),
      asked,
      null,
    );
    const proposed = open.flatMap(({ estimate, left }) => {
      const { approved, taken } = expected(shares.get(estimate.id), `the shares of ${estimate.code}`);
      const bySourceYear = Object.fromEntries(
        Object.entries(approved).map(([cell, amount]) => [cell, Math.max(0, amount - (taken[cell] ?? 0))]),
      );
      return (
        Object.entries(bySourceYearInProportion(left, { bySourceYear }))
          // Where an adjustment on its way may take either of two places, less is left of the cells than of the whole.
          .map(([cell, amount]) => [cell, Math.min(amount, bySourceYear[cell] ?? 0)] as const)
          .filter(([, amount]) => amount > 0)
          .map(([cell, amount]): NewRow => ({ estimate: estimate.id, ...sourceYearOf(cell), amount }))
      );
    });
    return rows.replace(noRows, proposed);
  };

/** Rows that lack something, or cannot be added up exactly, are not stored: nothing could be said of them. @throws {Refusal} */
const refuseUnsound = ({ lines }: AllocationDraft): void => {
  const missing = lines.flatMap((line) => neededFields.filter((field) => line[field] === undefined));
  if (missing.length > 0) throw badInput(missing.map((field) => fault(field, 'any.required')));
  const total = exactly(() => sum(lines.map(({ amount }) => amount)));
  if (total instanceof MoneyError)
    throw badInput([fault('amount', 'money.sum', { found: total.found, limit: mostMoney })]);
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
  restoreLine: content((draft, { lineId }: { lineId: string }) => rows.restore(draft, lineId)),
};
