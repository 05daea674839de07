import type { Hash } from '../../workflows/vocabulary.js';

/** Where a chain ends: the hash of its newest entry, and how many there are. */
export interface Head {
  readonly head: Hash;
  readonly seq: number;
}

/**
 * What is wrong with one entry of a case.
 * - `edited`: its bytes do not give its hash;
 * - `missing`: there is no entry with this number between its neighbours;
 * - `inserted`: a second entry of this number, or one beyond where the case stands;
 * - `swapped`: it stands behind a later one;
 * - `unlinked`: it does not name the hash of the entry before it: one of the two was written anew;
 * - `cutOff`: the case went on, from this entry, but the journal ends;
 * - `head`: the last entry is not the one that the case names.
 */
export interface ChainFault {
  readonly tenant: string;
  readonly case: string;
  readonly seq: number;
  readonly fault: 'edited' | 'missing' | 'inserted' | 'swapped' | 'unlinked' | 'cutOff' | 'head';
}

/** Walks along one case's entries. */
export interface ChainCheck {
  /** @param whole whether the bytes give the hash. */
  take(seq: number, previous: Hash, hash: Hash, whole: boolean): void;
  end(expected?: Head): void;
}

/** What the first entry of a case names as the one before it: there is none. */
export const genesis: Hash = '';

/** Starts at the birth of a case; each fault is told as soon as it is certain. */
export function chainCheck(tell: (seq: number, fault: ChainFault['fault']) => void): ChainCheck {
  let last = 0;
  let head: Hash = genesis;
  let absent: Set<number> | undefined;

  return {
    take(seq, previous, hash, whole) {
      if (!whole) tell(seq, 'edited');
      if (seq === last + 1) {
        if (previous !== head) tell(seq, 'unlinked');
      } else if (seq > last) {
        absent ??= new Set();
        for (let gap = last + 1; gap < seq && gap - last <= 10_000; gap += 1) absent.add(gap);
      } else {
        tell(seq, absent?.delete(seq) ? 'swapped' : 'inserted');
        return;
      }
      last = seq;
      head = hash;
    },

    end(expected) {
      for (const seq of absent ?? []) tell(seq, 'missing');
      if (!expected) return;
      if (expected.seq > last) tell(last + 1, 'cutOff');
      else if (expected.seq < last) tell(expected.seq + 1, 'inserted');
      else if (expected.head !== head) tell(last, 'head');
    },
  };
}
