import { and, assertEvent, assign, setup } from 'xstate';
import type {
  DocumentNumber,
  DocumentType,
  Hash,
  Money,
  Party,
  Stamped,
  RegisterAct,
  NoticeParams,
} from './vocabulary.js';
import { paperTold } from './vocabulary.js';
import {
  makes,
  preparing,
  preparingAssigns,
  preparingGuards,
  sendUp,
  signatureOf,
  voidUnused,
  type PreparedContext,
  type PreparingEvent,
  type PreparingFacts,
  type Signature,
} from './preparing.js';
import {
  ordersOf,
  owe,
  settle,
  settlesAll,
  type OrdersFacts,
  type Settled,
  type SettlingContext,
} from './settling.js';

export interface AllocationContext extends PreparedContext, SettlingContext {
  /** The code of the first allocation of its line; an adjustment has the same and the next ordinal. */
  readonly lineage: string;
  readonly ordinal: number;
  /** Which request started it, so that the same one sent twice finds it. */
  readonly startedBy: string;
  /** The case that this one adjusts. */
  readonly adjusts: string | null;
  /** The case that adjusted this one and is in force instead. */
  readonly supersededBy: string | null;
  /** What SEND_UP froze, đồng. */
  readonly total: Money | null;
  readonly decision: {
    readonly by: Signature;
    readonly number: DocumentNumber | null;
    readonly reason: string | null;
  } | null;
}

export interface AllocationFacts extends PreparingFacts, OrdersFacts {
  readonly frozen?: { readonly hash: Hash; readonly total: Money };
  /** Estimates of the draft or content whose security conditions nobody has confirmed. */
  readonly conditions?: { readonly open: number };
}

type Asked =
  | PreparingEvent
  | { type: 'ABANDON'; reason: string }
  | { type: 'PASS'; hash: Hash }
  | { type: 'APPROVE'; hash: Hash }
  | { type: 'DECLINE'; hash: Hash; reason: string };

export type AllocationEvent = Stamped<Asked | Settled | { type: 'SUPERSEDED'; by: string }, AllocationFacts>;

const machine = setup({
  types: { context: {} as AllocationContext, events: {} as AllocationEvent, input: {} as AllocationContext },
  guards: {
    ...preparingGuards,
    conditionsMet: ({ event }) => event.facts.conditions?.open === 0,
    settlesAll: ({ context, event }) => event.type === 'SETTLED' && settlesAll(context, event),
  },
  actions: {
    notify: (_, _params: NoticeParams) => {},
    render: (_, _params: { document: DocumentType; data: Record<string, unknown> }) => {},
    tellRows: (_, _params: { orders: Hash; count: number }) => {},
    register: (_, _params: RegisterAct) => {},
    ledger: (
      _,
      _params: { act: 'confirm' | 'release'; round: string; lineage: string; ordinal: number },
    ) => {},

    sendUp: assign(({ context, event }) => ({
      ...preparingAssigns.sendUp({ context, event }),
      total: event.facts.frozen?.total ?? null,
    })),
    endorse: assign(({ context, event }) => preparingAssigns.endorse({ context, event })),
    sign: assign(({ context, event }) => preparingAssigns.sign({ context, event })),
    voidSignatures: assign(({ context, event }) => preparingAssigns.voidSignatures({ context, event })),
    issue: assign(({ context, event }) => preparingAssigns.issue({ context, event })),
    markOverdue: assign(({ event }) => {
      assertEvent(event, 'DEADLINE_PASSED');
      return { overdue: event.due };
    }),
    comeBack: assign(({ context, event }) => preparingAssigns.comeBack({ context, event })),
    owe: assign(({ context, event }) => owe({ context, event })),
    settle: assign(({ context, event }) => {
      assertEvent(event, 'SETTLED');
      return settle(context, event);
    }),
    supersede: assign(({ event }) => {
      assertEvent(event, 'SUPERSEDED');
      return { supersededBy: event.by };
    }),
    decide: assign(({ event }) => ({
      decision: {
        by: signatureOf(event),
        number: event.facts.number ?? null,
        reason: event.type === 'DECLINE' ? event.reason : null,
      },
    })),
  },
});

const overdue = { DEADLINE_PASSED: { actions: 'markOverdue' } } as const;
const settled = { SETTLED: { actions: 'settle' } } as const;
const ledger = (act: 'confirm' | 'release') =>
  ({
    type: 'ledger',
    params: ({ context }: { context: AllocationContext }) => ({
      act,
      round: context.round,
      lineage: context.lineage,
      ordinal: context.ordinal,
    }),
  }) as const;
const tell = { type: 'tellRows', params: ordersOf } as const;
const notify = (to: Party, notice: string) => ({ type: 'notify', params: { to, notice } }) as const;

/** What was decided on which sum, by which paper or for which reason, and whether it stands in for another decision. */
const tellDecision = {
  type: 'notify' as const,
  params: ({ context }: { context: AllocationContext }) => {
    const { decision, total, lineage, ordinal, adjusts } = context;
    const about = { total: total ?? 0, lineage, ordinal };
    const to = 'owner' as const;
    if (decision && decision.reason !== null)
      return { to, notice: 'allocationDeclined', reason: decision.reason, about };
    const paper = paperTold({ number: decision?.number ?? null, outside: null });
    const notice = adjusts === null ? 'allocationApproved' : 'allocationAdjusted';
    return { to, notice, about: { ...about, ...paper } };
  },
};

/**
 * How approved money is spread over estimates, sources and years: Finance proposes, the People's Committee decides
 * (plan of 22/9/2025, III.4a). An adjustment is a new case of the same lineage. Version 1: rounds from 2025.
 */
export const allocationV1 = machine.createMachine({
  id: 'allocation',
  version: '1',
  context: ({ input }) => input,
  initial: 'drafting',
  states: {
    drafting: {
      id: 'drafting',
      tags: ['editable:content'],
      on: {
        SEND_UP: sendUp(['draftHasRows', 'draftHasNoErrors', 'conditionsMet'], 'sendUp'),
        ABANDON: {
          target: 'abandoned',
          actions: ledger('release'),
        },
        ...settled,
        ...overdue,
      },
    },
    preparing: preparing({
      paper: 'allocationProposal',
      backTo: '#drafting',
      next: '#officeCheck',
      issued: [notify('cityOffice', 'allocationToCheck')],
      on: settled,
    }),
    officeCheck: {
      id: 'officeCheck',
      tags: [makes('decision')],
      on: {
        PASS: { target: 'awaitingDecision', actions: notify('authority', 'allocationToDecide') },
        SEND_BACK: { target: 'drafting', actions: ['comeBack', notify('owner', 'allocationSentBack')] },
        ...settled,
        ...overdue,
      },
    },
    awaitingDecision: {
      tags: [makes('decision')],
      on: {
        APPROVE: {
          guard: and(['conditionsMet', 'actorDidNotPrepare']),
          target: 'approved',
          actions: [
            'decide',
            'owe',
            ledger('confirm'),
            tell,
            {
              type: 'render',
              params: ({ context }) => ({
                document: 'decision',
                data: {
                  content: context.content,
                  revision: context.revision,
                  decision: context.decision,
                  proposal: context.issued,
                },
              }),
            },
            tellDecision,
          ],
        },
        SEND_BACK: {
          target: 'drafting',
          actions: ['comeBack', ledger('release'), notify('owner', 'allocationSentBack')],
        },
        DECLINE: {
          guard: 'actorDidNotPrepare',
          target: 'declined',
          actions: ['decide', ledger('release'), tellDecision],
        },
        ...settled,
        ...overdue,
      },
    },
    approved: {
      on: {
        SETTLED: [{ guard: 'settlesAll', target: 'assigned', actions: 'settle' }, { actions: 'settle' }],
        SUPERSEDED: { target: 'superseded', actions: 'supersede' },
      },
    },
    assigned: { on: { SUPERSEDED: { target: 'superseded', actions: 'supersede' }, ...settled } },
    superseded: { type: 'final', entry: voidUnused },
    declined: { type: 'final', entry: voidUnused },
    abandoned: { type: 'final', entry: voidUnused },
  },
});

/** The context of an allocation at birth. */
export const newAllocation = (
  born: Pick<
    AllocationContext,
    'code' | 'round' | 'owner' | 'hasUnits' | 'parties' | 'lineage' | 'ordinal' | 'adjusts' | 'startedBy'
  >,
): AllocationContext => ({
  ...born,
  supersededBy: null,
  content: null,
  revision: 0,
  pass: 0,
  preparation: { preparers: [], endorser: null, signer: null },
  issued: null,
  overdue: null,
  pending: 0,
  refused: [],
  total: null,
  decision: null,
});
