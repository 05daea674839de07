import { newEstimate } from '../../workflows/estimate.v1.js';
import { rulesetOn } from '../../workflows/rulesets.js';
import type { Slice } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import { startOf } from '../engine/startOf.js';

/** The birth of an estimate: any agency that submits may start as many as it likes. */
export const starting =
  ({ directory, registers }: Pick<Given, 'directory' | 'registers'>): Slice['born'] =>
  async ({ person, input, id, day }) => {
    const { round, owner, parties } = await startOf(directory, {
      person,
      round: (input as { round?: string }).round,
      day,
      mayOwn: ({ submits }) => submits,
    });
    const ordinal = await registers.hold({
      tenant: person.tenant,
      agency: 'city',
      type: 'DT',
      year: round.fiscalYear,
      key: id,
    });
    const code = `DT-${round.fiscalYear}-${String(ordinal).padStart(3, '0')}`;
    const born = { code, round: round.id, owner: owner.ref };
    return {
      ...born,
      ruleset: rulesetOn(day).id,
      context: { ...newEstimate({ ...born, hasUnits: owner.hasUnits, parties }) },
    };
  };
