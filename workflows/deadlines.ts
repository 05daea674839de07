import { addWorkingDays } from './calendar.js';
import type { Day, Kind } from './vocabulary.js';

/** The dates of a round that deadlines refer to: the last day that is on time. */
export interface RoundDates {
  readonly department: Day;
  readonly commune: Day;
  readonly consolidation: Day;
  readonly finance: Day;
}

/** How a state's deadline is found: a date of the round, working days from when the case came there, or a date of the context. */
type Deadline =
  | { readonly round: keyof RoundDates | 'submission' }
  | { readonly workingDays: number; readonly from?: string; readonly plus?: string }
  | { readonly context: string };

/**
 * Deadlines by state path. Working days of the review and appraisal follow TT 03/2020 (5 to ask for supplements,
 * 15 to appraise, 3 to decide), registration and issue decree 30/2020 Art. 18 and 21 (same or next working day);
 * the others are house rules of the city, to be set per round.
 */
const deadlines: Readonly<Record<Kind, Readonly<Record<string, Deadline>>>> = {
  estimate: {
    'preparing.draft': { round: 'submission' },
    'preparing.unitReview': { round: 'submission' },
    'preparing.leaderApproval': { round: 'submission' },
    'preparing.issuing': { workingDays: 1 },
    nilReturn: { round: 'submission' },
    submitted: { workingDays: 1 },
    reviewing: { workingDays: 15, plus: 'pausedDays' },
    'reviewing.security.asked': { workingDays: 5, from: 'opinionAsked' },
    'reviewing.dossier.supplementing': { context: 'supplement.due' },
    returned: { workingDays: 5 },
  },
  consolidation: {
    gathering: { round: 'consolidation' },
    frozen: { round: 'consolidation' },
    'preparing.unitReview': { round: 'consolidation' },
    'preparing.leaderApproval': { round: 'consolidation' },
    'preparing.issuing': { workingDays: 1 },
    sent: { workingDays: 1 },
    appraising: { round: 'finance', plus: 'pausedDays' },
    financeLeader: { round: 'finance' },
    issuing: { workingDays: 1 },
    officeCheck: { workingDays: 2 },
    awaitingDecision: { workingDays: 3 },
    explaining: { workingDays: 3 },
    council: { workingDays: 30 },
  },
  allocation: {
    drafting: { round: 'finance' },
    'preparing.unitReview': { round: 'finance' },
    'preparing.leaderApproval': { round: 'finance' },
    'preparing.issuing': { workingDays: 1 },
    officeCheck: { workingDays: 2 },
    awaitingDecision: { workingDays: 3 },
  },
};

const at = (context: object, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], context);

/**
 * The last day that is on time where a case stands: the earliest of its active states' deadlines, or none.
 * `since` is the day on which it came there; `commune` picks the round's date for communes.
 */
export const dueDay = ({
  kind,
  paths,
  context,
  since,
  round,
  commune,
}: {
  kind: Kind;
  paths: readonly string[];
  context: object;
  since: Day;
  round: RoundDates;
  commune: boolean;
}): Day | null => {
  // While papers are being supplied the owner's date counts, and the reviewer's clock stands still.
  const paused = paths.some((path) => path.endsWith('supplementing'));
  const days = paths
    .filter((path) => !paused || path.endsWith('supplementing'))
    .map(
      (path) =>
        deadlines[kind][path] ?? (path.endsWith('supplementing') ? { context: 'supplement.due' } : undefined),
    )
    .filter((deadline) => deadline !== undefined)
    .map((deadline): Day => {
      if ('context' in deadline) return at(context, deadline.context) as Day;
      if ('round' in deadline) {
        return round[deadline.round === 'submission' ? (commune ? 'commune' : 'department') : deadline.round];
      }
      const start = deadline.from ? (at(context, deadline.from) as Day) : since;
      const pause = deadline.plus ? (at(context, deadline.plus) as number) : 0;
      return addWorkingDays(start, deadline.workingDays + pause);
    });
  return days.sort()[0] ?? null;
};

/** Every state path that has a deadline, for the tests that hold charts and deadlines together. */
export const deadlinePaths = (kind: Kind): string[] => Object.keys(deadlines[kind]);
