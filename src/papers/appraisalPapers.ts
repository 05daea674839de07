import type { EstimateSummary, FundingSource } from '../../workflows/content.js';
import { sum } from '../../workflows/money.js';
import type { Money } from '../../workflows/vocabulary.js';
import type { Appraisal } from '../consolidations/appraisal.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import type { AppraisalReportSource } from '../documents/views/appraisalReport.js';
import type { ApprovalProposalSource } from '../documents/views/approvalProposal.js';
import { expected } from '../engine/known.js';
import type { Case } from '../engine/ports.js';
import type { Round } from '../engine/shared.js';
import { basesOn } from './bases.js';
import { cellsOfRow, fundedRows, rowOf } from './fundedRows.js';
import { openReferenceTo, referenceTo } from './issueOf.js';
import type { PaperReads } from './reads.js';
import { issuedAs, type Told } from './told.js';

const agreementNames: Readonly<Record<EstimateSummary['policeVerdict'], string>> = {
  THONG_NHAT: 'Thống nhất',
  CO_DIEU_KIEN: 'Thống nhất có điều kiện',
  KHONG_THONG_NHAT: 'Chưa thống nhất',
  CHUA_CO: 'Không thuộc diện lấy ý kiến',
};

/** What both of Finance's papers rest on: the frozen table, the appraisal of it, and the reviewer's report. */
const appraised = async ({ contents, round, name, authority }: PaperReads, found: Case, told: Told) => {
  const { parties } = found.context;
  const { hash } = expected(told.appraisal, 'the appraisal that a paper is about');
  const report = expected(told.report, "the number of the reviewer's report");
  const [content, appraisal, inRound, owner, office, submitTo] = await Promise.all([
    contents.get<ConsolidationContent>(found.tenant, told.content),
    contents.get<Appraisal>(found.tenant, hash),
    round(found),
    name(found, found.owner),
    name(found, parties.cityOffice),
    authority(found),
  ]);
  const consolidation = { agency: owner, ...referenceTo(report) };
  return { content, appraisal, round: inRound, owner, office, submitTo, consolidation };
};

/** Finance's report on what it found, row by row. */
export const appraisalReport =
  (reads: PaperReads) =>
  async (found: Case, told: Told): Promise<AppraisalReportSource> => {
    const { parties } = found.context;
    const issued = issuedAs(told);
    const known = await appraised(reads, found, told);
    const { content, appraisal, round, owner, office, submitTo, consolidation } = known;
    const security = await reads.name(found, parties.security);
    return {
      issue: await reads.issue(found, {
        ...issued,
        by: parties.appraiser,
        addressees: [submitTo],
        recipients: [owner, office],
      }),
      round: round.name,
      bases: basesOn(issued.number.day),
      consolidation,
      rows: await Promise.all(
        appraisal.rows.map(async ({ case: estimate, code, proposed, amount, comment, criteria }) => {
          const { agency, appraiser } = rowOf(content, estimate);
          return {
            agency: agency.name,
            code,
            proposed,
            appraised: amount,
            ...(comment && { reason: comment }),
            criteria,
            ...(appraiser !== parties.appraiser && { appraiser: await reads.name(found, appraiser) }),
          };
        }),
      ),
      forInformation: content.rows
        .filter(({ ownMoney }) => ownMoney)
        .map(({ agency, code, reviewed }) => ({ agency: agency.name, code, amount: reviewed.grandTotal })),
      opinions: content.rows
        .filter(({ policeVerdict }) => policeVerdict !== 'CHUA_CO')
        .map(({ code, policeVerdict }) => ({
          agency: security,
          text: `${code}: ${agreementNames[policeVerdict]}`,
        })),
      balance: balanceOf(content, appraisal, round),
      submitTo,
    };
  };

/** Finance's proposal that the authority approve the appraised estimates. */
export const approvalProposal =
  (reads: PaperReads) =>
  async (found: Case, told: Told): Promise<ApprovalProposalSource> => {
    const issued = issuedAs(told);
    const known = await appraised(reads, found, told);
    const { content, appraisal, round, owner, office, submitTo, consolidation } = known;
    return {
      issue: await reads.issue(found, {
        ...issued,
        by: found.context.parties.appraiser,
        addressees: [submitTo],
        recipients: [office, owner],
      }),
      round: round.name,
      bases: basesOn(issued.number.day),
      report: openReferenceTo(expected(told.appraisalReport, "the number of Finance's report")),
      consolidation,
      rows: fundedRows(
        content,
        appraisal.rows.map((row) => ({ case: row.case, ceiling: row.proposed, amount: row.amount })),
      ),
      submitTo,
    };
  };

/** What each source has in the whole round, whoever else was given of it, and what the appraised amounts ask of it, đồng. */
const balanceOf = (
  content: ConsolidationContent,
  { rows }: Appraisal,
  { envelopes }: Round,
): AppraisalReportSource['balance'] => {
  const needed = new Map<FundingSource, Money>();
  for (const { case: estimate, amount } of rows) {
    for (const cell of cellsOfRow(rowOf(content, estimate), amount)) {
      needed.set(cell.source, sum([needed.get(cell.source) ?? 0, cell.amount]));
    }
  }
  return [...needed].map(([source, amount]) => ({
    source,
    available: sum(Object.values(envelopes[source] ?? {})),
    needed: amount,
  }));
};
