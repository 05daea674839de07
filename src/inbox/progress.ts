import { ask } from '../../workflows/registry.js';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import { allocatedBy, type EstimateContext } from '../../workflows/estimate.v1.js';
import type { Money, Party } from '../../workflows/vocabulary.js';
import type { Case } from '../engine/ports.js';
import { isDueSure } from '../engine/dueOf.js';
import { readersOf } from '../engine/mayDo.js';
import { sumInQuestion, type SumName } from '../engine/sumInQuestion.js';
import { isWithOwner, topOf, type Progress } from '../engine/shared.js';

/**
 * Events that somebody may send but nobody waits for: ways back, second thoughts, facts that may come at any time.
 * What is left of a state's permits is who holds the case.
 */
const unawaited = new Set([
  'ABANDON',
  'ADD',
  'CLOSE',
  'DECLARE_NIL',
  'OPEN_ALL',
  'RECALL',
  'REFUSE_RECEIPT',
  'REMOVE',
  'REOPEN',
  'REOPEN_LINES',
  'RETURN',
  'SEND_BACK',
  'SETTLE_OVERLAP',
  'TAKE_BACK',
  'TAKE_BACK_SUPPLEMENT',
  'WITHDRAW',
]);

/** What the read model keeps of a case; `ownerName` as lists show the agency. */
export const progressOf = (found: Case, ownerName: string): Progress => {
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
    waitsFor: holdersOf(found),
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

/** The events that a case waits for where it stands. */
export const awaitedOf = (found: Case): string[] => {
  const { conditionsMet, opinion } = found.context as {
    conditionsMet?: boolean;
    opinion?: { verdict: string } | null;
  };
  const conditions = opinion?.verdict === 'agreeWithConditions' && conditionsMet === false;
  return ask(found).events.filter(
    (event) =>
      !unawaited.has(event) &&
      (event !== 'OWN_DECISION' || topOf(found) === 'noted') &&
      (event !== 'CONFIRM_CONDITIONS' || conditions),
  );
};

/** Who can move a case on, as role @ agency; nobody, once it has ended. */
export const holdersOf = (found: Case): string[] => {
  if (found.status === 'done') return [];
  const machine = ask(found);
  const { parties } = found.context as { parties: Readonly<Record<Party, string>> };
  const permits = [...awaitedOf(found), 'EDIT_APPRAISAL'].flatMap((event) => machine.permits(event));
  const held = permits
    .filter((permit) => permit !== 'system')
    .map((permit) => {
      const [role, party] = permit.split('@') as [string, Party];
      return `${role}@${parties[party]}`;
    });
  return [...new Set(held)].sort();
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
