import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import { allocatedBy, type EstimateContext } from '../../workflows/estimate.v1.js';
import type { Money } from '../../workflows/vocabulary.js';
import type { Case } from '../engine/ports.js';
import { isDueSure } from '../engine/dueOf.js';
import { readersOf } from '../engine/mayDo.js';
import { sumInQuestion, type SumName } from '../engine/sumInQuestion.js';
import { isWithOwner, topOf, type Progress } from '../engine/shared.js';

/** What the read model keeps of a case; `ownerName` as lists show the agency, `waitsFor` as role @ agency. */
export const progressOf = (found: Case, ownerName: string, waitsFor: readonly string[]): Progress => {
  const { tenant, id, code, kind, owner, round, status, since, due, seq } = found;
  return {
    tenant,
    case: id,
    code,
    kind,
    title: ownerName,
    owner,
    round,
    state: statePath(found),
    status,
    since,
    due,
    dueSure: isDueSure(found),
    amount: amountOf(found),
    waitsFor,
    agencies: readersOf(found),
    seq,
  };
};

/** Dotted path of the outermost states: `reviewing`, `preparing.draft`. */
const statePath = (found: Case): string => {
  const top = topOf(found);
  const inner = typeof found.state === 'string' ? undefined : found.state[top];
  return typeof inner === 'string' ? `${top}.${inner}` : top;
};

/** What a list shows of a case's money; while others may see it, what is being prepared anew stays untold. */
const amountOf = (found: Case): Money | null => {
  const { context } = found;
  if (isWithOwner(found) && Number(context['revision']) > 0) return null;
  const { allocations, appraisal, appraisalIssued, conclusion, decision, ownDecision, sums, ...known } =
    context as unknown as Partial<Record<SumName, Money | null>> & {
      allocations?: EstimateContext['allocations'];
      appraisal?: ConsolidationContext['appraisal'];
      appraisalIssued?: ConsolidationContext['appraisalIssued'];
      conclusion?: EstimateContext['conclusion'];
      decision?: { approved?: Money } | null;
      ownDecision?: EstimateContext['ownDecision'];
      sums?: ConsolidationContext['sums'];
    };
  const sum = sumInQuestion(found.kind, topOf(found), {
    ...known,
    ...sums,
    ...(conclusion && { reviewed: conclusion.reviewed }),
    // Finance's amounts are Finance's until they are issued.
    ...(appraisal && appraisalIssued && { appraised: appraisal.appraised }),
    ...(decision?.approved !== undefined && { approved: decision.approved }),
    ...(allocations && { allocated: allocatedBy(allocations) }),
    ownDecided: ownDecision?.amount,
  });
  return sum?.amount ?? null;
};
