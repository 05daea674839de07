import type { EstimateSummary } from '../../workflows/content.js';
import type { OverlapGroup } from '../../workflows/rules/overlaps.js';
import { overlapGroups } from '../../workflows/rules/overlaps.js';
import { blockOf, crossFoot, equationsFor, footed, rowOf } from '../../workflows/rules/tables.js';
import type { Found, FootedTable, InformationSystem } from '../../workflows/rules/shapes.js';
import type { Hash, Money } from '../../workflows/vocabulary.js';

/** A line that a settled overlap took out of a table. */
export interface TakenOut {
  readonly lineId: string;
  readonly lineName: string;
  /** What was reviewed of it, after VAT, đồng. */
  readonly amount: Money;
  /** The group by which it went, and why. */
  readonly group: string;
  readonly reason: string;
}

/** One row of the frozen table: an accepted estimate, and who appraises it. */
export interface Row extends EstimateSummary {
  /** Names what stands in the row; of an estimate that lost nothing here, its summary. */
  readonly summary: Hash;
  /** As it was accepted: its summary, and what was reviewed of it, đồng. */
  readonly accepted: { readonly summary: Hash; readonly reviewed: Money };
  /** Lines that settled overlaps took out: `reviewed` is what remains. */
  readonly takenOut: readonly TakenOut[];
  /** Finance, or the substitute where Finance itself is the owner (R27). */
  readonly appraiser: string;
}

/** How many estimates a consolidation may have: every agency of a big city, with several each. */
export const mostMembers = 5_000;

/** The ways of settling a group of overlapping lines. */
export const settlements = ['complementary', 'keepSeparate', 'merge', 'usePlatform', 'exclude'] as const;
export type Settlement = (typeof settlements)[number];

/** Those that leave each thing to one agency, or to none: the lines of the others leave the table. */
export const takingOut: ReadonlySet<Settlement> = new Set(['merge', 'usePlatform', 'exclude']);

/** Those of which no agency leads: nothing is left to one. */
export const leadless = ['complementary', 'keepSeparate', 'exclude'] as const satisfies Settlement[];

/** How an overlap group was settled, and by whom. */
export interface OverlapDecision {
  readonly group: string;
  readonly decision: Settlement;
  /** The agency that keeps its lines: of a merger always one, of a shared platform whose it is. */
  readonly lead: string | null;
  readonly reason: string;
  /** The sides that were judged: a group that gained a side is open again. */
  readonly sides: Hash;
  readonly by: string;
  readonly agency: string;
}

/** What FREEZE freezes: the rows, the table that adds up, and the settled overlaps. */
export interface ConsolidationContent {
  readonly kind: 'consolidation';
  readonly code: string;
  readonly round: string;
  readonly ordinal: number;
  readonly rows: readonly Row[];
  readonly table: FootedTable;
  readonly overlaps: readonly (OverlapGroup & { readonly settled: OverlapDecision })[];
  /** Who owed an estimate and how they answered, whether or not it stands in the table. */
  readonly answers: {
    readonly agencies: number;
    readonly onTime: number;
    /** Who sent one late, in official order, and how late the latest was. */
    readonly late: readonly { readonly agency: string; readonly workingDays: number }[];
    readonly nil: number;
  };
  /** What stood in the way, as whoever froze the table says; absent where they say nothing of it. */
  readonly difficulties?: string;
}

const blockOrder = ['I', 'II', 'III'];

/** Rows in the order of the paper: departments, police and others, communes; inside a block in official order. */
export const inOrder = <R extends EstimateSummary>(rows: readonly R[]): R[] =>
  rows.toSorted(
    (a, b) =>
      blockOrder.indexOf(blockOf(a.agency.kind)) - blockOrder.indexOf(blockOf(b.agency.kind)) ||
      a.agency.order - b.agency.order ||
      (a.code < b.code ? -1 : 1),
  );

/** The table of all rows with block sums and the last line; what does not add up to the đồng is told. */
export const tableOf = (rows: readonly EstimateSummary[]): { table: FootedTable; faults: Found[] } => {
  const lines = inOrder(rows).map(rowOf);
  const table = footed(lines);
  return { table, faults: crossFoot(table, equationsFor(lines)) };
};

/** Overlaps across all submissions, as groups (R07). */
export const overlapsOf = (
  rows: readonly EstimateSummary[],
  systems: readonly InformationSystem[],
): OverlapGroup[] => overlapGroups(rows, new Map(systems.map((system) => [system.ref, system])));
