import type { Connection } from 'mongoose';
import type { CaseQueries } from '../engine/shared.js';
import { toCase, type CaseDocument } from './cases.js';
import { collectionOf, keyOf } from './connection.js';

/** Cases by what they are about; each query has its index in `cases.ts`. */
export function caseQueries(connection: Connection): CaseQueries {
  const cases = collectionOf<CaseDocument>(connection, 'cases');

  return {
    async load({ tenant, id }) {
      const found = await cases.findOne({ _id: keyOf(tenant, id), tenant });
      return found && toCase(found);
    },

    async loadMany(tenant, ids) {
      const found = await cases.find({ _id: { $in: ids.map((id) => keyOf(tenant, id)) }, tenant }).toArray();
      const byId = new Map(found.map((document) => [document._id, document]));
      return ids.flatMap((id) => {
        const document = byId.get(keyOf(tenant, id));
        return document ? [toCase(document)] : [];
      });
    },

    async members(tenant, consolidation) {
      const found = cases.find({ tenant, kind: 'estimate', 'context.consolidation': consolidation });
      return (await found.sort({ _id: 1 }).toArray()).map(toCase);
    },

    async inRound(tenant, kind, round) {
      return (await cases.find({ tenant, kind, round }).sort({ _id: 1 }).toArray()).map(toCase);
    },

    async ofAgency(tenant, agency, except) {
      const found = cases.find({
        tenant,
        owner: agency,
        kind: 'estimate',
        status: 'active',
        _id: { $ne: keyOf(tenant, except) },
      });
      return (await found.sort({ _id: 1 }).toArray()).map(toCase);
    },
  };
}
