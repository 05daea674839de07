import type { StateValue } from 'xstate';
import type { Reckoned, RoundDates } from '../../workflows/deadlines.js';
import type {
  Actor,
  Capacity,
  Day,
  Hash,
  Instant,
  Intent,
  Kind,
  Parties,
  Permit,
  Role,
} from '../../workflows/vocabulary.js';

/** Where one case stands, and what is owed because of it. One document, so that one write changes all or none. */
export interface Case {
  readonly tenant: string;
  readonly id: string;
  readonly kind: Kind;
  /** Of its machine, fixed at birth. */
  readonly version: string;
  /** The legal rule set of its birth. */
  readonly ruleset: string;
  readonly code: string;
  readonly owner: string;
  readonly round: string;
  /** + 1 per step. */
  readonly seq: number;
  /** Hash of the newest journal entry. */
  readonly head: Hash;
  readonly state: StateValue;
  readonly status: 'active' | 'done';
  readonly context: CaseContext;
  /** Hash of what was last frozen. */
  readonly content: Hash | null;
  /** The first day on which the case is late where it stands, or none. */
  readonly due: Day | null;
  /** By which calendar of days off that day was reckoned, and whether it is sure; null where no days were counted. */
  readonly reckoned: Reckoned | null;
  /** When the case came to where it stands. */
  readonly since: Instant;
  /** The moment of its newest entry. */
  readonly at: Instant;
  readonly owed: readonly Owed[];
  /** The last 32 causes, so that a repeat is recognised in the same write. */
  readonly seen: readonly Seen[];
  /** Keys of the causes before those, as a Bloom filter in base64: who is not in it never came. */
  readonly forgotten?: string | undefined;
  /** How often an edit has undone a freeze whose step had not come; whoever prepares a step on older ones fails. */
  readonly thaws?: number;
}

/** What every machine's context has; the rest is the machine's own. */
export interface CaseContext {
  readonly parties: Parties;
  readonly content: Hash | null;
  readonly [field: string]: unknown;
}

/** Why a step happened: a request's key (scoped by user) or an intent's id, and what was asked. */
export interface Cause {
  readonly key: string;
  /** Hash of the event as asked, so that a key used twice for different things is told. */
  readonly body: Hash;
}
export interface Seen extends Cause {
  readonly seq: number;
}

/** One line of the journal. Its hash covers the hash before it and everything else in it. */
export interface Entry {
  readonly tenant: string;
  readonly case: string;
  readonly kind: Kind;
  readonly version: string;
  /** The case's seq after this step; the first entry has 1. */
  readonly seq: number;
  readonly at: Instant;
  /** The clock had been set by hand (demonstration, tests). */
  readonly clockSet: boolean;
  readonly actor: Actor;
  readonly permit: Permit;
  /** As the machine took it, facts included, so that a history can be replayed. */
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly from: StateValue | null;
  readonly to: StateValue;
  readonly content: Hash | null;
  readonly cause: Cause;
  readonly previous: Hash;
  readonly hash: Hash;
}

/** Filed by the relay in this order: the entry of a step, then its intents. `id` is `<seq>` or `<seq>/<n>`. */
export type Owed =
  | { readonly id: string; readonly entry: Entry }
  | { readonly id: string; readonly intent: Intent; readonly cause: string };

/** What one step changes; the store writes it all at once if `seq` is still the stored one. */
export interface Step {
  readonly state: StateValue;
  readonly status: 'active' | 'done';
  readonly context: CaseContext;
  readonly content: Hash | null;
  readonly due: Day | null;
  readonly reckoned: Reckoned | null;
  readonly since: Instant;
  readonly at: Instant;
  readonly head: Hash;
  /** Added to what is owed already. */
  readonly owed: readonly Owed[];
  readonly seen: Seen;
  readonly forgotten?: string | undefined;
}

export interface CaseRef {
  readonly tenant: string;
  readonly id: string;
}

export interface CaseStore {
  load(ref: CaseRef): Promise<Case | null>;
  /** Inserts a case under its id; one that exists is left as it is. @returns what is stored. */
  create(born: Case): Promise<Case>;
  /** One conditional write. @returns null when `seq` or `thaws` is no longer the stored one. */
  advance(found: Case, step: Step): Promise<Case | null>;
  /**
   * Counts `thaws` up, so that no step prepared before comes through any more. @returns null when `seq` or `thaws`
   * is no longer the stored one.
   */
  thaw(found: Case): Promise<Case | null>;
}

export interface JournalReader {
  /** Entries with a greater seq, oldest first, from the journal and what is still owed. */
  after(ref: CaseRef, seq: number): Promise<Entry[]>;
  /** The entry with this cause, if there is one. */
  byCause(ref: CaseRef, key: string): Promise<Entry | null>;
}

/** A content by its hash: immutable, harmless to put twice. */
export interface ContentStore {
  put(tenant: string, body: object): Promise<Hash>;
  /** @throws when it is not there: a hash that a case names always has its content. */
  get<T>(tenant: string, hash: Hash): Promise<T>;
}

/** Parts of a case that are edited before they are frozen: the content itself, or somebody's private work. */
export const parts = ['content', 'review', 'appraisal'] as const;
export type Part = (typeof parts)[number];

export interface Draft<Body = unknown> {
  readonly part: Part;
  /** + 1 per edit; the ETag. */
  readonly rev: number;
  readonly body: Body;
  /** Everybody whose edits stand in it, by person id (R27). */
  readonly editors: readonly string[];
  /** The newest edit: whose, and when. */
  readonly edited?: { readonly by: string; readonly at: Instant };
  /** A step was about to take it when the case stood at this moment (`momentOf`). */
  readonly frozenAt?: number;
}

export interface DraftStore {
  load<Body>(ref: CaseRef, part: Part): Promise<Draft<Body> | null>;
  /**
   * Writes if `rev` (0: none stored) and `frozenAt` are still the stored ones; what is saved is not frozen.
   * @returns null when they are not.
   */
  save<Body>(ref: CaseRef, draft: Draft<Body>, rev: number, frozenAt?: number): Promise<Draft<Body> | null>;
  /**
   * Freezes the draft that has `rev` for a step of the case as it stands at `moment`: edits fail from now on, until
   * the case has moved or was thawed. Harmless when repeated. @returns null when `rev` is no longer the stored one.
   */
  freeze<Body>(ref: CaseRef, part: Part, rev: number, moment: number): Promise<Draft<Body> | null>;
}

export interface Clock {
  now(): Instant;
  /** Whether the date was set by hand. */
  readonly set: boolean;
}

/** A delegation that reaches a person on a day: whose role they may use, and in what capacity. */
export interface Delegation {
  readonly id: string;
  readonly from: { readonly id: string; readonly name: string };
  readonly role: Role;
  readonly capacity: Capacity;
  readonly validFrom: Day;
  readonly validTo: Day;
  /** Empty: all kinds. */
  readonly kinds: readonly Kind[];
}

/** Somebody who is signed in, as the engine needs to know them. */
export interface Person {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  readonly agency: string;
  readonly roles: readonly Role[];
  readonly title?: string;
  readonly unit?: string;
  readonly delegations: readonly Delegation[];
  readonly auditor: boolean;
  readonly administrator: boolean;
}

/** Fields that the server adds to an event before the machine sees it. */
export type Prepared = Readonly<Record<string, unknown>>;

export interface Asked {
  readonly found: Case;
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly at: Instant;
  readonly day: Day;
}

/** What a kind is born with. */
export interface Born {
  /** Given by kinds of which only one may be open: whoever comes second finds the first one's. */
  readonly id?: string;
  readonly code: string;
  readonly round: string;
  readonly owner: string;
  readonly ruleset: string;
  readonly context: CaseContext;
  /** What a part holds before anybody has edited it; stored with the case, as rev 1. */
  readonly draft?: { readonly part: Part; readonly body: unknown };
}

/** One way of editing a part: how its body changes. */
export interface Edit {
  readonly part: Part;
  /** The body before anybody has edited it. */
  empty(found: Case): Promise<unknown>;
  /** What of the body somebody reads who may edit the part; all of it where this is not given. */
  shown?(asked: { found: Case; body: unknown; person: Person }): Promise<unknown>;
  /** The body after the edit; may look things up. @throws {Refusal} */
  apply(asked: { found: Case; body: unknown; input: unknown; person: Person; day: Day }): Promise<unknown>;
}

/** What a kind adds to the engine: its birth, its facts, what must stand before a step's one write, its edits. */
export interface Slice {
  readonly kind: Kind;
  /** Checks who may own what is started, reserves its code. Harmless when repeated with the same id. @throws {Refusal} */
  born(asked: { person: Person; input: unknown; id: string; day: Day }): Promise<Born>;
  /**
   * What the guards of these events need to know beyond the context, and nothing else.
   * @param sending the one that is being sent: what is wrong with it may be refused in full
   * @throws {Refusal} of what is being sent
   */
  facts(asked: {
    found: Case;
    day: Day;
    events: readonly string[];
    sending?: string;
  }): Promise<Record<string, unknown>>;
  /**
   * By event: checks what was typed against what is stored, freezes, holds numbers and money. Harmless when
   * repeated; what it returns joins the facts. @throws {Refusal}
   */
  readonly prepare: Readonly<Record<string, (asked: Asked) => Promise<Prepared>>>;
  readonly edits: Readonly<Record<string, Edit>>;
}

/** Which of a round's dates count for a case. */
export interface RoundOf {
  (asked: { tenant: string; round: string; owner: string }): Promise<{ dates: RoundDates; commune: boolean }>;
}
