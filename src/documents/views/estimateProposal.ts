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
import { annexHeads, paperOf, paragraphs, type AnnexHead, type Paper } from '../paper.js';
import { amountInWords } from '../words.js';
import { columnNumbers, yearsOf } from './tables.js';

/** What the proposal is made from: the frozen content and who issues it to whom. */
export interface EstimateProposalSource {
  readonly issue: Issue;
  readonly content: EstimateContent;
}

interface SplitRow {
  readonly no: string;
  readonly name: string;
  readonly source: string;
  readonly total: string;
  readonly years: readonly string[];
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
  readonly bySource: {
    readonly years: readonly string[];
    readonly columns: readonly string[];
    readonly rows: readonly SplitRow[];
    readonly totals: readonly string[];
  };
  readonly detail: {
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
    readonly years: readonly string[];
    readonly columns: readonly string[];
    readonly rows: readonly SplitRow[];
    readonly contingency: SplitRow;
    readonly totals: readonly string[];
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

const contingencyName = ({ contingencyRate, contingencyBase }: EstimateContent): string =>
  `Dự phòng (${percent(contingencyRate)} giá trị ${contingencyBase === 'PRE_VAT' ? 'trước' : 'sau'} thuế)`;

const yearAmounts = (split: readonly { year: number; amount: Money }[], years: readonly number[]): string[] =>
  years.map((year) => money(split.find((part) => part.year === year)?.amount ?? 0));

/** Builds the proposal of one estimate. Totals are those of the content; nothing is added up anew for print. */
export const estimateProposalView = ({ issue, content }: EstimateProposalSource): EstimateProposalView => {
  const { totals, lines } = content;
  const years = yearsOf(content.fiscalYearFrom, content.fiscalYearTo);
  const period = years.length === 1 ? `năm ${years[0]}` : `giai đoạn ${years[0]}-${years.at(-1)}`;
  // More columns do not fit on an upright page; the second annex has them all.
  const shownYears = years.length <= 3 ? years : [];
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
    bySource: {
      years: shownYears.map((year) => `Năm ${year}`),
      columns: columnNumbers(3 + shownYears.length),
      rows: fundingSources
        .filter((source) => totals.bySource[source] !== undefined)
        .map((source, i) => ({
          no: String(i + 1),
          name: labels.fundingSource[source],
          source: labels.fundingSourceShort[source],
          total: money(totals.bySource[source] ?? 0),
          years: shownYears.map((year) => money(totals.bySourceYear[`${source}/${year}`] ?? 0)),
        })),
      totals: [money(totals.grandTotal), ...shownYears.map((year) => money(totals.byYear[year] ?? 0))],
    },
    detail: {
      head: detailHead,
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
      years: years.map((year) => `Năm ${year}`),
      columns: columnNumbers(4 + years.length),
      rows: groups
        .flatMap(({ own }) => own)
        .map((line, i) => ({
          no: String(i + 1),
          name: line.name,
          source: labels.fundingSourceShort[line.fundingSource],
          total: money(line.amountAfterVat),
          years: yearAmounts(line.yearSplit, years),
        })),
      contingency: {
        no: String(lines.length + 1),
        name: contingencyName(content),
        source: '-',
        total: money(totals.contingencyAmount),
        years: yearAmounts(content.contingencyYearSplit, years),
      },
      totals: [money(totals.grandTotal), ...years.map((year) => money(totals.byYear[year] ?? 0))],
    },
  };
};
