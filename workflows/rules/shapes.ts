import type {
  EstimateContent,
  EstimateInput,
  EstimateSummary,
  FundingSource,
  Line,
  LineInput,
  Totals,
} from '../content.js';
import type { Ruleset } from '../rulesets.js';
import type { Day, DocumentNumber, Money } from '../vocabulary.js';

/** When a rule is asked: while writing, before ACCEPT, before FREEZE, before Finance, at the decision. */
export const stages = ['preparing', 'acceptance', 'freeze', 'finance', 'decision'] as const;
export type Stage = (typeof stages)[number];

/** An error stops the step, a warning must be looked at, an info is only told. */
export const levels = ['info', 'warning', 'error'] as const;
export type Level = (typeof levels)[number];

/** What a message is filled with: numbers stay numbers (đồng, percent), days are `YYYY-MM-DD`. */
export type FindingParams = Readonly<Record<string, string | number>>;

/** What a rule found; its wording is `<code>` in templates/messages/{vi,en}/findings.json. */
export interface Finding {
  /** `R01` … `R29`, or `M2A` for the form of an estimate. */
  readonly rule: string;
  readonly code: string;
  readonly level: Level;
  /** Where: `contingencyRate`, `lines/<lineId>/quantity`, `estimates/<case>/…`, `overlaps/<group id>`. */
  readonly path: string;
  readonly params: FindingParams;
}

/** What a check tells; the level is the stage's, lowered to `atMost` where the case is milder. */
export interface Found {
  readonly code: string;
  readonly path: string;
  readonly params: FindingParams;
  readonly atMost?: Level;
}

/** A rule: what it is called, on what it rests, at which stages it speaks and how loudly, and its check. */
export interface Rule<Facts> {
  readonly id: string;
  /** Legal source, or whose proposal it is. */
  readonly source: string;
  readonly stages: Partial<Record<Stage, Level>>;
  /** Every code that the check may tell. */
  readonly codes: readonly string[];
  readonly check: (facts: Facts) => Found[];
}

/** An entry of the systems catalogue of a tenant. */
export interface InformationSystem {
  readonly ref: string;
  readonly name: string;
  /** Serves the whole city: security level 3 at least (NĐ 85/2016). */
  readonly cityWide: boolean;
  /** The ministry that already offers it as a shared platform. */
  readonly providedBy: string | null;
}

/** Amounts that an author or a file may carry along; the server computes its own and reports what differs. */
export interface TypedAmounts {
  readonly amount?: unknown;
  readonly vatAmount?: unknown;
  readonly amountAfterVat?: unknown;
}
export interface TypedTotals {
  readonly subtotal?: unknown;
  readonly vatTotal?: unknown;
  readonly contingencyAmount?: unknown;
  readonly grandTotal?: unknown;
  readonly totals?: Partial<Totals>;
}
export type CheckedEstimate = Omit<EstimateInput, 'lines'> &
  TypedTotals & { readonly lines: readonly (LineInput & TypedAmounts)[] };

/** What stands for a security opinion where it matters to a rule. */
export type PoliceVerdict = EstimateSummary['policeVerdict'];

/** The lines of one estimate with one `systemRef`; a line without one is a task of its own. */
export interface Task {
  readonly systemRef: string | null;
  readonly lines: readonly NumberedLine[];
  /** After VAT, without contingency, đồng. */
  readonly total: Money;
}

/** A line and its place in the table, from 1. */
export interface NumberedLine {
  readonly order: number;
  readonly line: Line;
}

/** What content rules look at, prepared once. */
export interface ContentFacts {
  readonly estimate: CheckedEstimate;
  readonly lines: readonly NumberedLine[];
  readonly totals: Totals;
  readonly tasks: readonly Task[];
  readonly ruleset: Ruleset;
  readonly systems: ReadonlyMap<string, InformationSystem>;
  /** Absent: not asked about here. */
  readonly policeVerdict?: PoliceVerdict;
}

/** Another open estimate of the same agency, as far as R06 and R10 need it. */
export interface NeighbourEstimate {
  readonly code: string;
  readonly fiscalYearFrom: number;
  readonly lines: readonly (Pick<LineInput, 'id' | 'name' | 'systemRef' | 'spendForm' | 'fundingSource'> & {
    readonly amountAfterVat: Money;
  })[];
}

/** An item of the state-budget project list, as far as R09 needs it. */
export interface NeighbourProject {
  readonly code: string;
  readonly name: string;
  readonly relatedSystems: readonly string[];
  readonly linkedEstimates: readonly string[];
  readonly totalInvestment: Money;
  readonly contingency: Money;
  readonly capitalSchedule: EstimateInput['contingencyYearSplit'];
}

/** What a query found beside a content. */
export interface Neighbours {
  readonly ownAgency?: readonly NeighbourEstimate[];
  readonly projects?: readonly NeighbourProject[];
}

/** What comparison rules look at: a content and its neighbours. */
export interface ComparisonFacts extends ContentFacts {
  /** The content's own code, where it has one. */
  readonly code?: EstimateContent['code'];
  readonly neighbours: Required<Neighbours>;
}

/** What comparison rules over all accepted estimates look at. */
export interface SummariesFacts {
  readonly summaries: readonly EstimateSummary[];
  readonly ruleset: Ruleset;
  readonly systems: ReadonlyMap<string, InformationSystem>;
}

/** What others take of the same money, đồng, and who they are. */
export interface Taken {
  readonly amount: Money;
  readonly by: string;
}

/** The amounts of one subject on their way, đồng; an absent one has not been decided yet. */
export interface AmountsChain {
  /** Where the finding points: `estimates/<case>` or `lines/<lineId>`. */
  readonly path: string;
  /** How a message calls it: a code, a line. */
  readonly subject: string;
  readonly requested?: Money;
  readonly reviewed?: Money;
  readonly appraised?: Money;
  readonly approved?: Money;
  readonly allocated?: Money;
  /** What others were allocated of what was approved, or ask for. */
  readonly taken?: Taken;
  /** Why the review proposes more than requested; without it reviewed ≤ requested. */
  readonly increaseReason?: string;
  /** What was approved and allocated of it by source and year; absent where the decision knows no such split. */
  readonly shares?: readonly Share[];
}

/** What a subject has of a source in a year, đồng. */
export interface Share {
  /** Where the finding points: the row that asks; the subject where none does. */
  readonly path: string;
  readonly source: FundingSource;
  readonly year: number;
  readonly approved: Money;
  /** What others were allocated of it, or ask for, at most. */
  readonly taken: Money;
  /**
   * The same of the source up to this year, where it is not the sum: who moves money to another year may take either
   * place, not both.
   */
  readonly takenSoFar?: Money;
  readonly allocated: Money;
}

/** Who did what on one paper, by natural person; and which agencies stand on which side. */
export interface PersonsFacts {
  readonly preparers?: readonly string[];
  readonly endorser?: string;
  readonly signer?: string;
  readonly reviewers?: readonly string[];
  readonly decider?: string;
  readonly owner?: string;
  readonly reviewerAgency?: string;
  readonly appraiserAgency?: string;
}

/** A printed column in whole steps of đồng (triệu đồng: 1,000,000), and the exact sum it belongs to. */
export interface PrintedColumn {
  readonly path: string;
  readonly printed: readonly Money[];
  readonly exactTotal: Money;
  /** The printed step in đồng. */
  readonly step: Money;
}

/** One row of a table that must foot: its block and its numbers by column. */
export interface TableRow {
  readonly id: string;
  readonly block: string;
  readonly cells: Readonly<Record<string, Money>>;
}

/** A table with its block sums and its last line. */
export interface FootedTable {
  readonly rows: readonly TableRow[];
  /** In order, by Roman number. */
  readonly blocks: readonly { readonly id: string; readonly cells: Readonly<Record<string, Money>> }[];
  readonly total: Readonly<Record<string, Money>>;
}

/** Within each row, the columns `parts` add up to the column `whole`. */
export interface RowEquation {
  readonly parts: readonly string[];
  readonly whole: string;
}

/** What step rules look at; a rule is silent about what is absent. */
export interface StepFacts {
  readonly amounts?: readonly AmountsChain[];
  /** Allocated against the envelope, per `<source>/<year>`. */
  readonly envelopes?: readonly {
    readonly cell: string;
    readonly allocated: Money;
    readonly envelope: Money;
    /** What allocations in force beside this one have taken of it. */
    readonly taken?: Taken;
  }[];
  readonly persons?: PersonsFacts;
  readonly numbers?: readonly DocumentNumber[];
  readonly deadline?: { readonly path: string; readonly due: Day; readonly actual: Day };
  readonly table?: FootedTable & { readonly equations: readonly RowEquation[] };
  readonly printed?: readonly PrintedColumn[];
}
