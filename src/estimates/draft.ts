import type { HeaderInput, LineInput } from '../../workflows/content.js';
import { estimateOf } from '../engine/contexts.js';
import type { Case, Edit } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import { Refusal } from '../errors.js';
import { setVerdict } from './verdicts.js';

/** An estimate while it can be edited: anything may still be missing. */
export interface EstimateDraft {
  readonly header: Partial<HeaderInput>;
  readonly lines: readonly DraftLine[];
  /** Numbers the ids of lines; an id is never used again. */
  readonly nextLine: number;
}
export type DraftLine = Partial<LineInput> & { readonly id: string };

const emptyDraft: EstimateDraft = { header: {}, lines: [], nextLine: 1 };

/** While only named lines are open, these fields of the head follow the lines and stay open too. */
const headerOfLines = new Set(['contingencyYearSplit', 'documentDate']);

const open = (found: Case, lineId: string) => {
  const { openLines } = estimateOf(found);
  return openLines === 'all' || openLines.includes(lineId);
};

const refuseClosedLine = (found: Case, lineId: string) => {
  if (!open(found, lineId))
    throw new Refusal('NOT_EDITABLE', { part: 'content', line: lineId, state: found.state });
};

const refuseNamedOnly = (found: Case) => {
  const { openLines } = estimateOf(found);
  if (openLines !== 'all') {
    throw new Refusal('NOT_EDITABLE', { part: 'content', openLines, state: found.state });
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

  setVerdict: setVerdict(contents),
});
