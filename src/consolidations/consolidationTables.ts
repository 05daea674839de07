import type { Hash, Money } from '../../workflows/vocabulary.js';
import { estimateOf, summaryHashOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import { hashOf } from '../engine/journal.js';
import { expected } from '../engine/known.js';
import type { Case, JournalReader } from '../engine/ports.js';
import type { Given, Summaries } from '../engine/shared.js';
import {
  inOrder,
  overlapsOf,
  tableOf,
  type ConsolidationContent,
  type OverlapDecision,
  type Row,
} from './table.js';
import { withoutTakenOut, type AcceptedRow } from './takingOut.js';

/** What a consolidation consists of, before and after it is frozen. */
export type ConsolidationTables = ReturnType<typeof consolidationTables>;

/** Reads the members, the groups they overlap in, and the table they make. */
export const consolidationTables = ({
  directory,
  cases,
  summaries,
  journal,
  contents,
}: Given & { summaries: Summaries; journal: JournalReader }) => {
  const takeOut = withoutTakenOut(contents);

  /** The members as they were accepted, in no order of the paper. */
  const acceptedOf = async (found: Case): Promise<AcceptedRow[]> => {
    const members = await cases.members(found.tenant, found.id);
    const known = await summaries.get(found.tenant, members.map(summaryHashOf));
    return members.map((member, at) => {
      const summary = expected(known[at], `the summary of ${member.code}`);
      const hash = summaryHashOf(member);
      const row = {
        ...summary,
        summary: hash,
        accepted: { summary: hash, reviewed: summary.reviewed.grandTotal },
        takenOut: [],
        appraiser: estimateOf(member).parties.appraiser,
      };
      return { row, conclusion: estimateOf(member).conclusion?.hash ?? null };
    });
  };

  /** The members as they were accepted: between them overlaps are found. */
  const membersOf = async (found: Case): Promise<Row[]> =>
    inOrder((await acceptedOf(found)).map(({ row }) => row));

  /** Settled groups are read from the journal: what it does not hold has not been decided. */
  const decisionsOf = async (found: Case): Promise<Map<string, OverlapDecision>> => {
    const entries = await journal.after(found, 0);
    return new Map(
      entries
        .filter(({ event }) => event.type === 'SETTLE_OVERLAP')
        .map(({ event, actor }) => {
          const {
            group,
            decision,
            lead = null,
            reason,
            facts,
          } = event as unknown as OverlapDecision & {
            facts: { sides: Hash };
          };
          return [
            group,
            { group, decision, lead, reason, sides: facts.sides, by: actor.id, agency: actor.agency },
          ];
        }),
    );
  };

  const groupsOf = async (found: Case, rows: readonly Row[]) => {
    const [systems, decisions] = await Promise.all([directory.systems(found.tenant), decisionsOf(found)]);
    return overlapsOf(rows, systems).map((group) => {
      const decision = decisions.get(group.id);
      return { ...group, settled: decision?.sides === sidesHash(group) ? decision : null };
    });
  };

  /** What stands at the moment: the members with what settled overlaps leave of them, and the groups. */
  const standingOf = async (found: Case) => {
    const accepted = await acceptedOf(found);
    const groups = await groupsOf(
      found,
      accepted.map(({ row }) => row),
    );
    return { rows: inOrder(await takeOut(found.tenant, accepted, groups)), groups };
  };

  return {
    membersOf,
    groupsOf,
    standingOf,
    /** What stands: the frozen table, or the members of the moment. */
    async of(found: Case) {
      if (found.content) {
        const { rows, table, overlaps } = await frozenOf<ConsolidationContent>(contents, found);
        return { rows, table, overlaps };
      }
      const { rows, groups } = await standingOf(found);
      return { rows, table: tableOf(rows).table, overlaps: groups };
    },
  };
};

/** Hash of the sides that a settlement judges: a group that gained a side is open again. */
export const sidesHash = ({
  sides,
}: {
  sides: readonly { case: string; lineId: string; amount: Money }[];
}): Hash => hashOf(sides.map(({ case: of, lineId, amount }) => ({ of, lineId, amount })));
