import type { Instant, Intent } from '../../workflows/vocabulary.js';
import type { Case, CaseRef, Entry } from '../engine/ports.js';
import type { Fault } from './fault.js';

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

/** What a case owes could not be filed, and only a person can help: a dead letter from the beginning. */
export interface FileIntent {
  readonly type: 'file';
  readonly params: Readonly<Record<string, never>>;
}

export type FiledIntent = Intent | ChunkIntent | ProjectIntent | FileIntent;

/** Whether no step owed it: pieces of an order, a projection to try again, a case that could not be filed. */
export const isOfRelay = ({ type }: { readonly type: string }): boolean =>
  type === 'tellChunk' || type === 'project' || type === 'file';

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
  /** How often it took longer than anybody waits. */
  readonly slow?: number;
  /** By the database's clock: before this nobody begins it, because it waits or somebody has it. */
  readonly nextAt: Millis;
  readonly error?: string;
  /** Of a dead one: what its error has in common with others of the same cause. */
  readonly cause?: string;
  readonly result?: ChunkResult;
}

/** A leased intent: only who has the token may say how it ended. */
export type Claimed = Filed & { readonly token: string };

export type NewIntent = Pick<Filed, 'id' | 'tenant' | 'case' | 'intent' | 'at'>;

/** Milliseconds since 1970 by the database's clock: leases and pauses follow no date set by hand, and no node's own. */
export type Millis = number;

/** Takes something for so long that nobody else begins it. */
export interface Lease {
  /** Only who has the token may say how it ended. */
  readonly token: string;
  readonly ms: number;
  /** Takes also what waits, or what somebody else has: for whoever knows that nobody else runs. */
  readonly whenever?: boolean;
}

/** Dead letters of one intent and one cause. */
export interface DeadKind {
  readonly intent: string;
  readonly cause: string;
  readonly count: number;
  /** The moment of the oldest one's step. */
  readonly since: Instant;
}

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
  /** Leases one case that owes something. */
  claimOwing(lease: Lease): Promise<Case | null>;
  /** A case with all it owes, whoever may have leased it. */
  load(ref: CaseRef): Promise<Case | null>;
  file(entries: readonly Entry[], intents: readonly NewIntent[]): Promise<void>;
  /** Takes what was filed out of `owed`, and lets go of the lease. */
  pull(found: Case, ids: readonly string[]): Promise<void>;
  /** Makes a dead letter of what a case owes and nobody can file. Harmless when repeated. */
  strand(found: Case, error: string): Promise<void>;
  insert(intents: readonly NewIntent[]): Promise<void>;
  /** Leases the intent that has waited longest. */
  claimIntent(lease: Lease): Promise<Claimed | null>;
  /** Keeps a lease for longer. */
  extend(claimed: Claimed, ms: number): Promise<void>;
  /** Writes down what a chunk's rows answered. @returns what is written there, or null when the lease was lost. */
  record(claimed: Claimed, result: ChunkResult): Promise<ChunkResult | null>;
  done(claimed: Claimed): Promise<void>;
  /** Due again after a pause; what was not the intent's fault uses up no try. */
  retry(
    claimed: Claimed,
    next: { pauseMs: number; error: string; fault: Exclude<Fault, 'hopeless'> },
  ): Promise<void>;
  bury(claimed: Claimed, error: string): Promise<void>;
  /** Ends dead letters about filing whose cases have been filed since. @returns how many. */
  settleFiled(): Promise<number>;
  /** Makes a dead intent due again. @returns false when it is not dead. */
  revive(tenant: string, id: string): Promise<boolean>;
  /** Makes all dead intents of a type and a cause due again. @returns how many. */
  reviveAlike(tenant: string, alike: Pick<DeadKind, 'intent' | 'cause'>): Promise<number>;
  dead(tenant: string, page?: { after?: string; limit?: number }): Promise<Filed[]>;
  /** All dead letters of a tenant by intent and cause, most first. */
  deadKinds(tenant: string): Promise<DeadKind[]>;
  /** Forgets intents that were done so many milliseconds ago. @returns how many. */
  clear(olderMs: number): Promise<number>;
  find(tenant: string, id: string): Promise<Filed | null>;
  progressOf(tenant: string, batch: string): Promise<BatchProgress>;
  /** Whether anything that a case gave rise to is still to be done; what is dead is not. */
  isWorking(ref: CaseRef): Promise<boolean>;
  /** What is left to do: cases that owe, intents that are due, and dead ones. */
  backlog(): Promise<{ owing: number; due: number; dead: number; oldest: Millis | null }>;
}
