import { sum } from '../../../workflows/money.js';
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

/** What approved estimates: the whole of it, not what of it is allocated here. */
interface Approval {
  readonly typeName: 'Quyết định' | 'Nghị quyết';
  readonly number: string;
  readonly day: Day;
  readonly estimates: number;
  readonly approved: Money;
  /** What other allocations give of it, đồng. */
  readonly givenBefore: Money;
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
  /** What each source has in each year, and what other allocations take of it, in đồng. */
  readonly envelopes: readonly (FundedCell & { readonly taken: Money })[];
  /** The allocation that an adjustment replaces. */
  readonly replaces?: { readonly number: string; readonly day: Day };
  /** Who decides: `Ủy ban nhân dân thành phố Cần Thơ`. */
  readonly submitTo: string;
}

/** Tờ trình phân bổ; every text final. */
export interface AllocationProposalView extends Paper {
  readonly round: string;
  readonly bases: readonly string[];
  readonly approvals: readonly {
    readonly paper: string;
    readonly count: string;
    readonly approved: string;
  }[];
  readonly givenBefore: string;
  readonly replaces: readonly string[];
  readonly submitTo: string;
  readonly count: string;
  readonly total: string;
  readonly totalInWords: string;
  readonly notAllocated: string;
  readonly envelopes: readonly {
    readonly no: string;
    readonly source: string;
    readonly year: string;
    readonly figures: readonly string[];
  }[];
  readonly envelopeLayout: Layout;
  /** What there is, what others take, what is allocated here, what is left. */
  readonly envelopeTotals: readonly string[];
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
    used.find(({ amount, taken, allocated }) => allocated > amount - taken) ??
    cells.find((cell) => !known(cell));
  if (overdrawn) throw new RangeError(`The envelope ${overdrawn.source}/${overdrawn.year} is too small.`);
  const total = fundedTotal(rows);
  const approved = sum(approvals.map((one) => one.approved));
  const givenBefore = sum(approvals.map((one) => one.givenBefore));
  if (givenBefore + total > approved) throw new RangeError(`More than ${approved} đồng would be allocated.`);
  const inEnvelope = ({ amount, taken, allocated }: Omit<(typeof used)[number], 'source' | 'year'>) =>
    [amount, taken, allocated, amount - taken - allocated].map(money);
  const envelopeTotals = inEnvelope({
    amount: sum(used.map(({ amount }) => amount)),
    taken: sum(used.map(({ taken }) => taken)),
    allocated: total,
  });
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
    approvals: approvals.map((one) => ({
      paper: approvalCited(one),
      count: count(one.estimates),
      approved: money(one.approved),
    })),
    givenBefore: money(givenBefore),
    replaces: replaces ? [cite('Quyết định', replaces.number, replaces.day)] : [],
    submitTo: source.submitTo,
    count: count(rows.length),
    total: money(total),
    totalInWords: amountInWords(total),
    notAllocated: money(approved - givenBefore - total),
    envelopes: used.map((one, i) => ({
      no: String(i + 1),
      source: labels.fundingSource[one.source],
      year: String(one.year),
      figures: inEnvelope(one),
    })),
    envelopeLayout: layTable(
      pageWidth.portrait,
      [
        { fixed: 11 },
        { text: 28 },
        { fixed: 12 },
        ...envelopeTotals.map((figure) => ({ figures: [figure], usual: 28 })),
      ],
      tableSizes.text,
    ),
    envelopeTotals,
    head,
    list: fundedList(rows),
  };
};

/** What others made is cited with who made it. */
const approvalCited = ({ typeName, number, day }: Approval): string =>
  typeName === 'Nghị quyết'
    ? `${cite(typeName, number, day)} của Hội đồng nhân dân thành phố`
    : cite(typeName, number, day);
