import { consolidationOf } from '../engine/contexts.js';
import type { Asked } from '../engine/ports.js';
import { badInput, eventRefused, fault } from '../errors.js';
import { sidesHash, type ConsolidationTables } from './consolidationTables.js';

/**
 * Settles a group of overlapping lines; nobody judges a group in which their own agency has a side. The owner
 * settles where it has none; where it has one, the appraiser does, unless it has one too.
 */
export const settlingOverlap =
  ({ groupsOf, membersOf }: Pick<ConsolidationTables, 'groupsOf' | 'membersOf'>) =>
  async ({ found, event, actor }: Asked) => {
    const groups = await groupsOf(found, await membersOf(found));
    const group = groups.find(({ id }) => id === event['group']);
    if (!group) throw badInput([fault('event.group', 'group.unknown', { found: event['group'] })]);

    const { owner } = found;
    const { appraiser } = consolidationOf(found).parties;
    const sides = new Set(group.sides.map(({ agency }) => agency.id));
    const { state } = found;
    if (sides.has(actor.agency)) throw eventRefused('SETTLE_OVERLAP', state, ['ownsASide']);
    if (!sides.has(owner)) {
      if (actor.agency !== owner) throw eventRefused('SETTLE_OVERLAP', state, ['ownerSettles']);
    } else if (!sides.has(appraiser) && actor.agency !== appraiser) {
      throw eventRefused('SETTLE_OVERLAP', state, ['appraiserSettles']);
    }
    return { sides: sidesHash(group) };
  };
