import type { EstimateContent, LineVerdict } from '../../workflows/content.js';
import type { OverlapGroup, OverlapSide } from '../../workflows/rules/overlaps.js';
import { withoutLines } from '../../workflows/totals.js';
import type { Hash } from '../../workflows/vocabulary.js';
import { hashOf } from '../engine/journal.js';
import type { ContentStore } from '../engine/ports.js';
import { takingOut, type OverlapDecision, type Row, type TakenOut } from './table.js';

/** A group with how it was settled, if it was. */
type Settled = OverlapGroup & { readonly settled: OverlapDecision | null };

/**
 * The sides whose lines a decision takes out of the table: all but those of the agency that leads. What a commune pays
 * itself is decided by the commune; there the decision is told, and nothing is taken.
 */
export const sidesTakenOut = (
  { sides }: Pick<OverlapGroup, 'sides'>,
  { decision, lead }: Pick<OverlapDecision, 'decision' | 'lead'>,
  ownMoney: ReadonlySet<string>,
): OverlapSide[] =>
  takingOut.has(decision) ? sides.filter((side) => side.agency.id !== lead && !ownMoney.has(side.case)) : [];

/** An accepted estimate, and the hash of its reviewer's conclusion. */
export interface AcceptedRow {
  readonly row: Row;
  readonly conclusion: Hash | null;
}

/**
 * The rows with what settled overlaps leave of them: the lines are gone from the reviewed sums, contingency follows at
 * the same rate and base, and the reasons are added. Rows that lose nothing stay as they were accepted.
 */
export const withoutTakenOut =
  ({ get }: Pick<ContentStore, 'get'>) =>
  async (tenant: string, accepted: readonly AcceptedRow[], groups: readonly Settled[]): Promise<Row[]> => {
    const own = new Set(accepted.filter(({ row }) => row.ownMoney).map(({ row }) => row.case));
    const byCase = new Map<string, TakenOut[]>();
    for (const group of groups) {
      if (!group.settled) continue;
      const { reason } = group.settled;
      for (const side of sidesTakenOut(group, group.settled, own)) {
        const { case: of, lineId, lineName, amount } = side;
        const known = byCase.get(of) ?? [];
        // A line may stand in two groups; it goes once.
        if (known.some((line) => line.lineId === lineId)) continue;
        byCase.set(of, [...known, { lineId, lineName, amount, group: group.id, reason }]);
      }
    }
    return Promise.all(
      accepted.map(async ({ row, conclusion }) => {
        const takenOut = byCase.get(row.case);
        if (!takenOut) return row;
        const [content, review] = await Promise.all([
          get<EstimateContent>(tenant, row.content),
          conclusion ? get<{ verdicts: readonly LineVerdict[] }>(tenant, conclusion) : { verdicts: [] },
        ]);
        return remaining(row, content, review.verdicts, takenOut);
      }),
    );
  };

const remaining = (
  row: Row,
  content: EstimateContent,
  verdicts: readonly LineVerdict[],
  takenOut: readonly TakenOut[],
): Row => {
  const gone = takenOut.map(({ lineId }) => lineId);
  const ids = new Set(gone);
  const reasons = content.lines.flatMap(({ id }, at) => {
    const line = takenOut.find(({ lineId }) => lineId === id);
    return line ? [`Dòng ${at + 1}: ${line.reason}`] : [];
  });
  const left = {
    ...row,
    reviewed: withoutLines(content, verdicts, gone).totals,
    norms: row.norms.filter(({ lineId }) => !ids.has(lineId)),
    adjustmentReason: [row.adjustmentReason, ...reasons].filter(Boolean).join('; '),
    takenOut,
  };
  // What was appraised of more, or of less, no longer fits.
  return { ...left, summary: hashOf(left) };
};
