import { ask } from '../../workflows/registry.js';
import type { Kind, Money, Party } from '../../workflows/vocabulary.js';
import type { Case } from '../engine/ports.js';
import { topOf } from '../engine/shared.js';

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
  'EDIT',
  'EDIT_REVIEW',
]);

/** A case in a list: what inbox and progress pages show of it, without its content. */
export interface Progress {
  readonly tenant: string;
  readonly case: string;
  readonly code: string;
  readonly kind: Kind;
  readonly title: string;
  readonly owner: string;
  readonly round: string;
  readonly state: string;
  readonly status: 'active' | 'done';
  readonly since: string;
  readonly due: string | null;
  readonly amount: Money | null;
  readonly waitsFor: readonly string[];
  readonly agencies: readonly string[];
  readonly seq: number;
}

/** What the read model keeps of a case; `ownerName` as lists show the agency. */
export const progressOf = (found: Case, ownerName: string): Progress => {
  const { tenant, id, code, kind, owner, round, status, since, due, seq, context } = found;
  const { parties } = context;
  const shared = kind !== 'estimate' || Number(context['revision']) > 0;
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
    amount: amountOf(found),
    waitsFor: status === 'done' ? [] : holdersOf(found),
    // An estimate is its agency's own until it was issued once.
    agencies: shared ? [...new Set(Object.values(parties))].filter(Boolean).sort() : [owner],
    seq,
  };
};

/** Dotted path of the outermost states: `reviewing`, `preparing.draft`. */
const statePath = (found: Case): string => {
  const top = topOf(found);
  const inner = typeof found.state === 'string' ? undefined : found.state[top];
  return typeof inner === 'string' ? `${top}.${inner}` : top;
};

/** Who can move a case on, as role @ agency. */
const holdersOf = (found: Case): string[] => {
  const machine = ask(found);
  const { parties, conditionsMet, opinion } = found.context as unknown as {
    parties: Record<Party, string>;
    conditionsMet?: boolean;
    opinion?: { verdict: string } | null;
  };
  const conditions = opinion?.verdict === 'agreeWithConditions' && conditionsMet === false;
  const awaited = machine.events.filter(
    (event) =>
      !unawaited.has(event) &&
      (event !== 'OWN_DECISION' || topOf(found) === 'noted') &&
      (event !== 'CONFIRM_CONDITIONS' || conditions),
  );
  const permits = [...awaited, 'EDIT_APPRAISAL'].flatMap((event) => machine.permits(event));
  const held = permits
    .filter((permit) => permit !== 'system')
    .map((permit) => {
      const [role, party] = permit.split('@') as [string, Party];
      return `${role}@${parties[party]}`;
    });
  return [...new Set(held)].sort();
};

const amountOf = ({ context }: Case): Money | null => {
  const { approved, requested, sums, total } = context as unknown as {
    approved?: Money | null;
    requested?: Money | null;
    sums?: { reviewed: Money } | null;
    total?: Money | null;
  };
  return approved ?? requested ?? sums?.reviewed ?? total ?? null;
};
