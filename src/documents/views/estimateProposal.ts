import {
  categories,
  fundingSources,
  type Category,
  type EstimateContent,
  type Line,
} from '../../../workflows/content.js';
import type { Money } from '../../../workflows/vocabulary.js';
import { money, percent, quantity, roman, shortDate } from '../format.js';
import { labels } from '../labels.js';
import { basisLine, basisLines } from '../legalBasis.js';
import type { Issue } from '../issue.js';
import { annexHeads, lowerFirst, paperOf, paragraphs, type AnnexHead, type Paper } from '../paper.js';
import { amountInWords } from '../words.js';
import {
  layTable,
  layBands,
  layColumns,
  pageWidth,
  tableSizes,
  type Column,
  type Layout,
} from '../columns.js';
import { columnNumbers, nothing, yearsOf } from './tables.js';

/** What the proposal is made from: the frozen content and who issues it to whom. */
export interface EstimateProposalSource {
  readonly issue: Issue;
  readonly content: EstimateContent;
}

/** A table of amounts by year, or a part of one that is too wide: heads and figures of its columns. */
interface SplitTable extends Layout {
  /** Set where a part is not the only one: `Năm 2026 - năm 2029`. */
  readonly caption: readonly string[];
  readonly heads: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly no: string;
    readonly name: string;
    readonly source: string;
    readonly figures: readonly string[];
  }[];
  readonly totals: readonly string[];
}

/** Tờ trình dự toán with its two annexes; every text final. */
export interface EstimateProposalView extends Paper {
  readonly code: string;
  readonly period: string;
  readonly receiver: string;
  readonly bases: readonly string[];
  readonly necessity: readonly string[];
  readonly currentState: readonly string[];
  readonly objectives: readonly string[];
  readonly scale: readonly string[];
  readonly technicalSolution: readonly string[];
  readonly expectedResults: readonly string[];
  readonly location: string;
  readonly schedule: string;
  readonly total: string;
  readonly totalInWords: string;
  readonly byCategory: readonly { readonly no: string; readonly name: string; readonly amount: string }[];
  readonly categoryLayout: Layout;
  readonly bySource: SplitTable & { readonly withYears: boolean };
  readonly detail: {
    readonly layout: Layout;
    readonly head: AnnexHead;
    readonly groups: readonly {
      readonly no: string;
      readonly name: string;
      readonly amount: string;
      readonly vatAmount: string;
      readonly amountAfterVat: string;
      readonly lines: readonly LineRow[];
    }[];
    readonly subtotal: string;
    readonly vatTotal: string;
    readonly afterVat: string;
    readonly contingencyName: string;
    readonly contingency: string;
  };
  readonly split: {
    readonly head: AnnexHead;
    /** More than one where the years do not fit beside each other. */
    readonly parts: readonly SplitTable[];
  };
}

interface LineRow {
  readonly no: string;
  readonly name: string;
  readonly specification: readonly string[];
  readonly unit: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly amount: string;
  readonly vatRate: string;
  readonly vatAmount: string;
  readonly amountAfterVat: string;
  readonly source: string;
  readonly basis: string;
}

const sum = (lines: readonly Line[], of: (line: Line) => Money): Money =>
  lines.reduce((total, line) => total + of(line), 0);

const lineView = (line: Line, no: number): LineRow => ({
  no: String(no),
  name: line.name,
  specification: paragraphs(line.specification),
  unit: line.unit,
  quantity: quantity(line.quantity),
  unitPrice: money(line.unitPrice),
  amount: money(line.amount),
  vatRate: line.vatRate === 'KCT' ? 'KCT' : percent(line.vatRate),
  vatAmount: money(line.vatAmount),
  amountAfterVat: money(line.amountAfterVat),
  source: labels.fundingSourceShort[line.fundingSource],
  basis: labels.pricingBasis[line.pricingBasis],
});

/** The eleven columns of the detailed estimate: each as wide as its longest figure, totals included. */
const detailLayout = ({ lines, totals }: EstimateContent): Layout => {
  const figures = (of: (line: Line) => string, ...more: Money[]): Column => ({
    figures: [...lines.map(of), ...more.map(money)],
    usual: 27,
  });
  return layTable(
    pageWidth.landscape,
    [
      { fixed: 11 },
      { text: 36, holds: lines.flatMap(({ name, specification }) => [name, specification ?? '']) },
      { text: 15, share: 0, holds: lines.map(({ unit }) => unit) },
      { ...figures((line) => quantity(line.quantity)), usual: 19 },
      { ...figures((line) => money(line.unitPrice)), usual: 25 },
      figures((line) => money(line.amount), totals.subtotal),
      { fixed: 12 },
      { ...figures((line) => money(line.vatAmount), totals.vatTotal), usual: 25 },
      figures((line) => money(line.amountAfterVat), totals.subtotal + totals.vatTotal, totals.grandTotal),
      { fixed: 20 },
      { fixed: 21 },
    ],
    tableSizes.annex,
  );
};

const contingencyName = ({ contingencyRate, contingencyBase }: EstimateContent): string =>
  `Dự phòng (${percent(contingencyRate)} giá trị ${contingencyBase === 'PRE_VAT' ? 'trước' : 'sau'} thuế)`;

const yearAmounts = (split: readonly { year: number; amount: Money }[], years: readonly number[]): string[] =>
  years.map((year) => money(split.find((part) => part.year === year)?.amount ?? 0));

/** Amounts with their total and one column per year. */
interface Split {
  readonly rows: SplitTable['rows'];
  readonly totals: readonly string[];
}

/** All figures of one column of a table, its total included. */
const columnOf = ({ rows, totals }: Split, at: number): string[] => [
  ...rows.map(({ figures }) => figures[at]!),
  totals[at]!,
];

const figureColumns = (split: Split, usual: number): Column[] =>
  split.totals.map((_, at) => ({ figures: columnOf(split, at), usual }));

/** By source, on an upright page; the years only where they fit, since the second annex has them all. */
const bySourceTable = (split: Split, heads: readonly string[]): SplitTable & { withYears: boolean } => {
  const lead: Column[] = [{ fixed: 12 }, { text: 40 }];
  const whole = layColumns(
    pageWidth.portrait,
    [...lead, ...figureColumns(split, 29)],
    tableSizes.text.slice(0, -1),
  );
  const shown = whole ? split.totals.length : 1;
  const rows = split.rows.map((row) => ({ ...row, figures: row.figures.slice(0, shown) }));
  const totals = split.totals.slice(0, shown);
  const layout =
    whole ?? layTable(pageWidth.portrait, [...lead, ...figureColumns({ rows, totals }, 45)], tableSizes.text);
  return {
    ...layout,
    caption: [],
    withYears: shown > 1,
    heads: heads.slice(0, shown),
    columns: columnNumbers(2 + shown),
    rows,
    totals,
  };
};

/** By line and year, on pages turned by a quarter. */
const byYearTables = (split: Split, heads: readonly string[]): SplitTable[] => {
  const lead: Column[] = [
    { fixed: 11 },
    { text: 45, holds: split.rows.map(({ name }) => name) },
    { fixed: 24 },
  ];
  const bands = layBands(
    pageWidth.landscape,
    figureColumns(split, 28),
    () => ({ before: lead, after: [] }),
    tableSizes.annex,
  );
  const numbers = columnNumbers(lead.length + heads.length);
  return bands.map(({ from, to, ...layout }) => ({
    ...layout,
    caption: bands.length > 1 ? [`${heads[from]!} - ${lowerFirst(heads[to - 1]!)}`] : [],
    heads: heads.slice(from, to),
    columns: [...numbers.slice(0, lead.length), ...numbers.slice(lead.length + from, lead.length + to)],
    rows: split.rows.map((row) => ({ ...row, figures: row.figures.slice(from, to) })),
    totals: split.totals.slice(from, to),
  }));
};

/** Builds the proposal of one estimate. Totals are those of the content; nothing is added up anew for print. */
export const estimateProposalView = ({ issue, content }: EstimateProposalSource): EstimateProposalView => {
  const { totals, lines } = content;
  const years = yearsOf(content.fiscalYearFrom, content.fiscalYearTo);
  const period = years.length === 1 ? `năm ${years[0]}` : `giai đoạn ${years[0]}-${years.at(-1)}`;
  const groups = categories.flatMap((category: Category) => {
    const own = lines.filter((line) => line.category === category);
    return own.length > 0 ? [{ category, own }] : [];
  });
  const [detailHead, splitHead] = annexHeads('Tờ trình', {
    issue,
    titles: [`Dự toán chi tiết kinh phí chuyển đổi số ${period}`, 'Phân kỳ kinh phí theo năm'],
  }) as [AnnexHead, AnnexHead];
  return {
    ...paperOf(issue, { typeName: 'Tờ trình', subject: `Về việc dự toán kinh phí chuyển đổi số ${period}` }),
    code: content.code,
    period,
    receiver: issue.addressees[0] ?? 'Cấp có thẩm quyền',
    bases: basisLines(content.legalBases.map(basisLine)),
    necessity: paragraphs(content.necessity),
    currentState: paragraphs(content.currentState),
    objectives: paragraphs(content.objectives),
    scale: paragraphs(content.scale),
    technicalSolution: paragraphs(content.technicalSolution),
    expectedResults: paragraphs(content.expectedResults),
    location: content.location,
    schedule: `từ ${shortDate(content.startDate)} đến ${shortDate(content.endDate)}`,
    total: money(totals.grandTotal),
    totalInWords: amountInWords(totals.grandTotal),
    byCategory: [
      ...groups.map(({ category }, i) => ({
        no: String(i + 1),
        name: labels.category[category],
        amount: money(totals.byCategory[category] ?? 0),
      })),
      {
        no: String(groups.length + 1),
        name: contingencyName(content),
        amount: money(totals.contingencyAmount),
      },
    ],
    categoryLayout: layTable(
      pageWidth.portrait,
      [{ fixed: 12 }, { text: 60 }, { figures: [money(totals.grandTotal)], usual: 45 }],
      tableSizes.text,
    ),
    bySource: bySourceTable(
      {
        rows: fundingSources
          .filter((source) => totals.bySource[source] !== undefined)
          .map((source, i) => ({
            no: String(i + 1),
            name: labels.fundingSource[source],
            source: labels.fundingSourceShort[source],
            figures: [
              money(totals.bySource[source] ?? 0),
              ...years.map((year) => money(totals.bySourceYear[`${source}/${year}`] ?? 0)),
            ],
          })),
        totals: [money(totals.grandTotal), ...years.map((year) => money(totals.byYear[year] ?? 0))],
      },
      ['Tổng số', ...years.map((year) => `Năm ${year}`)],
    ),
    detail: {
      head: detailHead,
      layout: detailLayout(content),
      groups: groups.map(({ category, own }, i) => ({
        no: roman(i + 1),
        name: labels.category[category],
        amount: money(sum(own, (line) => line.amount)),
        vatAmount: money(sum(own, (line) => line.vatAmount)),
        amountAfterVat: money(sum(own, (line) => line.amountAfterVat)),
        lines: own.map((line, j) => lineView(line, j + 1)),
      })),
      subtotal: money(totals.subtotal),
      vatTotal: money(totals.vatTotal),
      afterVat: money(totals.subtotal + totals.vatTotal),
      contingencyName: contingencyName(content),
      contingency: money(totals.contingencyAmount),
    },
    split: {
      head: splitHead,
      parts: byYearTables(
        {
          rows: [
            ...groups
              .flatMap(({ own }) => own)
              .map((line, i) => ({
                no: String(i + 1),
                name: line.name,
                source: labels.fundingSourceShort[line.fundingSource],
                figures: [money(line.amountAfterVat), ...yearAmounts(line.yearSplit, years)],
              })),
            {
              no: String(lines.length + 1),
              name: contingencyName(content),
              source: nothing,
              figures: [money(totals.contingencyAmount), ...yearAmounts(content.contingencyYearSplit, years)],
            },
          ],
          totals: [money(totals.grandTotal), ...years.map((year) => money(totals.byYear[year] ?? 0))],
        },
        ['Tổng số sau thuế', ...years.map((year) => `Năm ${year}`)],
      ),
    },
  };
};
