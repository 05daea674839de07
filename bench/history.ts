import { canonical, entryAfter, genesis, hashOf } from '../src/engine/journal.js';
import { forgottenAfter, remembered } from '../src/engine/forgotten.js';
import type { Case, Entry } from '../src/engine/ports.js';
import type { CaseDocument } from '../src/store/cases.js';
import { ask } from '../workflows/registry.js';
import type { EstimateContext } from '../workflows/estimate.v1.js';
import { eventAt, reviewer, reviewingCase, reviewingState, tenant, today } from './city.js';

const { id, name, agency, roles } = reviewer;
const by = { actor: { id, name, agency, roles }, permit: 'officer@reviewer' } as const;
const day = today;
const at = `${day}T02:00:00.000Z`;

type Draft = Omit<Entry, 'seq' | 'previous' | 'hash'>;

/** What the two steps of the contests write, as the machine takes them. */
const drafts = (context: EstimateContext): readonly [born: Draft, ask: Draft, takeBack: Draft] => {
  const common = {
    tenant,
    case: '',
    kind: 'estimate',
    version: '1',
    at,
    clockSet: true,
    ...by,
    content: context.content,
  } as const;
  const asking = { ...eventAt(1), facts: {} };
  const takingBack = { ...eventAt(2), facts: {} };
  const placed = { kind: 'estimate', version: '1', state: reviewingState, context } as const;
  const asked = ask(placed).take({ ...asking, at, day, ...by });
  const back = ask({ ...placed, ...asked }).take({ ...takingBack, at, day, ...by });
  const cause = (event: object) => ({ key: `${id}:`, body: hashOf(event) });
  return [
    {
      ...common,
      event: { type: 'START', code: context.code, facts: {} },
      from: null,
      to: reviewingState,
      cause: cause({}),
    },
    { ...common, event: asking, from: back.state, to: asked.state, cause: cause(eventAt(1)) },
    { ...common, event: takingBack, from: asked.state, to: back.state, cause: cause(eventAt(2)) },
  ];
};

/** A case's entries up to a seq, chained as the engine chains them. */
export function* historyOf(caseId: string, context: EstimateContext, seq: number): Generator<Entry> {
  const [born, asked, back] = drafts(context);
  let head = { head: genesis, seq: 0 };
  while (head.seq < seq) {
    const draft = head.seq === 0 ? born : head.seq % 2 === 1 ? asked : back;
    const key = `${draft.cause.key}${caseId}-${head.seq}-bcb5a1f2-7f6e-4a57`;
    const entry = entryAfter(head, { ...draft, case: caseId, cause: { ...draft.cause, key } });
    yield entry;
    head = { head: entry.hash, seq: entry.seq };
  }
}

/** A case that has come so far, with the journal that brought it there. `seq` is odd, so that ASK_OPINION is next. */
export const agedCase = (caseId: string, context: EstimateContext, seq: number) => {
  const entries = [...historyOf(caseId, context, seq)];
  let memory: Pick<Case, 'seq' | 'seen' | 'forgotten'> = { seq: 0, seen: [] };
  for (const { seq: next, cause } of entries) {
    const forgotten = forgottenAfter(memory);
    const seen = [...memory.seen, { ...cause, seq: next }].slice(-remembered);
    memory = { seq: next, seen, ...(forgotten !== undefined && { forgotten }) };
  }
  const stored: CaseDocument = {
    ...reviewingCase(caseId, context),
    ...memory,
    seen: [...memory.seen],
    head: entries.at(-1)?.hash ?? genesis,
  };
  return { entries, stored };
};

/** The line of an export file, without chaining twice what `historyOf` has chained. */
export const lineOf = ({ hash, ...rest }: Entry): string => `{"entry":${canonical(rest)},"hash":"${hash}"}`;
