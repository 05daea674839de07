import { sum } from '../../workflows/money.js';
import { groupBy } from '../../workflows/rules/groupBy.js';
import { stepFindings } from '../../workflows/rules/index.js';
import type { Finding, Share, StepFacts, Taken } from '../../workflows/rules/shapes.js';
import type { Money } from '../../workflows/vocabulary.js';
import { cellOf, cellsOf, envelopeOf, sourceYearOf } from '../engine/cells.js';
import { allocationOf, estimateOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import { knownRound } from '../engine/known.js';
import type { Case } from '../engine/ports.js';
import { topOf, type Given, type Ledgers } from '../engine/shared.js';
import type { AllocationContent, AllocationRow } from './content.js';
import { onTheirWay, type Asking } from './onTheirWay.js';
import { sharesOf, type Shares } from './shares.js';

/** What is asked of an allocation's rows. */
export type AllocationChecks = ReturnType<typeof allocationChecks>;

/** What was found of rows, and what their estimates may have by source and year, by estimate. */
export interface Checked {
  readonly findings: readonly Finding[];
  readonly shares: Readonly<Record<string, Shares>>;
}

const sumOf = (asking: readonly Asking[]): Money => sum(asking.map(({ amount }) => amount));

/** Of each lineage the greatest amount that is more than nothing. */
const mostByLineage = (asking: readonly Asking[]): readonly Asking[] => {
  const most = new Map<string, Money>();
  for (const { lineage, amount } of asking) if (amount > (most.get(lineage) ?? 0)) most.set(lineage, amount);
  return [...most].map(([lineage, amount]) => ({ lineage, amount }));
};

/** The same as a rule tells it; silent where nobody takes anything. */
const takenIn = (asking: readonly Asking[]): { taken?: Taken } => {
  const by = asking.map(({ lineage }) => lineage).toSorted();
  return asking.length === 0 ? {} : { taken: { amount: sumOf(asking), by: by.join(', ') } };
};

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
  return mostByLineage([...given, ...asking].filter(({ lineage }) => lineage !== except));
};

/** What they leave of it, đồng. */
export const leftOf = (estimate: Case, asking?: readonly Asking[]): Money =>
  (estimateOf(estimate).approved ?? 0) - sumOf(takenBy(estimate, asking));

/** What the rows give to an estimate, đồng. */
export const allocatedTo = (estimate: string, rows: readonly AllocationRow[]): Money =>
  sum(rows.filter((row) => row.estimate === estimate).map(({ amount }) => amount));

/** What its rows ask of an estimate beside its shares, a source and year at a time. */
const shareFacts = (
  estimate: string,
  own: readonly AllocationRow[],
  shares: Shares | undefined,
): { shares?: Share[] } => {
  const { approved = {}, taken = {}, takenSoFar = {} } = shares ?? {};
  if (Object.keys(approved).length === 0) return {};
  const asked = cellsOf(own);
  const cells = new Set([...Object.keys(approved), ...Object.keys(taken), ...asked.keys()]);
  return {
    shares: [...cells].map((cell): Share => {
      const row = own.find((one) => cellOf(one) === cell);
      return {
        path: row ? `lines/${row.id}/amount` : `estimates/${estimate}`,
        ...sourceYearOf(cell),
        approved: approved[cell] ?? 0,
        taken: taken[cell] ?? 0,
        ...(takenSoFar[cell] !== undefined && { takenSoFar: takenSoFar[cell] }),
        allocated: asked.get(cell) ?? 0,
      };
    }),
  };
};

/** Holds rows against the estimates they give money to, and against the round's envelopes. */
export const allocationChecks = ({
  cases,
  directory,
  contents,
  ledgers,
}: Pick<Given, 'cases' | 'directory' | 'contents'> & { readonly ledgers: Pick<Ledgers, 'load'> }) => {
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

  /** What other lineages hold of each cell of the round; an adjustment replaces what its own one holds. */
  const heldByOthers = async (found: Case): Promise<ReadonlyMap<string, readonly Asking[]>> => {
    const { lineage: own, round } = allocationOf(found);
    const ledger = await ledgers.load({ tenant: found.tenant, round });
    const held = new Map<string, Asking[]>();
    for (const { lineage, cells } of ledger?.claims ?? [])
      for (const [cell, amount] of Object.entries(cells))
        if (lineage !== own) held.set(cell, [...(held.get(cell) ?? []), { lineage, amount }]);
    return new Map([...held].map(([cell, asking]) => [cell, mostByLineage(asking)]));
  };

  /** What the rows take of each envelope, beside what others hold of it. */
  const envelopesOf = async (
    found: Case,
    rows: readonly AllocationRow[],
  ): Promise<NonNullable<StepFacts['envelopes']>> => {
    const [round, held] = await Promise.all([knownRound(directory, found), heldByOthers(found)]);
    return [...cellsOf(rows)].map(([cell, allocated]) => ({
      cell,
      allocated,
      envelope: envelopeOf(round, cell),
      ...takenIn(held.get(cell) ?? []),
    }));
  };

  /**
   * What is wrong with the rows, beside the shares of their estimates: estimates that cannot be given money, more than
   * was approved in all or of a source and year, or than there is.
   * @param stage a proposal is held against what others propose for an estimate as well, and against what is left of
   * the envelopes; a decision against what was decided, while the ledger holds it against the envelopes
   */
  const checked = async (
    found: Case,
    rows: readonly AllocationRow[],
    stage: 'proposal' | 'decision' = 'proposal',
  ): Promise<Checked> => {
    const { lineage, round: id } = allocationOf(found);
    const [estimates, proposed, envelopes] = await Promise.all([
      estimatesOf(found, rows),
      stage === 'proposal'
        ? onTheirWay({ cases, contents }, { tenant: found.tenant, round: id, lineage })
        : none,
      stage === 'proposal' ? envelopesOf(found, rows) : [],
    ]);
    const shares = await sharesOf(
      { cases, contents },
      found.tenant,
      [...estimates.values()],
      proposed,
      lineage,
    );
    const rowsOf = groupBy(rows, ({ estimate }) => estimate);
    const money = stepFindings(
      {
        amounts: [...estimates].map(([id, estimate]) => ({
          path: `estimates/${id}`,
          subject: estimate.code,
          approved: estimateOf(estimate).approved ?? 0,
          ...takenIn(takenBy(estimate, proposed.get(estimate.id), lineage)),
          allocated: allocatedTo(id, rows),
          ...shareFacts(id, rowsOf.get(id) ?? [], shares.get(id)),
        })),
        envelopes,
      },
      'decision',
    );
    return {
      findings: [...notApproved(rows, estimates), ...givenTwice(rows, estimates), ...money],
      shares: Object.fromEntries(shares),
    };
  };

  return {
    estimatesOf,

    /** What other allocations in force have taken of the round's envelopes, by `<source>/<year>`, đồng. */
    takenByOthers: async (found: Case): Promise<Readonly<Record<string, Money>>> =>
      Object.fromEntries(
        [...(await heldByOthers(found))]
          .filter(([cell]) => cell.includes('/'))
          .map(([cell, asking]) => [cell, sumOf(asking)]),
      ),

    checked,

    /** What is wrong with the rows alone. */
    findingsOf: async (...asked: Parameters<typeof checked>): Promise<readonly Finding[]> =>
      (await checked(...asked)).findings,

    /** The same of what was sent up, as who decides on it is told. */
    checkedContent: async (found: Case): Promise<Checked> => {
      const { rows } = await frozenOf<AllocationContent>(contents, found);
      return checked(found, rows, 'decision');
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

/** Rows for estimates that are not approved, or not of the round. */
const notApproved = (rows: readonly AllocationRow[], estimates: Estimates): Finding[] =>
  rows.flatMap(({ id, estimate }, at) => {
    const path = `lines/${id}/estimate`;
    const found = estimates.get(estimate);
    if (!found) return [form('ESTIMATE_NOT_OF_ROUND', path, { line: at + 1 })];
    if (['approved', 'allocated'].includes(topOf(found))) return [];
    return [form('ESTIMATE_NOT_APPROVED', path, { estimate: found.code })];
  });

/** Rows that name an estimate and a cell which an earlier row has named. */
const givenTwice = (rows: readonly AllocationRow[], estimates: Estimates): Finding[] => {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const key = `${row.estimate} ${cellOf(row)}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const { id, source, year } = row;
    const estimate = estimates.get(row.estimate)?.code;
    return estimate ? [form('ALLOCATION_ROW_TWICE', `lines/${id}`, { estimate, source, year })] : [];
  });
};
