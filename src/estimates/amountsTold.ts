import { sum } from '../../workflows/money.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import type { Money } from '../../workflows/vocabulary.js';
import { estimateOf } from '../engine/contexts.js';
import { checkOutsidePaper } from '../engine/outsidePaper.js';
import type { Asked, Prepared } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import { eventRefused } from '../errors.js';

type Told = Asked['event'];

/** Refuses an event whose amount exceeds what was agreed a step before; null: nothing to hold it against. */
const atMost =
  (limit: (context: EstimateContext, event: Told) => Money | null, reason: string) =>
  ({ found, event }: Asked): Promise<Prepared> => {
    const most = limit(estimateOf(found), event);
    const amount = Number(event['amount']);
    if (most !== null && amount > most)
      throw eventRefused(event.type, found.state, [reason], { amount, limit: most });
    return Promise.resolve({});
  };

/** What other allocations leave of the approved amount, đồng. */
const leftFor = ({ approved, allocations }: EstimateContext, { lineage, ordinal }: Told): Money | null => {
  // What came late, after a newer word of its lineage, changes nothing.
  if ((allocations[lineage as string]?.ordinal ?? 0) > Number(ordinal)) return null;
  const others = Object.entries(allocations).filter(([key]) => key !== lineage);
  return (approved ?? 0) - sum(others.map(([, { amount }]) => amount));
};

const ownAmount = atMost(({ requested }) => requested, 'amountAboveRequested');

/** Amounts only fall on their way: allocated ≤ approved ≤ appraised ≤ what remains of reviewed ≤ requested (R23). */
export const amountsTold = ({ attachments }: Pick<Given, 'attachments'>) => ({
  APPRAISED: atMost(({ reviewed, remaining }) => remaining ?? reviewed, 'amountAboveReviewed'),
  APPROVE: atMost(({ appraised }) => appraised, 'amountAboveAppraised'),
  OWN_DECISION: async (asked: Asked): Promise<Prepared> => {
    await checkOutsidePaper(attachments, asked, estimateOf(asked.found).issued?.day ?? null);
    return ownAmount(asked);
  },
  ALLOCATED: atMost(leftFor, 'amountAboveApproved'),
});
