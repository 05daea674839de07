import type { Draft, Part, Person } from '../engine/ports.js';
import type { Rows } from '../engine/rows.js';
import { fault, firstOfEach, Refusal, type FieldFault } from '../errors.js';
import { kindOf } from '../http/caseAccess.js';
import type { EditOp } from '../http/kind.js';
import { parseValue } from '../http/parse.js';
import type { Answer, Call } from '../http/route.js';
import { safeNext } from './addresses.js';
import type { ErrorLine, Undo } from './frame.js';
import { readForm, textOf, type Field, type Named, type Typed } from './form.js';
import { formResponses, group, type PagesGiven, type PageTools } from './given.js';
import type { Loaded } from './loadCase.js';
import { stillStands } from './merging.js';
import type { Say } from './say.js';
import { refusalOrThrow, refusalShown } from './refusalShown.js';

export type MemberCall = Pick<Call<unknown, unknown, unknown, Person>, 'req' | 'person'>;

/** What forms that edit declare alike. */
export const writes = {
  access: 'member',
  scope: 'write',
  group,
  bodyType: 'form',
  responses: formResponses,
} as const;

/** A row of a form, and how it is called where something is said of it. */
export interface PlacedRow {
  readonly id: string;
  readonly label: string;
}

/** One edit that a form asks for, and the row that asks. */
export interface Edit {
  readonly op: EditOp;
  readonly input: Readonly<Record<string, unknown>>;
  readonly row?: PlacedRow;
}

/** Fields of one row of a form, named `<row>.<field>`. */
export const rowed = (row: string, fields: readonly Field[]): Field[] =>
  fields.map((field) => ({ ...field, name: `${row}.${field.name}` }));

/** What a form says of one row, by its own field names; faults keep the full names. */
export const readRow = (row: string, fields: readonly Field[], typed: Typed) => {
  const { values, faults } = readForm(rowed(row, fields), typed);
  const own = Object.entries(values).map(([name, value]) => [name.slice(row.length + 1), value] as const);
  return { values: Object.fromEntries(own), faults };
};

/** Fields with the row that they stand in told: `Đơn giá, dòng 2 (Máy trạm)`. */
export const placed = ({ id, label: row }: PlacedRow, fields: readonly Field[], say: Say): Field[] =>
  rowed(id, fields).map((field) => ({
    ...field,
    label: say('pages:lines.placed', { label: field.label, row }),
  }));

/** A row by its place and name; a long name is cut. */
export const placedRow = (id: string, order: number, name: string | undefined, say: Say): PlacedRow => {
  return {
    id,
    label: name
      ? say('pages:lines.rowNamed', { order, name: short(name) })
      : say('pages:lines.row', { order }),
  };
};

const short = (name: string): string => (name.length > 60 ? `${name.slice(0, 59)}…` : name);

/** What the page says after a row was removed, with the way back; nothing once it cannot be put back any more. */
export const removedShown = <Row extends { readonly id: string }>(
  { removed }: Pick<Rows<Row>, 'removed'>,
  nameOf: (row: Row) => string | undefined,
  say: Say,
): { readonly notice: string | null; readonly undo: Undo | null } => {
  if (!removed) return { notice: null, undo: null };
  const { row, at } = removed;
  const name = nameOf(row);
  return {
    notice: name
      ? say('pages:lines.removedNamed', { order: at + 1, name: short(name) })
      : say('pages:lines.removed', { order: at + 1 }),
    undo: { act: `restore:${row.id}`, text: say('pages:lines.restore') },
  };
};

/** What a form asks for, against the draft as it stands. */
export interface Plan {
  readonly part: Part;
  readonly rev: number;
  /** Tells apart the fields of two forms on one page. */
  readonly form: string;
  /** All fields, to name and to link what is wrong. */
  readonly fields: readonly Named[];
  /** What the form shows again: typed where somebody typed, else as it stands. */
  readonly typed: Typed;
  readonly faults: readonly FieldFault[];
  readonly edits: readonly Edit[];
}

/** A form that was not carried out. */
export interface NotSaved {
  readonly typed: Typed;
  readonly errors: ReadonlyMap<string, string>;
  readonly lines: readonly ErrorLine[];
  readonly status: number;
}

/** Faults that come of what was saved while a form was open. */
const ofOthers: ReadonlySet<string> = new Set(['typed.clash', 'typed.gone', 'typed.overtaken']);

/** How often a form is read anew because somebody saved in the very moment. */
const tries = 3;

/** Saving what forms say: all of it in one write, or none and told beside what was typed. */
export const createSaving = (
  { engine, kinds }: Pick<PagesGiven, 'engine' | 'kinds'>,
  { sayFor }: Pick<PageTools, 'sayFor'>,
) => {
  /** What an edit says, held against its schema. @returns the faults, with the name of the row before them */
  const faultsOf = ({ found }: Loaded, op: EditOp, fields: object, row: string): FieldFault[] => {
    const declared = kindOf(kinds, found).edits[op];
    if (!declared) throw new Refusal('NOT_FOUND', { op });
    const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    if (Object.keys(known).length === 0) return [];
    try {
      parseValue(declared.schema, op === 'addLine' ? { line: known } : known, '');
      return [];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const faults = (error.members.faults ?? []) as readonly FieldFault[];
      return faults.map(({ path, ...fault }) => ({ ...fault, path: inRow(row, path) }));
    }
  };

  /** What the engine refused of several edits, told of the row that asked. */
  const ofItsRow = ({ code, members, status }: Refusal, edits: readonly Edit[]) => {
    const { faults, op, ...rest } = members as { faults?: readonly FieldFault[]; op?: number };
    const row = op === undefined ? undefined : edits[op]?.row;
    const own = faults?.map((fault) => ({
      ...fault,
      path: inRow(row?.id ?? '', fault.path.replace(/^ops\.\d+\./, '')),
    }));
    return { refusal: { code, status, members: { ...rest, ...(own && { faults: own }) } }, row };
  };

  /** What others did meanwhile, told as the person's own where the newest edit was made by them, at another window. */
  const ofWhom = async (
    faults: readonly FieldFault[],
    { person, caseId, part }: { person: Person; caseId: string; part: Part },
  ): Promise<readonly FieldFault[]> => {
    if (!faults.some(({ code }) => ofOthers.has(code))) return faults;
    const { edited, editors } = await engine.draft({ person, caseId, part });
    if (edited?.by !== person.name || !editors.includes(person.id)) return faults;
    return faults.map((one) => (ofOthers.has(one.code) ? { ...one, code: `${one.code}Own` } : one));
  };

  /**
   * Carries out what a form asks for, and leads on; what is wrong is told on the page that `back` makes.
   * @param plan reads the form against the draft as it stands; asked again where somebody saved meanwhile
   * @param lead where to, after saving; null was saved where nothing had changed
   * @param stopped why the form is not to be carried out but only shown again
   */
  const saving = async (
    call: MemberCall & { body: Typed },
    { found }: Loaded,
    {
      plan,
      back,
      lead,
      after,
      stopped,
    }: {
      plan: () => Promise<Plan>;
      back: (notSaved: NotSaved) => Promise<Answer>;
      lead: (saved: Draft | null) => string;
      after?: (saved: Draft) => Promise<unknown>;
      stopped?: Refusal | undefined;
    },
  ): Promise<Answer> => {
    const { person, body } = call;
    const say = sayFor(call);
    for (let left = tries; ; left--) {
      const asked = await plan();
      const { part, rev, edits, faults, fields, form } = asked;
      try {
        if (stopped) throw stopped;
        if (faults.length > 0) {
          const first = firstOfEach(faults);
          throw new Refusal('BAD_INPUT', { faults: await ofWhom(first, { person, caseId: found.id, part }) });
        }
        const ops = edits.map(({ op, input }) => ({ op, input }));
        const saved = ops.length > 0 ? await engine.edit({ person, caseId: found.id, part, rev, ops }) : null;
        if (saved) await after?.(saved);
        return { redirect: leaving(body) ?? lead(saved) };
      } catch (error) {
        if (error instanceof Refusal && error.code === 'STALE_DRAFT' && left > 1) continue;
        const { refusal, row } = ofItsRow(refusalOrThrow(error), edits);
        const { lines, errors } = refusalShown(refusal, { fields, form, say });
        const told = row && !refusal.members.faults ? inRowText(row, lines, say) : lines;
        return back({ typed: asked.typed, errors, lines: told, status: refusal.status });
      }
    }
  };

  return { faultsOf, saving };
};
export type Saving = ReturnType<typeof createSaving>;

/**
 * What becomes of the rows of a form whose button removes one, or puts back the one removed last: those that stay, and
 * what is wrong and done beside them. What is about to go need not be right, but it must be what was seen; what was
 * typed in it comes back with it. Sent twice, it is done once.
 * @param marked the field at which a row is told that others edited it
 */
export const removingOrRestoring = <
  One extends Pick<Plan, 'faults' | 'edits'> & { id: string; fields: Field[] },
>(
  rows: readonly One[],
  { lines, removed }: Pick<Rows<{ readonly id: string }>, 'lines' | 'removed'>,
  { act, acted, body, marked }: { act: string; acted: string; body: Typed; marked: string },
): { readonly staying: readonly One[] } & Pick<Plan, 'faults' | 'edits'> => {
  const isThere = lines.some(({ id }) => id === acted);
  if (act === 'restore') {
    const isRemoved = removed?.row.id === acted;
    return {
      staying: rows,
      faults: isRemoved || isThere ? [] : [fault(acted, 'typed.notRestored')],
      edits: isRemoved ? [{ op: 'restoreLine', input: { lineId: acted } }] : [],
    };
  }
  if (act !== 'remove' || !isThere) return { staying: rows, faults: [], edits: [] };
  const edits: Edit[] = [{ op: 'removeLine', input: { lineId: acted } }];
  const going = rows.find(({ id }) => id === acted);
  if (!going) return { staying: rows, faults: [], edits };
  if (!stillStands(going.fields, body))
    return { staying: rows, faults: [fault(`${acted}.${marked}`, 'typed.overtaken')], edits };
  return {
    staying: rows.filter((row) => row !== going),
    faults: [],
    edits: [...(going.faults.length === 0 ? going.edits : []), ...edits],
  };
};

/** The texts of these fields put into what a form shows again. */
export const takenFrom = (whole: Typed, fields: readonly Pick<Field, 'name'>[], typed: Typed): Typed => ({
  ...whole,
  ...Object.fromEntries(fields.map(({ name }) => [name, typed[name]])),
});

/** What the next page is told: that a row is gone or back, that it was saved, or that there was nothing to save. */
export const doneBy = (saved: Draft | null, act = ''): 'REMOVED' | 'RESTORED' | 'SAVED' | 'UNCHANGED' => {
  // Sent twice, it is removed once, and can still be put back; and so is put back once.
  if (act === 'remove') return 'REMOVED';
  if (act === 'restore') return 'RESTORED';
  return saved ? 'SAVED' : 'UNCHANGED';
};

const inRow = (row: string, path: string) => [row, path.replace(/^line\./, '')].filter(Boolean).join('.');

const inRowText = ({ label }: PlacedRow, lines: readonly ErrorLine[], say: Say): ErrorLine[] =>
  lines.map((line) => ({ ...line, text: say('pages:lines.inRow', { row: label, text: line.text }) }));

/** Where a form leads that saves on the way to another page. */
const leaving = (body: Typed): string | null => {
  const [, to] = /^go:(.*)$/.exec(textOf(body, 'act')) ?? [];
  return to === undefined ? null : safeNext(to);
};
