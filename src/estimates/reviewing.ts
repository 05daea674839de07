import type { EstimateContent, LineVerdict, Totals } from '../../workflows/content.js';
import type { EstimateContext, EstimateFacts } from '../../workflows/estimate.v1.js';
import { stepFindings } from '../../workflows/rules/index.js';
import { summaryOf } from '../../workflows/summary.js';
import { ask } from '../../workflows/registry.js';
import { reviewedEstimate } from '../../workflows/totals.js';
import { cited, type Hash } from '../../workflows/vocabulary.js';
import { estimateOf } from '../engine/contexts.js';
import { freezeNamed } from '../engine/draftSent.js';
import { refuseErrors } from '../engine/refuseErrors.js';
import { frozenHashOf, frozenOf } from '../engine/frozen.js';
import { expected, knownAgency } from '../engine/known.js';
import { holdNumber } from '../engine/numbers.js';
import type { Asked, Case, ContentStore, Draft, Slice } from '../engine/ports.js';
import type { Given, Summaries } from '../engine/shared.js';
import { pausedWith, refuseFarDue } from '../engine/supplement.js';
import { badInput, fault } from '../errors.js';
import { acceptanceChecks } from './findings.js';
import { policeVerdictOf } from './policeOpinion.js';
import { remarksOn, type Remarks } from './remarks.js';
import { standingVerdicts, type ReviewDraft } from './verdicts.js';

/** What the reviewer concluded on an estimate, frozen: who judged which line how, and what remains, đồng. */
export interface Review {
  readonly kind: 'review';
  readonly content: Hash;
  readonly verdicts: readonly LineVerdict[];
  readonly lines: EstimateContent['lines'];
  readonly totals: Totals;
}

/** The review that an estimate's conclusion names. */
export const reviewOf = (
  contents: Pick<ContentStore, 'get'>,
  tenant: string,
  { hash }: NonNullable<EstimateContext['conclusion']>,
): Promise<Review> => contents.get<Review>(tenant, hash);

/** What the reviewer's steps need and prepare. */
export const reviewing = (given: Given & { summaries: Summaries }) => {
  const { contents, drafts, directory, summaries } = given;
  const findingsOf = acceptanceChecks(given);
  const frozen = (found: Case) => frozenOf<EstimateContent>(contents, found);
  const pause = pausedWith(estimateOf);

  /** The estimate, and the private verdicts that still fit it. */
  const judged = async (found: Case, draft: Promise<Draft<ReviewDraft> | null>) => {
    const [content, review] = await Promise.all([frozen(found), draft]);
    const verdicts = standingVerdicts(content, review?.body);
    return { content, verdicts, review: { missing: content.lines.length - verdicts.length } };
  };

  /** While it may still be edited, what the event names; once concluded nobody edits it. @throws {Refusal} BAD_INPUT, STALE_DRAFT */
  const reviewNamed = async (asked: Asked): Promise<Draft<ReviewDraft> | null> => {
    const { found, event } = asked;
    if (!ask(found).tags.has('editable:review')) return drafts.load<ReviewDraft>(found, 'review');
    if (event['rev'] === undefined) throw badInput([fault('event.rev', 'any.required')]);
    return freezeNamed<ReviewDraft>(drafts, asked);
  };

  const letterNumber = ({ found, event, day }: Asked) => {
    const { parties, letters } = estimateOf(found);
    return holdNumber(given, { found, event, agency: parties.reviewer, type: 'CV', nth: letters + 1, day });
  };

  return {
    /** What stands between the reviewer and accepting it. */
    async facts(found: Case) {
      const { content, review } = await judged(found, drafts.load<ReviewDraft>(found, 'review'));
      const findings = await findingsOf(found, content);
      return {
        review,
        acceptance: { errors: findings.filter(({ level }) => level === 'error').length },
      } satisfies EstimateFacts;
    },

    prepare: {
      async CONCLUDE_LINES(asked) {
        const { found, actor } = asked;
        const judgement = await judged(found, freezeNamed<ReviewDraft>(drafts, asked));
        const { content, verdicts } = judgement;
        if (judgement.review.missing > 0) return { review: judgement.review };
        const { lines, totals } = reviewedEstimate(content, verdicts);
        const findings = stepFindings(
          {
            amounts: lines.map((line) => ({
              path: `lines/${line.id}`,
              subject: line.name,
              requested: content.lines.find(({ id }) => id === line.id)?.amountAfterVat ?? 0,
              reviewed: line.amountAfterVat,
              increaseReason: verdicts.find(({ lineId }) => lineId === line.id)?.increaseReason ?? '',
            })),
            persons: {
              preparers: estimateOf(found).preparation.preparers,
              reviewers: [...verdicts.map(({ by }) => by), actor.id],
            },
          },
          'acceptance',
        );
        refuseErrors(findings);
        const review: Review = { kind: 'review', content: frozenHashOf(found), verdicts, lines, totals };
        return {
          review: judgement.review,
          conclusion: {
            hash: await contents.put(found.tenant, review),
            returned: verdicts.filter(({ verdict }) => verdict === 'return').map(({ lineId }) => lineId),
            reviewed: totals.grandTotal,
          },
        } satisfies EstimateFacts;
      },

      async RETURN(asked) {
        const { found } = asked;
        const content = await frozen(found);
        const named = asked.event['lines'] as string[];
        const wrong = named.filter((id) => !content.lines.some((line) => line.id === id));
        if (wrong.length > 0) {
          throw badInput(wrong.map((id) => fault('event.lines', 'line.unknown', { found: id })));
        }
        const review = await reviewNamed(asked);
        const remarks: Remarks = {
          kind: 'remarks',
          content: frozenHashOf(found),
          remarks: remarksOn(content, review?.body.verdicts ?? {}, named),
        };
        const number = await letterNumber(asked);
        // What the letter asks for can be done.
        const asksFor = remarks.remarks.filter(({ verdict }) => verdict !== undefined);
        const open = new Set([...named, ...asksFor.map(({ lineId }) => lineId)]);
        return {
          number,
          ...(named.length > 0 && { open: [...open] }),
          ...(remarks.remarks.length > 0 && { remarks: await contents.put(found.tenant, remarks) }),
        } satisfies EstimateFacts;
      },

      async REQUEST_SUPPLEMENT(asked) {
        refuseFarDue(asked);
        return { number: await letterNumber(asked) };
      },
      SUPPLY: pause,
      TAKE_BACK_SUPPLEMENT: pause,

      async ACCEPT({ found }) {
        const context = estimateOf(found);
        const conclusion = expected(context.conclusion, `the conclusion on ${found.code}`);
        const issued = expected(context.issued, `the number under which ${found.code} was issued`);
        const [content, agency, { verdicts }] = await Promise.all([
          frozen(found),
          knownAgency(directory, found.tenant, found.owner),
          reviewOf(contents, found.tenant, conclusion),
        ]);
        const summary = summaryOf({
          case: found.id,
          content,
          contentHash: frozenHashOf(found),
          order: agency.order,
          verdicts,
          policeVerdict: context.systemConcerned ? policeVerdictOf(context) : 'CHUA_CO',
          incoming: { number: cited(issued), day: issued.day },
        });
        return { summary: await summaries.put(found.tenant, summary) } satisfies EstimateFacts;
      },
    } satisfies Slice['prepare'],
  };
};
