import type { EstimateContent, HeaderInput, LineInput, LineVerdict } from '../../workflows/content.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import type { Hash } from '../../workflows/vocabulary.js';
import { badInput, Refusal } from '../errors.js';
import type { Case, Edit } from '../engine/ports.js';
import { hashOf } from '../engine/journal.js';
import type { Given } from '../engine/shared.js';

/** An estimate while it can be edited: anything may still be missing. */
export interface EstimateDraft {
  readonly header: Partial<HeaderInput>;
  readonly lines: readonly DraftLine[];
  /** Numbers the ids of lines; an id is never used again. */
  readonly nextLine: number;
}
export type DraftLine = Partial<LineInput> & { readonly id: string };

/** A reviewer's private verdicts, by line. */
export interface ReviewDraft {
  readonly verdicts: Readonly<Record<string, LineVerdict>>;
}

const emptyDraft: EstimateDraft = { header: {}, lines: [], nextLine: 1 };

/** While only named lines are open, these fields of the head follow the lines and stay open too. */
const headerOfLines = new Set(['contingencyYearSplit', 'documentDate']);

const contextOf = (found: Case) => found.context as unknown as EstimateContext;

const open = (found: Case, lineId: string) => {
  const { openLines } = contextOf(found);
  return openLines === 'all' || openLines.includes(lineId);
};

const refuseClosedLine = (found: Case, lineId: string) => {
  if (!open(found, lineId))
    throw new Refusal('NOT_EDITABLE', { part: 'content', line: lineId, state: found.state });
};

const refuseNamedOnly = (found: Case) => {
  if (contextOf(found).openLines !== 'all') {
    throw new Refusal('NOT_EDITABLE', {
      part: 'content',
      openLines: contextOf(found).openLines,
      state: found.state,
    });
  }
};

const indexOf = (draft: EstimateDraft, lineId: string): number => {
  const at = draft.lines.findIndex(({ id }) => id === lineId);
  if (at < 0) throw new Refusal('NOT_FOUND', { line: lineId });
  return at;
};

const content = (apply: (found: Case, draft: EstimateDraft, input: never) => EstimateDraft): Edit => ({
  part: 'content',
  empty: () => Promise.resolve(emptyDraft),
  apply: ({ found, body, input }) => Promise.resolve(apply(found, body as EstimateDraft, input as never)),
});

/** The ways of editing an estimate, and of judging its lines. */
export const estimateEdits = ({ contents }: Pick<Given, 'contents'>): Readonly<Record<string, Edit>> => ({
  setHeader: content((found, draft, fields: Partial<HeaderInput>) => {
    if (Object.keys(fields).some((name) => !headerOfLines.has(name))) refuseNamedOnly(found);
    return { ...draft, header: { ...draft.header, ...fields } };
  }),

  replace: content(
    (found, draft, { header, lines }: { header: Partial<HeaderInput>; lines: Partial<LineInput>[] }) => {
      refuseNamedOnly(found);
      const numbered = lines.map((line, at) => ({ ...line, id: `l${draft.nextLine + at}` }));
      return { header, lines: numbered, nextLine: draft.nextLine + lines.length };
    },
  ),

  addLine: content((found, draft, { line, after }: { line: Partial<LineInput>; after?: string | null }) => {
    refuseNamedOnly(found);
    const at = after === undefined ? draft.lines.length : after === null ? 0 : indexOf(draft, after) + 1;
    const added = { ...line, id: `l${draft.nextLine}` };
    return { ...draft, lines: draft.lines.toSpliced(at, 0, added), nextLine: draft.nextLine + 1 };
  }),

  setLine: content((found, draft, { lineId, ...fields }: Partial<LineInput> & { lineId: string }) => {
    const at = indexOf(draft, lineId);
    refuseClosedLine(found, lineId);
    return { ...draft, lines: draft.lines.with(at, { ...draft.lines[at], ...fields, id: lineId }) };
  }),

  removeLine: content((found, draft, { lineId }: { lineId: string }) => {
    const at = indexOf(draft, lineId);
    refuseClosedLine(found, lineId);
    return { ...draft, lines: draft.lines.toSpliced(at, 1) };
  }),

  moveLine: content((found, draft, { lineId, to }: { lineId: string; to: number }) => {
    const at = indexOf(draft, lineId);
    refuseNamedOnly(found);
    const moved = draft.lines[at];
    return moved ? { ...draft, lines: draft.lines.toSpliced(at, 1).toSpliced(to - 1, 0, moved) } : draft;
  }),

  setVerdict: {
    part: 'review',
    empty: () => Promise.resolve({ verdicts: {} } satisfies ReviewDraft),
    async apply({ found, body, input, person }) {
      const { lineId, ...verdict } = input as Omit<LineVerdict, 'lineHash' | 'by'>;
      const frozen = await contents.get<EstimateContent>(found.tenant, contextOf(found).content ?? '');
      const line = frozen.lines.find(({ id }) => id === lineId);
      if (!line) throw new Refusal('NOT_FOUND', { line: lineId });
      const above =
        verdict.verdict === 'reduce' &&
        (verdict.quantity ?? line.quantity) * (verdict.unitPrice ?? line.unitPrice) > line.amount;
      if (above && !verdict.increaseReason) {
        throw badInput([
          {
            path: 'increaseReason',
            code: 'any.required',
            params: { found: null, limit: line.amount, rule: 'R23' },
          },
        ]);
      }
      const judged: LineVerdict = { ...verdict, lineId, lineHash: hashOf(line), by: person.id };
      return { verdicts: { ...(body as ReviewDraft).verdicts, [lineId]: judged } } satisfies ReviewDraft;
    },
  },
});

/** The verdicts that still fit their lines, in the order of the lines; an edited line has lost its own. */
export const standingVerdicts = (frozen: EstimateContent, review: ReviewDraft | undefined): LineVerdict[] =>
  frozen.lines.flatMap((line) => {
    const verdict = review?.verdicts[line.id];
    return verdict && verdict.lineHash === hashOf(line) ? [verdict] : [];
  });

/** Hash of what the Police's opinion covers: the lines that touch a system, as far as security is concerned. */
export const securityHashOf = (lines: EstimateContent['lines']): Hash | null => {
  const touching = lines.filter(touchesSystem);
  if (touching.length === 0) return null;
  return hashOf(
    touching.map(({ id, name, specification, spendForm, systemRef, securityLevel }) => {
      return { id, name, specification: specification ?? '', spendForm, systemRef, securityLevel };
    }),
  );
};

/** Whether a line concerns a system, so that the Police are asked. */
const touchesSystem = ({ systemRef, spendForm }: EstimateContent['lines'][number]) =>
  systemRef !== null && spendForm !== 'DAO_TAO';
