import type { DocumentType, Intent } from '../../workflows/vocabulary.js';
import type { DocumentSources } from '../documents/documentSources.js';
import type { Case } from '../engine/ports.js';
import { allocationProposal } from './allocationPapers.js';
import { appraisalReport, approvalProposal } from './appraisalPapers.js';
import { consolidationReport } from './consolidationReport.js';
import { decision } from './decision.js';
import { estimateProposal } from './estimateProposal.js';
import { returnLetter, supplementLetter } from './letters.js';
import { paperReads, type PapersGiven } from './reads.js';
import type { Told } from './told.js';

type Render = Extract<Intent, { type: 'render' }>['params'];

/** The name of each document, as lists and downloads show it. */
export const paperNames: Readonly<Record<DocumentType, string>> = {
  estimateProposal: 'Tờ trình dự toán',
  returnLetter: 'Công văn trả lại',
  supplementLetter: 'Công văn đề nghị bổ sung',
  consolidationReport: 'Báo cáo tổng hợp',
  appraisalReport: 'Báo cáo kết quả thẩm định',
  approvalProposal: 'Tờ trình phê duyệt dự toán',
  allocationProposal: 'Tờ trình phân bổ',
  decision: 'Quyết định',
};

/** Which data each paper of a case is made from: the frozen contents, and what the intent took along. */
export const paperSources = (given: PapersGiven) => {
  const reads = paperReads(given);
  const sources: {
    readonly [T in DocumentType]: (found: Case, told: Told) => Promise<DocumentSources[T]>;
  } = {
    estimateProposal: estimateProposal(reads),
    returnLetter: returnLetter(reads),
    supplementLetter: supplementLetter(reads),
    consolidationReport: consolidationReport(reads),
    appraisalReport: appraisalReport(reads),
    approvalProposal: approvalProposal(reads),
    allocationProposal: allocationProposal(reads),
    decision: decision(reads),
  };

  /** What a document of a case is made from, by the intent that owes it. @throws {Error} naming what is missing */
  return <T extends DocumentType>(
    found: Case,
    { document, data }: Render & { readonly document: T },
  ): Promise<DocumentSources[T]> => sources[document](found, data as unknown as Told);
};
