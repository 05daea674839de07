import type { AllocationFacts } from '../../workflows/allocation.v1.js';
import { allocationOf } from '../engine/contexts.js';
import { refuseErrors } from '../engine/refuseErrors.js';
import { frozenOf } from '../engine/frozen.js';
import { holdNumber } from '../engine/numbers.js';
import type { Case, Slice } from '../engine/ports.js';
import { freezeOrders, type Given, type Ledgers } from '../engine/shared.js';
import { eventRefused, Refusal } from '../errors.js';
import type { AllocationChecks, Checked } from './checks.js';
import { ceilingsOf, claimedBy, type AllocationContent } from './content.js';
import { isIn, newestOf, stood } from './lineage.js';

/** What the authority's decision needs and prepares: money held, estimates told, its number. */
export const deciding = (
  given: Given & { ledgers: Ledgers },
  { checked, conditionsOpen }: AllocationChecks,
) => {
  const { contents, cases, ledgers } = given;
  const frozen = (found: Case) => frozenOf<AllocationContent>(contents, found);

  /**
   * Holds the money of a step. Of one lineage one claim is open at a time, so that of two that are approved at once
   * one is told. @throws {Refusal} ENVELOPE_EXCEEDED with the cell that has too little, of an envelope or of an
   * estimate; EVENT_REFUSED
   */
  const hold = async (found: Case, content: AllocationContent, shares: Checked['shares']): Promise<void> => {
    const { lineage, ordinal, round } = allocationOf(found);
    const { tenant, seq } = found;
    // Beside the envelopes: two allocations decided at once never give an estimate more than was approved, in
    // all and from each source. The year is only checked: a later one is lawful.
    const ceilings = ceilingsOf(content, shares);
    const cells = claimedBy(content);
    const held = await ledgers.hold({ tenant, round, lineage, ordinal, cells, ceilings, seq: seq + 1 });
    if (held.ok) return;
    if ('other' in held) {
      if (held.other > ordinal) throw eventRefused('APPROVE', found.state, ['newerStands']);
      throw eventRefused('APPROVE', found.state, ['adjustedIsPending']);
    }
    const { cell, available, asked } = held;
    throw new Refusal('ENVELOPE_EXCEEDED', { cell, available, asked, excess: asked - available });
  };

  /** Those of the lineage that were approved before. @throws {Refusal} when this one no longer adjusts the newest */
  const earlierOf = async (found: Case): Promise<Case[]> => {
    const { lineage, adjusts } = allocationOf(found);
    const all = await cases.inRound(found.tenant, 'allocation', found.round);
    const earlier = all.filter(
      (one) => one.id !== found.id && allocationOf(one).lineage === lineage && stood(one),
    );
    if ((newestOf(earlier)?.id ?? null) !== adjusts)
      throw eventRefused('APPROVE', found.state, ['newerStands']);
    // Their rows would answer a case that has ended.
    if (earlier.some((one) => allocationOf(one).pending > 0))
      throw eventRefused('APPROVE', found.state, ['adjustedIsPending']);
    return earlier;
  };

  return {
    /** What stands between the issued content and its approval. */
    async facts(found: Case) {
      const { rows } = await frozen(found);
      return { conditions: { open: await conditionsOpen(found, rows) } } satisfies AllocationFacts;
    },

    prepare: {
      async APPROVE({ found, event, day }) {
        const { lineage, ordinal, parties } = allocationOf(found);
        const content = await frozen(found);
        // Since it was sent up, another allocation may have taken what was left of an estimate.
        const { findings, shares } = await checked(found, content.rows, 'decision');
        refuseErrors(findings);
        const earlier = await earlierOf(found);
        await hold(found, content, shares);

        const agency = parties.authority;
        const number = await holdNumber(given, { found, event, agency, type: 'QĐ', nth: 1, day });
        const tell = (estimate: string, amount: number) => ({
          case: estimate,
          event: { type: 'ALLOCATED', lineage, ordinal, amount, number },
        });
        const kept = new Set(content.estimates.map((one) => one.case));
        const before = await Promise.all(earlier.map(frozen));
        const dropped = new Set(before.flatMap(({ estimates }) => estimates.map((one) => one.case)));
        const events = [
          ...content.estimates.map((one) => tell(one.case, one.allocated)),
          // Of all that ever stood, not of the last alone: what an estimate was told late is taken back as well.
          ...[...dropped].filter((id) => !kept.has(id)).map((id) => tell(id, 0)),
          ...earlier
            .filter((one) => !isIn(one, 'superseded'))
            .map((one) => ({ case: one.id, event: { type: 'SUPERSEDED', by: found.id } })),
        ];
        return {
          orders: await freezeOrders(contents, found.tenant, events),
          number,
        } satisfies AllocationFacts;
      },
    } satisfies Slice['prepare'],
  };
};
