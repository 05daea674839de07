import type { Day, Money } from '../../../workflows/vocabulary.js';
import { count, money } from '../format.js';
import type { Issue } from '../issue.js';
import { labels } from '../labels.js';
import { basisLine, basisLines, type LegalBasis } from '../legalBasis.js';
import { annexHeads, cite, lowerFirst, paperOf, type AnnexHead, type Paper } from '../paper.js';
import { layTable, pageWidth, tableSizes, type Layout } from '../columns.js';
import { amountInWords } from '../words.js';
import {
  bySourceYear,
  fundedList,
  fundedTotal,
  type FundedCell,
  type FundedListView,
  type FundedRow,
} from './fundedList.js';

/** What approved estimates. */
interface Approval {
  readonly typeName: 'Quyết định' | 'Nghị quyết';
  readonly number: string;
  readonly day: Day;
}

/** What the proposal is made from. */
export interface AllocationProposalSource {
  readonly issue: Issue;
  readonly round: string;
  readonly bases: readonly LegalBasis[];
  /** The decisions by which the estimates were approved. */
  readonly approvals: readonly Approval[];
  /** Ceilings are the approved amounts. */
  readonly rows: readonly FundedRow[];
  /** What each source has in each year, in đồng. */
  readonly envelopes: readonly FundedCell[];
  /** The allocation that an adjustment replaces. */
  readonly replaces?: { readonly number: string; readonly day: Day };
  /** Who decides: `Ủy ban nhân dân thành phố Cần Thơ`. */
  readonly submitTo: string;
}

/** Tờ trình phân bổ; every text final. */
export interface AllocationProposalView extends Paper {
  readonly round: string;
  readonly bases: readonly string[];
  readonly approvals: string;
  readonly replaces: readonly string[];
  readonly submitTo: string;
  readonly count: string;
  readonly approved: string;
  readonly total: string;
  readonly totalInWords: string;
  readonly notAllocated: string;
  readonly envelopes: readonly {
    readonly no: string;
    readonly source: string;
    readonly year: string;
    readonly available: string;
    readonly allocated: string;
    readonly left: string;
  }[];
  readonly envelopeLayout: Layout;
  readonly envelopeTotals: { readonly available: string; readonly allocated: string; readonly left: string };
  readonly head: AnnexHead;
  readonly list: FundedListView;
}

/** Builds the proposal. @throws {RangeError} when a source would be overdrawn or an estimate gets too much */
export const allocationProposalView = (source: AllocationProposalSource): AllocationProposalView => {
  const { issue, rows, envelopes, replaces, approvals } = source;
  const round = lowerFirst(source.round);
  const cells = bySourceYear(rows);
  const used = envelopes.map((envelope) => {
    const cell = cells.find(({ source: key, year }) => key === envelope.source && year === envelope.year);
    return { ...envelope, allocated: cell?.amount ?? 0 };
  });
  const known = (cell: FundedCell) =>
    used.some((one) => one.source === cell.source && one.year === cell.year);
  const overdrawn =
    used.find(({ amount, allocated }) => allocated > amount) ?? cells.find((cell) => !known(cell));
  if (overdrawn) throw new RangeError(`The envelope ${overdrawn.source}/${overdrawn.year} is too small.`);
  const total = fundedTotal(rows);
  const approved = rows.reduce((all, { ceiling }) => all + ceiling, 0);
  const available: Money = used.reduce((all, { amount }) => all + amount, 0);
  const [head] = annexHeads('Tờ trình', {
    issue,
    titles: [`${replaces ? 'Điều chỉnh phân bổ' : 'Phân bổ'} kinh phí chuyển đổi số ${round}`],
  }) as [AnnexHead];
  return {
    ...paperOf(issue, {
      typeName: 'Tờ trình',
      subject: `Về việc ${replaces ? 'điều chỉnh phân bổ' : 'phân bổ'} kinh phí chuyển đổi số ${round}`,
    }),
    round,
    bases: basisLines(source.bases.map(basisLine)),
    approvals: listed.format(approvals.map(approvalCited)),
    replaces: replaces ? [cite('Quyết định', replaces.number, replaces.day)] : [],
    submitTo: source.submitTo,
    count: count(rows.length),
    approved: money(approved),
    total: money(total),
    totalInWords: amountInWords(total),
    notAllocated: money(approved - total),
    envelopes: used.map((one, i) => ({
      no: String(i + 1),
      source: labels.fundingSource[one.source],
      year: String(one.year),
      available: money(one.amount),
      allocated: money(one.allocated),
      left: money(one.amount - one.allocated),
    })),
    envelopeLayout: layTable(
      pageWidth.portrait,
      [
        { fixed: 11 },
        { text: 30 },
        { fixed: 14 },
        { figures: [money(available)], usual: 34 },
        { figures: [money(total)], usual: 34 },
        { figures: [money(available - total)], usual: 33 },
      ],
      tableSizes.text,
    ),
    envelopeTotals: { available: money(available), allocated: money(total), left: money(available - total) },
    head,
    list: fundedList(rows),
  };
};

const listed = new Intl.ListFormat('vi', { type: 'conjunction' });

/** What others made is cited with who made it. */
const approvalCited = ({ typeName, number, day }: Approval): string =>
  typeName === 'Nghị quyết'
    ? `${cite(typeName, number, day)} của Hội đồng nhân dân thành phố`
    : cite(typeName, number, day);
