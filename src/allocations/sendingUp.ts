import type { AllocationFacts } from '../../workflows/allocation.v1.js';
import { sum } from '../../workflows/money.js';
import { allocationOf, estimateOf } from '../engine/contexts.js';
import { draftFacts, freezeNamed } from '../engine/draftSent.js';
import { refuseErrors } from '../engine/refuseErrors.js';
import { issueDayOf } from '../engine/issueDay.js';
import { envelopeCells, sourceYearOf } from '../engine/cells.js';
import { expected, knownRound } from '../engine/known.js';
import { holdNumber } from '../engine/numbers.js';
import type { Case, Slice } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import { allocatedTo, type AllocationChecks } from './checks.js';
import { approvalsBehind } from './approvals.js';
import type { AllocationContent, AllocationDraft, Envelope } from './content.js';

/** What Finance's steps need and prepare, from the draft to the issued proposal. */
export const sendingUp = (
  given: Given,
  { estimatesOf, findingsOf, conditionsOpen, takenByOthers }: AllocationChecks,
) => {
  const { contents, drafts, directory } = given;
  const approvalsOf = approvalsBehind(given);

  /** The envelopes of the round, and what others leave of them. */
  const envelopesOf = async (found: Case): Promise<Envelope[]> => {
    const [round, taken] = await Promise.all([knownRound(directory, found), takenByOthers(found)]);
    return Object.entries(envelopeCells(round)).map(([cell, amount]) => ({
      ...sourceYearOf(cell),
      amount,
      taken: taken[cell] ?? 0,
    }));
  };

  return {
    /** How the draft stands; whoever sends it up is told what is wrong, not only that something is. */
    async facts(found: Case, sending: string | undefined) {
      const draft = await drafts.load<AllocationDraft>(found, 'content');
      const rows = draft?.body.lines ?? [];
      const findings = await findingsOf(found, rows);
      if (sending === 'SEND_UP') refuseErrors(findings);
      return {
        draft: draftFacts(draft, rows, findings),
        conditions: { open: await conditionsOpen(found, rows) },
      } satisfies AllocationFacts;
    },

    prepare: {
      async SEND_UP(asked) {
        const { found } = asked;
        const draft = expected(
          await freezeNamed<AllocationDraft>(drafts, asked),
          `the draft of ${found.code}`,
        );
        const { lines: rows, nextLine } = draft.body;
        const findings = await findingsOf(found, rows);
        refuseErrors(findings);

        const { lineage, ordinal } = allocationOf(found);
        const named = await estimatesOf(found, rows);
        const [approvals, envelopes] = await Promise.all([
          approvalsOf(found, [...named.values()]),
          envelopesOf(found),
        ]);
        const estimates = [...named].map(([id, estimate]) => {
          const { requested, appraised, approved } = estimateOf(estimate);
          return {
            case: id,
            code: estimate.code,
            owner: estimate.owner,
            requested: requested ?? 0,
            appraised: appraised ?? 0,
            approved: approved ?? 0,
            allocated: allocatedTo(id, rows),
          };
        });
        const total = sum(rows.map(({ amount }) => amount));
        const content: AllocationContent = {
          kind: 'allocation',
          code: found.code,
          lineage,
          ordinal,
          round: found.round,
          rows,
          nextLine,
          estimates: estimates.toSorted((a, b) => (a.code < b.code ? -1 : 1)),
          total,
          approvals,
          envelopes,
        };
        return {
          // Who edited between the guard's look and this one has prepared it too.
          draft: draftFacts(draft, rows, findings),
          frozen: { hash: await contents.put(found.tenant, content), total },
        } satisfies AllocationFacts;
      },

      async ISSUE(asked) {
        const { found, event } = asked;
        const { revision, preparation } = allocationOf(found);
        const day = issueDayOf(asked, preparation.signer);
        const paper = { found, event, agency: found.owner, type: 'TTr', nth: revision + 1, day } as const;
        return { number: await holdNumber(given, paper) } satisfies AllocationFacts;
      },
    } satisfies Slice['prepare'],
  };
};
