import { workingDaysLate } from '../../workflows/calendar.js';
import type { EstimateContent, EstimateInput } from '../../workflows/content.js';
import type { EstimateFacts } from '../../workflows/estimate.v1.js';
import { isOwnMoney } from '../../workflows/summary.js';
import { computeLine, totalsOf } from '../../workflows/totals.js';
import { estimateOf } from '../engine/contexts.js';
import { draftFacts, freezeNamed } from '../engine/draftSent.js';
import { refuseErrors } from '../engine/refuseErrors.js';
import { issueDayOf } from '../engine/issueDay.js';
import { expected, knownAgency, knownRound } from '../engine/known.js';
import { holdNumber } from '../engine/numbers.js';
import type { Case, Slice } from '../engine/ports.js';
import { topOf, type Given } from '../engine/shared.js';
import { badInput, eventRefused, fault } from '../errors.js';
import { refuseFarDate, refuseLaterDates } from './dates.js';
import type { EstimateDraft } from './draft.js';
import { draftChecks } from './findings.js';
import { securityHashOf } from './policeOpinion.js';

/** What the owner's steps need and prepare, from the draft to the issued paper. */
export const sendingUp = (given: Given) => {
  const { cases, contents, drafts, directory } = given;
  const findingsOf = draftChecks(given);

  /** Who asks for money in a round does not say there that they need none. @throws {Refusal} EVENT_REFUSED */
  const refuseBesideAnother = async ({ tenant, id, owner, round, state }: Case, event: string) => {
    const others = await cases.inRound(tenant, 'estimate', round);
    const asksForMoney = (other: Case) =>
      other.id !== id && other.owner === owner && other.status === 'active' && estimateOf(other).revision > 0;
    if (others.some(asksForMoney)) throw eventRefused(event, state, ['anotherAsksForMoney']);
  };

  return {
    /** How the draft stands; whoever sends it up is told what is wrong, not only that something is. */
    async facts(found: Case, sending: string | undefined) {
      const draft = await drafts.load<EstimateDraft>(found, 'content');
      const findings = draft ? await findingsOf(found, draft.body) : [];
      if (sending === 'SEND_UP' && isDraft(found)) refuseErrors(findings);
      return { draft: draftFacts(draft, draft?.body.lines ?? [], findings) } satisfies EstimateFacts;
    },

    prepare: {
      async SEND_UP(asked) {
        const { found, day } = asked;
        const draft = expected(await freezeNamed<EstimateDraft>(drafts, asked), `the draft of ${found.code}`);
        const { body } = draft;
        const findings = await findingsOf(found, body);
        refuseErrors(findings);
        const input = { ...body.header, lines: body.lines } as EstimateInput;
        refuseFarDate(input.documentDate, day, 'header.documentDate');
        refuseLaterDates(input);

        const { ref, issuer, kind } = await knownAgency(directory, found.tenant, found.owner);
        const lines = input.lines.map(computeLine);
        const content: EstimateContent = {
          ...input,
          kind: 'estimate',
          code: found.code,
          agency: { id: ref, name: issuer, kind },
          ruleset: found.ruleset,
          lines,
          totals: totalsOf({ ...input, lines }),
        };
        const securityHash = securityHashOf(content);
        return {
          // Who edited between the guard's look and this one has prepared it too.
          draft: draftFacts(draft, lines, findings),
          frozen: {
            hash: await contents.put(found.tenant, content),
            requested: content.totals.grandTotal,
            ownMoney: isOwnMoney(lines),
            systemConcerned: securityHash !== null,
            securityHash,
          },
        } satisfies EstimateFacts;
      },

      async DECLARE_NIL({ found }) {
        await refuseBesideAnother(found, 'DECLARE_NIL');
        return {};
      },

      /** A nil answer is signed without a content; what is being prepared is signed by its hash. */
      async SIGN({ found, event }) {
        if (topOf(found) === 'nilReturn') await refuseBesideAnother(found, 'SIGN');
        else if (event['hash'] === undefined) throw badInput([fault('event.hash', 'any.required')]);
        return {};
      },

      async ISSUE(asked) {
        const { found, event, day } = asked;
        const { revision, preparation, returned, late: known, content: frozen } = estimateOf(found);
        const issued = issueDayOf(asked, preparation.signer);
        if (frozen !== null) {
          const { documentDate } = await contents.get<EstimateContent>(found.tenant, frozen);
          refuseFarDate(documentDate, issued, 'header.documentDate');
        }
        const [{ deadlines }, { kind }] = await Promise.all([
          knownRound(directory, found),
          knownAgency(directory, found.tenant, found.owner),
        ]);
        const due = deadlines[kind === 'XA_PHUONG' ? 'commune' : 'department'];
        // Whoever was sent back was on time, or late, the first time.
        const late = returned ? known : day > due ? workingDaysLate(due, day) : null;
        const paper = {
          found,
          event,
          agency: found.owner,
          type: 'TTr',
          nth: revision + 1,
          day: issued,
        } as const;
        return { number: await holdNumber(given, paper), late } satisfies EstimateFacts;
      },
    } satisfies Slice['prepare'],
  };
};

const isDraft = ({ state }: Case) => typeof state === 'object' && state['preparing'] === 'draft';
