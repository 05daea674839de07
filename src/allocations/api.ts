import { sum } from '../../workflows/money.js';
import { allocationOf } from '../engine/contexts.js';
import type { Case, Draft, Part, Person } from '../engine/ports.js';
import { isWithOwner } from '../engine/shared.js';
import type { AllocationChecks } from './checks.js';
import type { AllocationDraft } from './content.js';
import { isUndecided } from './onTheirWay.js';
import { allocationEditSchemas, allocationEvents, startAllocation } from './schemas.js';

/** Whose part it is to divide the money of a round, or to audit it: not the Police's, who judge its security. */
const divides = (person: Person, found: Case): boolean => {
  const { security: _security, ...dividing } = found.context.parties;
  return isOwners(person, found) || Object.values(dividing).includes(person.agency);
};

const isOwners = ({ agency, auditor }: Person, { owner }: Case): boolean => auditor || agency === owner;

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
    return Promise.resolve({
      lineage,
      ordinal,
      adjusts,
      supersededBy,
      // What is being prepared anew is the owner's until it is issued.
      total: isWithOwner(found) && !isOwners(person, found) ? null : total,
      pending,
      refused,
      revision,
      pass,
      issued,
      decision,
    });
  },

  /**
   * What is wrong with the rows, or to be known of them, and what their estimates may have by source and year
   * (`shares`, by estimate, đồng), until they are decided on: to whoever reads the draft, with its rows and their total,
   * and after SEND_UP only to those who divide the money. These are told at all times what other allocations in force
   * have taken of the round's envelopes (`taken`, by `<source>/<year>`, đồng).
   */
  async insight(found: Case, draft: (part: Part) => Promise<Draft>, person: Person): Promise<object> {
    const taken = divides(person, found) ? { taken: await checks.takenByOthers(found) } : {};
    if (found.state === 'drafting') {
      const { lines } = (await draft('content')).body as AllocationDraft;
      const total = sum(lines.map(({ amount }) => amount));
      return { lines, total, ...(await checks.checked(found, lines)), ...taken };
    }
    const isToldOf = divides(person, found) && (isOwners(person, found) || !isWithOwner(found));
    if (!isToldOf || !isUndecided(found)) return { findings: [], ...taken };
    return { ...(await checks.checkedContent(found)), ...taken };
  },
});
