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
import { onTheirWay, type Asking } from './onTheirWay.js';

/** What is asked of an allocation's rows. */
export type AllocationChecks = ReturnType<typeof allocationChecks>;

/**
 * What allocations take of an estimate's approved amount, by lineage: what each was given or now asks for, whichever is
 * more, since an adjustment on its way replaces what it adjusts.
 * @param except the lineage that asks
 */
const takenBy = (
  estimate: Case,
  asking: readonly Asking[] = [],
  except: string | null = null,
): readonly Asking[] => {
  const given = Object.entries(estimateOf(estimate).allocations).map(([lineage, { amount }]) => ({
    lineage,
    amount,
  }));
  const most = new Map<string, Money>();
  for (const { lineage, amount } of [...given, ...asking]) {
    if (lineage !== except && amount > (most.get(lineage) ?? 0)) most.set(lineage, amount);
  }
  return [...most].map(([lineage, amount]) => ({ lineage, amount }));
};

/** What they leave of it, đồng. */
export const leftOf = (estimate: Case, asking?: readonly Asking[]): Money =>
  (estimateOf(estimate).approved ?? 0) - sum(takenBy(estimate, asking).map(({ amount }) => amount));

/** What the rows give to an estimate, đồng. */
export const allocatedTo = (estimate: string, rows: readonly AllocationRow[]): Money =>
  sum(rows.filter((row) => row.estimate === estimate).map(({ amount }) => amount));

/** Holds rows against the estimates they give money to, and against the round's envelopes. */
export const allocationChecks = ({
  cases,
  directory,
  contents,
}: Pick<Given, 'cases' | 'directory' | 'contents'>) => {
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

    /**
     * What is wrong with the rows: estimates that cannot be given money, more than was approved or than there is.
     * @param stage a proposal is held against what others propose as well; a decision against what was decided
     */
    findingsOf: async (
      found: Case,
      rows: readonly AllocationRow[],
      stage: 'proposal' | 'decision' = 'proposal',
    ): Promise<Finding[]> => {
      const { lineage, round: id } = allocationOf(found);
      const [estimates, round, proposed] = await Promise.all([
        estimatesOf(found, rows),
        knownRound(directory, found),
        stage === 'proposal'
          ? onTheirWay({ cases, contents }, { tenant: found.tenant, round: id, lineage })
          : none,
      ]);
      const takenOf = (estimate: Case) => {
        const others = takenBy(estimate, proposed.get(estimate.id), lineage);
        if (others.length === 0) return {};
        const by = others
          .map((one) => one.lineage)
          .toSorted()
          .join(', ');
        return { taken: { amount: sum(others.map(({ amount }) => amount)), by } };
      };
      const money = stepFindings(
        {
          amounts: [...estimates].map(([id, estimate]) => ({
            path: `estimates/${id}`,
            subject: estimate.code,
            approved: estimateOf(estimate).approved ?? 0,
            ...takenOf(estimate),
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

const none: Awaited<ReturnType<typeof onTheirWay>> = new Map();

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
