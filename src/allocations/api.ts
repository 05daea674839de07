import type { Case, Draft, Part } from '../engine/ports.js';
import { allocationEditSchemas, allocationEvents, startAllocation } from './schemas.js';
import { allocationOf, type AllocationChecks, type AllocationDraft } from './slice.js';

/** An allocation as HTTP takes and shows it. */
export const allocationApi = (checks: AllocationChecks) => ({
  kind: 'allocation' as const,
  plural: 'allocations',
  start: startAllocation,
  events: allocationEvents,
  edits: allocationEditSchemas,

  view(found: Case): Promise<object> {
    const { lineage, ordinal, adjusts, total, pending, refused, revision, pass, issued, decision } =
      allocationOf(found);
    return Promise.resolve({
      lineage,
      ordinal,
      adjusts,
      total,
      pending,
      refused,
      revision,
      pass,
      issued,
      decision,
    });
  },

  /** While it is drafted: the rows, their total, and what is wrong with them. */
  async insight(found: Case, draft: (part: Part) => Promise<Draft>): Promise<object> {
    if (found.state !== 'drafting') return { findings: [] };
    const { lines } = (await draft('content')).body as AllocationDraft;
    return {
      lines,
      total: lines.reduce((total, { amount }) => total + amount, 0),
      findings: await checks.findingsOf(found, lines),
    };
  },
});
