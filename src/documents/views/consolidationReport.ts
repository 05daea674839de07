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
import { layTable, layBands, pageWidth, tableSizes, type Column, type Layout } from '../columns.js';
import { columnNumbers, nothing } from './tables.js';

/** What the report is made from: the frozen rows, and the story of the round. */
export interface ConsolidationReportSource {
  readonly issue: Issue;
  readonly round: { readonly name: string; readonly submissionDue: Day };
  readonly bases: readonly LegalBasis[];
  readonly rows: readonly EstimateSummary[];
  /** Agencies that had to send something, that sent it in time, and those that said they need nothing. */
  readonly sent: { readonly expected: number; readonly onTime: number; readonly nil: number };
  /** All that sent something late, in the table or not. */
  readonly late: readonly { readonly agency: string; readonly workingDays: number }[];
  readonly overlaps: readonly {
    /** Of the system or of the lines that overlap. */
    readonly name: string;
    readonly codes: readonly string[];
    /** The agency that settled it: nobody settles where their own agency has a side. */
    readonly by: string;
    readonly decision: string;
    readonly reason: string;
  }[];
  /** What was hard, in the reporter's words; may be empty. */
  readonly difficulties: string;
  /** Estimates that another agency reviewed in place of the one that reports. */
  readonly reviewedElsewhere: readonly {
    readonly agency: string;
    readonly code: string;
    readonly by: string;
  }[];
}

interface BlockView<Row> {
  readonly no: string;
  readonly name: string;
  readonly sums: readonly string[];
  readonly rows: readonly Row[];
}
interface Table<Row> extends Layout {
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

type MainRow = Row & { readonly incoming: string; readonly reason: string };

/** The main table, or a part of it where all sources and years are wider than the page. */
interface MainPart extends Layout {
  readonly first: boolean;
  readonly last: boolean;
  /** How many columns stand before the figures. */
  readonly lead: string;
  /** The same without the column of running numbers. */
  readonly names: string;
  /** Heads of columns that stand for themselves, and of those that belong together. */
  readonly single: readonly string[];
  readonly groups: readonly { readonly name: string; readonly span: string }[];
  readonly grouped: readonly string[];
  readonly columns: readonly string[];
  readonly blocks: readonly BlockView<MainRow>[];
  readonly totals: readonly string[];
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
    readonly name: string;
    readonly codes: string;
    readonly by: string;
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
  readonly reviewedElsewhere: readonly {
    readonly agency: string;
    readonly code: string;
    readonly by: string;
  }[];
  readonly summaryLayout: Layout;
  readonly main: { readonly head: AnnexHead; readonly parts: readonly MainPart[] };
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

/** All figures of one column: of the rows, the blocks and the whole. */
const columnAt = ({ blocks: all, totals }: Pick<Table<Row>, 'blocks' | 'totals'>, at: number): string[] => [
  totals[at]!,
  ...all.flatMap(({ sums, rows }) => [sums[at]!, ...rows.map((row) => row.figures[at]!)]),
];

const figureColumns = (table: Pick<Table<Row>, 'blocks' | 'totals'>, usual: number): Column[] =>
  table.totals.map((_, at) => ({ figures: columnAt(table, at), usual }));

/** Head of a column of figures of the main table; columns with the same group stand under it. */
interface FigureHead {
  readonly name: string;
  readonly group?: string;
}

/** The main table in as few parts as fit on the page. */
const mainParts = (
  table: { readonly blocks: readonly BlockView<MainRow>[]; readonly totals: readonly string[] },
  heads: readonly FigureHead[],
): MainPart[] => {
  const reasons = table.blocks.flatMap(({ rows }) => rows.map(({ reason }) => reason));
  const bands = layBands(
    pageWidth.landscape,
    figureColumns(table, 18),
    ({ first, last }) => ({
      before: [{ fixed: 11 }, { text: 34 }, ...(first ? [{ fixed: 29 }] : [])],
      after: last ? [{ text: 27, share: 0.5, holds: reasons }] : [],
    }),
    tableSizes.annex,
  );
  const numbers = columnNumbers(4 + heads.length);
  return bands.map(({ from, to, ...layout }) => {
    const [first, last] = [from === 0, to === heads.length];
    const own = heads.slice(from, to);
    const groups = [...new Set(own.flatMap(({ group }) => group ?? []))];
    const cut = (figures: readonly string[]) => figures.slice(from, to);
    return {
      ...layout,
      first,
      last,
      lead: String(first ? 3 : 2),
      names: String(first ? 2 : 1),
      single: own.filter(({ group }) => group === undefined).map(({ name }) => name),
      groups: groups.map((group) => ({
        name: group,
        span: String(own.filter((head) => head.group === group).length),
      })),
      grouped: own.filter(({ group }) => group !== undefined).map(({ name }) => name),
      columns: [
        ...numbers.slice(0, first ? 3 : 2),
        ...numbers.slice(3 + from, 3 + to),
        ...(last ? numbers.slice(-1) : []),
      ],
      blocks: table.blocks.map(({ sums, rows, ...block }) => ({
        ...block,
        sums: cut(sums),
        rows: rows.map((row) => ({ ...row, figures: cut(row.figures) })),
      })),
      totals: cut(table.totals),
    };
  });
};

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

  const tabled = <Extra extends object>(
    figuresOf: (at: At) => readonly Money[],
    extra: (row: EstimateSummary) => Extra,
  ): Pick<Table<Row & Extra>, 'blocks' | 'totals'> => ({
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
  /** A table of one part; `after` are the columns behind its figures. */
  const table = <Extra extends object>(
    head: AnnexHead,
    after: readonly Column[],
    ...asked: Parameters<typeof tabled<Extra>>
  ): Table<Row & Extra> => {
    const made = tabled(...asked);
    const columns = [{ fixed: 11 }, { text: 34 }, ...figureColumns(made, 22), ...after];
    return {
      head,
      ...layTable(pageWidth.landscape, columns, tableSizes.annex),
      columns: columnNumbers(columns.length),
      ...made,
    };
  };
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
      submitted: count(sent.onTime + late.length),
      onTime: count(sent.onTime),
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
    overlaps: source.overlaps.map(({ name, codes, by, decision, reason }, i) => ({
      no: String(i + 1),
      name,
      codes: codes.join(', '),
      by,
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
    reviewedElsewhere: source.reviewedElsewhere,
    summaryLayout: layTable(
      pageWidth.portrait,
      [
        { fixed: 12 },
        { text: 40 },
        { fixed: 18 },
        ...trio({ all: true }).map((amount) => ({ figures: [`-${millions(amount)}`], usual: 27 })),
      ],
      tableSizes.text,
    ),
    main: {
      head: mainHead,
      parts: mainParts(
        tabled(
          (at) => [...trio(at), ...cellsAt(bySource, at), ...cellsAt(byYear, at)],
          (row) => ({
            incoming: `${row.incoming.number} ngày ${shortDate(row.incoming.day)}`,
            reason: paragraphs(row.adjustmentReason).join(' ') || nothing,
          }),
        ),
        [
          { name: 'Đề nghị' },
          { name: 'Sau rà soát' },
          { name: 'Chênh lệch' },
          ...usedSources.map((key) => ({ name: labels.fundingSourceShort[key], group: 'Nguồn vốn' })),
          ...years.map((year) => ({ name: `Năm ${year}`, group: 'Phân kỳ' })),
        ],
      ),
    },
    requestedByCategory: table(
      askedHead,
      [{ fixed: 20 }, { fixed: 34 }],
      (at) => [...cellsAt(asked, at), totalAt(requested, at)],
      (row) => ({ priority: labels.priority[row.priority], police: labels.policeVerdict[row.policeVerdict] }),
    ),
    reviewedByCategory: table(
      keptHead,
      [],
      (at) => [...cellsAt(kept, at), totalAt(reviewed, at), difference(at)],
      () => ({}),
    ),
  };
};
