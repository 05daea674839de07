import type { EstimateContent } from '../../workflows/content.js';
import { overlapsAfter, type EstimateFacts } from '../../workflows/estimate.v1.js';
import { withoutLines } from '../../workflows/totals.js';
import { estimateOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import type { Asked } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import { reviewOf } from './reviewing.js';

/** What settled overlaps leave of an estimate, reckoned as its table reckons it, whatever order they come in. */
export const followingOverlaps = ({ contents }: Pick<Given, 'contents'>) => {
  const remaining = async ({ found, event }: Asked): Promise<Pick<EstimateFacts, 'remaining'>> => {
    const context = estimateOf(found);
    const overlaps = overlapsAfter(context, event as unknown as Parameters<typeof overlapsAfter>[1]);
    const gone = overlaps.flatMap(({ lines }) => lines.map(({ lineId }) => lineId));
    if (gone.length === 0) return { remaining: null };
    const [content, review] = await Promise.all([
      frozenOf<EstimateContent>(contents, found),
      context.conclusion && reviewOf(contents, found.tenant, context.conclusion),
    ]);
    return { remaining: withoutLines(content, review?.verdicts ?? [], gone).totals.grandTotal };
  };
  return { OVERLAP_SETTLED: remaining, OVERLAP_REOPENED: remaining };
};
