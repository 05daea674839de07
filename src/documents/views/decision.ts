import type { Day } from '../../../workflows/vocabulary.js';
import { count, money } from '../format.js';
import type { Issue } from '../issue.js';
import { basisLine, basisLines, type LegalBasis } from '../legalBasis.js';
import { annexHeads, cite, lowerFirst, paperOf, paragraphs, type AnnexHead, type Paper } from '../paper.js';
import { amountInWords } from '../words.js';
import { fundedList, fundedTotal, type FundedListView, type FundedRow } from './fundedList.js';

/** What the decision is made from. */
export interface DecisionSource {
  readonly issue: Issue;
  /** Approving estimates, or allocating the money of approved ones. */
  readonly about: 'approval' | 'allocation';
  readonly round: string;
  readonly bases: readonly LegalBasis[];
  /** On whose proposal: `Giám đốc Sở Tài chính`, `Báo cáo` or `Tờ trình`, its number and day. */
  readonly proposal: {
    readonly by: string;
    readonly typeName: string;
    readonly number: string;
    readonly day: Day;
  };
  readonly rows: readonly FundedRow[];
  /** Estimates that were not approved, with the reason; only where `about` is `approval`. */
  readonly declined: readonly { readonly agency: string; readonly code: string; readonly reason: string }[];
  /** An earlier decision that this one replaces. */
  readonly replaces?: { readonly number: string; readonly day: Day };
  /** Agencies whose heads the last article names; above ten it refers to the annex. */
  readonly executors: readonly string[];
}

/** Quyết định with its annexed list; every text final. */
export interface DecisionView extends Paper {
  readonly authority: string;
  readonly approving: boolean;
  readonly round: string;
  readonly bases: readonly string[];
  readonly proposal: string;
  readonly count: string;
  readonly total: string;
  readonly totalInWords: string;
  readonly declined: readonly {
    readonly agency: string;
    readonly code: string;
    readonly reasons: readonly string[];
  }[];
  readonly replaces: readonly string[];
  readonly lastArticle: string;
  readonly replacingArticle: string;
  readonly executors: string;
  readonly ceilingName: string;
  readonly amountName: string;
  readonly head: AnnexHead;
  readonly list: FundedListView;
}

const words = {
  approval: {
    subject: 'Phê duyệt dự toán kinh phí chuyển đổi số',
    ceiling: 'Số thẩm định',
    amount: 'Số phê duyệt',
  },
  allocation: { subject: 'Phân bổ kinh phí chuyển đổi số', ceiling: 'Số phê duyệt', amount: 'Số phân bổ' },
};

/** Who carries it out, beside those whom every decision names. */
const executorsOf = (agencies: readonly string[]): string => {
  const named = [...new Set(agencies)];
  if (named.length === 0) return 'thủ trưởng các cơ quan, đơn vị có liên quan';
  if (named.length > 10) return 'thủ trưởng các đơn vị có tên tại Phụ lục';
  return `thủ trưởng các đơn vị: ${named.join('; ')}`;
};

/** Builds the decision; the authority line is the chairman's where the power is personal, else the body's. */
export const decisionView = (source: DecisionSource): DecisionView => {
  const { issue, about, proposal, replaces, rows } = source;
  const { issuer, signer } = issue;
  const round = lowerFirst(source.round);
  const body = issuer.lines.join(' ');
  const total = fundedTotal(rows);
  const { subject, ceiling, amount } = words[about];
  const what = replaces && about === 'allocation' ? 'Điều chỉnh phân bổ kinh phí chuyển đổi số' : subject;
  const list =
    about === 'approval'
      ? `Danh sách dự toán kinh phí chuyển đổi số ${round} được phê duyệt`
      : `${what} ${round}`;
  const [head] = annexHeads('Quyết định', { issue, titles: [list] }) as [AnnexHead];
  const middle = 2 + (replaces ? 1 : 0);
  return {
    ...paperOf(issue, {
      typeName: 'Quyết định',
      subject: `Về việc ${what.charAt(0).toLocaleLowerCase('vi')}${what.slice(1)} ${round}`,
      sameAs: `Như Điều ${middle + 1}`,
    }),
    authority: signer.personal ? `${issuer.headTitle} ${body}` : body,
    approving: about === 'approval',
    round,
    bases: basisLines(source.bases.map(basisLine), ';'),
    proposal: `${proposal.by} tại ${cite(proposal.typeName, proposal.number, proposal.day)}`,
    count: count(rows.length),
    total: money(total),
    totalInWords: amountInWords(total),
    declined: source.declined.map(({ agency, code, reason }) => ({
      agency,
      code,
      reasons: paragraphs(reason).map((line) => line.replace(/[.;]$/, '')),
    })),
    replaces: replaces ? [cite('Quyết định', replaces.number, replaces.day)] : [],
    replacingArticle: '3',
    lastArticle: String(middle + 1),
    executors: executorsOf(source.executors),
    ceilingName: ceiling,
    amountName: amount,
    head,
    list: fundedList(rows),
  };
};
