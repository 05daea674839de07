import { bySourceYearInProportion } from '../../workflows/totals.js';
import type { EstimateSummary } from '../../workflows/content.js';
import { sum } from '../../workflows/money.js';
import { groupBy } from '../../workflows/rules/groupBy.js';
import type { Money } from '../../workflows/vocabulary.js';
import { cellsOf, sourceYearOf } from '../engine/cells.js';
import { estimateOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import type { Case } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import type { AllocationContent } from './content.js';
import type { AskingShares } from './onTheirWay.js';

type Reads = Pick<Given, 'cases' | 'contents'>;

/** By `<source>/<year>`, đồng. */
type Cells = Readonly<Record<string, Money>>;

/** What was approved of an estimate by source and year, and how much of it others than the one that asks take. */
export interface Shares {
  readonly approved: Cells;
  /** At most: who adjusts takes of a cell what was given or what is asked for now, whichever is more. */
  readonly taken: Cells;
  /** The same of the source up to and with the year; money that moves to another year is counted once. */
  readonly takenSoFar: Cells;
}

/**
 * What may be given of a cell, đồng: what is left of the year itself, while the source has as much left up to each
 * later year, in which others may have taken of this one.
 */
export const leftIn = ({ approved, taken, takenSoFar }: Shares, cell: string): Money => {
  const { source, year } = sourceYearOf(cell);
  const ofSource = (cells: Cells) =>
    Object.entries(cells).flatMap(([one, amount]) => {
      const at = sourceYearOf(one);
      return at.source === source ? [{ year: at.year, amount }] : [];
    });
  const upTo = (last: number) =>
    sum(ofSource(approved).flatMap((one) => (one.year <= last ? [one.amount] : [])));
  const later = ofSource(takenSoFar).filter((one) => one.year >= year);
  const left = later.map((one) => upTo(one.year) - one.amount);
  return Math.max(0, Math.min((approved[cell] ?? 0) - (taken[cell] ?? 0), ...left));
};

/** What lineages take at most, each of its splits as measured, in all. */
const mostOf = (
  byLineage: ReadonlyMap<string, readonly AskingShares[]>,
  measured: (split: AskingShares) => Money,
): Money => sum([...byLineage.values()].map((splits) => Math.max(0, ...splits.map(measured))));

/** What lineages take of the approved cells and of any other that they name, whichever of their splits comes. */
const takenOf = (approved: Cells, others: readonly AskingShares[]): Pick<Shares, 'taken' | 'takenSoFar'> => {
  const byLineage = groupBy(others, ({ lineage }) => lineage);
  const named = new Set(others.flatMap(({ cells }) => [...cells.keys()]));
  const inCell = (cell: string) => mostOf(byLineage, ({ cells }) => cells.get(cell) ?? 0);
  const upTo = (cell: string) => {
    const { source, year } = sourceYearOf(cell);
    const isUpTo = (one: string) => sourceYearOf(one).source === source && sourceYearOf(one).year <= year;
    return mostOf(byLineage, ({ cells }) =>
      sum([...cells].flatMap(([one, amount]) => (isUpTo(one) ? [amount] : []))),
    );
  };
  return {
    taken: Object.fromEntries([...named].map((cell) => [cell, inCell(cell)])),
    takenSoFar: Object.fromEntries(
      [...new Set([...Object.keys(approved), ...named])].map((cell) => [cell, upTo(cell)]),
    ),
  };
};

/** The frozen contents of cases, by their ids. */
const frozenOfAll = async <Content>({ cases, contents }: Reads, tenant: string, ids: ReadonlySet<string>) => {
  const found = await cases.loadMany(tenant, [...ids]);
  const frozen = found.map(async (one) => [one.id, await frozenOf<Content>(contents, one)] as const);
  return new Map(await Promise.all(frozen));
};

/**
 * What was approved of estimates by source and year, as their decisions print it: in the proportions of what remained
 * of each in its table. Nothing of one that no table has.
 */
const approvedOf = async (reads: Reads, tenant: string, estimates: readonly Case[]) => {
  const decided = estimates.filter((estimate) => estimateOf(estimate).approved !== null);
  const ids = new Set(decided.flatMap((estimate) => estimateOf(estimate).consolidation ?? []));
  const tables = await frozenOfAll<{ rows: readonly EstimateSummary[] }>(reads, tenant, ids);
  const rows = new Map([...tables.values()].flatMap((table) => table.rows.map((row) => [row.case, row])));
  return new Map(
    decided.flatMap((estimate) => {
      const row = rows.get(estimate.id);
      if (!row) return [];
      return [[estimate.id, bySourceYearInProportion(estimateOf(estimate).approved ?? 0, row.reviewed)]];
    }),
  );
};

/**
 * What was approved of estimates by source and year, and what is taken of it, by estimate.
 * @param asking what allocations on their way ask for, by estimate
 * @param except the lineage that asks: what it adjusts does not stand in its way
 */
export const sharesOf = async (
  reads: Reads,
  tenant: string,
  estimates: readonly Case[],
  asking: ReadonlyMap<string, readonly AskingShares[]>,
  except: string | null,
): Promise<ReadonlyMap<string, Shares>> => {
  const given = estimates.flatMap((estimate) =>
    Object.entries(estimateOf(estimate).allocations).map(([lineage, word]) => ({
      estimate,
      lineage,
      ...word,
    })),
  );
  const [approved, inForce] = await Promise.all([
    approvedOf(reads, tenant, estimates),
    frozenOfAll<AllocationContent>(reads, tenant, new Set(given.map(({ case: id }) => id))),
  ]);
  const rowsOf = new Map(
    [...inForce].map(([id, { rows }]) => [id, groupBy(rows, ({ estimate }) => estimate)]),
  );
  const givenTo = groupBy(given, ({ estimate }) => estimate.id);
  const othersOf = ({ id: estimate }: Case): AskingShares[] => {
    const standing = (givenTo.get(estimate) ?? []).map(({ lineage, amount, case: id }): AskingShares => {
      const rows = rowsOf.get(id)?.get(estimate) ?? [];
      return { lineage, amount, cells: cellsOf(rows) };
    });
    return [...standing, ...(asking.get(estimate) ?? [])].filter(({ lineage }) => lineage !== except);
  };
  return new Map(
    estimates.flatMap((estimate) => {
      const cells = approved.get(estimate.id);
      return cells ? [[estimate.id, { approved: cells, ...takenOf(cells, othersOf(estimate)) }]] : [];
    }),
  );
};
