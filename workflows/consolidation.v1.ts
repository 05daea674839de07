import { and, assertEvent, assign, setup } from 'xstate';
import type {
  Day,
  DocumentNumber,
  DocumentType,
  Hash,
  Money,
  OutsidePaper,
  Party,
  NoticeParams,
  Stamped,
  RegisterAct,
} from './vocabulary.js';
import { outsidePaperOf, paperTold } from './vocabulary.js';
import {
  joined,
  letter,
  makes,
  preparing,
  preparingAssigns,
  preparingGuards,
  sendUp,
  signatureOf,
  unprepared,
  voidUnused,
  replaceIssued,
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

export interface ConsolidationContext extends PreparedContext, SettlingContext {
  /** 1 for the first of a round; a supplementary one has the next. */
  readonly ordinal: number;
  /** Which request started it, so that the same one sent twice finds it. */
  readonly startedBy: string;
  /** How many estimates are members; membership itself lives on the estimate. */
  readonly members: number;
  /** What FREEZE counted and added up, đồng. */
  readonly rows: { readonly count: number; readonly city: number; readonly own: number } | null;
  readonly sums: { readonly requested: Money; readonly reviewed: Money } | null;
  /** Who added, removed, settled, froze and sent up: they are preparers too (R27). */
  readonly hands: readonly string[];
  readonly supplement: { readonly reason: string; readonly due: Day; readonly since: Day } | null;
  readonly pausedDays: number;
  /** Finance's amounts and criteria per row, frozen by CONCLUDE. */
  readonly appraisal: {
    readonly hash: Hash;
    readonly appraised: Money;
    readonly editors: readonly string[];
  } | null;
  /** Who gave an amount that was concluded, and who concluded, in this pass of the appraisal (R27). */
  readonly appraisers: readonly string[];
  /** How many letters the appraiser has sent about it. */
  readonly letters: number;
  /** How many appraisal reports were issued. */
  readonly reports: number;
  readonly financeSigner: Signature | null;
  /** Finance's report on this appraisal and its proposal; null again on every way back, until they are issued anew. */
  readonly appraisalIssued: DocumentNumber | null;
  readonly proposal: DocumentNumber | null;
  readonly explanation: { readonly question: string; readonly answer: string | null } | null;
  /** The day on which it was referred to the council; null while it is not there. */
  readonly referred: Day | null;
  readonly decision: {
    readonly verdict: 'approve' | 'approveAdjusted' | 'decline';
    readonly hash: Hash;
    readonly approved: Money;
    readonly by: Signature;
    readonly reason: string | null;
    /** Of our own decision; null where the council resolved. */
    readonly number: DocumentNumber | null;
    /** The council's resolution, which is made outside. */
    readonly outside: OutsidePaper | null;
  } | null;
}

export interface ConsolidationFacts extends PreparingFacts, OrdersFacts {
  /** How many overlaps nobody has settled, and the agencies that settle overlaps of the table. */
  readonly overlaps?: { readonly open: number; readonly settlers: readonly string[] };
  readonly disagreements?: { readonly count: number };
  readonly crossFoot?: { readonly faults: number };
  readonly frozen?: {
    readonly hash: Hash;
    readonly rows: NonNullable<ConsolidationContext['rows']>;
    readonly sums: NonNullable<ConsolidationContext['sums']>;
  };
  readonly appraisalDraft?: { readonly missing: number; readonly editors: readonly string[] };
  readonly appraisal?: NonNullable<ConsolidationContext['appraisal']>;
  readonly decision?: { readonly hash: Hash; readonly approved: Money };
  readonly proposalNumber?: DocumentNumber;
  readonly pausedDays?: number;
  /** The code of another consolidation of the round that gathers, for events that lead into gathering. */
  readonly gatheringElsewhere?: string | null;
}

type Asked =
  | PreparingEvent
  | { type: 'ADD'; ids: readonly string[] }
  | { type: 'REMOVE'; ids: readonly string[] }
  | { type: 'SETTLE_OVERLAP'; group: string; decision: string; lead?: string; reason: string }
  | { type: 'FREEZE'; table: Hash; difficulties?: string }
  | { type: 'ABANDON'; reason: string }
  | { type: 'REOPEN'; reason: string }
  | { type: 'RECEIVE' }
  | { type: 'REFUSE_RECEIPT'; reason: string }
  | { type: 'WITHDRAW'; reason: string }
  | { type: 'REQUEST_SUPPLEMENT'; reason: string; due: Day }
  | { type: 'SUPPLY'; note: string }
  | { type: 'TAKE_BACK_SUPPLEMENT' }
  | { type: 'CONCLUDE'; rev: number }
  | { type: 'RETURN'; reason: string; estimates: readonly string[] }
  | { type: 'PASS'; hash: Hash }
  | { type: 'APPROVE'; hash: Hash }
  | {
      type: 'APPROVE_ADJUSTED';
      hash: Hash;
      reason: string;
      amounts: readonly { estimate: string; amount: Money; reason?: string }[];
    }
  | { type: 'REQUEST_EXPLANATION'; question: string }
  | { type: 'EXPLAIN'; answer: string }
  | { type: 'REFER_TO_COUNCIL'; hash: Hash; reason: string }
  | {
      type: 'RESOLVE';
      hash: Hash;
      verdict: 'approve' | 'approveAdjusted' | 'decline';
      reason: string;
      amounts?: readonly { estimate: string; amount: Money; reason?: string }[];
      number: string;
      date: Day;
      signer: string;
      file?: Hash;
    }
  | { type: 'TAKE_BACK' }
  | { type: 'DECLINE'; hash: Hash; reason: string };

export type ConsolidationEvent = Stamped<Asked | Settled, ConsolidationFacts>;

const machine = setup({
  types: {
    context: {} as ConsolidationContext,
    events: {} as ConsolidationEvent,
    input: {} as ConsolidationContext,
  },
  guards: {
    ...preparingGuards,
    nothingPending: ({ context }) => context.pending === 0,
    isEmpty: ({ context }) => context.members === 0,
    noOtherGathers: ({ event }) => event.facts.gatheringElsewhere === null,
    hasMembers: ({ context }) => context.members > 0,
    crossFoots: ({ event }) => event.facts.crossFoot?.faults === 0,
    agencySettles: ({ event }) => event.facts.overlaps?.settlers.includes(event.actor.agency) === true,
    overlapsSettled: ({ event }) => event.facts.overlaps?.open === 0,
    noOpinionDisagrees: ({ event }) => event.facts.disagreements?.count === 0,
    noSupplementAsked: ({ context }) => context.supplement === null,
    supplementAsked: ({ context }) => context.supplement !== null,
    amountsComplete: ({ event }) => event.facts.appraisalDraft?.missing === 0,
    actorDidNotAppraise: ({ context, event }) => !context.appraisers.includes(event.actor.id),
    resolvedAgainst: ({ event }) => event.type === 'RESOLVE' && event.verdict === 'decline',
    overlapsLapsed: ({ event }) => (event.facts.orders?.count ?? 0) > 0,
    settlesAll: ({ context, event }) => event.type === 'SETTLED' && settlesAll(context, event),
  },
  actions: {
    notify: (_, _params: NoticeParams) => {},
    render: (_, _params: { document: DocumentType; data: Record<string, unknown> }) => {},
    tellRows: (_, _params: { orders: Hash; count: number }) => {},
    register: (_, _params: RegisterAct) => {},

    sendUp: assign(({ context, event }) => {
      const hands = joined(context.hands, [event.actor.id]);
      return { hands, preparation: { ...unprepared, preparers: hands } };
    }),
    endorse: assign(({ context, event }) => preparingAssigns.endorse({ context, event })),
    sign: assign(({ context, event }) => preparingAssigns.sign({ context, event })),
    voidSignatures: assign(({ context, event }) => preparingAssigns.voidSignatures({ context, event })),
    issue: assign(({ context, event }) => preparingAssigns.issue({ context, event })),
    markOverdue: assign(({ event }) => {
      assertEvent(event, 'DEADLINE_PASSED');
      return { overdue: event.due };
    }),
    comeBack: assign(({ context, event }) => preparingAssigns.comeBack({ context, event })),
    lendHand: assign(({ context, event }) => ({ hands: joined(context.hands, [event.actor.id]) })),
    owe: assign(({ context, event }) => owe({ context, event })),
    settle: assign(({ context, event }) => {
      assertEvent(event, 'SETTLED');
      const came = event.event === 'INCLUDE' ? event.done : 0;
      const left = event.event === 'RELEASE' || event.event === 'SENT_BACK' ? event.done : 0;
      return { ...settle(context, event), members: context.members + came - left };
    }),
    oweToo: assign(({ context, event }) => ({
      pending: context.pending + (event.facts.orders?.count ?? 0),
    })),
    freeze: assign(({ event }) => {
      const { frozen } = event.facts;
      return { content: frozen?.hash ?? null, rows: frozen?.rows ?? null, sums: frozen?.sums ?? null };
    }),
    unfreeze: assign({ content: null, rows: null, sums: null }),
    requestSupplement: assign(({ context, event }) => {
      assertEvent(event, 'REQUEST_SUPPLEMENT');
      return {
        supplement: { reason: event.reason, due: event.due, since: event.day },
        letters: context.letters + 1,
      };
    }),
    endSupplement: assign(({ context, event }) => ({
      supplement: null,
      pausedDays: event.facts.pausedDays ?? context.pausedDays,
    })),
    writeLetter: assign(({ context }) => ({ letters: context.letters + 1 })),
    // Who concludes has appraised, whoever typed the amounts, and still has when somebody concludes anew (R27).
    conclude: assign(({ context, event }) => {
      const { appraisal = null } = event.facts;
      return {
        appraisal,
        appraisers: joined(context.appraisers, [...(appraisal?.editors ?? []), event.actor.id]),
      };
    }),
    dismissAppraisers: assign({ appraisers: [] }),
    reopenAppraisal: assign({ appraisal: null, financeSigner: null, appraisalIssued: null, proposal: null }),
    signAppraisal: assign(({ event }) => ({ financeSigner: signatureOf(event) })),
    voidAppraisalSignature: assign({ financeSigner: null, appraisalIssued: null, proposal: null }),
    issueAppraisal: assign(({ context, event }) => ({
      appraisalIssued: event.facts.number ?? null,
      proposal: event.facts.proposalNumber ?? null,
      reports: context.reports + 1,
    })),
    ask: assign(({ event }) => {
      assertEvent(event, 'REQUEST_EXPLANATION');
      return { explanation: { question: event.question, answer: null } };
    }),
    explain: assign(({ context, event }) => {
      assertEvent(event, 'EXPLAIN');
      return { explanation: { question: context.explanation?.question ?? '', answer: event.answer } };
    }),
    refer: assign(({ event }) => ({ referred: event.day })),
    takeBack: assign({ referred: null }),
    decide: assign(({ event }) => ({ decision: decisionOf(event) })),
  },
});

const decisionOf = (event: ConsolidationEvent): ConsolidationContext['decision'] => {
  assertEvent(event, ['APPROVE', 'APPROVE_ADJUSTED', 'DECLINE', 'RESOLVE']);
  const verdict = {
    APPROVE: 'approve',
    APPROVE_ADJUSTED: 'approveAdjusted',
    DECLINE: 'decline',
    RESOLVE: event.type === 'RESOLVE' ? event.verdict : 'approve',
  } as const;
  return {
    verdict: verdict[event.type],
    hash: event.facts.decision?.hash ?? '',
    approved: event.facts.decision?.approved ?? 0,
    by: signatureOf(event),
    reason: 'reason' in event ? event.reason : null,
    number: event.type === 'RESOLVE' ? null : (event.facts.number ?? null),
    outside: event.type === 'RESOLVE' ? outsidePaperOf(event) : null,
  };
};

/** From here on people decide on Finance's appraisal, which names the table: its hash is what they name. */
const coversAppraisal = ['covers:appraisal'];
const financePapers = [...coversAppraisal, makes('appraisalReport'), makes('approvalProposal')];
const toDecide = [...coversAppraisal, makes('decision')];
const overdue = { DEADLINE_PASSED: { actions: 'markOverdue' } } as const;
const settled = { SETTLED: { actions: 'settle' } } as const;
const tell = { type: 'tellRows', params: ordersOf } as const;
const notify = (to: Party, notice: string) => ({ type: 'notify', params: { to, notice } }) as const;
/** Finance's papers on a consolidation: its report, and its proposal to the authority. */
const appraisalPaper = (document: 'appraisalReport' | 'approvalProposal') => ({
  type: 'render' as const,
  params: ({ context }: { context: ConsolidationContext }) => ({
    document,
    data: {
      content: context.content,
      revision: context.revision,
      report: context.issued,
      appraisalReport: context.appraisalIssued,
      appraisal: context.appraisal,
      number: document === 'appraisalReport' ? context.appraisalIssued : context.proposal,
      signer: context.financeSigner,
    },
  }),
});
/** The verdict, the sum decided beside the sum appraised, and the paper that says it. */
const tellDecision = {
  type: 'notify' as const,
  params: ({ context: { decision, appraisal } }: { context: ConsolidationContext }) => ({
    to: 'owner' as const,
    notice: 'consolidationDecided',
    about: {
      verdict: decision?.verdict ?? '',
      approved: decision?.approved ?? 0,
      appraised: appraisal?.appraised ?? 0,
      ...paperTold(decision ?? { number: null, outside: null }),
    },
  }),
};
/** What a council resolved is entered, not issued: its paper is its own. */
const resolved = ['decide', 'owe', tell, tellDecision] as const;
const decided = [
  'decide',
  'owe',
  tell,
  {
    type: 'render',
    params: ({ context }: { context: ConsolidationContext }) => ({
      document: 'decision' as const,
      data: {
        content: context.content,
        revision: context.revision,
        decision: context.decision,
        proposal: context.proposal,
      },
    }),
  },
  tellDecision,
] as const;

/**
 * Science & Technology's table of all estimates of a round: gathered, frozen, sent to Finance, appraised, decided
 * by the People's Committee (plan of 22/9/2025, III.4a). Version 1: rounds from 2025.
 */
export const consolidationV1 = machine.createMachine({
  id: 'consolidation',
  version: '1',
  context: ({ input }) => input,
  initial: 'gathering',
  states: {
    gathering: {
      id: 'gathering',
      on: {
        ADD: { actions: ['lendHand', 'owe', tell] },
        REMOVE: { actions: ['lendHand', 'owe', tell] },
        SETTLE_OVERLAP: { guard: 'agencySettles', actions: ['lendHand', 'owe', tell] },
        FREEZE: {
          guard: and(['nothingPending', 'hasMembers', 'overlapsSettled', 'noOpinionDisagrees', 'crossFoots']),
          target: 'frozen',
          actions: ['lendHand', 'freeze'],
        },
        // A supplementary one that nothing came to would keep the round to itself for ever.
        ABANDON: { guard: and(['nothingPending', 'isEmpty']), target: 'abandoned' },
        // Once everybody has answered, settlements whose sides have changed are open again, and their sides are told.
        SETTLED: [{ guard: 'overlapsLapsed', actions: ['settle', 'oweToo', tell] }, { actions: 'settle' }],
        ...overdue,
      },
    },
    frozen: {
      id: 'frozen',
      tags: [makes('consolidationReport')],
      on: {
        SEND_UP: sendUp([], 'sendUp'),
        REOPEN: { guard: 'noOtherGathers', target: 'gathering', actions: 'unfreeze' },
        ...settled,
        ...overdue,
      },
    },
    preparing: preparing({
      paper: 'consolidationReport',
      backTo: '#frozen',
      next: '#sent',
      issued: [notify('appraiser', 'consolidationToReceive')],
      on: settled,
    }),
    sent: {
      id: 'sent',
      on: {
        RECEIVE: { target: 'appraising', actions: ['owe', tell] },
        REFUSE_RECEIPT: { target: 'frozen', actions: ['comeBack', notify('owner', 'consolidationRefused')] },
        WITHDRAW: {
          target: 'frozen',
          actions: ['comeBack', replaceIssued],
        },
        ...settled,
        ...overdue,
      },
    },
    appraising: {
      initial: 'resuming',
      on: {
        CONCLUDE: {
          guard: and(['nothingPending', 'noSupplementAsked', 'amountsComplete']),
          target: 'financeLeader',
          actions: 'conclude',
        },
        RETURN: {
          guard: and(['nothingPending', 'noOtherGathers']),
          target: 'gathering',
          // The letter is about the table that comes back, so it is owed before the table is unfrozen.
          actions: [
            'comeBack',
            'owe',
            tell,
            letter('returnLetter'),
            notify('owner', 'consolidationReturned'),
            'unfreeze',
            'reopenAppraisal',
            'dismissAppraisers',
            'endSupplement',
            'writeLetter',
          ],
        },
        ...settled,
        ...overdue,
      },
      states: {
        resuming: { always: [{ guard: 'supplementAsked', target: 'supplementing' }, { target: 'complete' }] },
        complete: {
          tags: ['editable:appraisal'],
          on: {
            REQUEST_SUPPLEMENT: {
              target: 'supplementing',
              actions: [
                letter('supplementLetter'),
                'requestSupplement',
                notify('owner', 'supplementRequested'),
              ],
            },
          },
        },
        supplementing: {
          tags: ['editable:appraisal'],
          on: {
            SUPPLY: { target: 'complete', actions: ['endSupplement', notify('appraiser', 'supplied')] },
            TAKE_BACK_SUPPLEMENT: { target: 'complete', actions: 'endSupplement' },
          },
        },
      },
    },
    financeLeader: {
      tags: financePapers,
      on: {
        SIGN: {
          guard: and(['actorDidNotAppraise', 'actorDidNotPrepare']),
          target: 'issuing',
          actions: 'signAppraisal',
        },
        SEND_BACK: { target: 'appraising', actions: 'reopenAppraisal' },
        ...settled,
        ...overdue,
      },
    },
    issuing: {
      tags: financePapers,
      on: {
        ISSUE: {
          target: 'officeCheck',
          actions: [
            'issueAppraisal',
            'owe',
            tell,
            appraisalPaper('appraisalReport'),
            appraisalPaper('approvalProposal'),
            notify('cityOffice', 'appraisalToCheck'),
          ],
        },
        SEND_BACK: { target: 'appraising', actions: 'reopenAppraisal' },
        ...settled,
        ...overdue,
      },
    },
    officeCheck: {
      tags: toDecide,
      on: {
        PASS: {
          guard: 'nothingPending',
          target: 'awaitingDecision',
          actions: notify('authority', 'consolidationToDecide'),
        },
        SEND_BACK: { target: 'financeLeader', actions: 'voidAppraisalSignature' },
        ...settled,
        ...overdue,
      },
    },
    awaitingDecision: {
      tags: toDecide,
      on: {
        APPROVE: {
          guard: and(['nothingPending', 'actorDidNotPrepare', 'actorDidNotAppraise']),
          target: 'approved',
          actions: decided,
        },
        APPROVE_ADJUSTED: {
          guard: and(['nothingPending', 'actorDidNotPrepare', 'actorDidNotAppraise']),
          target: 'approved',
          actions: decided,
        },
        REQUEST_EXPLANATION: {
          target: 'explaining',
          actions: ['ask', notify('owner', 'explanationAsked')],
        },
        REFER_TO_COUNCIL: {
          target: 'council',
          actions: ['refer', notify('council', 'consolidationReferred')],
        },
        SEND_BACK: { guard: 'nothingPending', target: 'officeCheck' },
        DECLINE: {
          guard: and(['nothingPending', 'actorDidNotPrepare', 'actorDidNotAppraise']),
          target: 'declined',
          actions: decided,
        },
        ...settled,
        ...overdue,
      },
    },
    explaining: {
      tags: coversAppraisal,
      on: {
        EXPLAIN: { target: 'awaitingDecision', actions: ['explain', notify('authority', 'explained')] },
        ...settled,
        ...overdue,
      },
    },
    council: {
      tags: coversAppraisal,
      on: {
        RESOLVE: [
          { guard: and(['nothingPending', 'resolvedAgainst']), target: 'declined', actions: resolved },
          { guard: 'nothingPending', target: 'approved', actions: resolved },
        ],
        TAKE_BACK: { target: 'awaitingDecision', actions: 'takeBack' },
        ...settled,
        ...overdue,
      },
    },
    approved: {
      on: { SETTLED: [{ guard: 'settlesAll', target: 'closed', actions: 'settle' }, { actions: 'settle' }] },
    },
    declined: {
      on: { SETTLED: [{ guard: 'settlesAll', target: 'closed', actions: 'settle' }, { actions: 'settle' }] },
    },
    abandoned: { type: 'final', entry: voidUnused },
    closed: { type: 'final', entry: voidUnused },
  },
});

/** The context of a consolidation at birth. */
export const newConsolidation = (
  born: Pick<
    ConsolidationContext,
    'code' | 'round' | 'owner' | 'hasUnits' | 'parties' | 'ordinal' | 'startedBy'
  >,
): ConsolidationContext => ({
  ...born,
  content: null,
  revision: 0,
  pass: 0,
  preparation: { preparers: [], endorser: null, signer: null },
  issued: null,
  overdue: null,
  pending: 0,
  refused: [],
  members: 0,
  rows: null,
  sums: null,
  hands: [],
  supplement: null,
  pausedDays: 0,
  appraisal: null,
  appraisers: [],
  letters: 0,
  reports: 0,
  financeSigner: null,
  appraisalIssued: null,
  proposal: null,
  explanation: null,
  referred: null,
  decision: null,
});
