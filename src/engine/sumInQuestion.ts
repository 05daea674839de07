import type { Kind, Money } from '../../workflows/vocabulary.js';

/** The sums that a case can have, as they are called. */
export const sumNames = [
  'requested',
  'reviewed',
  'remaining',
  'appraised',
  'approved',
  'allocated',
  'ownDecided',
  'total',
] as const;
export type SumName = (typeof sumNames)[number];

/** A sum with its name, đồng. */
export interface NamedSum {
  readonly name: SumName;
  readonly amount: Money;
}

/** Which sum is in question where, by the outermost state; of several the first that is known. */
const inQuestion: Readonly<Record<Kind, Readonly<Record<string, readonly SumName[]>>>> = {
  estimate: {
    reviewing: ['reviewed', 'requested'],
    eligible: ['reviewed'],
    consolidated: ['remaining', 'reviewed'],
    appraising: ['remaining', 'reviewed'],
    awaitingDecision: ['appraised', 'remaining', 'reviewed'],
    declined: ['appraised', 'remaining', 'reviewed'],
    approved: ['approved'],
    allocated: ['allocated'],
    noted: ['ownDecided', 'reviewed'],
  },
  consolidation: {
    financeLeader: ['appraised', 'reviewed'],
    issuing: ['appraised', 'reviewed'],
    officeCheck: ['appraised', 'reviewed'],
    awaitingDecision: ['appraised', 'reviewed'],
    explaining: ['appraised', 'reviewed'],
    council: ['appraised', 'reviewed'],
    approved: ['approved'],
    declined: ['appraised'],
    closed: ['approved', 'appraised'],
  },
  allocation: {},
};

/** Before anybody judged it, a case is about what its owner wrote. */
const written: Readonly<Record<Kind, readonly SumName[]>> = {
  estimate: ['requested'],
  consolidation: ['reviewed'],
  allocation: ['total'],
};

/**
 * The sum that people decide on where a case stands, with its name; nothing where it is not known.
 * @param known the sums that whoever looks may know
 */
export const sumInQuestion = (
  kind: Kind,
  top: string,
  known: Readonly<Partial<Record<SumName, Money | null | undefined>>>,
): NamedSum | null => {
  for (const name of inQuestion[kind][top] ?? written[kind]) {
    const amount = known[name];
    if (amount !== null && amount !== undefined) return { name, amount };
  }
  return null;
};
