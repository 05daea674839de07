import type { EstimateContent, EstimateInput } from '../../workflows/content.js';
import { exactly, MoneyError, mostMoney } from '../../workflows/money.js';
import { comparisonFindings, contentFindings } from '../../workflows/rules/index.js';
import type { Finding, InformationSystem, Neighbours } from '../../workflows/rules/shapes.js';
import type { Ruleset } from '../../workflows/rulesets.js';
import { estimateOf } from '../engine/contexts.js';
import type { Case } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import type { EstimateDraft } from './draft.js';
import { policeVerdictOf } from './policeOpinion.js';
import { completeEstimate } from './form.js';
import { tooLargeIn } from './reckoning.js';

/** What the rules of drafting say: first what the form misses; where the form is whole, R01 and the others. */
export const draftFindings = (
  { header, lines }: Pick<EstimateDraft, 'header' | 'lines'>,
  background: {
    ruleset: Ruleset;
    systems: readonly InformationSystem[];
    neighbours?: Neighbours;
    code?: string;
  },
): Finding[] => {
  const { error } = completeEstimate.validate({ ...header, lines });
  const large = tooLargeIn({ header, lines });
  if (error) return [...error.details.map((detail) => formFinding(detail, lines)), ...large];
  if (large.length > 0) return large;

  const estimate = { ...header, lines } as EstimateInput;
  const found = exactly(() => [
    ...contentFindings(estimate, 'preparing', background),
    ...comparisonFindings({ ...estimate, ...(background.code && { code: background.code }) }, 'preparing', {
      ...background,
      neighbours: background.neighbours ?? {},
    }),
  ]);
  // Only beside others' amounts is something too large: the author's to mend, not a bug.
  return found instanceof MoneyError
    ? [
        form('FORM_FIELD_WRONG', 'lines', {
          ...{ field: 'lines', problem: found.code, found: found.found, limit: mostMoney },
        }),
      ]
    : found;
};

/** What the rules say of a draft as its case stands: beside the other estimates that its agency has open. */
export const draftChecks =
  ({ cases, contents, directory, ruleset }: Pick<Given, 'cases' | 'contents' | 'directory' | 'ruleset'>) =>
  async (found: Case, draft: EstimateDraft): Promise<Finding[]> => {
    const others = await cases.ofAgency(found.tenant, found.owner, found.id);
    const ownAgency = await Promise.all(
      others.flatMap(({ content }) =>
        content ? [contents.get<EstimateContent>(found.tenant, content)] : [],
      ),
    );
    return draftFindings(draft, {
      ruleset: ruleset(found.ruleset),
      systems: await directory.systems(found.tenant),
      code: found.code,
      neighbours: { ownAgency },
    });
  };

/** What the rules say of an issued estimate before it is accepted. */
export const acceptanceChecks =
  ({ directory, ruleset }: Pick<Given, 'directory' | 'ruleset'>) =>
  async (found: Case, content: EstimateContent): Promise<Finding[]> =>
    contentFindings(content, 'acceptance', {
      ruleset: ruleset(found.ruleset),
      systems: await directory.systems(found.tenant),
      policeVerdict: policeVerdictOf(estimateOf(found)),
    });

const form = (code: string, path: string, params: Finding['params']): Finding => ({
  rule: 'FORM',
  code,
  level: 'error',
  path,
  params,
});

const formFinding = (
  { path, type, context }: { path: readonly (string | number)[]; type: string; context?: object },
  lines: readonly { id: string }[],
): Finding => {
  // Lines are named by their id, which stays when they move.
  const named = path.map((part, at) =>
    at === 1 && path[0] === 'lines' && typeof part === 'number' ? (lines[part]?.id ?? part) : part,
  );
  const line = path[0] === 'lines' && typeof path[1] === 'number' ? path[1] + 1 : 0;
  const field = String(path.at(-1) ?? '');
  const { limit }: { limit?: unknown } = context ?? {};
  const isMissing = ['any.required', 'string.empty'].includes(type) || (type === 'array.min' && limit === 1);
  const code = `FORM_${line > 0 ? 'LINE_' : ''}FIELD_${isMissing ? 'MISSING' : 'WRONG'}`;
  return form(code, named.join('/'), {
    field,
    line,
    problem: type,
    limit: typeof limit === 'number' || typeof limit === 'string' ? limit : '',
  });
};
