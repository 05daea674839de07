import type { EstimateContent, Line, Totals } from '../../workflows/content.js';
import { allocatedBy } from '../../workflows/estimate.v1.js';
import type { Finding } from '../../workflows/rules/shapes.js';
import { Refusal } from '../errors.js';
import type { Case, Draft, Part, Person } from '../engine/ports.js';
import { estimateOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import { isWithOwner, topOf, type Given } from '../engine/shared.js';
import type { EstimateDraft } from './draft.js';
import { acceptanceChecks, draftChecks } from './findings.js';
import { reckoned } from './reckoning.js';
import type { Remarks } from './remarks.js';
import { reviewOf } from './reviewing.js';
import { editSchemas, estimateEvents, startEstimate } from './schemas.js';
import { standingVerdicts, type ReviewDraft } from './verdicts.js';

/** What a draft amounts to so far: lines and totals as the server computes them, and what the rules say. */
export interface DraftView {
  readonly lines: readonly (Partial<Line> & { readonly id: string })[];
  readonly totals: Totals | null;
  readonly findings: readonly Finding[];
}

/** An estimate as HTTP takes and shows it. */
export const estimateApi = (given: Given) => {
  const { contents } = given;
  const findingsOf = draftChecks(given);
  const acceptance = acceptanceChecks(given);
  return {
    kind: 'estimate' as const,
    plural: 'estimates',
    start: startEstimate,
    events: estimateEvents,
    edits: editSchemas,

    /** What everybody who may see the case may know of it; a reviewer's verdicts only once they are concluded. */
    async view(found: Case, person: Person): Promise<object> {
      const context = estimateOf(found);
      const outsider = person.agency !== found.owner && !person.auditor;
      const said = context.returned?.remarks ?? null;
      const remarks = said === null ? null : await contents.get<Remarks>(found.tenant, said);
      const review = context.conclusion && (await reviewOf(contents, found.tenant, context.conclusion));
      return {
        // What is being prepared anew is the owner's until it is issued.
        requested: isWithOwner(found) && outsider ? null : context.requested,
        reviewed: context.conclusion?.reviewed ?? context.reviewed,
        overlaps: context.overlaps,
        remaining: context.remaining,
        appraised: context.appraised,
        approved: context.approved,
        allocated: context.approved === null ? null : allocatedBy(context.allocations),
        decision: context.decision,
        allocations: context.allocations,
        ownMoney: context.ownMoney,
        revision: context.revision,
        pass: context.pass,
        openLines: context.openLines,
        returned: context.returned,
        issued: context.issued,
        late: context.late,
        nilSigned: context.nilSigned,
        opinionAsked: context.opinionAsked,
        opinion: context.opinion,
        conditionsMet: context.conditionsMet,
        supplement: context.supplement,
        consolidation: context.consolidation,
        ownDecision: context.ownDecision,
        verdicts: review?.verdicts ?? null,
        // What it was returned for, until it is issued anew.
        remarks: remarks?.remarks ?? null,
      };
    },

    /** The cases whose decisions are on its money. */
    decidedIn(found: Case) {
      const { decision, allocations } = estimateOf(found);
      const decided = [...(decision ? [decision] : []), ...Object.values(allocations)];
      return decided.map(({ case: of, outside }) => ({ case: of, file: outside?.file ?? null }));
    },

    /** In the owner's hands: lines, totals and findings of the draft. Under review: findings, and what wants a verdict. */
    async insight(found: Case, draft: (part: Part) => Promise<Draft>): Promise<object> {
      if (topOf(found) === 'preparing') {
        const body = (await draft('content')).body as EstimateDraft;
        return { ...reckoned(body), findings: await findingsOf(found, body) } satisfies DraftView;
      }
      if (topOf(found) !== 'reviewing' || found.content === null) return { findings: [] };
      const content = await frozenOf<EstimateContent>(contents, found);
      const findings = await acceptance(found, content);
      if (estimateOf(found).conclusion) return { findings, missing: [] };
      const review = await draft('review').catch(unlessPrivate);
      if (!review) return { findings, missing: null };
      const judged = standingVerdicts(content, review.body as ReviewDraft);
      const missing = content.lines.filter(({ id }) => !judged.some(({ lineId }) => lineId === id));
      return { findings, missing: missing.map(({ id }) => id) };
    },
  };
};

/** What the reviewer has judged so far is the reviewer's: to others there is nothing to tell. */
const unlessPrivate = (error: unknown): null => {
  if (error instanceof Refusal && error.code === 'NOT_PERMITTED') return null;
  throw error;
};
