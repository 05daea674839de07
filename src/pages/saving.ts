import type { Draft, Part, Person } from '../engine/ports.js';
import { Refusal, type FieldFault } from '../errors.js';
import { kindOf } from '../http/caseAccess.js';
import type { EditOp } from '../http/kind.js';
import { parseValue } from '../http/parse.js';
import type { Answer, Call } from '../http/route.js';
import type { ContentPage } from './contentPages.js';
import { readForm, textOf, type Field, type Typed } from './form.js';
import { formResponses, group, type PagesGiven, type PageTools } from './given.js';
import type { Loaded } from './loadCase.js';
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

/** One edit that a form asks for. */
export interface Edit {
  readonly op: EditOp;
  readonly input: Readonly<Record<string, unknown>>;
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

/** Fields with their places in a table told: `Đơn giá, dòng 2`. */
export const placed = (
  row: string,
  order: number,
  fields: readonly Field[],
  cell: (label: string, order: number) => string,
): Field[] => rowed(row, fields).map((field) => ({ ...field, label: cell(field.label, order) }));

/** The revision that a form was made from. */
export const revOf = (body: Typed): number => Number(/^\d{1,9}$/.exec(textOf(body, 'rev'))?.[0] ?? -1);

/** Saving what forms say: each edit on what the one before it left, refusals beside what was typed. */
export const createSaving = (
  { engine, kinds }: Pick<PagesGiven, 'engine' | 'kinds'>,
  { sayFor }: Pick<PageTools, 'sayFor'>,
  contentPage: ContentPage,
) => {
  /** Carries edits out one after the other, each on what the one before it left. */
  const carryOut = async (
    person: Person,
    { found }: Loaded,
    part: Part,
    rev: number,
    edits: readonly Edit[],
  ) => {
    let at = rev;
    let saved: Draft | null = null;
    for (const { op, input } of edits) {
      saved = await engine.edit({ person, caseId: found.id, part, op, input, rev: at });
      at = saved.rev;
    }
    return saved;
  };

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
      return faults.map(({ path, ...fault }) => ({
        ...fault,
        path: [row, path.replace(/^line\./, '')].filter(Boolean).join('.'),
      }));
    }
  };

  /**
   * Carries out what a form of the content asks for, and leads back to it; what is wrong is told there, beside what
   * was typed. Where somebody else saved meanwhile, the page comes back with their revision and these values.
   */
  const saving = async (
    call: MemberCall & { body: Typed },
    loaded: Loaded,
    {
      part,
      fields,
      form,
      faults,
      edits,
      anchor = '',
    }: {
      part: Part;
      fields: readonly Field[];
      form: string;
      faults: readonly FieldFault[];
      edits: readonly Edit[];
      anchor?: string;
    },
    then?: () => Promise<void>,
  ): Promise<Answer> => {
    const { person, body } = call;
    const say = sayFor(call);
    const back = (refusal: Pick<Refusal, 'code' | 'members' | 'status'>) => {
      const { lines, errors } = refusalShown(refusal, { fields, form, say });
      return contentPage(call, loaded, {
        again: { typed: body, errors },
        errors: { title: say('pages:edit.notSaved'), lines },
        status: refusal.status,
      });
    };
    if (faults.length > 0) return back(new Refusal('BAD_INPUT', { faults }));
    try {
      await carryOut(person, loaded, part, revOf(body), edits);
      await then?.();
      return { redirect: `/cases/${loaded.found.id}/content?done=SAVED${anchor}` };
    } catch (error) {
      return back(refusalOrThrow(error));
    }
  };

  return { carryOut, faultsOf, saving };
};
export type Saving = ReturnType<typeof createSaving>;
