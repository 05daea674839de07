import type { Instant, Intent } from '../../workflows/vocabulary.js';
import type { Case, CaseRef, Entry } from '../engine/ports.js';

/** One chunk of a `tellRows`: at most 100 events of one type, told and then answered by `SETTLED`. */
export interface ChunkIntent {
  readonly type: 'tellChunk';
  readonly params: {
    readonly orders: string;
    /** The `tellRows` it is a part of, and its place there, from 0. */
    readonly batch: string;
    readonly chunk: number;
    readonly of: number;
    /** Of the events with `event` as their type in the orders: from which on, and how many. */
    readonly event: string;
    readonly from: number;
    readonly count: number;
  };
}

/** The read models of a case could not be fed when its entries were filed: tried again like any intent. */
export interface ProjectIntent {
  readonly type: 'project';
  readonly params: { readonly seq: number };
}

export type FiledIntent = Intent | ChunkIntent | ProjectIntent;

/** What a chunk's rows answered; written down before it is told, so that a repeat tells the same. */
export interface ChunkResult {
  readonly done: number;
  readonly refused: readonly { readonly case: string; readonly reason: string }[];
}

/** An intent on its way; `id` is `<tenant>/<case>/<seq>/<n>`, of a chunk `<intent>/<k>`. */
export interface Filed {
  readonly id: string;
  readonly tenant: string;
  readonly case: string;
  readonly intent: FiledIntent;
  /** The moment of the step that owed it, by the clock of the cases. */
  readonly at: Instant;
  readonly state: 'due' | 'done' | 'dead';
  /** How many times it was begun. */
  readonly tries: number;
  /** Milliseconds since 1970: before this nobody begins it, because it waits or somebody has it. */
  readonly nextAt: number;
  readonly error?: string;
  readonly result?: ChunkResult;
}

/** A leased intent: only who has the token may say how it ended. */
export type Claimed = Filed & { readonly token: string };

export type NewIntent = Pick<Filed, 'id' | 'tenant' | 'case' | 'intent' | 'at'>;

/** Milliseconds since 1970 by the machine's own clock: leases and pauses do not follow a date set by hand. */
export type Millis = number;

/** How far a batch of events to rows has come. */
export interface BatchProgress {
  readonly chunks: number;
  readonly done: number;
  readonly dead: number;
  readonly rowsDone: number;
  readonly rowsRefused: number;
}

/** What the relay needs of the database. All writes are harmless when repeated. */
export interface OutboxStore {
  /** Leases one case that owes something, oldest lease first. */
  claimOwing(now: Millis, until: Millis, token: string): Promise<Case | null>;
  /** A case with all it owes, whoever may have leased it. */
  load(ref: CaseRef): Promise<Case | null>;
  file(entries: readonly Entry[], intents: readonly NewIntent[]): Promise<void>;
  /** Takes what was filed out of `owed`, and lets go of the lease. */
  pull(found: Case, ids: readonly string[]): Promise<void>;
  insert(intents: readonly NewIntent[]): Promise<void>;
  /** Leases the intent that has waited longest. */
  claimIntent(now: Millis, until: Millis, token: string): Promise<Claimed | null>;
  /** Keeps a lease for longer. */
  extend(claimed: Claimed, until: Millis): Promise<void>;
  record(claimed: Claimed, result: ChunkResult): Promise<void>;
  done(claimed: Claimed): Promise<void>;
  retry(claimed: Claimed, at: Millis, error: string): Promise<void>;
  bury(claimed: Claimed, error: string): Promise<void>;
  /** Makes a dead intent due again. @returns false when it is not dead. */
  revive(tenant: string, id: string, now: Millis): Promise<boolean>;
  dead(tenant: string, page?: { after?: string; limit?: number }): Promise<Filed[]>;
  find(tenant: string, id: string): Promise<Filed | null>;
  progressOf(tenant: string, batch: string): Promise<BatchProgress>;
  /** Whether anything that a case gave rise to is still to be done; what is dead is not. */
  isWorking(ref: CaseRef): Promise<boolean>;
  /** What is left to do: cases that owe, intents that are due, and dead ones. */
  backlog(): Promise<{ owing: number; due: number; dead: number; oldest: Millis | null }>;
}
