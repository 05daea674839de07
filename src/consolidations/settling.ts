import type { OverlapGroup } from '../../workflows/rules/overlaps.js';
import { consolidationOf } from '../engine/contexts.js';
import type { Asked, ContentStore } from '../engine/ports.js';
import { freezeOrders } from '../engine/shared.js';
import { badInput, eventRefused, fault } from '../errors.js';
import { sidesHash, type ConsolidationTables } from './consolidationTables.js';
import { settlerOf } from './settlers.js';
import type { OverlapDecision } from './table.js';
import { sidesTakenOut } from './takingOut.js';

/** Settles a group of overlapping lines, and tells every side of it. */
export const settlingOverlap =
  (contents: ContentStore, { groupsOf, membersOf }: Pick<ConsolidationTables, 'groupsOf' | 'membersOf'>) =>
  async ({ found, event, actor }: Asked) => {
    const rows = await membersOf(found);
    const groups = await groupsOf(found, rows);
    const group = groups.find(({ id }) => id === event['group']);
    if (!group) throw badInput([fault('event.group', 'group.unknown', { found: event['group'] })]);

    const sides = new Set(group.sides.map(({ agency }) => agency.id));
    const { parties } = consolidationOf(found);
    const settler = settlerOf(group, parties);
    if (actor.agency !== settler) {
      const { state } = found;
      if (settler === null) throw eventRefused('SETTLE_OVERLAP', state, ['everyoneOwnsASide']);
      if (sides.has(actor.agency)) throw eventRefused('SETTLE_OVERLAP', state, ['ownsASide']);
      if (settler === parties.owner) throw eventRefused('SETTLE_OVERLAP', state, ['ownerSettles']);
      if (settler === parties.appraiser) throw eventRefused('SETTLE_OVERLAP', state, ['appraiserSettles']);
      throw eventRefused('SETTLE_OVERLAP', state, ['substituteSettles']);
    }

    const { decision, lead = null, reason } = event as unknown as OverlapDecision;
    if (lead !== null && !sides.has(lead)) {
      throw badInput([fault('event.lead', 'lead.noSide', { found: lead })]);
    }
    const ownMoney = new Set(rows.filter((row) => row.ownMoney).map((row) => row.case));
    const gone = sidesTakenOut(group, { decision, lead }, ownMoney);
    const about = { name: group.name, decision, lead: nameOf(group, lead), reason };
    const told = [...new Set(group.sides.map((side) => side.case))].map((id) => {
      const lines = gone
        .filter((side) => side.case === id)
        .map(({ lineId, lineName }) => ({ lineId, lineName }));
      return { case: id, event: { type: 'OVERLAP_SETTLED', ...about, lines } };
    });
    return { sides: sidesHash(group), orders: await freezeOrders(contents, found.tenant, told) };
  };

/** How a side's agency is called. */
const nameOf = ({ sides }: Pick<OverlapGroup, 'sides'>, agency: string | null): string | null =>
  sides.find((side) => side.agency.id === agency)?.agency.name ?? null;
