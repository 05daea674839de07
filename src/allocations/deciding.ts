import type { AllocationFacts } from '../../workflows/allocation.v1.js';
import { cellsOf } from '../engine/cells.js';
import { allocationOf } from '../engine/contexts.js';
import { refuseErrors } from '../engine/refuseErrors.js';
import { frozenOf } from '../engine/frozen.js';
import { expected } from '../engine/known.js';
import { holdNumber } from '../engine/numbers.js';
import type { Case, Slice } from '../engine/ports.js';
import { freezeOrders, type Given, type Ledgers } from '../engine/shared.js';
import { eventRefused, Refusal } from '../errors.js';
import type { AllocationChecks } from './checks.js';
import type { AllocationContent } from './content.js';

/** What the authority's decision needs and prepares: money held, estimates told, its number. */
export const deciding = (
  given: Given & { ledgers: Ledgers },
  { findingsOf, conditionsOpen }: AllocationChecks,
) => {
  const { contents, cases, ledgers } = given;
  const frozen = (found: Case) => frozenOf<AllocationContent>(contents, found);

  /** Holds the money of a step. @throws {Refusal} ENVELOPE_EXCEEDED with the cell that has too little */
  const hold = async (found: Case, { rows, estimates }: AllocationContent): Promise<void> => {
    const { lineage, ordinal, round } = allocationOf(found);
    const { tenant, seq } = found;
    // Beside the envelopes: two allocations decided at once never give an estimate more than was approved.
    const shares = Object.fromEntries(estimates.map(({ code, allocated }) => [code, allocated]));
    const ceilings = Object.fromEntries(estimates.map(({ code, approved }) => [code, approved]));
    const cells = { ...Object.fromEntries(cellsOf(rows)), ...shares };
    const held = await ledgers.hold({ tenant, round, lineage, ordinal, cells, ceilings, seq: seq + 1 });
    if (held.ok) return;
    const { cell, available, asked } = held;
    throw new Refusal('ENVELOPE_EXCEEDED', { cell, available, asked, excess: asked - available });
  };

  /** The allocation that this one adjusts. @throws {Refusal} while its rows would answer a case that has ended */
  const adjusted = async (found: Case): Promise<Case | null> => {
    const { adjusts } = allocationOf(found);
    if (!adjusts) return null;
    const old = expected(
      await cases.load({ tenant: found.tenant, id: adjusts }),
      `the allocation ${adjusts}`,
    );
    if (allocationOf(old).pending > 0) throw eventRefused('APPROVE', found.state, ['adjustedIsPending']);
    return old;
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
        refuseErrors(await findingsOf(found, content.rows));
        const old = await adjusted(found);
        await hold(found, content);

        const tell = (estimate: string, amount: number) => ({
          case: estimate,
          event: { type: 'ALLOCATED', lineage, ordinal, amount },
        });
        const kept = new Set(content.estimates.map((one) => one.case));
        const before = old ? (await frozen(old)).estimates : [];
        const events = [
          ...content.estimates.map((one) => tell(one.case, one.allocated)),
          ...before.filter((one) => !kept.has(one.case)).map((one) => tell(one.case, 0)),
          ...(old ? [{ case: old.id, event: { type: 'SUPERSEDED', by: found.id } }] : []),
        ];
        return {
          orders: await freezeOrders(contents, found.tenant, events),
          number: await holdNumber(given, {
            found,
            event,
            agency: parties.authority,
            type: 'QĐ',
            nth: 1,
            day,
          }),
        } satisfies AllocationFacts;
      },
    } satisfies Slice['prepare'],
  };
};
