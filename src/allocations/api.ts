import type { Case, Draft } from '../engine/ports.js';
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

  /** The rows, their total, and what is wrong with them. */
  async draftView(found: Case, draft: Draft): Promise<object> {
    const { lines } = draft.body as AllocationDraft;
    return {
      lines,
      total: lines.reduce((total, { amount }) => total + amount, 0),
      findings: await checks.findingsOf(found, lines),
    };
  },
});
