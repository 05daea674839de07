import type { Connection } from 'mongoose';
import type { Due } from '../../workflows/deadlines.js';
import type { Day } from '../../workflows/vocabulary.js';
import type { Case, CaseRef } from '../engine/ports.js';
import { toCase, type CaseDocument } from './cases.js';
import { collectionOf, keyOf } from './connection.js';

/** An active case whose deadline has gone by and that has not been told so. */
export interface Late extends CaseRef {
  readonly seq: number;
  readonly due: Day;
}

/** The due days of active cases, for the sweep. */
export interface DueDays {
  /** Cases whose deadline lies before `today` and that do not know so. */
  late(today: Day): AsyncIterable<Late>;
  /** Cases whose deadline was counted by a calendar of days off from before `asOf`, once their last step is filed. */
  reckonedBefore(asOf: Day): AsyncIterable<Case>;
  /** Sets another due day on a case that has not moved since. @returns whether it had not */
  set(found: Case, due: Due): Promise<boolean>;
}

export function dueDays(connection: Connection): DueDays {
  const cases = collectionOf<CaseDocument>(connection, 'cases');
  return {
    async *late(today) {
      const found = cases.find(
        { status: 'active', due: { $lt: today }, $expr: { $ne: ['$context.overdue', '$due'] } },
        { projection: { tenant: 1, seq: 1, due: 1 } },
      );
      for await (const { _id, tenant, seq, due } of found)
        if (due !== null) yield { tenant, id: _id.slice(tenant.length + 1), seq, due };
    },

    async *reckonedBefore(asOf) {
      // While a step is being filed, the lists are about to be given its own due day.
      const found = cases.find({
        status: 'active',
        'reckoned.asOf': { $lt: asOf },
        owes: { $exists: false },
      });
      for await (const each of found) yield toCase(each);
    },

    async set({ tenant, id, seq }, { due, reckoned }) {
      const { matchedCount } = await cases.updateOne(
        { _id: keyOf(tenant, id), tenant, seq },
        { $set: { due, reckoned } },
      );
      return matchedCount === 1;
    },
  };
}
