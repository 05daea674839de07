import type { EstimateSummary } from '../../workflows/content.js';
import { priceOutliers } from '../../workflows/rules/prices.js';
import type { Day } from '../../workflows/vocabulary.js';
import { consolidationOf } from '../engine/contexts.js';
import type { Case, Person } from '../engine/ports.js';
import { isWithOwner, type Given } from '../engine/shared.js';
import { Refusal } from '../errors.js';
import { mayReadAppraisal } from './appraisal.js';
import { consolidationEditSchemas, consolidationEvents, startConsolidation } from './schemas.js';
import type { ConsolidationTables } from './consolidationTables.js';
import { tableHash } from './seen.js';

/** A consolidation as HTTP takes and shows it. */
export const consolidationApi = (
  { ruleset }: Given,
  tables: ConsolidationTables,
  /** The city's day: a delegation counts on its days. */
  today: () => Day,
) => ({
  kind: 'consolidation' as const,
  plural: 'consolidations',
  start: startConsolidation,
  events: consolidationEvents,
  edits: consolidationEditSchemas,

  view(found: Case, person: Person): Promise<object> {
    const context = consolidationOf(found);
    const { ordinal, members, pending, refused, rows, sums, revision, pass, issued, supplement } = context;
    const { appraisalIssued, proposal, explanation, decision } = context;
    const seen = seesTable(found, person);
    return Promise.resolve({
      ordinal,
      members,
      pending,
      refused,
      rows: seen ? rows : null,
      sums: seen ? sums : null,
      revision,
      pass,
      issued,
      supplement,
      appraised: mayReadAppraisal(found, person, today()) ? (context.appraisal?.appraised ?? null) : null,
      appraisalIssued,
      proposal,
      explanation,
      decision,
    });
  },

  readsCovered: (found: Case, person: Person) => mayReadAppraisal(found, person, today()),

  /**
   * The table with its block sums, the overlap groups, and prices that lie far from their median; `hash` names what
   * is shown, for FREEZE.
   * @throws {Refusal} NOT_PERMITTED to whom the table is not shown while it is made
   */
  async insight(found: Case, _draft: unknown, person: Person): Promise<object> {
    if (!seesTable(found, person)) throw new Refusal('NOT_PERMITTED', { event: 'ISSUE', permits: [] });
    const { rows, table, overlaps } = await tables.of(found);
    return {
      hash: tableHash(rows, overlaps),
      rows: rows.map(
        ({
          case: id,
          code,
          agency,
          ownMoney,
          requested,
          reviewed,
          policeVerdict,
          adjustmentReason,
          takenOut,
        }) => ({
          case: id,
          code,
          agency,
          ownMoney,
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

/** The table while it is made is its owner's, and theirs who settle overlaps in it; everybody's once it is issued. */
const seesTable = (found: Case, person: Person): boolean => {
  const { appraiser, substitute } = consolidationOf(found).parties;
  return (
    person.auditor || !isWithOwner(found) || [found.owner, appraiser, substitute].includes(person.agency)
  );
};

const normsOf = ({ case: id, code, norms }: EstimateSummary) =>
  norms.map(({ lineId, normRef, unit, unitPrice }) => ({ case: id, code, lineId, normRef, unit, unitPrice }));
