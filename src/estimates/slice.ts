import type { EstimateFacts } from '../../workflows/estimate.v1.js';
import type { Slice } from '../engine/ports.js';
import { topOf, type Given, type Summaries } from '../engine/shared.js';
import { amountsTold } from './amountsTold.js';
import { estimateEdits } from './draft.js';
import { followingOverlaps } from './overlaps.js';
import { registering } from './registering.js';
import { reviewing } from './reviewing.js';
import { sendingUp } from './sendingUp.js';
import { starting } from './starting.js';

/** What an estimate adds to the engine. */
export const estimateSlice = (given: Given & { summaries: Summaries }): Slice => {
  const owner = sendingUp(given);
  const reviewer = reviewing(given);
  return {
    kind: 'estimate',
    born: starting(given),

    async facts({ found, events, sending }): Promise<EstimateFacts & Record<string, unknown>> {
      const where = topOf(found);
      const asks = (...types: string[]) => types.some((type) => events.includes(type));
      if (where === 'preparing' && asks('SEND_UP')) return owner.facts(found, sending);
      if (where === 'reviewing' && asks('CONCLUDE_LINES', 'ACCEPT')) return reviewer.facts(found);
      return {};
    },

    prepare: {
      ...owner.prepare,
      REGISTER: registering(given),
      ...reviewer.prepare,
      ...amountsTold(given),
      ...followingOverlaps(given),
    },

    edits: estimateEdits(given),
  };
};
