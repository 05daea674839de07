import type { AllocationContext } from '../../workflows/allocation.v1.js';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import type { Hash } from '../../workflows/vocabulary.js';
import { expected } from './known.js';
import type { Case } from './ports.js';

interface Contexts {
  estimate: EstimateContext;
  consolidation: ConsolidationContext;
  allocation: AllocationContext;
}

/** The only place where the engine's common context is taken for that of one machine. */
const contextOf =
  <K extends keyof Contexts>(kind: K) =>
  (found: Pick<Case, 'kind' | 'context'>): Contexts[K] => {
    if (found.kind !== kind) throw new TypeError(`This case is of kind ${found.kind}, not ${kind}.`);
    return found.context as unknown as Contexts[K];
  };

/** The context of an estimate. @throws {TypeError} on a case of another kind */
export const estimateOf = contextOf('estimate');

/** The context of a consolidation. @throws {TypeError} on a case of another kind */
export const consolidationOf = contextOf('consolidation');

/** The context of an allocation. @throws {TypeError} on a case of another kind */
export const allocationOf = contextOf('allocation');

/** Hash of the summary of an accepted estimate. @throws {Error} on one that was never accepted */
export const summaryHashOf = (estimate: Case): Hash =>
  expected(estimateOf(estimate).summary, `the summary of ${estimate.code}`);
