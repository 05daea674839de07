import type { Connection } from 'mongoose';
import { dutiesOf, type Means } from '../../src/outbox/duties.js';
import { sweep, type Swept } from '../../src/outbox/sweep.js';
import { closingStore } from '../../src/store/closings.js';
import { dueDays } from '../../src/store/dueDays.js';
import { noticeStore } from '../../src/store/notices.js';
import { tenant } from './aCase.js';

/** Sweeps a database once at a moment; what fails is kept in `failures`, or thrown where none is given. */
export const sweepAt = (
  connection: Connection,
  now: string,
  changes: Partial<Means> = {},
  failures?: unknown[],
): Promise<Swept> =>
  sweep(
    dutiesOf({
      clock: { now: () => now, set: true },
      cities: async () => [tenant],
      dueDays: dueDays(connection),
      reckonAnew: async () => true,
      administered: async () => [],
      notices: noticeStore(connection),
      tell: async () => ({ done: true }),
      closings: closingStore(connection),
      ...changes,
    }),
    {
      failed: (duty, item, error) => {
        if (!failures) throw error;
        failures.push({ duty, item });
      },
    },
  );
