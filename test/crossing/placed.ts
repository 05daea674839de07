import type { Stores } from '../../src/compose.js';
import { entryAfter, genesis, hashOf } from '../../src/engine/journal.js';
import type { Case } from '../../src/engine/ports.js';
import { partiesOf } from '../../src/engine/shared.js';
import { demonstrationAgencies, planRound } from '../../src/seed/demonstration.js';
import type { EstimateSummary, Totals } from '../../workflows/content.js';
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
  const id = hashOf({ placed: nth }).slice(0, 20);
  const code = `DT-2025-${String(nth).padStart(4, '0')}`;
  const content = hashOf({ content: nth });
  const summary: EstimateSummary = {
    case: id,
    code,
    agency: { id: owner.ref, name: owner.issuer, kind: owner.kind, order: owner.order },
    ownMoney: false,
    content,
    incoming: { number: `${nth}/TTr-${owner.ref}`, day: '2025-09-29' },
    requested: totalsOf(amount),
    reviewed: totalsOf(amount),
    adjustmentReason: '',
    priority: 'CAO',
    policeVerdict: 'CHUA_CO',
    overlapKeys: [],
    norms: [],
  };
  const parties = partiesOf(demonstrationAgencies, owner.ref, planRound);
  const context = {
    ...newEstimate({ code, round, owner: owner.ref, hasUnits: true, parties }),
    content,
    revision: 1,
    requested: amount,
    reviewed: amount,
    summary: await stores.summaries.put(tenant, summary),
    ...given,
  } as unknown as Case['context'];
  const identity = { tenant, id, kind: 'estimate', version: '1', ruleset: 'ND73_82_NQ04' } as const;
  const cause = { key: `placed/${nth}`, body: hashOf({ nth }) };
  const { tenant: _tenant, id: _id, ruleset: _ruleset, ...born } = identity;
  const entry = entryAfter(
    { head: genesis, seq: 0 },
    {
      ...born,
      tenant,
      case: id,
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
    ...identity,
    code,
    owner: owner.ref,
    round,
    seq: 1,
    head: entry.hash,
    state,
    status: 'active',
    context,
    content,
    due: null,
    since: at,
    owed: [{ id: '1', entry }],
    seen: [{ ...cause, seq: 1 }],
  });
};
