import { sum } from '../../workflows/money.js';
import { allocationOf } from '../engine/contexts.js';
import type { Case, Draft, Part, Person } from '../engine/ports.js';
import { isWithOwner } from '../engine/shared.js';
import type { AllocationChecks } from './checks.js';
import type { AllocationDraft } from './content.js';
import { allocationEditSchemas, allocationEvents, startAllocation } from './schemas.js';

/** Whose part it is to divide the money of a round, or to audit it: not the Police's, who judge its security. */
const divides = ({ agency, auditor }: Person, { owner, context }: Case): boolean => {
  const { security: _security, ...dividing } = context.parties;
  return auditor || agency === owner || Object.values(dividing).includes(agency);
};

/** An allocation as HTTP takes and shows it. */
export const allocationApi = (checks: AllocationChecks) => ({
  kind: 'allocation' as const,
  plural: 'allocations',
  start: startAllocation,
  events: allocationEvents,
  edits: allocationEditSchemas,

  view(found: Case, person: Person): Promise<object> {
    const {
      lineage,
      ordinal,
      adjusts,
      supersededBy,
      total,
      pending,
      refused,
      revision,
      pass,
      issued,
      decision,
    } = allocationOf(found);
    const outsider = person.agency !== found.owner && !person.auditor;
    return Promise.resolve({
      lineage,
      ordinal,
      adjusts,
      supersededBy,
      // What is being prepared anew is the owner's until it is issued.
      total: isWithOwner(found) && outsider ? null : total,
      pending,
      refused,
      revision,
      pass,
      issued,
      decision,
    });
  },

  /**
   * What other allocations in force have taken of the round's envelopes (`taken`, by `<source>/<year>`, đồng); while it
   * is drafted also the rows, their total, and what is wrong with them. `taken` is told to those who divide the money.
   */
  async insight(found: Case, draft: (part: Part) => Promise<Draft>, person: Person): Promise<object> {
    const taken = divides(person, found) ? { taken: await checks.takenByOthers(found) } : {};
    if (found.state !== 'drafting') return { findings: [], ...taken };
    const { lines } = (await draft('content')).body as AllocationDraft;
    return {
      lines,
      total: sum(lines.map(({ amount }) => amount)),
      findings: await checks.findingsOf(found, lines),
      ...taken,
    };
  },
});
