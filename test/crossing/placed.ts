import type { Stores } from '../../src/compose.js';
import { entryAfter, genesis, hashOf } from '../../src/engine/journal.js';
import type { Case } from '../../src/engine/ports.js';
import { partiesOf } from '../../src/engine/shared.js';
import { demonstrationAgencies, planRound } from '../../src/seed/demonstration.js';
import type { EstimateSummary, Totals } from '../../workflows/content.js';
import { newConsolidation, type ConsolidationContext } from '../../workflows/consolidation.v1.js';
import { newEstimate, type EstimateContext } from '../../workflows/estimate.v1.js';
import { system, type Money } from '../../workflows/vocabulary.js';
import { round, tenant } from './smallCity.js';

const at = '2025-10-01T01:00:00.000Z';
const owner = demonstrationAgencies.find(({ ref }) => ref === 'STP')!;

/** The sums of one amount of recurrent city money, all of it in 2026 and without tax. */
const totalsOf = (amount: Money): Totals => ({
  subtotal: amount,
  vatTotal: 0,
  contingencyAmount: 0,
  grandTotal: amount,
  byCategory: { CO_SO_DU_LIEU: amount },
  bySource: { NSTP_CTX: amount },
  byYear: { 2026: amount },
  bySourceYear: { 'NSTP_CTX/2026': amount },
});

/** What the acceptance of a placed estimate would have stored. */
const summaryOf = (nth: number, amount: Money): EstimateSummary => ({
  case: idOf(nth),
  code: codeOf(nth),
  agency: { id: owner.ref, name: owner.issuer, kind: owner.kind, order: owner.order },
  ownMoney: false,
  content: hashOf({ content: nth }),
  incoming: { number: `${nth}/TTr-${owner.ref}`, day: '2025-09-29' },
  requested: totalsOf(amount),
  reviewed: totalsOf(amount),
  adjustmentReason: '',
  priority: 'CAO',
  policeVerdict: 'CHUA_CO',
  overlapKeys: [],
  norms: [],
});
const idOf = (nth: number) => hashOf({ placed: nth }).slice(0, 20);
const codeOf = (nth: number) => `DT-2025-${String(nth).padStart(4, '0')}`;

/**
 * Puts an estimate straight where it stands, with the least that other cases need of it: for tests of what many
 * cases do to each other, not of how one came there. Its journal has one entry, its birth.
 */
export const placed = async (
  stores: Stores,
  {
    nth,
    amount,
    state = 'eligible',
    context: given = {},
  }: { nth: number; amount: Money; state?: string; context?: Partial<EstimateContext> },
): Promise<Case> => {
  const [id, code] = [idOf(nth), codeOf(nth)];
  const content = hashOf({ content: nth });
  const summary = summaryOf(nth, amount);
  const parties = partiesOf(demonstrationAgencies, owner.ref, planRound);
  const context = {
    ...newEstimate({ code, round, owner: owner.ref, hasUnits: true, parties }),
    content,
    revision: 1,
    requested: amount,
    reviewed: amount,
    summary: await stores.summaries.put(tenant, summary),
    ...given,
  };
  return place(stores, { kind: 'estimate', id, code, owner: owner.ref, state, context, content });
};

/**
 * Puts an approved consolidation where allocations find the decision that they rest on.
 * @param amount what it approved of each estimate, đồng
 * @returns its id
 */
export const placedDecision = async (stores: Stores, amount: Money): Promise<string> => {
  const id = hashOf({ placed: 'consolidation' }).slice(0, 20);
  const code = 'TH-2025-01';
  // The proposal of an allocation spreads money in the proportions of the rows.
  const rows = Array.from({ length: 100 }, (_, nth) => summaryOf(nth, 1));
  const content = await stores.contents.put(tenant, { kind: 'consolidation', code, rows });
  const decided = rows.map((row) => ({ case: row.case, approved: amount }));
  const parties = partiesOf(demonstrationAgencies, 'SKHCN', planRound);
  const { authority } = parties;
  const day = '2025-10-15';
  const context = {
    ...newConsolidation({
      code,
      round,
      owner: parties.reviewer,
      hasUnits: true,
      parties,
      ordinal: 1,
      startedBy: id,
    }),
    content,
    revision: 1,
    decision: {
      verdict: 'approve',
      hash: await stores.contents.put(tenant, { kind: 'decision', content, rows: decided }),
      approved: 0,
      by: { id: 'placed', name: system.name, day, role: 'leader' },
      reason: null,
      number: { agency: authority, type: 'QĐ', year: 2025, number: 1, symbol: `QĐ-${authority}`, day },
      outside: null,
    },
  } satisfies ConsolidationContext;
  const kind = 'consolidation';
  await place(stores, {
    kind,
    id,
    code,
    owner: parties.reviewer,
    state: 'approved',
    context: { ...context },
    content,
  });
  return id;
};

const place = (
  stores: Stores,
  {
    kind,
    state,
    context,
    content,
    ...named
  }: Pick<Case, 'kind' | 'id' | 'code' | 'owner' | 'context' | 'content'> & { state: string },
): Promise<Case> => {
  const born = { kind, version: '1' } as const;
  const cause = { key: `placed/${named.code}`, body: hashOf({ placed: named.code }) };
  const entry = entryAfter(
    { head: genesis, seq: 0 },
    {
      ...born,
      tenant,
      case: named.id,
      at,
      clockSet: true,
      actor: system,
      permit: 'system',
      event: { type: 'START', context },
      from: null,
      to: state,
      content,
      cause,
    },
  );
  return stores.cases.create({
    ...born,
    ...named,
    tenant,
    ruleset: 'ND73_82_NQ04',
    round,
    seq: 1,
    head: entry.hash,
    state,
    status: 'active',
    context,
    content,
    due: null,
    reckoned: null,
    since: at,
    at,
    owed: [{ id: '1', entry }],
    seen: [{ ...cause, seq: 1 }],
  });
};
