import {
  fundingSources,
  type Category,
  type EstimateSummary,
  type Totals,
} from '../../../workflows/content.js';
import { roundedTo } from '../../../workflows/money.js';
import type { AgencyKind, Day, Money } from '../../../workflows/vocabulary.js';
import { count, longDate, millions, money, roman, shortDate } from '../format.js';
import type { Issue } from '../issue.js';
import { blocks, labels, type Block } from '../labels.js';
import { basisLine, basisLines, type LegalBasis } from '../legalBasis.js';
import { annexHeads, lowerFirst, paperOf, paragraphs, type AnnexHead, type Paper } from '../paper.js';
import { reAdd, reAddList } from '../reAdd.js';
import { amountInWords } from '../words.js';
import { columnNumbers, nothing } from './tables.js';

/** What the report is made from: the frozen rows, and the story of the round. */
export interface ConsolidationReportSource {
  readonly issue: Issue;
  readonly round: { readonly name: string; readonly submissionDue: Day };
  readonly bases: readonly LegalBasis[];
  readonly rows: readonly EstimateSummary[];
  /** Agencies that had to send something, that sent something, and those that said they need nothing. */
  readonly sent: { readonly expected: number; readonly submitted: number; readonly nil: number };
  readonly late: readonly { readonly agency: string; readonly workingDays: number }[];
  readonly overlaps: readonly {
    readonly key: string;
    readonly codes: readonly string[];
    readonly decision: string;
    readonly reason: string;
  }[];
  /** What was hard, in the reporter's words; may be empty. */
  readonly difficulties: string;
}

interface BlockView<Row> {
  readonly no: string;
  readonly name: string;
  readonly sums: readonly string[];
  readonly rows: readonly Row[];
}
interface Table<Row> {
  readonly head: AnnexHead;
  readonly columns: readonly string[];
  readonly blocks: readonly BlockView<Row>[];
  readonly totals: readonly string[];
}
interface Row {
  readonly no: string;
  readonly agency: string;
  readonly figures: readonly string[];
}

/** Báo cáo tổng hợp with three landscape annexes, in million đồng that re-add (R28). */
export interface ConsolidationReportView extends Paper {
  readonly round: string;
  readonly submissionDue: string;
  readonly bases: readonly string[];
  readonly sent: Readonly<Record<'expected' | 'submitted' | 'onTime' | 'late' | 'nil' | 'estimates', string>>;
  readonly late: readonly { readonly agency: string; readonly workingDays: string }[];
  readonly requested: string;
  readonly requestedInWords: string;
  readonly reviewed: string;
  readonly reviewedInWords: string;
  readonly reduced: string;
  readonly adjusted: string;
  readonly overlaps: readonly {
    readonly no: string;
    readonly key: string;
    readonly codes: string;
    readonly decision: string;
  }[];
  readonly opinions: readonly { readonly name: string; readonly count: string; readonly agencies: string }[];
  readonly summary: readonly {
    readonly no: string;
    readonly name: string;
    readonly count: string;
    readonly figures: readonly string[];
  }[];
  readonly summaryTotals: readonly string[];
  readonly difficulties: readonly string[];
  readonly sources: readonly string[];
  readonly years: readonly string[];
  readonly spans: { readonly sources: string; readonly years: string; readonly all: string };
  /** Too many sources and years for letters of full size. */
  readonly dense: boolean;
  readonly main: Table<Row & { readonly incoming: string; readonly reason: string }>;
  readonly requestedByCategory: Table<Row & { readonly priority: string; readonly police: string }>;
  readonly reviewedByCategory: Table<Row>;
}

const unit = 100_000; // one decimal of a million đồng

const blockOf: Record<AgencyKind, Block> = {
  HDND: 'departments',
  UBND: 'departments',
  SO_BAN_NGANH: 'departments',
  CONG_AN: 'others',
  QUAN_SU: 'others',
  KHAC: 'others',
  XA_PHUONG: 'communes',
};

/** I departments, II police and others, III communes, also where a block is empty (domain 2d). */
const numberOf = (block: Block): string => roman(blocks.indexOf(block) + 1);

/** Columns by category; what communes do to data counts as data (domain 2d). */
const groups: readonly (readonly Category[])[] = [
  ['CO_SO_DU_LIEU', 'SO_HOA', 'CHUYEN_DOI', 'XAY_DUNG_DU_LIEU', 'CAP_NHAT'],
  ['PHAN_MEM'],
  ['HA_TANG'],
  ['ATTT'],
  ['NHIEM_VU_KHAC'],
];
const byGroup = (totals: Totals): Money[] => [
  ...groups.map((group) => group.reduce((sum, category) => sum + (totals.byCategory[category] ?? 0), 0)),
  totals.contingencyAmount,
];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const columnSums = (cells: readonly (readonly Money[])[], width: number): Money[] =>
  Array.from({ length: width }, (_, j) => sum(cells.map((row) => row[j] ?? 0)));

interface Laid {
  readonly block: Block;
  readonly rows: readonly EstimateSummary[];
}

/** Rounded totals: one per row, per block and for all, such that rows make blocks and blocks make the whole. */
const roundedTotals = (laid: readonly Laid[], of: (row: EstimateSummary) => Money) => {
  const exact = laid.map(({ rows }) => rows.map(of));
  const all = roundedTo(sum(exact.map(sum)), unit);
  const perBlock = reAddList(exact.map(sum), unit, all);
  return { all, blocks: perBlock, rows: exact.map((row, i) => reAddList(row, unit, perBlock[i]!)) };
};
type Rounded = ReturnType<typeof roundedTotals>;

/** Rounded cells under rounded totals, block by block, so that every column and every row re-adds. */
const roundedCells = (laid: readonly Laid[], totals: Rounded, of: (row: EstimateSummary) => Money[]) => {
  const exact = laid.map(({ rows }) => rows.map(of));
  const width = exact.flat()[0]?.length ?? 0;
  const perBlock = exact.map((rows) => columnSums(rows, width));
  const all = reAddList(columnSums(perBlock, width), unit, totals.all);
  const blockCells = reAdd(perBlock, { unit, rowTotals: totals.blocks, columnTotals: all });
  const rows = exact.map((cells, i) =>
    reAdd(cells, { unit, rowTotals: totals.rows[i]!, columnTotals: blockCells[i]! }),
  );
  return { all, blocks: blockCells, rows };
};

/** Where a figure stands in a table: the total, a block's sum, or a row. */
type At = { all: true } | { block: number; row?: number };

const figures = (values: readonly Money[]): string[] => values.map(millions);

/** Builds the report. @throws {RangeError} when it has no rows */
export const consolidationReportView = (source: ConsolidationReportSource): ConsolidationReportView => {
  const { issue, sent, late } = source;
  const round = { ...source.round, name: lowerFirst(source.round.name) };
  if (source.rows.length === 0) throw new RangeError('A consolidation report needs rows.');
  const laid: Laid[] = blocks.flatMap((block) => {
    const rows = source.rows
      .filter((row) => blockOf[row.agency.kind] === block)
      .sort((a, b) => a.agency.order - b.agency.order || a.code.localeCompare(b.code));
    return rows.length > 0 ? [{ block, rows }] : [];
  });
  const all = laid.flatMap(({ rows }) => rows);
  const usedSources = fundingSources.filter((key) =>
    all.some((row) => (row.reviewed.bySource[key] ?? 0) > 0),
  );
  const years = [...new Set(all.flatMap((row) => Object.keys(row.reviewed.byYear)))]
    .filter((year) => all.some((row) => (row.reviewed.byYear[year] ?? 0) > 0))
    .sort();
  const requested = roundedTotals(laid, (row) => row.requested.grandTotal);
  const reviewed = roundedTotals(laid, (row) => row.reviewed.grandTotal);
  const bySource = roundedCells(laid, reviewed, ({ reviewed: { bySource: at } }) =>
    usedSources.map((key) => at[key] ?? 0),
  );
  const byYear = roundedCells(laid, reviewed, ({ reviewed: { byYear: at } }) =>
    years.map((year) => at[year] ?? 0),
  );
  const asked = roundedCells(laid, requested, (row) => byGroup(row.requested));
  const kept = roundedCells(laid, reviewed, (row) => byGroup(row.reviewed));

  const [mainHead, askedHead, keptHead] = annexHeads('Báo cáo', {
    issue,
    titles: [
      'Bảng tổng hợp dự toán kinh phí chuyển đổi số',
      'Dự toán đề nghị theo loại hạng mục',
      'Dự toán sau rà soát theo loại hạng mục',
    ],
  }) as [AnnexHead, AnnexHead, AnnexHead];

  const table = <Extra extends object>(
    head: AnnexHead,
    width: number,
    figuresOf: (at: At) => readonly Money[],
    extra: (row: EstimateSummary) => Extra,
  ): Table<Row & Extra> => ({
    head,
    columns: columnNumbers(width),
    blocks: laid.map(({ block, rows }, i) => ({
      no: numberOf(block),
      name: labels.block[block],
      sums: figures(figuresOf({ block: i })),
      rows: rows.map((row, j) => ({
        no: String(j + 1),
        agency: row.agency.name,
        figures: figures(figuresOf({ block: i, row: j })),
        ...extra(row),
      })),
    })),
    totals: figures(figuresOf({ all: true })),
  });
  const totalAt = (of: Rounded, at: At): Money =>
    'all' in at ? of.all : at.row === undefined ? of.blocks[at.block]! : of.rows[at.block]![at.row]!;
  const cellsAt = (of: ReturnType<typeof roundedCells>, at: At): Money[] =>
    'all' in at ? of.all : at.row === undefined ? of.blocks[at.block]! : of.rows[at.block]![at.row]!;
  const difference = (at: At) => totalAt(reviewed, at) - totalAt(requested, at);
  const trio = (at: At) => [totalAt(requested, at), totalAt(reviewed, at), difference(at)];

  const exactRequested = sum(all.map((row) => row.requested.grandTotal));
  const exactReviewed = sum(all.map((row) => row.reviewed.grandTotal));
  return {
    ...paperOf(issue, {
      typeName: 'Báo cáo',
      subject: `Kết quả rà soát, tổng hợp dự toán kinh phí chuyển đổi số ${round.name}`,
    }),
    round: round.name,
    submissionDue: longDate(round.submissionDue),
    bases: basisLines(source.bases.map(basisLine)),
    sent: {
      expected: count(sent.expected),
      submitted: count(sent.submitted),
      onTime: count(sent.submitted - late.length),
      late: count(late.length),
      nil: count(sent.nil),
      estimates: count(all.length),
    },
    late: late.map(({ agency, workingDays }) => ({ agency, workingDays: count(workingDays) })),
    requested: money(exactRequested),
    requestedInWords: amountInWords(exactRequested),
    reviewed: money(exactReviewed),
    reviewedInWords: amountInWords(exactReviewed),
    reduced: money(exactRequested - exactReviewed),
    adjusted: count(all.filter((row) => row.reviewed.grandTotal !== row.requested.grandTotal).length),
    overlaps: source.overlaps.map(({ key, codes, decision, reason }, i) => ({
      no: String(i + 1),
      key,
      codes: codes.join(', '),
      decision: `${decision}: ${reason.replace(/[.;]$/, '')}`,
    })),
    opinions: (['THONG_NHAT', 'CO_DIEU_KIEN', 'KHONG_THONG_NHAT', 'CHUA_CO'] as const).flatMap((verdict) => {
      const rows = all.filter((row) => row.policeVerdict === verdict);
      const agencies = rows.map(({ agency, code }) => `${agency.name} (${code})`).join(', ');
      return rows.length > 0
        ? [{ name: labels.policeVerdict[verdict], count: count(rows.length), agencies }]
        : [];
    }),
    summary: laid.map(({ block, rows }, i) => ({
      no: numberOf(block),
      name: labels.block[block],
      count: String(rows.length),
      figures: figures(trio({ block: i })),
    })),
    summaryTotals: [String(all.length), ...figures(trio({ all: true }))],
    difficulties: paragraphs(source.difficulties),
    sources: usedSources.map((key) => labels.fundingSourceShort[key]),
    years: years.map((year) => `Năm ${year}`),
    spans: {
      sources: String(usedSources.length),
      years: String(years.length),
      all: String(7 + usedSources.length + years.length),
    },
    dense: usedSources.length + years.length > 6,
    main: table(
      mainHead,
      7 + usedSources.length + years.length,
      (at) => [...trio(at), ...cellsAt(bySource, at), ...cellsAt(byYear, at)],
      (row) => ({
        incoming: `${row.incoming.number} ngày ${shortDate(row.incoming.day)}`,
        reason: paragraphs(row.adjustmentReason).join(' ') || nothing,
      }),
    ),
    requestedByCategory: table(
      askedHead,
      11,
      (at) => [...cellsAt(asked, at), totalAt(requested, at)],
      (row) => ({ priority: labels.priority[row.priority], police: labels.policeVerdict[row.policeVerdict] }),
    ),
    reviewedByCategory: table(
      keptHead,
      10,
      (at) => [...cellsAt(kept, at), totalAt(reviewed, at), difference(at)],
      () => ({}),
    ),
  };
};
