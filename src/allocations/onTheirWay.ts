import type { Money } from '../../workflows/vocabulary.js';
import { groupBy } from '../../workflows/rules/groupBy.js';
import { ask } from '../../workflows/registry.js';
import { cellsOf } from '../engine/cells.js';
import { allocationOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import type { Case } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import type { AllocationContent } from './content.js';
import { stood } from './lineage.js';

/** What one allocation asks for, đồng. */
export interface Asking {
  readonly lineage: string;
  readonly amount: Money;
}

/** What one allocation asks for an estimate, also by `<source>/<year>`. */
export interface AskingShares extends Asking {
  readonly cells: ReadonlyMap<string, Money>;
}

/** Sent up and not decided: it will ask for its money. One that is written again asks for nothing yet. */
export const isUndecided = (found: Case): boolean =>
  found.status !== 'done' &&
  found.content !== null &&
  !stood(found) &&
  !ask(found).tags.has('editable:content');

/**
 * What other allocations of a round ask for, by estimate: those that were sent up and that nobody has decided.
 * @param lineage the one that asks; its own money does not stand in its way
 */
export const onTheirWay = async (
  { cases, contents }: Pick<Given, 'cases' | 'contents'>,
  {
    tenant,
    round,
    lineage,
  }: { readonly tenant: string; readonly round: string; readonly lineage: string | null },
): Promise<ReadonlyMap<string, readonly AskingShares[]>> => {
  const others = (await cases.inRound(tenant, 'allocation', round)).filter(
    (one) => allocationOf(one).lineage !== lineage && isUndecided(one),
  );
  const asking = await Promise.all(
    others.map(async (one) => {
      const { estimates, rows } = await frozenOf<AllocationContent>(contents, one);
      const rowsOf = groupBy(rows, ({ estimate }) => estimate);
      return estimates.map(({ case: id, allocated: amount }) => ({
        id,
        lineage: allocationOf(one).lineage,
        amount,
        cells: cellsOf(rowsOf.get(id) ?? []),
      }));
    }),
  );
  return groupBy(asking.flat(), ({ id }) => id);
};
