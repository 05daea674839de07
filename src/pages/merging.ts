import { createHash } from 'node:crypto';
import type { FieldFault } from '../errors.js';
import { asShown, readForm, shownText, textOf, type Field, type Typed } from './form.js';

/** The hidden field in which a form carries what each of its fields was made from. */
export const marksName = 'was';

/** What a text says to its field, so that `15000000` and `15.000.000` are the same. */
const meaningOf = (field: Field, text: string): string => {
  const { values } = readForm([field], { [field.name]: text });
  const value = values[field.name];
  if (typeof value === 'number') return String(value);
  const said = typeof value === 'string' ? value : text.trim();
  return field.as === 'area' ? said : said.replace(/[\r\n]/g, '');
};

const markOf = (field: Field, text: string): string =>
  createHash('sha256').update(meaningOf(field, text)).digest('base64url').slice(0, 6);

/** What the fields of a form were made from: `<name>:<mark>`, a blank between. */
export const marksOf = (fields: readonly Field[]): string =>
  fields.map((field) => `${field.name}:${markOf(field, shownText(field))}`).join(' ');

const marksIn = (typed: Typed): ReadonlyMap<string, string> =>
  new Map(
    textOf(typed, marksName)
      .split(' ')
      .map((pair): [string, string] => [
        pair.slice(0, pair.lastIndexOf(':')),
        pair.slice(pair.lastIndexOf(':') + 1),
      ]),
  );

/**
 * What somebody typed, brought together with what stands now: fields that they left alone follow what others saved
 * meanwhile, and so do fields that their form did not have; a field that both changed is a clash, which overwrites
 * nothing and is told with both values. A form that does not say what it was made from was made from what stands now.
 * @param fields with their present values
 */
export const merged = (
  fields: readonly Field[],
  typed: Typed,
): { readonly typed: Typed; readonly clashes: readonly FieldFault[] } => {
  const marks = marksIn(typed);
  const isMarked = textOf(typed, marksName) !== '';
  const clashes: FieldFault[] = [];
  const whole: Record<string, unknown> = { ...typed };
  for (const field of fields) {
    const now = shownText(field);
    if (isMarked && !marks.has(field.name) && !(field.name in typed)) {
      whole[field.name] = now;
      continue;
    }
    const text = textOf(typed, field.name);
    const [was = markOf(field, now), is, says] = [
      marks.get(field.name),
      markOf(field, now),
      markOf(field, text),
    ];
    if (says === was) whole[field.name] = now;
    else if (was !== is && says !== is)
      clashes.push({
        path: field.name,
        code: 'typed.clash',
        params: { found: text, now: asShown(field, now) },
      });
  }
  return { typed: whole, clashes };
};

/** Which rows of a form were changed by who sent it, and are not there any more. */
export const goneRows = (
  typed: Typed,
  column: string,
  known: (row: string) => boolean,
  fieldsOf: (row: string) => readonly Field[],
): readonly { readonly row: string; readonly texts: readonly string[] }[] => {
  const marks = marksIn(typed);
  return [...marks.keys()]
    .filter((name) => name.endsWith(`.${column}`))
    .map((name) => name.slice(0, -column.length - 1))
    .filter((row) => !known(row) && `${row}.${column}` in typed)
    .flatMap((row) => {
      const changed = fieldsOf(row).filter(
        (field) => markOf(field, textOf(typed, field.name)) !== marks.get(field.name),
      );
      const texts = changed.map((field) => String(asShown(field, textOf(typed, field.name))));
      return changed.length > 0 ? [{ row, texts }] : [];
    });
};

/** Whether what somebody saw of a row still stands. */
export const stillStands = (fields: readonly Field[], typed: Typed): boolean => {
  const marks = marksIn(typed);
  return fields.every((field) => (marks.get(field.name) ?? '') === markOf(field, shownText(field)));
};
