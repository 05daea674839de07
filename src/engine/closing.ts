import type { Day, Hash } from '../../workflows/vocabulary.js';
import { hashOf } from './journal.js';

/** Where a case stood at the end of a day on which it moved. */
export interface Leaf {
  readonly case: string;
  readonly seq: number;
  readonly head: Hash;
}

/** The city's day: the heads of all cases that moved, chained to the day before on which any did. */
export interface Closing {
  readonly tenant: string;
  readonly day: Day;
  /** Head of the closing before; empty for the first. */
  readonly previous: Hash;
  readonly count: number;
  /** Hashes of the leaves, in pieces of `leavesPerChunk`. */
  readonly chunks: readonly Hash[];
  readonly head: Hash;
}

/** What is wrong with a closed day, and with which case of it. */
export interface DayFault {
  readonly tenant: string;
  readonly day: Day;
  /**
   * - `edited`: the day's head does not follow from what it says;
   * - `unlinked`: it does not name the day before;
   * - `leavesEdited`: a piece of its leaves does not give its hash, or is missing;
   * - `entryChanged`: the journal holds another entry than the day closed, or none;
   * - `notClosed`: a case moved on that day and is not in it.
   */
  readonly fault: 'edited' | 'unlinked' | 'leavesEdited' | 'entryChanged' | 'notClosed';
  readonly case?: string;
}

export const leavesPerChunk = 1_000;

export const leavesHash = (leaves: readonly Leaf[]): Hash => hashOf(leaves);

/** Chains a day to the one before it. */
export function closingAfter(previous: Hash, day: Omit<Closing, 'previous' | 'head'>): Closing {
  const closed = { ...day, previous };
  return { ...closed, head: hashOf(closed) };
}

/** Whether a day's head follows from what it says, and from the day before. */
export function checkClosing({ head, ...closed }: Closing, previous: Hash): DayFault[] {
  const { tenant, day } = closed;
  return [
    ...(hashOf(closed) === head ? [] : [{ tenant, day, fault: 'edited' as const }]),
    ...(closed.previous === previous ? [] : [{ tenant, day, fault: 'unlinked' as const }]),
  ];
}
