import decisions from '../../src/seed/canTho/decisions.json' with { type: 'json' };
import systems from '../../src/seed/canTho/systems.json' with { type: 'json' };
import { type SampleEstimate, sampleEstimates } from '../../src/seed/sampleEstimates.js';
import type {
  EstimateContent,
  EstimateInput,
  EstimateSummary,
  LineInput,
  LineVerdict,
} from '../../workflows/content.js';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import { summaryOf } from '../../workflows/summary.js';
import { computeLine, totalsOf, yearSplitInProportion } from '../../workflows/totals.js';

/** What the demonstration decides on one estimate, đồng. */
export interface SampleDecision {
  readonly code: string;
  readonly requested: number;
  readonly lineVerdicts: readonly {
    line: number;
    verdict: 'reduce' | 'exclude';
    quantity?: number;
    unitPrice?: number;
  }[];
  readonly reviewed: number;
  readonly appraised: number;
  readonly approved: number;
  readonly allocated: number;
  readonly allocatedByYear?: Readonly<Record<string, number>>;
  readonly appraisedContingencyRate?: number;
  readonly path: 'cityMoney' | 'ownMoney';
}

const found = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`The sample data have no ${what}`);
  return value;
};

/** Codes of the twelve sample estimates. */
export const sampleCodes: readonly string[] = sampleEstimates.map(({ code }) => code);

/** The systems catalogue of the demonstration city. */
export const sampleSystems: readonly InformationSystem[] = systems.systems;

/** Totals of all sample decisions, đồng. */
export const sampleDecisionTotals = decisions.totals;

/** An estimate as its agency types it, with its expected totals and its agency. */
export const sampleEstimate = (code: string): SampleEstimate =>
  found(
    sampleEstimates.find((estimate) => estimate.code === code),
    code,
  );

/** What the demonstration decides on an estimate. */
export const sampleDecision = (code: string): SampleDecision =>
  found(
    (decisions.decisions as unknown as SampleDecision[]).find((decision) => decision.code === code),
    `decision on ${code}`,
  );

/** The verdicts of the demonstration; lines not named are accepted. */
export const sampleVerdicts = (code: string): LineVerdict[] =>
  sampleDecision(code).lineVerdicts.map(({ line, ...verdict }) => ({
    lineId: `L${line}`,
    lineHash: '0'.repeat(64),
    reason: 'Điều chỉnh theo nhu cầu thực tế',
    by: 'reviewer',
    ...verdict,
  }));

/** An input frozen as content, of the sample estimate's agency. */
export const contentOf = (
  code: string,
  input: EstimateInput = sampleEstimate(code).input,
): EstimateContent => {
  const { id, name, kind } = sampleEstimate(code).agency;
  const lines = input.lines.map(computeLine);
  const totals = totalsOf({ ...input, lines });
  return {
    ...input,
    kind: 'estimate',
    code,
    agency: { id, name, kind },
    ruleset: 'ND73_82_NQ04',
    lines,
    totals,
  };
};

/** The summary that ACCEPT would store, reviewed as the demonstration does. */
export const sampleSummary = (
  code: string,
  input: EstimateInput = sampleEstimate(code).input,
  verdicts: readonly LineVerdict[] = sampleVerdicts(code),
): EstimateSummary =>
  summaryOf({
    case: `case-${code}`,
    content: contentOf(code, input),
    contentHash: '0'.repeat(64),
    order: sampleEstimate(code).agency.order,
    verdicts,
    policeVerdict: 'THONG_NHAT',
    incoming: { number: '01/TTr', day: sampleEstimate(code).submittedOn },
  });

/** The same estimate with all splits in their old proportions of the new amounts. */
export const refitted = (input: EstimateInput): EstimateInput => {
  const computed = input.lines.map(computeLine);
  const lines = input.lines.map((line, i) => ({
    ...line,
    yearSplit: yearSplitInProportion(computed[i]?.amountAfterVat ?? 0, line.yearSplit),
  }));
  const { contingencyAmount } = totalsOf({ ...input, lines: computed });
  return {
    ...input,
    lines,
    contingencyYearSplit: yearSplitInProportion(contingencyAmount, input.contingencyYearSplit),
  };
};

/** Line number `order` (from 1) changed and the splits refitted. */
export const withLine = (input: EstimateInput, order: number, change: Partial<LineInput>): EstimateInput =>
  refitted({
    ...input,
    lines: input.lines.map((line, i) => (i === order - 1 ? { ...line, ...change } : line)),
  });
