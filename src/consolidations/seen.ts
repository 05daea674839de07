import type { OverlapGroup } from '../../workflows/rules/overlaps.js';
import type { Hash } from '../../workflows/vocabulary.js';
import { hashOf } from '../engine/journal.js';
import type { OverlapDecision, Row } from './table.js';

/** Hash of what a table shows before it is frozen, and FREEZE names: the members as accepted, and each settlement. */
export const tableHash = (
  rows: readonly Row[],
  groups: readonly (OverlapGroup & { readonly settled: OverlapDecision | null })[],
): Hash =>
  hashOf({
    rows: rows.map((row) => ({ case: row.case, summary: row.summary, appraiser: row.appraiser })),
    groups: groups.map(({ id, sides, settled }) => ({ id, sides, settled })),
  });
