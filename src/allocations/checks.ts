import { sum } from '../../workflows/money.js';
import { stepFindings } from '../../workflows/rules/index.js';
import type { Finding } from '../../workflows/rules/shapes.js';
import type { Money } from '../../workflows/vocabulary.js';
import { cellOf, cellsOf, envelopeOf } from '../engine/cells.js';
import { allocationOf, estimateOf } from '../engine/contexts.js';
import { knownRound } from '../engine/known.js';
import type { Case } from '../engine/ports.js';
import { topOf, type Given } from '../engine/shared.js';
import type { AllocationRow } from './content.js';

/** What is asked of an allocation's rows. */
export type AllocationChecks = ReturnType<typeof allocationChecks>;

/** What of an estimate's approved amount the allocations of other lineages than this one leave, đồng. */
export const leftOf = (estimate: Case, lineage?: string): Money => {
  const { approved, allocations } = estimateOf(estimate);
  const others = Object.entries(allocations).filter(([key]) => key !== lineage);
  return (approved ?? 0) - sum(others.map(([, { amount }]) => amount));
};

/** What the rows give to an estimate, đồng. */
export const allocatedTo = (estimate: string, rows: readonly AllocationRow[]): Money =>
  sum(rows.filter((row) => row.estimate === estimate).map(({ amount }) => amount));

/** Holds rows against the estimates they give money to, and against the round's envelopes. */
export const allocationChecks = ({ cases, directory }: Pick<Given, 'cases' | 'directory'>) => {
  /** The estimates of the round that the rows name, by id. */
  const estimatesOf = async (found: Case, rows: readonly AllocationRow[]): Promise<Map<string, Case>> => {
    const ids = [...new Set(rows.map(({ estimate }) => estimate))];
    const loaded = await cases.loadMany(found.tenant, ids);
    return new Map(
      loaded
        .filter(({ kind, round }) => kind === 'estimate' && round === found.round)
        .map((one) => [one.id, one]),
    );
  };

  return {
    estimatesOf,

    /** What is wrong with the rows: estimates that cannot be given money, more than was approved or than there is. */
    findingsOf: async (found: Case, rows: readonly AllocationRow[]): Promise<Finding[]> => {
      const { lineage } = allocationOf(found);
      const [estimates, round] = await Promise.all([estimatesOf(found, rows), knownRound(directory, found)]);
      const money = stepFindings(
        {
          amounts: [...estimates].map(([id, estimate]) => ({
            path: `estimates/${id}`,
            subject: estimate.code,
            approved: leftOf(estimate, lineage),
            allocated: allocatedTo(id, rows),
          })),
          envelopes: [...cellsOf(rows)].map(([cell, allocated]) => ({
            cell,
            allocated,
            envelope: envelopeOf(round, cell),
          })),
        },
        'decision',
      );
      return [...notApproved(rows, estimates), ...givenTwice(rows, estimates), ...money];
    },

    /** How many of the estimates have security conditions that nobody has confirmed. */
    conditionsOpen: async (found: Case, rows: readonly AllocationRow[]): Promise<number> =>
      [...(await estimatesOf(found, rows)).values()].filter((estimate) => {
        const { opinion, conditionsMet } = estimateOf(estimate);
        return opinion?.verdict === 'agreeWithConditions' && !conditionsMet;
      }).length,
  };
};

type Estimates = ReadonlyMap<string, Case>;

const form = (code: string, path: string, params: Finding['params']): Finding => ({
  rule: 'FORM',
  code,
  level: 'error',
  path,
  params,
});

const nameOf = (estimates: Estimates, id: string) => estimates.get(id)?.code ?? id;

/** Rows for estimates that are not approved, or not there. */
const notApproved = (rows: readonly AllocationRow[], estimates: Estimates): Finding[] =>
  rows
    .filter(({ estimate: id }) => {
      const estimate = estimates.get(id);
      return !estimate || !['approved', 'allocated'].includes(topOf(estimate));
    })
    .map(({ id, estimate }) =>
      form('ESTIMATE_NOT_APPROVED', `lines/${id}/estimate`, { estimate: nameOf(estimates, estimate) }),
    );

/** Rows that name an estimate and a cell which an earlier row has named. */
const givenTwice = (rows: readonly AllocationRow[], estimates: Estimates): Finding[] => {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const key = `${row.estimate} ${cellOf(row)}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const { id, estimate, source, year } = row;
    const params = { estimate: nameOf(estimates, estimate), source, year };
    return [form('ALLOCATION_ROW_TWICE', `lines/${id}`, params)];
  });
};
