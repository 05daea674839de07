import type { EstimateSummary } from '../../workflows/content.js';
import { priceOutliers } from '../../workflows/rules/prices.js';
import { consolidationOf } from '../engine/contexts.js';
import type { Case } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import { consolidationEditSchemas, consolidationEvents, startConsolidation } from './schemas.js';
import type { ConsolidationTables } from './consolidationTables.js';

/** A consolidation as HTTP takes and shows it. */
export const consolidationApi = ({ ruleset }: Given, tables: ConsolidationTables) => ({
  kind: 'consolidation' as const,
  plural: 'consolidations',
  start: startConsolidation,
  events: consolidationEvents,
  edits: consolidationEditSchemas,

  view(found: Case): Promise<object> {
    const context = consolidationOf(found);
    const { ordinal, members, pending, refused, rows, sums, revision, pass, issued, supplement } = context;
    const { appraisalIssued, proposal, explanation, decision } = context;
    return Promise.resolve({
      ordinal,
      members,
      pending,
      refused,
      rows,
      sums,
      revision,
      pass,
      issued,
      supplement,
      // Finance's amounts stay private until they are issued.
      appraised: appraisalIssued ? (context.appraisal?.appraised ?? null) : null,
      appraisalIssued,
      proposal,
      explanation,
      decision,
    });
  },

  /** The table with its block sums, the overlap groups, and prices that lie far from their median. */
  async insight(found: Case): Promise<object> {
    const { rows, table, overlaps } = await tables.of(found);
    return {
      rows: rows.map(
        ({ case: id, code, agency, requested, reviewed, policeVerdict, adjustmentReason, takenOut }) => ({
          case: id,
          code,
          agency,
          requested: requested.grandTotal,
          reviewed: reviewed.grandTotal,
          policeVerdict,
          adjustmentReason,
          takenOut,
        }),
      ),
      table,
      overlaps,
      outliers: priceOutliers(rows.flatMap(normsOf), ruleset(found.ruleset)),
    };
  },
});

const normsOf = ({ case: id, code, norms }: EstimateSummary) =>
  norms.map(({ lineId, normRef, unit, unitPrice }) => ({ case: id, code, lineId, normRef, unit, unitPrice }));
