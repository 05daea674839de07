import { sum } from '../../workflows/money.js';
import type { Hash, Money } from '../../workflows/vocabulary.js';
import { allocationOf, consolidationOf, estimateOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import { expected } from '../engine/known.js';
import type { Case } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import type { AllocationContent, Approval } from './content.js';
import { inForce } from './lineage.js';

/** What a table's decision gave, row by row. */
interface Decided {
  readonly rows: readonly { readonly case: string; readonly approved: Money }[];
}

/**
 * The decisions that approved estimates, each with all that it approved and what other allocations give of that: of each
 * lineage the one in force.
 */
export const approvalsBehind =
  ({ cases, contents }: Pick<Given, 'cases' | 'contents'>) =>
  async (found: Case, estimates: readonly Case[]): Promise<Approval[]> => {
    const { tenant, round } = found;
    const { lineage: own } = allocationOf(found);
    const tables = estimates.map((one) =>
      expected(estimateOf(one).consolidation, `the consolidation of ${one.code}`),
    );
    const [decided, allocations] = await Promise.all([
      cases.loadMany(tenant, [...new Set(tables)]),
      cases.inRound(tenant, 'allocation', round),
    ]);
    const others = inForce(allocations).filter((one) => allocationOf(one).lineage !== own);
    const given = await Promise.all(others.map((one) => frozenOf<AllocationContent>(contents, one)));
    const shares = given.flatMap((content) => content.estimates);

    return Promise.all(
      decided.map(async (table) => {
        const hash: Hash = expected(consolidationOf(table).decision?.hash, `the decision on ${table.code}`);
        const { rows } = await contents.get<Decided>(tenant, hash);
        const approved = rows.filter((row) => row.approved > 0);
        const ids = new Set(approved.map((row) => row.case));
        return {
          consolidation: table.id,
          estimates: approved.length,
          approved: sum(approved.map((row) => row.approved)),
          givenBefore: sum(shares.filter((share) => ids.has(share.case)).map(({ allocated }) => allocated)),
        };
      }),
    );
  };
