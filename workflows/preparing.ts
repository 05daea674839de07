import { and } from 'xstate';
import {
  roleOf,
  type Capacity,
  type Day,
  type DocumentNumber,
  type DocumentType,
  type Hash,
  type Parties,
  type Role,
  type Stamped,
} from './vocabulary.js';

/** Who made a paper inside its agency, by person id; the clerk is not counted (R27). */
export interface Preparation {
  /** Whose edits stand in the content, and who sent it up. */
  readonly preparers: readonly string[];
  readonly endorser: string | null;
  readonly signer: Signature | null;
}

/** Who signed, and for whom. */
export interface Signature {
  readonly id: string;
  readonly name: string;
  readonly day: Day;
  /** In which they signed, their own or the one that was delegated to them. */
  readonly role: Role;
  /** Title of office and unit of who signs, as they were on that day. */
  readonly title?: string;
  readonly unit?: string;
  readonly actingFor?: { readonly name: string; readonly capacity: Capacity };
}

/** What every context that passes through `preparing` has. */
export interface PreparedContext {
  readonly code: string;
  readonly round: string;
  readonly owner: string;
  /** Communes have no unit head between officer and leader. */
  readonly hasUnits: boolean;
  readonly parties: Parties;
  /** What was frozen when it was sent up; endorsed, signed and issued is this hash. */
  readonly content: Hash | null;
  /** How many contents were issued. */
  readonly revision: number;
  /** How many times the case came back and went out again. */
  readonly pass: number;
  readonly preparation: Preparation;
  /** The number of the paper that was issued last. */
  readonly issued: DocumentNumber | null;
  /** The day of the deadline that the sweep found passed, so that it is told once. */
  readonly overdue: Day | null;
}

/** What the guards of `preparing` need beyond the context. */
export interface PreparingFacts {
  readonly draft?: { readonly rows: number; readonly errors: number; readonly editors: readonly string[] };
  /** What SEND_UP froze. */
  readonly frozen?: { readonly hash: Hash };
  /** What ISSUE holds, or a letter. */
  readonly number?: DocumentNumber;
  /** What a letter says line by line, frozen. */
  readonly remarks?: Hash;
}

export type PreparingEvent =
  | { type: 'SEND_UP'; rev: number }
  | { type: 'ENDORSE'; hash: Hash }
  | { type: 'SIGN'; hash: Hash }
  | { type: 'ISSUE'; hash: Hash; date: Day }
  | { type: 'SEND_BACK'; reason: string }
  | { type: 'RECALL' }
  | { type: 'DEADLINE_PASSED'; due: Day };

export const unprepared: Preparation = { preparers: [], endorser: null, signer: null };

/** Persons and those who joined them, each once. */
export const joined = (persons: readonly string[], more: readonly string[]): readonly string[] =>
  [...new Set([...persons, ...more])].sort();

interface Asked {
  context: PreparedContext;
  event: Stamped<{ type: string }, PreparingFacts>;
}

const acting = ({ event }: Asked) => event.actor.id;

/** Guards of the shared part, by name; each name is a code with a wording `closed.<name>`. */
export const preparingGuards = {
  draftHasRows: ({ event }: Asked) => (event.facts.draft?.rows ?? 0) > 0,
  draftHasNoErrors: ({ event }: Asked) => event.facts.draft?.errors === 0,
  agencyHasUnits: ({ context }: Asked) => context.hasUnits,
  agencyHasNoUnits: ({ context }: Asked) => !context.hasUnits,
  actorDidNotPrepare: (asked: Asked) => !asked.context.preparation.preparers.includes(acting(asked)),
  actorDidNotEndorse: (asked: Asked) => asked.context.preparation.endorser !== acting(asked),
};

/** Context updates of the shared part, by name. */
export const preparingAssigns = {
  // Who sent it up before it came back prepared it too, although an unchanged draft does not name them (R27).
  sendUp: ({ context, event }: Asked) => {
    const { draft, frozen } = event.facts;
    const hands = [...(draft?.editors ?? []), event.actor.id];
    return {
      content: frozen?.hash ?? null,
      preparation: { ...unprepared, preparers: joined(context.preparation.preparers, hands) },
    };
  },
  endorse: ({ context, event }: Asked) => ({
    preparation: { ...context.preparation, endorser: event.actor.id },
  }),
  sign: ({ context, event }: Asked) => ({
    preparation: { ...context.preparation, signer: signatureOf(event) },
  }),
  voidSignatures: ({ context }: Asked) => ({
    preparation: { ...context.preparation, endorser: null, signer: null },
  }),
  issue: ({ context, event }: Asked) => ({
    revision: context.revision + 1,
    issued: event.facts.number ?? null,
  }),
  comeBack: ({ context }: Asked) => ({ pass: context.pass + 1 }),
  markOverdue: ({ event }: { event: Stamped<{ type: string; due?: Day }, PreparingFacts> }) => ({
    overdue: event.due ?? null,
  }),
};

/** Who signs by this event, with both names where somebody acts for another. */
export const signatureOf = (event: Stamped<{ type: string }, object>): Signature => {
  const { actor, permit, day } = event;
  const { id, name, title, unit } = actor;
  const base = {
    id,
    name,
    day,
    role: roleOf(permit),
    ...(title !== undefined && { title }),
    ...(unit !== undefined && { unit }),
  };
  return actor.actingFor
    ? { ...base, actingFor: { name: actor.actingFor.name, capacity: actor.actingFor.capacity } }
    : base;
};

/** The tag of a state in which people decide on a paper that is not made yet. */
export const makes = (document: DocumentType) => `makes:${document}` as const;

/**
 * The intent to make the paper that was just issued. What it says beside the content is taken along, because the
 * case may have moved on when the paper is made.
 */
const issuedPaper = (document: DocumentType) => ({
  type: 'render' as const,
  params: ({ context, event }: Asked) => ({
    document,
    data: {
      content: context.content,
      revision: context.revision,
      number: event.facts.number,
      signer: context.preparation.signer,
    },
  }),
});

/** The intent to write a letter about a paper: a return, or what is to be supplied. */
export const letter = (document: 'returnLetter' | 'supplementLetter') => ({
  type: 'render' as const,
  params: ({ context, event }: Asked) => {
    const { reason, due, lines, estimates } = event as unknown as Record<string, unknown>;
    const { content, revision, issued } = context;
    const { number, remarks } = event.facts;
    const signer = signatureOf(event);
    return {
      document,
      data: { content, revision, issued, number, signer, reason, due, lines, estimates, remarks },
    };
  },
});

/** At its end a case leaves no number held that it will never use. */
export const voidUnused = { type: 'register', params: { act: 'void', reason: 'caseEnded' } } as const;

/** The number of a withdrawn paper stays given; who reads the register sees that another paper took its place (R29). */
export const replaceIssued = {
  type: 'register',
  params: ({ context }: { context: PreparedContext }) => ({
    act: 'replace' as const,
    reason: 'withdrawn',
    number: context.issued,
  }),
} as const;

const overdue = { DEADLINE_PASSED: { actions: 'markOverdue' } } as const;

/** The two ways on from where a paper is sent up: to the unit head, or to the leader where there are no units. */
export const sendUp = <const A extends string>(guards: readonly string[], action: A) =>
  [
    { guard: and(['agencyHasUnits', ...guards] as never), target: '#unitReview', actions: action },
    { guard: and(['agencyHasNoUnits', ...guards] as never), target: '#leaderApproval', actions: action },
  ] as const;

/**
 * The life of a paper inside the agency that writes it. `backTo` is the id of the state where it goes when it is
 * sent back, `next` where ISSUE leads, `paper` what is signed and issued on the way; `draft` exists only where `backTo` is the draft, elsewhere `backTo` itself
 * carries SEND_UP. `issued` names the actions that issuing owes beside the number and the paper.
 */
export const preparing = <const Draft extends object | undefined>({
  paper,
  backTo,
  next,
  draft,
  issued,
  on = {},
}: {
  paper: DocumentType;
  backTo: `#${string}`;
  next: `#${string}`;
  draft?: Draft;
  issued: readonly unknown[];
  on?: object;
}) => {
  const back = { target: backTo, actions: 'voidSignatures' };
  const tags = [makes(paper)];
  return {
    initial: draft ? 'draft' : 'unitReview',
    on,
    states: {
      ...(draft && { draft }),
      unitReview: {
        id: 'unitReview',
        tags,
        on: {
          ENDORSE: { guard: 'actorDidNotPrepare', target: 'leaderApproval', actions: 'endorse' },
          SEND_BACK: back,
          RECALL: back,
          ...overdue,
        },
      },
      leaderApproval: {
        id: 'leaderApproval',
        tags,
        on: {
          SIGN: {
            guard: and(['actorDidNotPrepare', 'actorDidNotEndorse'] as never),
            target: 'issuing',
            actions: 'sign',
          },
          SEND_BACK: back,
          RECALL: back,
          ...overdue,
        },
      },
      issuing: {
        tags,
        on: {
          ISSUE: { target: next, actions: ['issue', issuedPaper(paper), ...issued] },
          SEND_BACK: back,
          ...overdue,
        },
      },
    },
    // Named guards and actions are checked by the house tests against setup(); the fragment serves three machines
    // with three contexts, which the chart types of XState cannot express.
  } as never;
};
