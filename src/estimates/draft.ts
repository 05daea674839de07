import { lineAmounts, type HeaderInput, type LineInput } from '../../workflows/content.js';
import { estimateOf } from '../engine/contexts.js';
import type { Case, Edit } from '../engine/ports.js';
import { rowsNamed, type Rows } from '../engine/rows.js';
import type { Given } from '../engine/shared.js';
import { fault, Refusal } from '../errors.js';
import { maxLines } from './form.js';
import { setVerdict } from './verdicts.js';

/** An estimate while it can be edited: anything may still be missing. */
export interface EstimateDraft extends Rows<DraftLine> {
  readonly header: Partial<HeaderInput>;
}
export type DraftLine = Partial<LineInput> & { readonly id: string };

const emptyDraft: EstimateDraft = { header: {}, lines: [], nextLine: 1 };
const rows = rowsNamed<DraftLine>('l', maxLines);

/** While only named lines are open, these fields of the head follow the lines and stay open too. */
const headerOfLines = new Set(['contingencyYearSplit', 'documentDate']);

/** Whether a line is open for editing: all are, or those that a return named. */
export const isLineOpen = (found: Case, lineId: string): boolean => {
  const { openLines } = estimateOf(found);
  return openLines === 'all' || openLines.includes(lineId);
};

/** Whether a field of the head is open for editing. */
export const isHeaderOpen = (found: Case, name: string): boolean =>
  estimateOf(found).openLines === 'all' || headerOfLines.has(name);

/** Faults of fields that are closed: what somebody wanted to write is told back to them. */
const closedFaults = (fields: object) =>
  Object.entries(fields).map(([name, value]: [string, unknown]) =>
    fault(name, 'edit.closed', {
      ...((typeof value === 'string' || typeof value === 'number') && { found: value }),
    }),
  );

const refuseClosedLine = (found: Case, lineId: string, fields: object = {}) => {
  if (isLineOpen(found, lineId)) return;
  const faults = closedFaults(fields);
  throw new Refusal('NOT_EDITABLE', {
    part: 'content',
    line: lineId,
    state: found.state,
    ...(faults.length > 0 && { faults }),
  });
};

const refuseClosedHeader = (found: Case, fields: object) => {
  const faults = closedFaults(fields).filter(({ path }) => !isHeaderOpen(found, path));
  if (faults.length === 0) return;
  const { openLines } = estimateOf(found);
  throw new Refusal('NOT_EDITABLE', { part: 'content', openLines, state: found.state, faults });
};

const refuseNamedOnly = (found: Case) => {
  const { openLines } = estimateOf(found);
  if (openLines !== 'all') {
    throw new Refusal('NOT_EDITABLE', { part: 'content', openLines, state: found.state });
  }
};

/** Amounts are made of these: where one is set, what was stated of the ones before is said no more. */
const madeOf = ['quantity', 'unitPrice', 'vatRate'] as const;

const withoutOutdated = (fields: Partial<LineInput>): Partial<LineInput> =>
  madeOf.some((name) => name in fields)
    ? { ...Object.fromEntries(lineAmounts.map((name) => [name, undefined])), ...fields }
    : fields;

const content = (apply: (found: Case, draft: EstimateDraft, input: never) => EstimateDraft): Edit => ({
  part: 'content',
  empty: () => Promise.resolve(emptyDraft),
  apply: ({ found, body, input }) => Promise.resolve(apply(found, body as EstimateDraft, input as never)),
});

/** The ways of editing an estimate, and of judging its lines. */
export const estimateEdits = ({ contents }: Pick<Given, 'contents'>): Readonly<Record<string, Edit>> => ({
  setHeader: content((found, draft, fields: Partial<HeaderInput>) => {
    refuseClosedHeader(found, fields);
    return { ...draft, header: { ...draft.header, ...fields } };
  }),

  replace: content(
    (found, draft, { header, lines }: { header: Partial<HeaderInput>; lines: Partial<LineInput>[] }) => {
      refuseNamedOnly(found);
      return rows.replace({ ...draft, header }, lines);
    },
  ),

  addLine: content((found, draft, { line, after }: { line: Partial<LineInput>; after?: string | null }) => {
    refuseNamedOnly(found);
    if (after === undefined) return rows.add(draft, line);
    return rows.add(draft, line, after === null ? 0 : rows.indexOf(draft, after) + 1);
  }),

  setLine: content((found, draft, { lineId, ...fields }: Partial<LineInput> & { lineId: string }) => {
    rows.indexOf(draft, lineId);
    refuseClosedLine(found, lineId, fields);
    return rows.set(draft, lineId, withoutOutdated(fields));
  }),

  removeLine: content((found, draft, { lineId }: { lineId: string }) => {
    rows.indexOf(draft, lineId);
    refuseClosedLine(found, lineId);
    return rows.remove(draft, lineId);
  }),

  restoreLine: content((found, draft, { lineId }: { lineId: string }) => {
    refuseClosedLine(found, lineId);
    return rows.restore(draft, lineId);
  }),

  moveLine: content((found, draft, { lineId, to }: { lineId: string; to: number }) => {
    rows.indexOf(draft, lineId);
    refuseNamedOnly(found);
    return rows.move(draft, lineId, to);
  }),

  setVerdict: setVerdict(contents),
});
