import type { OverlapGroup } from '../../workflows/rules/overlaps.js';
import { settle, type Settled } from '../../workflows/settling.js';
import { consolidationOf, estimateOf } from '../engine/contexts.js';
import type { Asked, ContentStore } from '../engine/ports.js';
import { freezeOrders, topOf, type Given } from '../engine/shared.js';
import { badInput, eventRefused, fault } from '../errors.js';
import { sidesHash, type ConsolidationTables } from './consolidationTables.js';
import { settlerOf } from './settlers.js';
import type { OverlapDecision } from './table.js';
import { sidesTakenOut } from './takingOut.js';
import { gathers } from './turn.js';

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
    const settled = { group: group.id, name: group.name, decision, lead: nameOf(group, lead), reason };
    const told = [...new Set(group.sides.map((side) => side.case))].map((id) => {
      const lines = gone
        .filter((side) => side.case === id)
        .map(({ lineId, lineName }) => ({ lineId, lineName }));
      return { case: id, event: { type: 'OVERLAP_SETTLED', ...settled, lines, step: found.seq + 1 } };
    });
    const out = gone.map(({ code, lineName }) => `${code}: ${lineName}`);
    return {
      sides: sidesHash(group),
      name: group.name,
      out,
      orders: await freezeOrders(contents, found.tenant, told),
    };
  };

/**
 * Once everybody has answered: tells the members whose settled overlaps are open again, because estimates came or left.
 * What a member keeps is compared with what stands, so that nothing is forgotten, whatever came in which order.
 */
export const reopeningOverlaps =
  (
    { contents, cases }: Pick<Given, 'contents' | 'cases'>,
    { groupsOf, membersOf }: Pick<ConsolidationTables, 'groupsOf' | 'membersOf'>,
  ) =>
  async ({ found, event }: Asked) => {
    if (!gathers(found) || settle(consolidationOf(found), event as unknown as Settled).pending > 0) return {};
    const members = await cases.members(found.tenant, found.id);
    const told = members.filter((one) => topOf(one) === 'consolidated');
    if (told.every((one) => estimateOf(one).overlaps.length === 0)) return {};
    const groups = await groupsOf(found, await membersOf(found));
    const standing = new Set(groups.flatMap(({ id, settled }) => (settled ? [id] : [])));
    const orders = told.flatMap((one) =>
      estimateOf(one)
        .overlaps.filter(({ group }) => !standing.has(group))
        .map(({ group }) => ({
          case: one.id,
          event: { type: 'OVERLAP_REOPENED', group, step: found.seq + 1 },
        })),
    );
    return orders.length === 0 ? {} : { orders: await freezeOrders(contents, found.tenant, orders) };
  };

/** How a side's agency is called. */
const nameOf = ({ sides }: Pick<OverlapGroup, 'sides'>, agency: string | null): string | null =>
  sides.find((side) => side.agency.id === agency)?.agency.name ?? null;
