import { computeLine, totalsOf } from '../totals.js';
import type { Ruleset } from '../rulesets.js';
import { r01, r02 } from './arithmetic.js';
import { m2a } from './completeness.js';
import { r03, r04 } from './contingency.js';
import { r22, r23, r26, r27 } from './decisions.js';
import { r06, r10 } from './duplicates.js';
import { r25 } from './legality.js';
import { r07 } from './overlaps.js';
import { r18, r19 } from './prices.js';
import { r05 } from './quantities.js';
import { r11, r12 } from './routes.js';
import { r09 } from './scope.js';
import { r21 } from './security.js';
import {
  type CheckedEstimate,
  type ComparisonFacts,
  type ContentFacts,
  type Finding,
  type Found,
  type InformationSystem,
  type Level,
  levels,
  type Neighbours,
  type PoliceVerdict,
  type Rule,
  type Stage,
  type StepFacts,
  type SummariesFacts,
} from './shapes.js';
import { r24, r28 } from './tables.js';
import { numbered, tasksOf } from './tasks.js';
import { r20 } from './vat.js';

const contentRules: readonly Rule<ContentFacts>[] = [
  m2a,
  r01,
  r02,
  r03,
  r04,
  r05,
  r11,
  r12,
  r18,
  r20,
  r21,
  r25,
];
const comparisonRules: readonly Rule<ComparisonFacts>[] = [r06, r09, r10];
const summariesRules: readonly Rule<SummariesFacts>[] = [r07, r19];
const stepRules: readonly Rule<StepFacts>[] = [r22, r23, r24, r26, r27, r28];

const described =
  (shape: 'content' | 'comparison' | 'step') =>
  ({ id, source, stages, codes }: Omit<Rule<never>, 'check'>) => ({ id, shape, source, stages, codes });

/** Every rule for documentation and tests: id, shape, legal source, level per stage, codes. In the order of ids. */
export const ruleTable = [
  ...contentRules.map(described('content')),
  ...[...comparisonRules, ...summariesRules].map(described('comparison')),
  ...stepRules.map(described('step')),
].sort((a, b) => (a.id < b.id ? -1 : 1));

const milder = (level: Level, atMost: Level = level): Level =>
  levels.indexOf(atMost) < levels.indexOf(level) ? atMost : level;

const asked = <Facts>(rules: readonly Rule<Facts>[], stage: Stage, facts: Facts): Finding[] =>
  rules.flatMap((rule) => {
    const level = rule.stages[stage];
    if (level === undefined) return [];
    return rule.check(facts).map(({ code, path, params, atMost }: Found) => {
      return { rule: rule.id, code, level: milder(level, atMost), path, params };
    });
  });

/** What content rules need beside the content. */
export interface ContentBackground {
  readonly ruleset: Ruleset;
  /** The tenant's systems catalogue. */
  readonly systems: readonly InformationSystem[];
  /** The Police opinion that stands for this content; absent where it is not yet to be asked about. */
  readonly policeVerdict?: PoliceVerdict;
}

const contentFacts = (
  estimate: CheckedEstimate,
  { ruleset, systems, policeVerdict }: ContentBackground,
): ContentFacts => {
  const computed = estimate.lines.map(computeLine);
  const lines = numbered(computed);
  return {
    estimate,
    lines,
    totals: totalsOf({ ...estimate, lines: computed }),
    tasks: tasksOf(lines),
    ruleset,
    systems: new Map(systems.map((system) => [system.ref, system])),
    ...(policeVerdict === undefined ? {} : { policeVerdict }),
  };
};

/**
 * What the content rules find at a stage, in the order of rules, then of lines. Amounts and totals that came with the
 * input are compared with the computed ones (R01) and otherwise ignored.
 * @throws {MoneyError} where an amount cannot be reckoned exactly
 */
export const contentFindings = (
  estimate: CheckedEstimate,
  stage: Stage,
  background: ContentBackground,
): Finding[] => asked(contentRules, stage, contentFacts(estimate, background));

/**
 * What one content's neighbours show at a stage: likeness and splitting inside the agency, projects of one scope.
 * Of `code`, the content's own, neighbours are left out.
 * @throws {MoneyError}
 */
export const comparisonFindings = (
  estimate: CheckedEstimate & { readonly code?: string },
  stage: Stage,
  { neighbours, ...background }: ContentBackground & { readonly neighbours: Neighbours },
): Finding[] =>
  asked(comparisonRules, stage, {
    ...contentFacts(estimate, background),
    ...(estimate.code === undefined ? {} : { code: estimate.code }),
    neighbours: {
      ownAgency: (neighbours.ownAgency ?? []).filter(({ code }) => code !== estimate.code),
      projects: neighbours.projects ?? [],
    },
  });

/** What all accepted estimates of a round show together: overlap groups and price outliers. */
export const summariesFindings = (
  summaries: SummariesFacts['summaries'],
  stage: Stage,
  { ruleset, systems }: Pick<ContentBackground, 'ruleset' | 'systems'>,
): Finding[] =>
  asked(summariesRules, stage, {
    summaries,
    ruleset,
    systems: new Map(systems.map((system) => [system.ref, system])),
  });

/** What a step's facts break at a stage: amounts, persons, numbers, deadlines, tables. */
export const stepFindings = (facts: StepFacts, stage: Stage): Finding[] => asked(stepRules, stage, facts);

/** Whether any of the findings stops the step. */
export const hasErrors = (findings: readonly Pick<Finding, 'level'>[]): boolean =>
  findings.some(({ level }) => level === 'error');
