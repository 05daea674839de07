import { bySourceYearInProportion } from '../../workflows/totals.js';
import { sourceYearOf } from '../engine/cells.js';
import { allocationOf, summaryHashOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import { expected } from '../engine/known.js';
import type { Case, Edit } from '../engine/ports.js';
import { topOf, type Given, type Summaries } from '../engine/shared.js';
import { Refusal } from '../errors.js';
import { leftOf } from './checks.js';
import type { AllocationContent, AllocationDraft, AllocationRow } from './content.js';

type NewRow = Omit<AllocationRow, 'id'>;

/**
 * The draft to start from: what the adjusted allocation says; else everything that is approved and not allocated
 * yet, in the proportions of the reviewed estimates.
 */
const proposing =
  ({ cases, contents, summaries }: Pick<Given, 'cases' | 'contents'> & { summaries: Summaries }) =>
  async (found: Case): Promise<AllocationDraft> => {
    const { lineage, adjusts } = allocationOf(found);
    const { tenant, round } = found;
    if (adjusts) {
      const old = expected(await cases.load({ tenant, id: adjusts }), `the allocation ${adjusts}`);
      const { rows } = await frozenOf<AllocationContent>(contents, old);
      return { lines: rows, nextLine: rows.length + 1 };
    }
    const all = await cases.inRound(tenant, 'estimate', round);
    const open = all.filter((one) => topOf(one) === 'approved' && leftOf(one, lineage) > 0);
    const known = await summaries.get(tenant, open.map(summaryHashOf));
    const rows = open.flatMap((estimate, at) => {
      const { reviewed } = expected(known[at], `the summary of ${estimate.code}`);
      return Object.entries(bySourceYearInProportion(leftOf(estimate, lineage), reviewed))
        .filter(([, amount]) => amount > 0)
        .map(([cell, amount]) => ({ estimate: estimate.id, ...sourceYearOf(cell), amount }));
    });
    return numbered(rows, 1);
  };

/** The ways of editing an allocation's rows. */
export const allocationEdits = (
  given: Pick<Given, 'cases' | 'contents'> & { summaries: Summaries },
): Readonly<Record<string, Edit>> => {
  const empty = proposing(given);
  const content = (apply: (draft: AllocationDraft, input: never) => AllocationDraft): Edit => ({
    part: 'content',
    empty,
    apply: ({ body, input }) => Promise.resolve(apply(body as AllocationDraft, input as never)),
  });

  return {
    replace: content((draft, { lines }: { lines: NewRow[] }) => numbered(lines, draft.nextLine)),

    addLine: content((draft, { line }: { line: NewRow }) => {
      const added = numbered([line], draft.nextLine);
      return { ...added, lines: [...draft.lines, ...added.lines] };
    }),

    setLine: content((draft, { lineId, ...fields }: Partial<AllocationRow> & { lineId: string }) => {
      const { at, row } = rowAt(draft, lineId);
      return { ...draft, lines: draft.lines.with(at, { ...row, ...fields, id: lineId }) };
    }),

    removeLine: content((draft, { lineId }: { lineId: string }) => {
      const { at } = rowAt(draft, lineId);
      return { ...draft, lines: draft.lines.toSpliced(at, 1) };
    }),
  };
};

const numbered = (rows: readonly NewRow[], next: number): AllocationDraft => ({
  lines: rows.map((row, at) => ({ ...row, id: `r${next + at}` })),
  nextLine: next + rows.length,
});

const rowAt = ({ lines }: AllocationDraft, lineId: string) => {
  const at = lines.findIndex(({ id }) => id === lineId);
  const row = lines[at];
  if (!row) throw new Refusal('NOT_FOUND', { line: lineId });
  return { at, row };
};
