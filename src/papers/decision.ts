import type { Decision } from '../consolidations/deciding.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import type { DecisionSource } from '../documents/views/decision.js';
import { expected } from '../engine/known.js';
import type { Case } from '../engine/ports.js';
import { allocated } from './allocationPapers.js';
import { basesOn } from './bases.js';
import { fundedRows, rowOf } from './fundedRows.js';
import { referenceTo } from './issueOf.js';
import type { PaperReads } from './reads.js';
import type { Told } from './told.js';

/** What a decision says of its rows: who gets what, who gets nothing, who carries it out. */
type Outcome = Pick<DecisionSource, 'about' | 'rows' | 'declined' | 'executors' | 'replaces'>;

/** The approval of a consolidation, row by row. */
const approval = async ({ contents }: PaperReads, found: Case, told: Told): Promise<Outcome> => {
  const { rows: proposed, hash } = expected(told.decision, `what was decided on ${found.code}`);
  const decided = async () =>
    proposed ??
    (await contents.get<Decision>(found.tenant, expected(hash, `what was decided on ${found.code}`))).rows;
  const [content, rows] = await Promise.all([
    contents.get<ConsolidationContent>(found.tenant, told.content),
    decided(),
  ]);
  const agencyOf = (estimate: string) => rowOf(content, estimate).agency.name;
  const approved = rows.filter((row) => row.approved > 0);
  return {
    about: 'approval',
    rows: fundedRows(
      content,
      approved.map((row) => ({
        case: row.case,
        ceiling: row.appraised,
        amount: row.approved,
        ...(row.reason && { note: row.reason }),
      })),
    ),
    declined: rows
      .filter((row) => row.approved === 0)
      .map((row) => ({
        agency: agencyOf(row.case),
        code: row.code,
        reason: expected(row.reason, `why ${row.code} was declined`),
      })),
    executors: approved.map((row) => agencyOf(row.case)),
  };
};

const allocation = async (reads: PaperReads, found: Case, told: Told): Promise<Outcome> => {
  const { rows, owners, replaced } = await allocated(reads, found, told);
  return { about: 'allocation', rows, declined: [], executors: owners, ...replaced };
};

/** The authority's decision on a consolidation or an allocation; a council's is made outside. */
export const decision =
  (reads: PaperReads) =>
  async (found: Case, told: Told): Promise<DecisionSource> => {
    const { parties } = found.context;
    const { by: signature, number: held } = expected(told.decision, `the decision on ${found.code}`);
    const number = expected(held, `the number of the decision on ${found.code}`);
    const proposal = expected(told.proposal, `the number of the proposal on ${found.code}`);
    const [outcome, round, proposer, office] = await Promise.all([
      found.kind === 'allocation' ? allocation(reads, found, told) : approval(reads, found, told),
      reads.round(found),
      reads.name(found, parties.appraiser),
      reads.name(found, parties.cityOffice),
    ]);
    return {
      ...outcome,
      issue: await reads.issue(found, {
        number,
        signature,
        by: number.agency,
        addressees: [],
        recipients: [
          'Thường trực Thành ủy, Thường trực HĐND thành phố',
          office,
          'Kho bạc Nhà nước khu vực XIX',
        ],
      }),
      round: round.name,
      bases: basesOn(number.day),
      proposal: { by: `Giám đốc ${proposer}`, typeName: 'Tờ trình', ...referenceTo(proposal) },
    };
  };
