import type { ConsolidationFacts } from '../../workflows/consolidation.v1.js';
import { sum } from '../../workflows/money.js';
import { consolidationOf } from '../engine/contexts.js';
import { freezeNamed } from '../engine/draftSent.js';
import { frozenHashOf, frozenOf } from '../engine/frozen.js';
import { issueDayOf } from '../engine/issueDay.js';
import { holdNumber } from '../engine/numbers.js';
import type { Asked, Case, Slice } from '../engine/ports.js';
import { freezeOrders, type Given } from '../engine/shared.js';
import { pausedWith, refuseFarDue } from '../engine/supplement.js';
import { badInput, fault } from '../errors.js';
import { appraisalOf, appraisedSoFar, type Appraisal, type AppraisalDraft } from './appraisal.js';
import type { ConsolidationContent } from './table.js';

/** What Finance's steps need and prepare, from receiving the table to issuing its report and proposal. */
export const appraising = (given: Given) => {
  const { contents, drafts } = given;
  const frozen = (found: Case) => frozenOf<ConsolidationContent>(contents, found);
  const pause = pausedWith(consolidationOf);

  const letterNumber = ({ found, event, day }: Asked) => {
    const { parties, letters } = consolidationOf(found);
    return holdNumber(given, { found, event, agency: parties.appraiser, type: 'CV', nth: letters + 1, day });
  };

  return {
    /** What stands between the amounts and being concluded. */
    async facts(found: Case) {
      const draft = drafts.load<AppraisalDraft>(found, 'appraisal');
      const { cityRows, done, editors } = await appraisedSoFar(contents, found, draft);
      return {
        appraisalDraft: { missing: cityRows.length - done.length, editors },
      } satisfies ConsolidationFacts;
    },

    /** Issues the report and, in the same step, the proposal to the authority. */
    async issue(asked: Asked) {
      const { found, event } = asked;
      const { financeSigner, reports, parties } = consolidationOf(found);
      const day = issueDayOf(asked, financeSigner);
      const { rows } = await appraisalOf(contents, found);
      const paper = { found, event, agency: parties.appraiser, nth: reports + 1, day };
      const told = rows.map((row) => ({ case: row.case, event: { type: 'APPRAISED', amount: row.amount } }));
      return {
        number: await holdNumber(given, { ...paper, type: 'BC' }),
        proposalNumber: await holdNumber(given, { ...paper, type: 'TTr', field: 'proposalNumber' }),
        orders: await freezeOrders(contents, found.tenant, told),
      } satisfies ConsolidationFacts;
    },

    prepare: {
      async RECEIVE({ found }) {
        const { rows } = await frozen(found);
        const told = rows
          .filter(({ ownMoney }) => !ownMoney)
          .map((row) => ({ case: row.case, event: { type: 'FORWARD' } }));
        return { orders: await freezeOrders(contents, found.tenant, told) };
      },

      async REQUEST_SUPPLEMENT(asked) {
        refuseFarDue(asked);
        return { number: await letterNumber(asked) };
      },
      SUPPLY: pause,
      TAKE_BACK_SUPPLEMENT: pause,

      async CONCLUDE(asked) {
        const { found } = asked;
        const draft = freezeNamed<AppraisalDraft>(drafts, asked);
        const { cityRows, done, editors } = await appraisedSoFar(contents, found, draft);
        const appraisalDraft = { missing: cityRows.length - done.length, editors };
        if (appraisalDraft.missing > 0) return { appraisalDraft };
        const appraisal: Appraisal = {
          kind: 'appraisal',
          content: frozenHashOf(found),
          rows: done.map(({ row, appraised }) => ({
            ...appraised,
            case: row.case,
            code: row.code,
            proposed: row.reviewed.grandTotal,
          })),
        };
        return {
          appraisalDraft,
          appraisal: {
            hash: await contents.put(found.tenant, appraisal),
            appraised: sum(appraisal.rows.map(({ amount }) => amount)),
            editors,
          },
        } satisfies ConsolidationFacts;
      },

      async RETURN(asked) {
        const { found, event } = asked;
        const { rows } = await frozen(found);
        const named = new Set(event['estimates'] as string[]);
        const strangers = [...named].filter((id) => !rows.some((row) => row.case === id));
        if (strangers.length > 0) {
          throw badInput(strangers.map((id) => fault('event.estimates', 'row.unknown', { found: id })));
        }
        const told = rows.flatMap((row) => {
          if (named.has(row.case)) {
            return [{ case: row.case, event: { type: 'SENT_BACK', reason: event['reason'] } }];
          }
          // Communes' own money never left `consolidated`.
          return row.ownMoney ? [] : [{ case: row.case, event: { type: 'HELD_BACK' } }];
        });
        return {
          ...(await pause(asked)),
          orders: await freezeOrders(contents, found.tenant, told),
          number: await letterNumber(asked),
        } satisfies ConsolidationFacts;
      },
    } satisfies Slice['prepare'],
  };
};
