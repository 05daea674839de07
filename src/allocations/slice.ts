import {
  newAllocation,
  type AllocationContext,
  type AllocationFacts,
} from '../../workflows/allocation.v1.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { sum } from '../../workflows/money.js';
import { hasErrors, stepFindings } from '../../workflows/rules/index.js';
import type { Finding } from '../../workflows/rules/shapes.js';
import { rulesetOn } from '../../workflows/rulesets.js';
import { bySourceYearInProportion } from '../../workflows/totals.js';
import type { EstimateSummary, FundingSource } from '../../workflows/content.js';
import type { Day, Money } from '../../workflows/vocabulary.js';
import { badInput, eventRefused, fault, Refusal, rulesBroken } from '../errors.js';
import { hashOf } from '../engine/journal.js';
import type { Asked, Case, Edit, Slice } from '../engine/ports.js';
import {
  freezeOrders,
  holdNumber,
  partiesOf,
  topOf,
  type Given,
  type Ledgers,
  type Round,
  type Summaries,
} from '../engine/shared.js';

/** One cell of an allocation: what an estimate gets from a source in a year, đồng. */
export interface AllocationRow {
  readonly id: string;
  readonly estimate: string;
  readonly source: FundingSource;
  readonly year: number;
  readonly amount: Money;
  readonly note?: string;
}
export interface AllocationDraft {
  readonly lines: readonly AllocationRow[];
  readonly nextLine: number;
}

/** What SEND_UP freezes. `estimates` carries what each was asked, appraised and approved for. */
export interface AllocationContent {
  readonly kind: 'allocation';
  readonly code: string;
  readonly lineage: string;
  readonly ordinal: number;
  readonly round: string;
  readonly rows: readonly AllocationRow[];
  readonly estimates: readonly {
    readonly case: string;
    readonly code: string;
    readonly owner: string;
    readonly requested: Money;
    readonly appraised: Money;
    readonly approved: Money;
    readonly allocated: Money;
  }[];
  readonly total: Money;
}

export const allocationOf = (found: Case) => found.context as unknown as AllocationContext;
const estimateOf = (found: Case) => found.context as unknown as EstimateContext;

/** What is asked of an allocation's rows. */
export type AllocationChecks = ReturnType<typeof allocationChecks>;

/** Holds rows against the estimates they give money to, and against the round's envelopes. */
export const allocationChecks = ({ cases, directory }: Pick<Given, 'cases' | 'directory'>) => {
  const estimatesOf = async (found: Case, rows: readonly AllocationRow[]): Promise<Map<string, Case>> => {
    const ids = [...new Set(rows.map(({ estimate }) => estimate))];
    const loaded = await cases.loadMany(found.tenant, ids);
    return new Map(
      loaded
        .filter(({ kind, round }) => kind === 'estimate' && round === found.round)
        .map((one) => [one.id, one]),
    );
  };

  /** What of an estimate's approved amount other allocations leave to this one, đồng. */
  const leftOf = (estimate: Case, lineage: string): Money => {
    const { approved, allocations } = estimateOf(estimate);
    const others = Object.entries(allocations).filter(([key]) => key !== lineage);
    return (approved ?? 0) - sum(others.map(([, { amount }]) => amount));
  };

  /** What is wrong with the rows: estimates that cannot be given money, more than was approved or than there is. */
  const findingsOf = async (found: Case, rows: readonly AllocationRow[]): Promise<Finding[]> => {
    const { lineage } = allocationOf(found);
    const [estimates, round] = await Promise.all([
      estimatesOf(found, rows),
      directory.round(found.tenant, found.round),
    ]);
    const form = rows.flatMap((row): Finding[] => {
      const estimate = estimates.get(row.estimate);
      const open = estimate && (topOf(estimate) === 'approved' || topOf(estimate) === 'allocated');
      return open
        ? []
        : [
            {
              rule: 'FORM',
              code: 'ESTIMATE_NOT_APPROVED',
              level: 'error',
              path: `lines/${row.id}/estimate`,
              params: { estimate: estimate?.code ?? row.estimate },
            },
          ];
    });
    const repeated = rows.filter(
      (row, at) =>
        rows.findIndex((other) => cellOf(other) === cellOf(row) && other.estimate === row.estimate) !== at,
    );
    const double = repeated.map((row): Finding => ({
      rule: 'FORM',
      code: 'ALLOCATION_ROW_TWICE',
      level: 'error',
      path: `lines/${row.id}`,
      params: {
        estimate: estimates.get(row.estimate)?.code ?? row.estimate,
        source: row.source,
        year: row.year,
      },
    }));
    const money = stepFindings(
      {
        amounts: [...estimates].map(([id, estimate]) => ({
          path: `estimates/${id}`,
          subject: estimate.code,
          approved: leftOf(estimate, lineage),
          allocated: sum(rows.filter((row) => row.estimate === id).map(({ amount }) => amount)),
        })),
        envelopes: [...cellsOf(rows)].map(([cell, allocated]) => ({
          cell,
          allocated,
          envelope: envelopeOf(round, cell),
        })),
      },
      'decision',
    );
    return [...form, ...double, ...money];
  };

  return { estimatesOf, leftOf, findingsOf };
};

/** What an allocation adds to the engine. */
export const allocationSlice = (
  given: Given & { summaries: Summaries; ledgers: Ledgers },
  { estimatesOf, leftOf, findingsOf }: AllocationChecks = allocationChecks(given),
): Slice => {
  const { contents, drafts, directory, cases, summaries, ledgers } = given;

  const frozen = (found: Case) =>
    contents.get<AllocationContent>(found.tenant, allocationOf(found).content ?? '');

  const conditionsOpen = async (found: Case, rows: readonly AllocationRow[]): Promise<number> =>
    [...(await estimatesOf(found, rows)).values()].filter((estimate) => {
      const { opinion, conditionsMet } = estimateOf(estimate);
      return opinion?.verdict === 'agreeWithConditions' && !conditionsMet;
    }).length;

  const content = (apply: (draft: AllocationDraft, input: never) => AllocationDraft): Edit => ({
    part: 'content',
    empty: proposed,
    apply: ({ body, input }) => Promise.resolve(apply(body as AllocationDraft, input as never)),
  });

  /** Everything approved and not allocated yet, in the proportions of the reviewed estimates: a draft to start from. */
  async function proposed(found: Case): Promise<AllocationDraft> {
    const { lineage, adjusts } = allocationOf(found);
    if (adjusts) {
      const old = await cases.load({ tenant: found.tenant, id: adjusts });
      if (old) return { lines: (await frozen(old)).rows, nextLine: (await frozen(old)).rows.length + 1 };
    }
    const all = await cases.inRound(found.tenant, 'estimate', found.round);
    const approved = all.filter(
      (estimate) => topOf(estimate) === 'approved' && leftOf(estimate, lineage) > 0,
    );
    const known: EstimateSummary[] = await summaries.get(
      found.tenant,
      approved.map((one) => estimateOf(one).summary ?? ''),
    );
    const rows = approved.flatMap((estimate, at) => {
      const totals = known[at]?.reviewed;
      if (!totals) return [];
      return Object.entries(bySourceYearInProportion(leftOf(estimate, lineage), totals))
        .filter(([, amount]) => amount > 0)
        .map(([cell, amount]) => {
          const [source, year] = cell.split('/');
          return { estimate: estimate.id, source: source as FundingSource, year: Number(year), amount };
        });
    });
    return numbered(rows, 1);
  }

  return {
    kind: 'allocation',

    async born({ person, input, id: startedBy, day }) {
      const { round: asked, adjusts } = input as { round?: string; adjusts?: string };
      const { tenant } = person;
      const old = adjusts ? await cases.load({ tenant, id: adjusts }) : null;
      if (adjusts && (old?.kind !== 'allocation' || !['approved', 'assigned'].includes(topOf(old)))) {
        throw badInput([fault('adjusts', 'allocation.notAdjustable', { found: adjusts })]);
      }
      const roundId = old?.round ?? asked;
      const round = roundId ? await directory.round(tenant, roundId) : await directory.newestRound(tenant);
      if (!round) throw badInput([fault('round', 'round.unknown', { found: asked ?? null })]);
      const agencies = await directory.agencies(tenant);
      const owner = agencies.find(({ ref }) => ref === person.agency);
      if (owner?.part !== 'finance')
        throw new Refusal('NOT_PERMITTED', { event: 'START', permits: ['officer@owner'] });

      const all = await cases.inRound(tenant, 'allocation', round.id);
      const mine = all.find((found) => allocationOf(found).startedBy === startedBy);
      const line = all.filter(
        (found) => old && found !== mine && allocationOf(found).lineage === allocationOf(old).lineage,
      );
      const stands = line.filter((found) => ['approved', 'assigned', 'superseded'].includes(topOf(found)));
      const tries = line.filter((found) => ['declined', 'abandoned'].includes(topOf(found))).length;
      if (!mine && stands.length + tries < line.length) throw eventRefused('START', null, ['anotherIsOpen']);
      const lineage = old
        ? allocationOf(old).lineage
        : `PB-${round.fiscalYear}-${String(await given.registers.hold({ tenant, agency: 'city', type: 'PB', year: round.fiscalYear, key: startedBy })).padStart(3, '0')}`;
      const ordinal = mine
        ? allocationOf(mine).ordinal
        : Math.max(0, ...stands.map((found) => allocationOf(found).ordinal)) + 1;
      const code = ordinal === 1 ? lineage : `${lineage}-DC${ordinal - 1}`;
      return {
        // Two who adjust at once meet in one case; a first allocation is its own line.
        ...(old && { id: mine?.id ?? hashOf({ tenant, lineage, ordinal, tries }).slice(0, 20) }),
        code,
        round: round.id,
        owner: owner.ref,
        ruleset: rulesetOn(day).id,
        context: newAllocation({
          code,
          round: round.id,
          owner: owner.ref,
          hasUnits: owner.hasUnits,
          parties: partiesOf(agencies, owner.ref, round),
          lineage,
          ordinal,
          adjusts: adjusts ?? null,
          startedBy,
        }) as unknown as Case['context'],
      };
    },

    async facts({ found, event }): Promise<Record<string, unknown> & AllocationFacts> {
      const asks = (type: string) => event === undefined || event === type;
      if (found.state === 'drafting' && asks('SEND_UP')) {
        const draft = await drafts.load<AllocationDraft>(found, 'content');
        const rows = draft?.body.lines ?? [];
        const findings = await findingsOf(found, rows);
        // Whoever sends it up is told what is wrong, not only that something is.
        if (event === 'SEND_UP' && hasErrors(findings)) throw rulesBroken(findings);
        return {
          draft: {
            rows: rows.length,
            errors: findings.filter(({ level }) => level === 'error').length,
            editors: draft?.editors ?? [],
          },
          conditions: { open: await conditionsOpen(found, rows) },
        };
      }
      if (found.state === 'awaitingDecision' && asks('APPROVE')) {
        return { conditions: { open: await conditionsOpen(found, (await frozen(found)).rows) } };
      }
      return {};
    },

    prepare: {
      async SEND_UP({ found, event }) {
        const draft = await drafts.load<AllocationDraft>(found, 'content');
        if (!draft || draft.rev !== event['rev']) throw new Refusal('STALE_DRAFT', { rev: draft?.rev ?? 0 });
        const rows = draft.body.lines;
        const findings = await findingsOf(found, rows);
        if (hasErrors(findings)) throw rulesBroken(findings);

        const { lineage, ordinal } = allocationOf(found);
        const estimates = [...(await estimatesOf(found, rows))].map(([id, estimate]) => {
          const { requested, appraised, approved } = estimateOf(estimate);
          return {
            case: id,
            code: estimate.code,
            owner: estimate.owner,
            requested: requested ?? 0,
            appraised: appraised ?? 0,
            approved: approved ?? 0,
            allocated: sum(rows.filter((row) => row.estimate === id).map(({ amount }) => amount)),
          };
        });
        const total = sum(rows.map(({ amount }) => amount));
        const content: AllocationContent = {
          kind: 'allocation',
          code: found.code,
          lineage,
          ordinal,
          round: found.round,
          rows,
          estimates: estimates.toSorted((a, b) => (a.code < b.code ? -1 : 1)),
          total,
        };
        return {
          frozen: { hash: await contents.put(found.tenant, content), total },
        } satisfies AllocationFacts;
      },

      async ISSUE(asked) {
        const { found, event, day } = asked;
        const date = event['date'] as Day;
        const { revision, preparation } = allocationOf(found);
        const signed = preparation.signer?.day ?? day;
        if (date > day || date < signed) {
          throw badInput([fault('event.date', 'date.outside', { found: date, from: signed, to: day })]);
        }
        // The appraisal report's proposal shares the register, so the case's own papers are counted apart by its id.
        return {
          number: await holdNumber(given, {
            found,
            agency: found.owner,
            type: 'TTr',
            nth: revision + 1,
            day: date,
          }),
        };
      },

      async APPROVE(asked: Asked) {
        const { found, day } = asked;
        const { lineage, ordinal, adjusts, parties, round } = allocationOf(found);
        const content = await frozen(found);
        // Since it was sent up, another allocation may have taken what was left of an estimate.
        const findings = await findingsOf(found, content.rows);
        if (hasErrors(findings)) throw rulesBroken(findings);
        const old = adjusts ? await cases.load({ tenant: found.tenant, id: adjusts }) : null;
        // Its rows would answer a case that has ended.
        if (old && allocationOf(old).pending > 0) {
          throw eventRefused('APPROVE', found.state, ['adjustedIsPending']);
        }
        const cells = Object.fromEntries(cellsOf(content.rows));
        const held = await ledgers.hold({
          tenant: found.tenant,
          round,
          lineage,
          ordinal,
          cells,
          seq: found.seq + 1,
        });
        if (!held.ok) {
          const { cell, available, asked: wanted } = held;
          throw new Refusal('ENVELOPE_EXCEEDED', {
            cell,
            available,
            asked: wanted,
            excess: wanted - available,
          });
        }

        const told = content.estimates.map(({ case: id, allocated }) => ({
          case: id,
          event: { type: 'ALLOCATED', lineage, ordinal, amount: allocated },
        }));
        const kept = new Set(content.estimates.map((one) => one.case));
        const dropped = old ? (await frozen(old)).estimates.filter((one) => !kept.has(one.case)) : [];
        const events = [
          ...told,
          ...dropped.map((one) => ({
            case: one.case,
            event: { type: 'ALLOCATED', lineage, ordinal, amount: 0 },
          })),
          ...(old ? [{ case: old.id, event: { type: 'SUPERSEDED', by: found.id } }] : []),
        ];
        return {
          orders: await freezeOrders(contents, found.tenant, events),
          number: await holdNumber(given, { found, agency: parties.authority, type: 'QĐ', nth: 1, day }),
        } satisfies AllocationFacts;
      },
    },

    edits: {
      replace: content((draft, { lines }: { lines: Omit<AllocationRow, 'id'>[] }) =>
        numbered(lines, draft.nextLine),
      ),
      addLine: content((draft, { line }: { line: Omit<AllocationRow, 'id'> }) => ({
        lines: [...draft.lines, { ...line, id: `r${draft.nextLine}` }],
        nextLine: draft.nextLine + 1,
      })),
      setLine: content((draft, { lineId, ...fields }: Partial<AllocationRow> & { lineId: string }) => ({
        ...draft,
        lines: draft.lines.with(indexOf(draft, lineId), {
          ...(draft.lines[indexOf(draft, lineId)] as AllocationRow),
          ...fields,
          id: lineId,
        }),
      })),
      removeLine: content((draft, { lineId }: { lineId: string }) => ({
        ...draft,
        lines: draft.lines.toSpliced(indexOf(draft, lineId), 1),
      })),
    },
  };
};

const cellOf = ({ source, year }: Pick<AllocationRow, 'source' | 'year'>) => `${source}/${year}`;

/** Sums by `<source>/<year>`. */
const cellsOf = (rows: readonly AllocationRow[]): Map<string, Money> => {
  const cells = new Map<string, Money>();
  for (const row of rows) cells.set(cellOf(row), sum([cells.get(cellOf(row)) ?? 0, row.amount]));
  return cells;
};

const envelopeOf = (round: Round | null, cell: string): Money => {
  const [source = '', year = ''] = cell.split('/');
  return round?.envelopes[source]?.[year] ?? 0;
};

const numbered = (rows: readonly Omit<AllocationRow, 'id'>[], next: number): AllocationDraft => ({
  lines: rows.map((row, at) => ({ ...row, id: `r${next + at}` })),
  nextLine: next + rows.length,
});

const indexOf = (draft: AllocationDraft, lineId: string): number => {
  const at = draft.lines.findIndex(({ id }) => id === lineId);
  if (at < 0) throw new Refusal('NOT_FOUND', { line: lineId });
  return at;
};
