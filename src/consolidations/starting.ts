import { newConsolidation } from '../../workflows/consolidation.v1.js';
import { rulesetOn } from '../../workflows/rulesets.js';
import { consolidationOf } from '../engine/contexts.js';
import { hashOf } from '../engine/journal.js';
import type { Case, Slice } from '../engine/ports.js';
import { topOf, type Given } from '../engine/shared.js';
import { startOf } from '../engine/startOf.js';
import { eventRefused } from '../errors.js';
import type { turnsOf } from './turn.js';

/** The birth of a consolidation: Science & Technology gathers one at a time in a round. */
export const starting =
  (
    { directory, cases, registers }: Pick<Given, 'directory' | 'cases' | 'registers'>,
    turns: Pick<ReturnType<typeof turnsOf>, 'take'>,
  ): Slice['born'] =>
  async ({ person, input, id: startedBy, day }) => {
    const { tenant } = person;
    const { round, owner, parties } = await startOf(directory, {
      person,
      round: (input as { round?: string }).round,
      day,
      mayOwn: ({ part }) => part === 'scienceAndTechnology',
    });
    const earlier = await cases.inRound(tenant, 'consolidation', round.id);
    const mine = earlier.find((found) => consolidationOf(found).startedBy === startedBy);
    const others = earlier.filter((found) => found !== mine);
    if (!mine && others.some(isUnsent)) throw eventRefused('START', null, ['anotherIsOpen']);
    const ordinal = mine ? consolidationOf(mine).ordinal : others.length + 1;
    // Two who start at once meet in one case.
    const id = hashOf({ tenant, round: round.id, kind: 'consolidation', ordinal }).slice(0, 20);
    const year = round.fiscalYear;
    const number = await registers.hold({ tenant, agency: 'city', type: 'TH', year, key: id });
    const code = `TH-${year}-${String(number).padStart(2, '0')}`;
    const born = { code, round: round.id, owner: owner.ref };
    if (!mine) await turns.take({ ...born, tenant, id }, { seq: 1, event: 'START', state: null });
    return {
      ...born,
      id,
      ruleset: rulesetOn(day).id,
      context: {
        ...newConsolidation({ ...born, hasUnits: owner.hasUnits, parties, ordinal, startedBy }),
      },
    };
  };

/** A consolidation keeps its round to itself until it was sent to Finance. */
const isUnsent = (found: Case) => ['gathering', 'frozen', 'preparing'].includes(topOf(found));
