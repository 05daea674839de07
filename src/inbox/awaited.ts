import { ask } from '../../workflows/registry.js';
import { system, type Kind, type Parties, type Party, type Permit } from '../../workflows/vocabulary.js';
import { consolidationOf } from '../engine/contexts.js';
import type { Case } from '../engine/ports.js';
import { topOf } from '../engine/shared.js';

/** An event that a case waits for, and who may send it. */
export interface Awaited {
  readonly event: string;
  readonly permits: readonly Permit[];
  /** Where it is sent: the case itself, or one of another kind that then tells this one. */
  readonly to: { readonly kind: Kind; readonly context: { readonly parties: Partial<Parties> } };
}

/** What the case alone does not tell: its rows, and the city. */
export interface Around {
  /** The agencies that overlaps of a table wait for. */
  readonly settlers: (found: Case) => Promise<readonly string[]>;
  /** Rows of a frozen table that an agency appraises. */
  readonly appraisedBy: (found: Case, agency: string) => Promise<number>;
  /** The agency that gathers estimates into tables. */
  readonly gatherer: (tenant: string) => Promise<string | null>;
}

/**
 * Events that somebody may send but nobody waits for: ways back, second thoughts, facts that may come at any time.
 * What is left of a state's permits is who holds the case.
 */
const unawaited = new Set([
  'ABANDON',
  'ADD',
  'CLOSE',
  'DECLARE_NIL',
  'OPEN_ALL',
  'RECALL',
  'REFUSE_RECEIPT',
  'REMOVE',
  'REOPEN',
  'REOPEN_LINES',
  'REQUEST_SUPPLEMENT',
  'SEND_BACK',
  'TAKE_BACK',
  'TAKE_BACK_SUPPLEMENT',
  'WITHDRAW',
]);

/** Guards that speak of where the case stands: who waits for it to open waits for others first. */
export const standingGuards = new Set([
  'conditionsOpen',
  'linesConcluded',
  'nilNotSigned',
  'noLineToReturn',
  'noOpinionAsked',
  'noSupplementAsked',
  'opinionCoversLines',
  'opinionDisagreesOrIsOutdated',
  'opinionNotAgainst',
  'systemIsConcerned',
]);

/** What a case waits for where it stands; nothing, once it has ended. */
export const createAwaitedOf =
  ({ settlers, appraisedBy, gatherer }: Around) =>
  async (found: Case): Promise<Awaited[]> => {
    if (found.status === 'done') return [];
    const machine = ask(found);
    const { parties } = found.context as { parties: Readonly<Record<Party, string>> };
    const top = topOf(found);
    const here = (event: string): Awaited => ({
      event,
      permits: machine.permits(event).filter((permit) => permit !== 'system'),
      to: { kind: found.kind, context: { parties } },
    });
    const isOpen = (event: string) =>
      !machine
        .closed({ type: event, at: '', day: '', actor: system, permit: 'system', facts: {} })
        .some((guard) => standingGuards.has(guard));

    const waits = machine.events
      // What only the system sends has facts that guards look at; nobody waits for it.
      .filter((event) => !unawaited.has(event) && here(event).permits.length > 0 && isOpen(event))
      .filter((event) => {
        if (event === 'OWN_DECISION') return top === 'noted';
        // Returned is what cannot be accepted; whether overlaps are open the rows say.
        if (event === 'RETURN') return isToReturn(found);
        return event !== 'SETTLE_OVERLAP' && event !== 'INCLUDE';
      })
      .map(here);
    if (found.kind === 'estimate' && top === 'eligible') {
      const owner = await gatherer(found.tenant);
      if (owner !== null)
        waits.push({
          event: 'INCLUDE',
          permits: ['officer@owner'],
          to: { kind: 'consolidation', context: { parties: { owner } } },
        });
    }
    if (found.kind === 'consolidation' && top === 'gathering' && consolidationOf(found).pending === 0) {
      const asked = await settlers(found);
      if (asked.length > 0) {
        const settle = here('SETTLE_OVERLAP');
        const isAsked = (permit: Permit) => asked.includes(parties[permit.split('@')[1] as Party]);
        // It is frozen only when none is open.
        return [
          ...waits.filter(({ event }) => event !== 'FREEZE'),
          { ...settle, permits: settle.permits.filter(isAsked) },
        ];
      }
    }
    if (found.kind === 'consolidation' && top === 'appraising') {
      if ((await appraisedBy(found, parties.substitute)) > 0) waits.push(here('EDIT_APPRAISAL'));
    }
    return waits.filter(({ permits }) => permits.length > 0);
  };

const isToReturn = ({ kind, context }: Case): boolean => {
  const { conclusion } = context as { conclusion?: { returned: readonly string[] } | null };
  return kind === 'estimate' && (conclusion?.returned.length ?? 0) > 0;
};

/** Who can move a case on, as role @ agency. */
export const holdersOf = (awaited: readonly Awaited[]): string[] => {
  const held = awaited.flatMap(({ permits, to }) =>
    permits.flatMap((permit) => {
      const [role = '', party] = permit.split('@');
      const agency = to.context.parties[party as Party];
      return agency ? [`${role}@${agency}`] : [];
    }),
  );
  return [...new Set(held)].sort();
};
