import type { Day } from '../../../workflows/vocabulary.js';
import { count, money } from '../format.js';
import type { Issue } from '../issue.js';
import { basisLine, basisLines, type LegalBasis } from '../legalBasis.js';
import { annexHeads, cite, lowerFirst, paperOf, type AnnexHead, type Paper } from '../paper.js';
import { amountInWords } from '../words.js';
import { fundedList, fundedTotal, type FundedListView, type FundedRow } from './fundedList.js';

/** What Finance's proposal to approve appraised estimates is made from. */
export interface ApprovalProposalSource {
  readonly issue: Issue;
  readonly round: string;
  readonly bases: readonly LegalBasis[];
  /** Finance's appraisal report on which it rests. */
  readonly report: { readonly number: string; readonly day: Day | null };
  /** The reviewer's report that was appraised. */
  readonly consolidation: { readonly agency: string; readonly number: string; readonly day: Day };
  /** Ceilings are the reviewed amounts, amounts the appraised ones. */
  readonly rows: readonly FundedRow[];
  /** Who decides: `Ủy ban nhân dân thành phố Cần Thơ`. */
  readonly submitTo: string;
}

/** Tờ trình phê duyệt dự toán; every text final. */
export interface ApprovalProposalView extends Paper {
  readonly round: string;
  readonly bases: readonly string[];
  readonly report: string;
  readonly consolidation: string;
  readonly consolidationAgency: string;
  readonly submitTo: string;
  readonly count: string;
  readonly reviewed: string;
  readonly total: string;
  readonly totalInWords: string;
  readonly difference: string;
  readonly head: AnnexHead;
  readonly list: FundedListView;
}

/** Builds the proposal. @throws {RangeError} when an estimate would get more than was reviewed */
export const approvalProposalView = (source: ApprovalProposalSource): ApprovalProposalView => {
  const { issue, rows, report, consolidation } = source;
  const round = lowerFirst(source.round);
  const total = fundedTotal(rows);
  const reviewed = rows.reduce((all, { ceiling }) => all + ceiling, 0);
  const subject = `phê duyệt dự toán kinh phí chuyển đổi số ${round}`;
  const [head] = annexHeads('Tờ trình', {
    issue,
    titles: [`Danh mục đề nghị ${subject}`],
  }) as [AnnexHead];
  return {
    ...paperOf(issue, { typeName: 'Tờ trình', subject: `Về việc ${subject}` }),
    round,
    bases: basisLines(source.bases.map(basisLine)),
    report: cite('Báo cáo', report.number, report.day),
    consolidation: cite('Báo cáo', consolidation.number, consolidation.day),
    consolidationAgency: consolidation.agency,
    submitTo: source.submitTo,
    count: count(rows.length),
    reviewed: money(reviewed),
    total: money(total),
    totalInWords: amountInWords(total),
    difference: money(total - reviewed),
    head,
    list: fundedList(rows),
  };
};
