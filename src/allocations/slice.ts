import type { AllocationFacts } from '../../workflows/allocation.v1.js';
import type { Slice } from '../engine/ports.js';
import type { Given, Ledgers } from '../engine/shared.js';
import { allocationChecks, type AllocationChecks } from './checks.js';
import { deciding } from './deciding.js';
import { allocationEdits, proposing } from './draft.js';
import { sendingUp } from './sendingUp.js';
import { starting } from './starting.js';

/** What an allocation adds to the engine. */
export const allocationSlice = (
  given: Given & { ledgers: Ledgers },
  checks: AllocationChecks = allocationChecks(given),
): Slice => {
  const owner = sendingUp(given, checks);
  const authority = deciding(given, checks);
  return {
    kind: 'allocation',
    born: starting(given, proposing(given)),

    async facts({ found, events, sending }): Promise<AllocationFacts & Record<string, unknown>> {
      const asks = (type: string) => events.includes(type);
      if (found.state === 'drafting' && asks('SEND_UP')) return owner.facts(found, sending);
      if (found.state === 'awaitingDecision' && asks('APPROVE')) return authority.facts(found);
      return {};
    },

    prepare: { ...owner.prepare, ...authority.prepare },
    edits: allocationEdits,
  };
};
