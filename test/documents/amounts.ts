import { fundingSources, type EstimateContent, type FundingSource } from '../../workflows/content.js';
import { computeLine, totalsOf } from '../../workflows/totals.js';
import type { Money } from '../../workflows/vocabulary.js';
import type { DocumentSources } from '../../src/documents/documentSources.js';
import type { FundedRow } from '../../src/documents/views/fundedList.js';
import { samples } from './samples.js';

/** How large and how wide what is printed gets. */
export interface Scale {
  /** All amounts of a paper come to at most this, in đồng. */
  readonly most: Money;
  readonly years: number;
  readonly sources: number;
  /** Between 0 and 1, of no pattern; where an amount is cut. */
  readonly cuts: readonly number[];
}

/** An amount cut into so many parts that add up to it. */
const parted = (amount: Money, parts: number, { cuts }: Scale): Money[] => {
  const shares = Array.from({ length: parts }, (_, i) => 1 + (cuts[i % cuts.length] ?? 0));
  const all = shares.reduce((total, share) => total + share, 0);
  const amounts = shares.slice(1).map((share) => Math.floor((amount / all) * share));
  return [amount - amounts.reduce((total, part) => total + part, 0), ...amounts];
};

const yearsOf = ({ years }: Scale) => Array.from({ length: years }, (_, i) => 2025 + i);
const sourcesOf = ({ sources }: Scale): FundingSource[] => fundingSources.slice(0, sources);

/** An estimate with one line a source, each spread over all years, that comes to about `most` in all. */
const content = (scale: Scale, most: Money): EstimateContent => {
  const { content: sample } = samples.estimateProposal();
  const years = yearsOf(scale);
  const split = (amount: Money) =>
    parted(amount, years.length, scale).map((part, i) => ({ year: years[i]!, amount: part }));
  const lines = parted(Math.floor(most / 1.2), scale.sources, scale).map((amount, i) => {
    const like = sample.lines[i % sample.lines.length]!;
    const line = computeLine({
      ...like,
      id: `d${i}`,
      quantity: 1,
      unitPrice: amount,
      vatRate: 10,
      fundingSource: sourcesOf(scale)[i]!,
    });
    return { ...line, yearSplit: split(line.amountAfterVat) };
  });
  const head = {
    ...sample,
    fiscalYearFrom: 2025,
    fiscalYearTo: years.at(-1)!,
    contingencyRate: 5,
    contingencyYearSplit: split(0),
  };
  const { contingencyAmount } = totalsOf({ ...head, lines });
  const whole = { ...head, contingencyYearSplit: split(contingencyAmount) };
  return { ...whole, lines, totals: totalsOf({ ...whole, lines }) };
};

const funded = (scale: Scale): FundedRow[] =>
  parted(scale.most, 3, scale).map((ceiling, i) => ({
    agency: 'Sở Giáo dục và Đào tạo',
    code: `DT-2025-00${i}`,
    ceiling,
    cells: sourcesOf(scale).flatMap((source, at) => {
      const own = parted(ceiling, scale.sources, scale)[at]!;
      return parted(own, scale.years, scale).map((amount, year) => ({ source, year: 2025 + year, amount }));
    }),
  }));

/** Every document that has figures, at a scale. */
export const atScale = (scale: Scale) => {
  const rows = funded(scale);
  const fundedCells = rows.flatMap(({ cells }) => cells);
  const contents = parted(scale.most, 3, scale).map((most) => content(scale, most));
  const report = samples.consolidationReport();
  const appraisal = samples.appraisalReport();
  const proposed = parted(scale.most, 3, scale);
  return {
    estimateProposal: { ...samples.estimateProposal(), content: content(scale, scale.most) },
    consolidationReport: {
      ...report,
      rows: report.rows.slice(0, 3).map((row, i) => ({
        ...row,
        requested: contents[i]!.totals,
        reviewed: contents[i]!.totals,
      })),
    },
    appraisalReport: {
      ...appraisal,
      rows: proposed.map((amount, i) => ({
        ...appraisal.rows[i]!,
        proposed: amount,
        appraised: Math.floor(amount / 2),
        reason: 'Giảm 50%',
      })),
      balance: sourcesOf(scale).map((source, i) => ({
        source,
        available: parted(Math.floor(scale.most / 3), scale.sources, scale)[i]!,
        needed: parted(scale.most, scale.sources, scale)[i]!,
      })),
    },
    approvalProposal: { ...samples.approvalProposal(), rows },
    allocationProposal: {
      ...samples.allocationProposal(),
      rows,
      approvals: samples.allocationProposal().approvals.map((one) => ({
        ...one,
        estimates: rows.length,
        approved: rows.reduce((total, { ceiling }) => total + ceiling, 0),
      })),
      envelopes: sourcesOf(scale).flatMap((source) =>
        yearsOf(scale).map((year) => ({
          source,
          year,
          amount: fundedCells
            .filter((cell) => cell.source === source && cell.year === year)
            .reduce((total, { amount }) => total + amount, 0),
          taken: 0,
        })),
      ),
    },
    decision: { ...samples.decision(), rows },
  } satisfies Partial<{ [T in keyof DocumentSources]: DocumentSources[T] }>;
};
