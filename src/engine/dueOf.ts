import { dayOf } from '../../workflows/calendar.js';
import { asksForRound, dueDay, type Due } from '../../workflows/deadlines.js';
import type { Case, RoundOf } from './ports.js';

/** Whether the due day of a case stands whatever days off are still announced. */
export const isDueSure = ({ reckoned }: Pick<Case, 'reckoned'>): boolean => reckoned?.sure ?? true;

/** When a case is late where it stands; the round is asked for only where one of its dates counts. */
export const dueOf = async (
  {
    tenant,
    kind,
    round,
    owner,
    context,
    since,
  }: Pick<Case, 'tenant' | 'kind' | 'round' | 'owner' | 'context' | 'since'>,
  paths: readonly string[],
  roundOf: RoundOf,
): Promise<Due> => {
  const { dates, commune } = asksForRound(kind, paths)
    ? await roundOf({ tenant, round, owner })
    : { dates: null, commune: false };
  return dueDay({ kind, paths, context, since: dayOf(since), round: dates, commune });
};
