import { and, assertEvent, assign, setup } from 'xstate';
import type {
  DocumentNumber,
  DocumentType,
  Day,
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
  preparing,
  preparingAssigns,
  preparingGuards,
  voidUnused,
  replaceIssued,
  sendUp,
  unprepared,
  type PreparedContext,
  type PreparingEvent,
  type PreparingFacts,
} from './preparing.js';

/** The Police's opinion on the systems that an estimate touches, bound to the lines it was given for. */
export interface Opinion {
  readonly verdict: 'agree' | 'agreeWithConditions' | 'disagree';
  readonly agreedLevel: number;
  readonly conditions: string;
  /** Hash of the lines it covers. */
  readonly covers: Hash;
  readonly by: string;
  readonly day: Day;
}

/** In which case it was decided, and by which paper: where the agency finds the decision on its money. */
export interface DecidedIn {
  readonly case: string;
  /** Of our own decision. */
  readonly number: DocumentNumber | null;
  /** A council's resolution, which is made outside. */
  readonly outside: OutsidePaper | null;
}

/** The decision of a commune's own authority on the commune's own money. */
export interface OwnDecision extends OutsidePaper {
  readonly verdict: 'approve' | 'decline';
  readonly amount: Money;
}

/** How an overlap that an estimate has a side in was settled in its table. */
export interface SettledOverlap {
  /** The id of the group of lines. */
  readonly group: string;
  /** What the lines overlap in. */
  readonly name: string;
  readonly decision: string;
  /** The agency that keeps its lines, by name; null where the decision leaves each its own, or nobody theirs. */
  readonly lead: string | null;
  readonly reason: string;
  /** Lines of this estimate that left the table. */
  readonly lines: readonly { readonly lineId: string; readonly lineName: string }[];
  /** The step of the table that settled it: what comes late changes nothing. */
  readonly step: number;
}

export interface EstimateContext extends PreparedContext {
  /** Every line is the commune's own money: the city takes note, the commune decides. Known at SEND_UP. */
  readonly ownMoney: boolean;
  /** A line concerns a system, so the Police are asked. */
  readonly systemConcerned: boolean;
  /** Hash of the lines that an opinion must cover. */
  readonly securityHash: Hash | null;
  readonly requested: Money | null;
  /** Which lines are open for correction. */
  readonly openLines: 'all' | readonly string[];
  readonly nilSigned: Day | null;
  /** The reviewer's verdicts as frozen by CONCLUDE_LINES. */
  readonly conclusion: {
    readonly hash: Hash;
    readonly returned: readonly string[];
    readonly reviewed: Money;
  } | null;
  readonly opinionAsked: Day | null;
  readonly opinion: Opinion | null;
  readonly conditionsMet: boolean;
  readonly supplement: { readonly reason: string; readonly due: Day; readonly since: Day } | null;
  /** Working days during which the reviewer's clock stood still. */
  readonly pausedDays: number;
  readonly returned: {
    readonly reason: string;
    readonly lines: readonly string[];
    /** What the reviewer said line by line, frozen by RETURN. */
    readonly remarks: Hash | null;
  } | null;
  readonly consolidation: string | null;
  /** Hash of the summary that the consolidation adds up. */
  readonly summary: Hash | null;
  readonly reviewed: Money | null;
  /** The overlaps settled in the table that it stands in, the newest last. */
  readonly overlaps: readonly SettledOverlap[];
  /** What those leave of what was reviewed, contingency at the same rate, đồng; null where they took nothing out. */
  readonly remaining: Money | null;
  readonly appraised: Money | null;
  readonly approved: Money | null;
  /** By lineage of an allocation: its newest word, đồng. */
  readonly allocations: Readonly<
    Record<string, { readonly ordinal: number; readonly amount: Money } & DecidedIn>
  >;
  /** The decision on what was appraised of it. */
  readonly decision: (DecidedIn & { readonly reason: string | null }) | null;
  readonly ownDecision: OwnDecision | null;
  /** How many letters the reviewer has sent about it; the next has the next number. */
  readonly letters: number;
  /** How late it was issued, or null when it was on time. */
  readonly late: { readonly workingDays: number; readonly calendarDays: number } | null;
}

export interface EstimateFacts extends PreparingFacts {
  readonly frozen?: {
    readonly hash: Hash;
    readonly requested: Money;
    readonly ownMoney: boolean;
    readonly systemConcerned: boolean;
    readonly securityHash: Hash | null;
  };
  /** How the private review stands. */
  readonly review?: { readonly missing: number };
  /** Errors of the rules at the acceptance stage. */
  readonly acceptance?: { readonly errors: number };
  readonly conclusion?: {
    readonly hash: Hash;
    readonly returned: readonly string[];
    readonly reviewed: Money;
  };
  /** What RETURN froze of the private review. */
  readonly remarks?: Hash;
  /** The lines that RETURN opens, where it names some: those, and those that its remarks ask to change. */
  readonly open?: readonly string[];
  readonly summary?: Hash;
  /** What settled overlaps leave after this event, đồng. */
  readonly remaining?: Money | null;
  /** The parties after REGISTER named substitutes. */
  readonly parties?: EstimateContext['parties'];
  readonly late?: EstimateContext['late'];
  readonly pausedDays?: number;
  /** Which case sends this; only the relay sets it. */
  readonly from?: string;
}

/** The paper of a decision, as the rows are told of it. */
interface DecidedBy {
  readonly number?: DocumentNumber | null;
  readonly outside?: OutsidePaper | null;
}

type Told =
  | { type: 'INCLUDE'; consolidation: string }
  | { type: 'RELEASE' }
  | { type: 'FORWARD' }
  | { type: 'APPRAISED'; amount: Money }
  | { type: 'HELD_BACK' }
  | { type: 'SENT_BACK'; reason: string }
  | ({ type: 'APPROVE'; amount: Money; reason?: string } & DecidedBy)
  | ({ type: 'DECLINE'; reason: string } & DecidedBy)
  | { type: 'NOTED' }
  | ({ type: 'OVERLAP_SETTLED' } & SettledOverlap)
  | { type: 'OVERLAP_REOPENED'; group: string; step: number }
  | ({ type: 'ALLOCATED'; lineage: string; ordinal: number; amount: Money } & DecidedBy);

type Asked =
  | PreparingEvent
  | { type: 'DECLARE_NIL' }
  | { type: 'REOPEN'; reason?: string }
  | { type: 'ABANDON'; reason: string }
  | { type: 'REGISTER'; substitutes?: Partial<Record<Party, string>> }
  | { type: 'REFUSE_RECEIPT'; reason: string }
  | { type: 'WITHDRAW'; reason: string }
  | { type: 'CONCLUDE_LINES'; rev: number }
  | { type: 'REOPEN_LINES' }
  | { type: 'ASK_OPINION' }
  | {
      type: 'GIVE_OPINION';
      hash: Hash;
      verdict: Opinion['verdict'];
      agreedLevel: number;
      conditions?: string;
    }
  | { type: 'TAKE_BACK' }
  | { type: 'REQUEST_SUPPLEMENT'; reason: string; due: Day }
  | { type: 'SUPPLY'; note: string }
  | { type: 'TAKE_BACK_SUPPLEMENT' }
  | { type: 'RETURN'; reason: string; lines: readonly string[]; rev?: number }
  | { type: 'ACCEPT' }
  | { type: 'REVISE' }
  | { type: 'OPEN_ALL' }
  | ({ type: 'OWN_DECISION' } & OwnDecision)
  | { type: 'CONFIRM_CONDITIONS'; note: string }
  | { type: 'CLOSE'; reason: string };

export type EstimateEvent = Stamped<Asked | Told, EstimateFacts>;

const decidedIn = ({ facts, number = null, outside = null }: EstimateEvent & DecidedBy): DecidedIn => ({
  case: facts.from ?? '',
  number,
  outside,
});

const allocatedAfter = (context: EstimateContext, event: EstimateEvent): EstimateContext['allocations'] => {
  assertEvent(event, 'ALLOCATED');
  const { lineage, ordinal, amount } = event;
  const known = context.allocations[lineage];
  return known && known.ordinal > ordinal
    ? context.allocations
    : { ...context.allocations, [lineage]: { ordinal, amount, ...decidedIn(event) } };
};

/** Whether an allocation says what a newer one of its lineage has overtaken, or gives nothing where nothing was given. */
const isNoNews = ({ allocations }: EstimateContext, event: EstimateEvent): boolean => {
  assertEvent(event, 'ALLOCATED');
  const known = allocations[event.lineage];
  return known ? known.ordinal > event.ordinal || known.amount + event.amount === 0 : event.amount === 0;
};

/** The settled overlaps after one was settled, or is open again because its sides changed. */
export const overlapsAfter = (
  { overlaps }: Pick<EstimateContext, 'overlaps'>,
  event: Extract<Told, { type: 'OVERLAP_SETTLED' | 'OVERLAP_REOPENED' }>,
): EstimateContext['overlaps'] => {
  if (overlaps.some(({ group, step }) => group === event.group && step > event.step)) return overlaps;
  const others = overlaps.filter(({ group }) => group !== event.group);
  if (event.type === 'OVERLAP_REOPENED') return others;
  const { group, name, decision, lead, reason, lines, step } = event;
  return [...others, { group, name, decision, lead, reason, lines, step }];
};

/** What all allocations together give an estimate, đồng. */
export const allocatedBy = (allocations: EstimateContext['allocations']): Money =>
  Object.values(allocations).reduce((total, { amount }) => total + amount, 0);

/** Of a table that it does not stand in. */
const noOverlaps = { overlaps: [], remaining: null };

const opinionStands = (context: EstimateContext) =>
  context.opinion !== null && context.opinion.covers === context.securityHash;

const fromConsolidation = ({ context, event }: { context: EstimateContext; event: EstimateEvent }) =>
  context.consolidation !== null && event.facts.from === context.consolidation;

const machine = setup({
  types: { context: {} as EstimateContext, events: {} as EstimateEvent, input: {} as EstimateContext },
  guards: {
    ...preparingGuards,
    neverIssued: ({ context }) => context.revision === 0,
    issuedBefore: ({ context }) => context.revision > 0,
    someLinesClosed: ({ context }) => context.openLines !== 'all',
    isOwnMoney: ({ context }) => context.ownMoney,
    isCityMoney: ({ context }) => !context.ownMoney,
    nilNotSigned: ({ context }) => context.nilSigned === null,
    verdictsComplete: ({ event }) => event.facts.review?.missing === 0,
    linesConcluded: ({ context }) => context.conclusion !== null,
    noLineToReturn: ({ context }) => (context.conclusion?.returned.length ?? 0) === 0,
    noOpinionAsked: ({ context }) => context.opinionAsked === null,
    noSupplementAsked: ({ context }) => context.supplement === null,
    opinionCoversLines: ({ context }) => !context.systemConcerned || opinionStands(context),
    opinionNotAgainst: ({ context }) => !context.systemConcerned || context.opinion?.verdict !== 'disagree',
    acceptanceHasNoErrors: ({ event }) => event.facts.acceptance?.errors === 0,
    systemIsConcerned: ({ context }) => context.systemConcerned,
    opinionGiven: ({ context }) => context.opinion !== null,
    opinionDisagreesOrIsOutdated: ({ context }) =>
      context.opinion?.verdict === 'disagree' || !opinionStands(context),
    fromItsConsolidation: fromConsolidation,
    allocationIsNoNews: ({ context, event }) => isNoNews(context, event),
    allocationCompletes: ({ context, event }) =>
      allocatedBy(allocatedAfter(context, event)) === context.approved,
    allocationShrinks: ({ context, event }) =>
      allocatedBy(allocatedAfter(context, event)) < allocatedBy(context.allocations),
    conditionsOpen: ({ context }) =>
      context.opinion?.verdict === 'agreeWithConditions' && !context.conditionsMet,
    ownDecisionStands: ({ context }) => context.ownDecision !== null,
  },
  actions: {
    // Intents: the engine collects them, the outbox carries them out.
    notify: (_, _params: NoticeParams) => {},
    render: (_, _params: { document: DocumentType; data: Record<string, unknown> }) => {},
    register: (_, _params: RegisterAct) => {},

    sendUp: assign(({ context, event }) => {
      const { frozen } = event.facts;
      return {
        ...preparingAssigns.sendUp({ context, event }),
        requested: frozen?.requested ?? null,
        ownMoney: frozen?.ownMoney ?? false,
        systemConcerned: frozen?.systemConcerned ?? false,
        securityHash: frozen?.securityHash ?? null,
      };
    }),
    endorse: assign(({ context, event }) => preparingAssigns.endorse({ context, event })),
    sign: assign(({ context, event }) => preparingAssigns.sign({ context, event })),
    voidSignatures: assign(({ context, event }) => preparingAssigns.voidSignatures({ context, event })),
    issue: assign(({ context, event }) => ({
      ...preparingAssigns.issue({ context, event }),
      late: event.facts.late ?? null,
      returned: null,
      conclusion: null,
    })),
    markOverdue: assign(({ event }) => {
      assertEvent(event, 'DEADLINE_PASSED');
      return { overdue: event.due };
    }),
    comeBack: assign(({ context, event }) => preparingAssigns.comeBack({ context, event })),
    declareNil: assign(({ context, event }) => ({
      preparation: { ...unprepared, preparers: joined(context.preparation.preparers, [event.actor.id]) },
    })),
    signNil: assign(({ context, event }) => ({
      ...preparingAssigns.sign({ context, event }),
      nilSigned: event.day,
    })),
    reopenNil: assign({ nilSigned: null }),
    openAll: assign({ openLines: 'all' as const }),
    openNamed: assign(({ event }) => {
      if (event.type !== 'RETURN') return { openLines: 'all' as const };
      const lines = event.facts.open ?? event.lines;
      return { openLines: lines.length > 0 ? lines : ('all' as const) };
    }),
    nameParties: assign(({ context, event }) => ({ parties: event.facts.parties ?? context.parties })),
    keepReason: assign(({ event }) => ({
      returned: {
        reason: 'reason' in event ? (event.reason ?? '') : '',
        lines: event.type === 'RETURN' ? (event.facts.open ?? event.lines) : [],
        remarks: event.facts.remarks ?? null,
      },
    })),
    conclude: assign(({ event }) => ({ conclusion: event.facts.conclusion ?? null })),
    reopenLines: assign({ conclusion: null }),
    askOpinion: assign(({ event }) => ({ opinionAsked: event.day })),
    giveOpinion: assign(({ context, event }) => {
      assertEvent(event, 'GIVE_OPINION');
      return {
        opinionAsked: null,
        conditionsMet: false,
        opinion: {
          verdict: event.verdict,
          agreedLevel: event.agreedLevel,
          conditions: event.conditions ?? '',
          covers: context.securityHash ?? '',
          by: event.actor.id,
          day: event.day,
        },
      };
    }),
    takeBackOpinion: assign({ opinionAsked: null }),
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
    takeBackRequests: assign(({ context }) => ({
      opinionAsked: null,
      supplement: null,
      conclusion: null,
      letters: context.letters + 1,
    })),
    startClock: assign({ pausedDays: 0 }),
    takeBackAcceptance: assign({ summary: null, reviewed: null }),
    accept: assign(({ context, event }) => ({
      summary: event.facts.summary ?? null,
      reviewed: context.conclusion?.reviewed ?? null,
    })),
    include: assign(({ event }) => {
      assertEvent(event, 'INCLUDE');
      return { consolidation: event.consolidation };
    }),
    release: assign({ consolidation: null, ...noOverlaps }),
    followOverlaps: assign(({ context, event }) => {
      assertEvent(event, ['OVERLAP_SETTLED', 'OVERLAP_REOPENED']);
      return { overlaps: overlapsAfter(context, event), remaining: event.facts.remaining ?? null };
    }),
    appraise: assign(({ event }) => {
      assertEvent(event, 'APPRAISED');
      return { appraised: event.amount };
    }),
    holdBack: assign({ appraised: null }),
    sendBackToReview: assign({
      consolidation: null,
      conclusion: null,
      summary: null,
      reviewed: null,
      appraised: null,
      ...noOverlaps,
    }),
    approve: assign(({ event }) => {
      assertEvent(event, 'APPROVE');
      return {
        approved: event.amount,
        decision: { ...decidedIn(event), reason: event.reason ?? null },
      };
    }),
    decline: assign(({ event }) => {
      assertEvent(event, 'DECLINE');
      return { decision: { ...decidedIn(event), reason: event.reason } };
    }),
    confirmConditions: assign({ conditionsMet: true }),
    allocate: assign(({ context, event }) => ({ allocations: allocatedAfter(context, event) })),
    keepOwnDecision: assign(({ event }) => {
      assertEvent(event, 'OWN_DECISION');
      const { verdict, amount } = event;
      return { ownDecision: { verdict, amount, ...outsidePaperOf(event) } };
    }),
  },
});

const overdue = { DEADLINE_PASSED: { actions: 'markOverdue' } } as const;
const ownDecision = {
  OWN_DECISION: { guard: and(['isOwnMoney', 'issuedBefore']), actions: 'keepOwnDecision' },
} as const;
const heldOrSentBack = {
  HELD_BACK: { guard: 'fromItsConsolidation', target: 'consolidated', actions: 'holdBack' },
  SENT_BACK: { guard: 'fromItsConsolidation', target: 'reviewing', actions: 'sendBackToReview' },
} as const;
const tellOwner = (notice: string) => ({ type: 'notify', params: { to: 'owner', notice } }) as const;
const tellAllocation = {
  type: 'notify',
  params: ({ context, event }: { context: EstimateContext; event: EstimateEvent }) =>
    allocationNotice(context, event),
} as const;

/**
 * A department's or commune's estimate of its digital-transformation costs, from draft to allocation (plan of
 * 22/9/2025, III.4a). Version 1: rounds from 2025.
 */
export const estimateV1 = machine.createMachine({
  id: 'estimate',
  version: '1',
  context: ({ input }) => input,
  initial: 'preparing',
  states: {
    preparing: preparing({
      paper: 'estimateProposal',
      backTo: '#draft',
      next: '#submitted',
      issued: ['openAll', { type: 'notify', params: { to: 'reviewer', notice: 'estimateToRegister' } }],
      on: ownDecision,
      draft: {
        id: 'draft',
        tags: ['editable:content'],
        on: {
          SEND_UP: sendUp(['draftHasRows', 'draftHasNoErrors'], 'sendUp'),
          DECLARE_NIL: { guard: 'neverIssued', target: '#nilReturn', actions: 'declareNil' },
          OPEN_ALL: { guard: 'someLinesClosed', actions: 'openAll' },
          ABANDON: {
            target: '#abandoned',
          },
          ...overdue,
        },
      },
    }),
    nilReturn: {
      id: 'nilReturn',
      on: {
        SIGN: { guard: and(['nilNotSigned', 'actorDidNotPrepare']), actions: 'signNil' },
        REOPEN: { target: '#draft', actions: 'reopenNil' },
        ...overdue,
      },
    },
    submitted: {
      id: 'submitted',
      on: {
        REGISTER: { target: 'reviewing', actions: ['nameParties', tellOwner('estimateRegistered')] },
        REFUSE_RECEIPT: { target: 'returned', actions: ['keepReason', 'openNamed'] },
        WITHDRAW: {
          target: '#draft',
          actions: ['comeBack', 'openAll', replaceIssued],
        },
        ...ownDecision,
        ...overdue,
      },
    },
    reviewing: {
      type: 'parallel',
      entry: 'startClock',
      on: {
        RETURN: {
          target: 'returned',
          actions: [letter('returnLetter'), 'keepReason', 'takeBackRequests', 'openNamed'],
        },
        ACCEPT: {
          guard: and([
            'noOpinionAsked',
            'noSupplementAsked',
            'linesConcluded',
            'noLineToReturn',
            'opinionCoversLines',
            'opinionNotAgainst',
            'acceptanceHasNoErrors',
            'actorDidNotPrepare',
          ]),
          target: 'eligible',
          actions: ['accept', { type: 'notify', params: ({ context }) => acceptedNotice(context) }],
        },
        ...ownDecision,
        ...overdue,
      },
      states: {
        lines: {
          initial: 'resuming',
          states: {
            resuming: { always: [{ guard: 'linesConcluded', target: 'concluded' }, { target: 'open' }] },
            open: {
              tags: ['editable:review'],
              on: {
                CONCLUDE_LINES: {
                  guard: and(['verdictsComplete', 'actorDidNotPrepare']),
                  target: 'concluded',
                  actions: 'conclude',
                },
              },
            },
            concluded: { on: { REOPEN_LINES: { target: 'open', actions: 'reopenLines' } } },
          },
        },
        security: {
          initial: 'resuming',
          states: {
            resuming: { always: [{ guard: 'opinionGiven', target: 'given' }, { target: 'notAsked' }] },
            notAsked: {
              on: { ASK_OPINION: { guard: 'systemIsConcerned', target: 'asked', actions: 'askOpinion' } },
            },
            asked: {
              entry: { type: 'notify', params: { to: 'security', notice: 'opinionAsked' } },
              on: {
                GIVE_OPINION: { guard: 'actorDidNotPrepare', target: 'given', actions: 'giveOpinion' },
                TAKE_BACK: [
                  { guard: 'opinionGiven', target: 'given', actions: 'takeBackOpinion' },
                  { target: 'notAsked', actions: 'takeBackOpinion' },
                ],
              },
            },
            given: {
              on: {
                ASK_OPINION: {
                  guard: and(['systemIsConcerned', 'opinionDisagreesOrIsOutdated']),
                  target: 'asked',
                  actions: 'askOpinion',
                },
              },
            },
          },
        },
        dossier: {
          initial: 'complete',
          states: {
            complete: {
              on: {
                REQUEST_SUPPLEMENT: {
                  target: 'supplementing',
                  actions: [
                    letter('supplementLetter'),
                    'requestSupplement',
                    tellOwner('supplementRequested'),
                  ],
                },
              },
            },
            supplementing: {
              on: {
                SUPPLY: {
                  target: 'complete',
                  actions: [
                    'endSupplement',
                    { type: 'notify', params: { to: 'reviewer', notice: 'supplied' } },
                  ],
                },
                TAKE_BACK_SUPPLEMENT: { target: 'complete', actions: 'endSupplement' },
              },
            },
          },
        },
      },
    },
    returned: {
      entry: ['comeBack', tellOwner('estimateReturned')],
      on: {
        REVISE: { target: '#draft' },
        OPEN_ALL: { guard: 'someLinesClosed', actions: 'openAll' },
        ABANDON: {
          target: '#abandoned',
        },
        ...ownDecision,
        ...overdue,
      },
    },
    eligible: {
      on: {
        REOPEN: { target: 'reviewing', actions: 'takeBackAcceptance' },
        INCLUDE: { target: 'consolidated', actions: 'include' },
        ...ownDecision,
      },
    },
    consolidated: {
      on: {
        RELEASE: { guard: 'fromItsConsolidation', target: 'eligible', actions: 'release' },
        FORWARD: { guard: and(['isCityMoney', 'fromItsConsolidation']), target: 'appraising' },
        SENT_BACK: {
          guard: and(['isOwnMoney', 'fromItsConsolidation']),
          target: 'reviewing',
          actions: 'sendBackToReview',
        },
        NOTED: {
          guard: and(['isOwnMoney', 'fromItsConsolidation']),
          target: 'noted',
          actions: tellOwner('estimateNoted'),
        },
        OVERLAP_SETTLED: {
          guard: 'fromItsConsolidation',
          actions: [
            'followOverlaps',
            { type: 'notify', params: ({ context, event }) => settledNotice(context, event) },
          ],
        },
        OVERLAP_REOPENED: {
          guard: 'fromItsConsolidation',
          actions: [
            { type: 'notify', params: ({ context, event }) => reopenedNotice(context, event) },
            'followOverlaps',
          ],
        },
        ...ownDecision,
      },
    },
    appraising: {
      on: {
        APPRAISED: { guard: 'fromItsConsolidation', target: 'awaitingDecision', actions: 'appraise' },
        ...heldOrSentBack,
      },
    },
    awaitingDecision: {
      on: {
        APPRAISED: { guard: 'fromItsConsolidation', actions: 'appraise' },
        APPROVE: {
          guard: 'fromItsConsolidation',
          target: 'approved',
          actions: [
            'approve',
            { type: 'notify', params: ({ context, event }) => approvedNotice(context, event) },
          ],
        },
        DECLINE: {
          guard: 'fromItsConsolidation',
          target: 'declined',
          actions: [
            'decline',
            { type: 'notify', params: ({ context, event }) => declineNotice(context, event) },
          ],
        },
        ...heldOrSentBack,
      },
    },
    approved: {
      on: {
        CONFIRM_CONDITIONS: { guard: 'conditionsOpen', actions: 'confirmConditions' },
        ALLOCATED: [
          { guard: 'allocationIsNoNews', actions: 'allocate' },
          { guard: 'allocationCompletes', target: 'allocated', actions: [tellAllocation, 'allocate'] },
          { actions: [tellAllocation, 'allocate'] },
        ],
        CLOSE: { target: 'allocated' },
      },
    },
    allocated: {
      on: {
        ALLOCATED: [
          { guard: 'allocationIsNoNews', actions: 'allocate' },
          { guard: 'allocationShrinks', target: 'approved', actions: [tellAllocation, 'allocate'] },
          { actions: [tellAllocation, 'allocate'] },
        ],
      },
    },
    noted: {
      initial: 'resuming',
      states: {
        resuming: { always: [{ guard: 'ownDecisionStands', target: 'done' }, { target: 'awaitingOwn' }] },
        awaitingOwn: {
          on: {
            OWN_DECISION: {
              guard: and(['isOwnMoney', 'issuedBefore']),
              target: 'done',
              actions: 'keepOwnDecision',
            },
          },
        },
        done: { type: 'final', entry: voidUnused },
      },
    },
    declined: { type: 'final', entry: voidUnused },
    abandoned: { id: 'abandoned', type: 'final', entry: voidUnused },
  },
});

/** What was asked for, and what the reviewer leaves of it. */
const acceptedNotice = ({ requested, reviewed }: EstimateContext) =>
  ({
    to: 'owner',
    notice: 'estimateAccepted',
    about: { requested: requested ?? 0, reviewed: reviewed ?? 0 },
  }) as const;

/** The sums that a decision was made on, and the paper that says it. */
const decidedOn = ({ requested, appraised, decision }: EstimateContext) => ({
  requested: requested ?? 0,
  appraised: appraised ?? 0,
  ...paperTold(decision ?? noPaper),
});
const noPaper = { number: null, outside: null };

const approvedNotice = (context: EstimateContext, event: EstimateEvent) => {
  assertEvent(event, 'APPROVE');
  const { amount, reason } = event;
  return {
    to: 'owner',
    notice: amount === context.appraised ? 'estimateApproved' : 'estimateApprovedAdjusted',
    ...(reason !== undefined && { reason }),
    about: { approved: amount, ...decidedOn(context) },
  } as const;
};

const declineNotice = (context: EstimateContext, event: EstimateEvent) => {
  assertEvent(event, 'DECLINE');
  return {
    to: 'owner',
    notice: 'estimateDeclined',
    reason: event.reason,
    about: decidedOn(context),
  } as const;
};

/** What an allocation gives, or what its adjustment makes of what the one before gave; `context` is that before. */
const allocationNotice = (context: EstimateContext, event: EstimateEvent) => {
  assertEvent(event, 'ALLOCATED');
  const { lineage, amount } = event;
  const known = context.allocations[lineage];
  const about = {
    ...{ lineage, amount },
    allocated: allocatedBy(allocatedAfter(context, event)),
    approved: context.approved ?? 0,
    ...paperTold(decidedIn(event)),
  };
  if (!known) return { to: 'owner', notice: 'estimateAllocated', about } as const;
  const { paper: paperBefore, paperDay: paperBeforeDay } = paperTold(known);
  return {
    to: 'owner',
    notice: known.amount === amount ? 'allocationKept' : 'allocationChanged',
    about: { ...about, before: known.amount, paperBefore, paperBeforeDay },
  } as const;
};

/** How an overlap that the estimate has a side in was settled, which of its lines leave the table, and what remains. */
const settledNotice = ({ reviewed, remaining }: EstimateContext, event: EstimateEvent) => {
  assertEvent(event, 'OVERLAP_SETTLED');
  const { lines, lead, decision, name, reason } = event;
  return {
    to: 'owner',
    notice: lead ? 'overlapSettledLed' : 'overlapSettled',
    reason,
    about: {
      decision,
      name,
      ...(lead && { lead }),
      lines: lines.map(({ lineName }) => lineName).join('; ') || '–',
      reviewed: reviewed ?? 0,
      remaining: remaining ?? reviewed ?? 0,
    },
  } as const;
};

/** That an overlap is open again, since other estimates came to it or left it; `context` is that before. */
const reopenedNotice = ({ overlaps }: EstimateContext, event: EstimateEvent) => {
  assertEvent(event, 'OVERLAP_REOPENED');
  return {
    to: 'owner',
    notice: 'overlapReopened',
    about: { name: overlaps.find(({ group }) => group === event.group)?.name ?? '–' },
  } as const;
};

/** The context of an estimate at birth. */
export const newEstimate = (
  born: Pick<EstimateContext, 'code' | 'round' | 'owner' | 'hasUnits' | 'parties'>,
): EstimateContext => ({
  ...born,
  content: null,
  revision: 0,
  pass: 0,
  preparation: { preparers: [], endorser: null, signer: null },
  issued: null,
  overdue: null,
  ownMoney: false,
  systemConcerned: false,
  securityHash: null,
  requested: null,
  openLines: 'all',
  nilSigned: null,
  conclusion: null,
  opinionAsked: null,
  opinion: null,
  conditionsMet: false,
  supplement: null,
  pausedDays: 0,
  returned: null,
  consolidation: null,
  summary: null,
  reviewed: null,
  ...noOverlaps,
  appraised: null,
  approved: null,
  decision: null,
  allocations: {},
  ownDecision: null,
  letters: 0,
  late: null,
});
