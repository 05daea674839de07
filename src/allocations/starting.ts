import { newAllocation } from '../../workflows/allocation.v1.js';
import { rulesetOn } from '../../workflows/rulesets.js';
import { allocationOf } from '../engine/contexts.js';
import { hashOf } from '../engine/journal.js';
import type { Slice } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import { startOf } from '../engine/startOf.js';
import { badInput, eventRefused, fault } from '../errors.js';
import type { proposing } from './draft.js';
import { isIn, newestOf, ordinalOf, stood } from './lineage.js';

/** The birth of an allocation: Finance's, either the first of a line or the next adjustment of one. */
export const starting =
  (
    { directory, cases, registers }: Pick<Given, 'directory' | 'cases' | 'registers'>,
    propose: ReturnType<typeof proposing>,
  ): Slice['born'] =>
  async ({ person, input, id: startedBy, day }) => {
    const { round: asked, adjusts } = input as { round?: string; adjusts?: string };
    const { tenant } = person;
    const old = adjusts ? await cases.load({ tenant, id: adjusts }) : null;
    if (adjusts && (old?.kind !== 'allocation' || !stood(old))) {
      throw badInput([fault('adjusts', 'allocation.notAdjustable', { found: adjusts })]);
    }
    const { round, owner, parties } = await startOf(directory, {
      person,
      round: old?.round ?? asked,
      day,
      mayOwn: ({ part }) => part === 'finance',
    });

    const all = await cases.inRound(tenant, 'allocation', round.id);
    const mine = all.find((found) => allocationOf(found).startedBy === startedBy);
    const line = all.filter(
      (found) => old && found !== mine && allocationOf(found).lineage === allocationOf(old).lineage,
    );
    const stands = line.filter(stood);
    const ended = line.filter((found) => isIn(found, 'declined', 'abandoned'));
    if (!mine && stands.length + ended.length < line.length)
      throw eventRefused('START', null, ['anotherIsOpen']);
    // Whether it is superseded travels behind; which one is the newest stands in the ordinals at once.
    const newest = old && newestOf(stands);
    if (!mine && newest && newest.id !== old.id) {
      const params = { found: old.code, newest: newest.code };
      throw badInput([fault('adjusts', 'allocation.notNewest', params)]);
    }

    const newLineage = async () => {
      const year = round.fiscalYear;
      const number = await registers.hold({ tenant, agency: 'city', type: 'PB', year, key: startedBy });
      return `PB-${year}-${String(number).padStart(3, '0')}`;
    };
    const lineage = old ? allocationOf(old).lineage : await newLineage();
    // Every try has its own ordinal, and with it its own claim on the money, also after one that was declined.
    const ordinal = mine ? ordinalOf(mine) : line.length + 1;
    const code = ordinal === 1 ? lineage : `${lineage}-DC${ordinal - 1}`;
    const born = { code, round: round.id, owner: owner.ref };
    return {
      ...born,
      // Two who adjust at once meet in one case; a first allocation is its own line.
      ...(old && { id: mine?.id ?? hashOf({ tenant, lineage, ordinal }).slice(0, 20) }),
      ruleset: rulesetOn(day).id,
      draft: { part: 'content', body: await propose({ tenant, round: round.id, adjusted: old }) },
      context: {
        ...newAllocation({
          ...born,
          hasUnits: owner.hasUnits,
          parties,
          lineage,
          ordinal,
          adjusts: adjusts ?? null,
          startedBy,
        }),
      },
    };
  };
