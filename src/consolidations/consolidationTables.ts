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
  /** The members as they stand, with the summaries of their acceptance. */
  const membersOf = async (found: Case): Promise<Row[]> => {
    const members = await cases.members(found.tenant, found.id);
    const known = await summaries.get(found.tenant, members.map(summaryHashOf));
    return inOrder(
      members.map((member, at) => ({
        ...expected(known[at], `the summary of ${member.code}`),
        summary: summaryHashOf(member),
        appraiser: estimateOf(member).parties.appraiser,
      })),
    );
  };

  /** Settled groups are read from the journal: what it does not hold has not been decided. */
  const decisionsOf = async (found: Case): Promise<Map<string, OverlapDecision>> => {
    const entries = await journal.after(found, 0);
    return new Map(
      entries
        .filter(({ event }) => event.type === 'SETTLE_OVERLAP')
        .map(({ event, actor }) => {
          const { group, decision, reason, facts } = event as unknown as OverlapDecision & {
            facts: { sides: Hash };
          };
          return [group, { group, decision, reason, sides: facts.sides, by: actor.id, agency: actor.agency }];
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

  return {
    membersOf,
    groupsOf,
    /** What stands: the frozen table, or the members of the moment. */
    async of(found: Case) {
      if (found.content) {
        const { rows, table, overlaps } = await frozenOf<ConsolidationContent>(contents, found);
        return { rows, table, overlaps };
      }
      const rows = await membersOf(found);
      return { rows, table: tableOf(rows).table, overlaps: await groupsOf(found, rows) };
    },
  };
};

/** Hash of the sides that a settlement judges: a group that gained a side is open again. */
export const sidesHash = ({
  sides,
}: {
  sides: readonly { case: string; lineId: string; amount: Money }[];
}): Hash => hashOf(sides.map(({ case: of, lineId, amount }) => ({ of, lineId, amount })));
