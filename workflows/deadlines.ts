import { calendarAsOf, reckonWorkingDays } from './calendar.js';
import type { Day, Kind } from './vocabulary.js';

/** The dates of a round that deadlines refer to: the last day that is on time. */
export interface RoundDates {
  readonly department: Day;
  readonly commune: Day;
  readonly consolidation: Day;
  readonly finance: Day;
}

/** How far a due day can be believed: the day on which its calendar of days off was last changed, and whether it is sure. */
export interface Reckoned {
  readonly asOf: Day;
  readonly sure: boolean;
}

/**
 * How a state's deadline is found: a date of the round, working days from when the case came there (or from a day of
 * the context), or a date of the context. `plus` names days during which the clock stood still.
 */
type Deadline =
  | {
      readonly round: keyof RoundDates | 'submission';
      readonly plus?: string;
      /** Working days that a case has at least when it came back. */
      readonly again?: number;
      /** Where this stands in the context, nothing is due. */
      readonly unless?: string;
    }
  | { readonly workingDays: number; readonly from?: string; readonly plus?: string }
  | { readonly context: string };

const issuing = { workingDays: 1, from: 'preparation.signer.day' };
const submission = { round: 'submission', again: 5 } as const;
const consolidation = { round: 'consolidation', again: 5 } as const;

/**
 * Deadlines by state path. Working days of the review and appraisal follow TT 03/2020 (5 to ask for supplements,
 * 15 to appraise, 3 to decide), registration and issue decree 30/2020 Art. 18 and 21 (same or next working day);
 * the others are house rules of the city, to be set per round.
 */
const deadlines: Readonly<Record<Kind, Readonly<Record<string, Deadline>>>> = {
  estimate: {
    'preparing.draft': submission,
    'preparing.unitReview': submission,
    'preparing.leaderApproval': submission,
    'preparing.issuing': issuing,
    nilReturn: { round: 'submission', unless: 'nilSigned' },
    submitted: { workingDays: 1 },
    reviewing: { workingDays: 15, plus: 'pausedDays' },
    'reviewing.security.asked': { workingDays: 5, from: 'opinionAsked' },
    'reviewing.dossier.supplementing': { context: 'supplement.due' },
    returned: { workingDays: 5 },
  },
  consolidation: {
    gathering: consolidation,
    frozen: consolidation,
    'preparing.unitReview': consolidation,
    'preparing.leaderApproval': consolidation,
    'preparing.issuing': issuing,
    sent: { workingDays: 1 },
    appraising: { round: 'finance', again: 5, plus: 'pausedDays' },
    'appraising.supplementing': { context: 'supplement.due' },
    financeLeader: { round: 'finance', again: 2, plus: 'pausedDays' },
    issuing: { workingDays: 1, from: 'financeSigner.day' },
    officeCheck: { workingDays: 2 },
    awaitingDecision: { workingDays: 3 },
    explaining: { workingDays: 3 },
    council: { workingDays: 30 },
  },
  allocation: {
    drafting: { workingDays: 10 },
    'preparing.unitReview': { workingDays: 3 },
    'preparing.leaderApproval': { workingDays: 3 },
    'preparing.issuing': issuing,
    officeCheck: { workingDays: 2 },
    awaitingDecision: { workingDays: 3 },
  },
};

const at = (context: object, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], context);

/** Whether one of these states has a date of the round for its deadline; the others need no round. */
export const asksForRound = (kind: Kind, paths: readonly string[]): boolean =>
  paths.some((path) => {
    const deadline = deadlines[kind][path];
    return deadline !== undefined && 'round' in deadline;
  });

/** A day that may be due; `sure` only where days were counted to find it. */
interface Candidate {
  readonly day: Day;
  readonly sure?: boolean;
}

/** When a case is late where it stands, and how that was reckoned; both null where nothing is due. */
export interface Due {
  /** The last day that is on time. */
  readonly due: Day | null;
  /** Null where no working days were counted: then no announcement of days off changes anything. */
  readonly reckoned: Reckoned | null;
}

/**
 * The earliest deadline of the active states where a case stands.
 * `since` is the day on which it came there; `commune` picks the round's date for communes.
 * @throws when the round is missing although `asksForRound`
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
  round: RoundDates | null;
  commune: boolean;
}): Due => {
  // While papers are being supplied the owner's date counts, and the reviewer's clock stands still.
  const paused = paths.some((path) => path.endsWith('supplementing'));
  const days = paths
    .filter((path) => !paused || path.endsWith('supplementing'))
    .flatMap((path): Candidate[] => {
      const deadline = deadlines[kind][path];
      if (!deadline) return [];
      if ('context' in deadline) return [{ day: at(context, deadline.context) as Day }];
      const pause = deadline.plus ? (at(context, deadline.plus) as number) : 0;
      if ('workingDays' in deadline) {
        const start = deadline.from ? ((at(context, deadline.from) ?? since) as Day) : since;
        return [reckonWorkingDays(start, deadline.workingDays + pause)];
      }
      if (deadline.unless && at(context, deadline.unless) !== null) return [];
      if (!round) throw new Error(`The deadline of ${path} is a date of the round.`);
      const date = deadline.round === 'submission' ? (commune ? 'commune' : 'department') : deadline.round;
      const last: Candidate = pause > 0 ? reckonWorkingDays(round[date], pause) : { day: round[date] };
      const cameBack = (at(context, 'pass') as number) > 0;
      const least: Candidate = cameBack && deadline.again ? reckonWorkingDays(since, deadline.again) : last;
      return [least.day > last.day ? least : last];
    });
  const [first] = days.toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const counted = days.some(({ sure }) => sure !== undefined);
  return {
    due: first?.day ?? null,
    reckoned: counted ? { asOf: calendarAsOf, sure: first?.sure ?? true } : null,
  };
};

/** Every state path that has a deadline, for the tests that hold charts and deadlines together. */
export const deadlinePaths = (kind: Kind): string[] => Object.keys(deadlines[kind]);
