import type { DocumentType } from '../../workflows/vocabulary.js';
import {
  allocationProposalView,
  type AllocationProposalSource,
  type AllocationProposalView,
} from './views/allocationProposal.js';
import {
  appraisalReportView,
  type AppraisalReportSource,
  type AppraisalReportView,
} from './views/appraisalReport.js';
import {
  approvalProposalView,
  type ApprovalProposalSource,
  type ApprovalProposalView,
} from './views/approvalProposal.js';
import {
  consolidationReportView,
  type ConsolidationReportSource,
  type ConsolidationReportView,
} from './views/consolidationReport.js';
import { decisionView, type DecisionSource, type DecisionView } from './views/decision.js';
import {
  estimateProposalView,
  type EstimateProposalSource,
  type EstimateProposalView,
} from './views/estimateProposal.js';
import {
  returnLetterView,
  supplementLetterView,
  type ReturnLetterSource,
  type ReturnLetterView,
  type SupplementLetterSource,
  type SupplementLetterView,
} from './views/letters.js';

/** Which plain data each document is made from. */
export interface DocumentSources {
  estimateProposal: EstimateProposalSource;
  returnLetter: ReturnLetterSource;
  supplementLetter: SupplementLetterSource;
  consolidationReport: ConsolidationReportSource;
  appraisalReport: AppraisalReportSource;
  approvalProposal: ApprovalProposalSource;
  allocationProposal: AllocationProposalSource;
  decision: DecisionSource;
}

/** What each template receives: finished text only. */
export interface DocumentViews {
  estimateProposal: EstimateProposalView;
  returnLetter: ReturnLetterView;
  supplementLetter: SupplementLetterView;
  consolidationReport: ConsolidationReportView;
  appraisalReport: AppraisalReportView;
  approvalProposal: ApprovalProposalView;
  allocationProposal: AllocationProposalView;
  decision: DecisionView;
}

const builders: { readonly [T in DocumentType]: (source: DocumentSources[T]) => DocumentViews[T] } = {
  estimateProposal: estimateProposalView,
  returnLetter: returnLetterView,
  supplementLetter: supplementLetterView,
  consolidationReport: consolidationReportView,
  appraisalReport: appraisalReportView,
  approvalProposal: approvalProposalView,
  allocationProposal: allocationProposalView,
  decision: decisionView,
};

/** The finished view of one document. Pure: the same data give the same view. @throws {RangeError} on sums that break a rule */
export const documentView = <T extends DocumentType>(type: T, source: DocumentSources[T]): DocumentViews[T] =>
  builders[type](source);
