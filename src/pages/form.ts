import { excerpt, type FieldFault } from '../errors.js';
import { faultText } from '../http/faultText.js';
import { dayText, isNegative, money, typedQuantity, readDay, readMoney, readNumber } from './figures.js';
import type { ErrorLine } from './frame.js';
import type { Say } from './say.js';

/** What somebody typed, by the name of its field. */
export type Typed = Readonly<Record<string, unknown>>;

export interface Choice {
  readonly value: string;
  readonly text: string;
}

/**
 * One field of a form. `name` is a dotted path into what the form sends.
 * - `text`, `area`: as it is; `money`, `number`, `day`: typed the Vietnamese way; `integer`: digits
 * - `select`, `radio`: one of the choices; `many`: any of them
 */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly as: 'text' | 'area' | 'money' | 'number' | 'integer' | 'day' | 'select' | 'radio' | 'many';
  readonly hint?: string;
  readonly choices?: readonly Choice[];
  readonly optional?: boolean;
  /** What is said of a fault, by its code, where the common words do not say enough. */
  readonly told?: Readonly<Record<string, string>>;
  /** What stands in it before anybody typed: a value of what the form sends. */
  readonly value?: unknown;
}

/** A field as a template prints it. */
export interface FieldView {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly hint: string | undefined;
  readonly error: string | undefined;
  readonly describedBy: string | undefined;
  readonly value: string;
  readonly inputmode: string | undefined;
  readonly area: boolean;
  readonly select: boolean;
  readonly radio: boolean;
  readonly many: boolean;
  readonly choices: readonly { id: string; value: string; text: string; chosen: boolean }[];
}

/** A value as a person would type it. */
export const shown = (as: Field['as'], value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (as === 'day') return dayText(value as string);
  if (as === 'money') return money(value as number);
  if (as === 'number') return typedQuantity(value as number);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** What a field sends when nobody touched it. */
export const shownText = ({ as, value, choices = [] }: Field): string => {
  const text = shown(as, value);
  const isChosen = as !== 'select' && as !== 'radio' ? true : choices.some((choice) => choice.value === text);
  return isChosen || choices.length === 0 ? text : '';
};

/** A value as the field shows it: of a list, the words that are chosen from. */
export const asShown = ({ choices }: Pick<Field, 'choices'>, value: unknown): unknown =>
  choices?.find((choice) => choice.value === value)?.text ?? value;

const listOf = (value: unknown): string[] =>
  value === undefined || value === null || value === ''
    ? []
    : (Array.isArray(value) ? value : [value]).map(String);

/** What was typed into a field, as text; only the first where a name came twice. */
export const textOf = (typed: Typed, name: string): string =>
  listOf(typed[name])[0]?.replaceAll('\r\n', '\n') ?? '';

const inputmodes: Partial<Record<Field['as'], string>> = {
  money: 'numeric',
  integer: 'numeric',
  number: 'decimal',
};

/**
 * A field as it is shown: with what was typed where a form came back, else with its value.
 * @param form tells apart the fields of two forms on one page
 */
export const fieldView = (
  field: Field,
  form: string,
  { typed, errors }: { typed?: Typed | undefined; errors?: ReadonlyMap<string, string> | undefined } = {},
): FieldView => {
  const { name, label, as, hint, choices = [], value } = field;
  const id = fieldId(form, name);
  const error = errors?.get(name);
  const chosen = new Set(listOf(typed ? typed[name] : value));
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return {
    id,
    name,
    label,
    hint,
    error,
    describedBy: describedBy || undefined,
    value: typed ? textOf(typed, name) : shown(as, value),
    inputmode: inputmodes[as],
    area: as === 'area',
    select: as === 'select',
    radio: as === 'radio',
    many: as === 'many',
    choices: choices.map((choice, at) => ({
      ...choice,
      id: `${id}-${at}`,
      chosen: chosen.has(choice.value),
    })),
  };
};

/** The id of a field on the page, for labels and for links from the error summary. */
export const fieldId = (form: string, name: string): string => `${form}-${name}`.replace(/[^\w-]/g, '-');

const readers = { money: readMoney, number: readNumber, day: readDay } as const;

/** Digits; how many are too many is the schema's to say. */
const readInteger = (text: string): { value: number } | { fault: string } => {
  if (isNegative(text)) return { fault: 'typed.negative' };
  return /^\d{1,15}$/.test(text) ? { value: Number(text) } : { fault: 'typed.digits' };
};

const readOne = ({ as }: Field, text: string): { value: unknown } | { fault: string } => {
  if (as === 'integer') return readInteger(text);
  if (as === 'money' || as === 'number' || as === 'day') return readers[as](text);
  // Several cells of a sheet that fell into one field.
  if (as === 'text' && text.includes('\t')) return { fault: 'typed.cells' };
  return { value: text };
};

/** Where a comma may mean two things, both are told as this figure would be typed. */
const advised = (code: string, found: string): FieldFault['params'] => ({
  found,
  ...(/^typed\.(ambiguous|comma)$/.test(code) && {
    decimal: found.replace(/,\d+/, '$&0'),
    thousands: found.replace(',', '.'),
  }),
});

/**
 * What a form says, field by field: fields left blank are absent, a `many` without a tick is an empty list.
 * Faults name the field; whether what was read is enough is its schema's to say.
 */
export const readForm = (
  fields: readonly Field[],
  typed: Typed,
): { readonly values: Readonly<Record<string, unknown>>; readonly faults: readonly FieldFault[] } => {
  const faults: FieldFault[] = [];
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (field.as === 'many') {
      values[field.name] = listOf(typed[field.name]);
      continue;
    }
    const text = textOf(typed, field.name).trim();
    if (text === '') continue;
    const read = readOne(field, text);
    if ('fault' in read)
      faults.push({ path: field.name, code: read.fault, params: advised(read.fault, excerpt(text)) });
    else values[field.name] = read.value;
  }
  return { values, faults };
};

/** Dotted names as the objects they stand for: `substitutes.reviewer` → `{ substitutes: { reviewer } }`. */
export const nested = (values: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const whole: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const steps = name.split('.');
    const last = steps.pop() ?? name;
    const at = steps.reduce<Record<string, unknown>>(
      (object, step) => (object[step] ??= {}) as Record<string, unknown>,
      whole,
    );
    at[last] = value;
  }
  return whole;
};

const blank = new Set(['any.required', 'string.empty']);

/** Something that may be wrong, by name and label: a field, or a row that is gone. */
export type Named = Pick<Field, 'name' | 'label'> & Partial<Pick<Field, 'as' | 'choices' | 'told'>>;

/** A fault as somebody met it who chose from a list: with the words of the list, and not its codes. */
const asChosen = (fault: FieldFault, { as, choices = [] }: Pick<Named, 'as' | 'choices'>): FieldFault => {
  const { found, expected, ...params } = fault.params;
  const isUnchosen = blank.has(fault.code) && (as === 'select' || as === 'radio');
  return {
    ...fault,
    code: isUnchosen ? 'any.unchosen' : fault.code,
    params: {
      ...params,
      ...(found !== undefined && { found: asShown({ choices }, found) }),
      ...(expected !== undefined && {
        expected:
          fault.code === 'any.only' && choices.length > 0
            ? choices.map(({ text }) => text).join(', ')
            : expected,
      }),
    },
  };
};

/** Faults as the summary lists them and as they stand beside their fields. */
export const faultsShown = (
  faults: readonly FieldFault[],
  fields: readonly Named[],
  form: string,
  say: Say,
): { readonly lines: readonly ErrorLine[]; readonly errors: ReadonlyMap<string, string> } => {
  const named = faults.map((fault) => {
    const path = fault.path.replace(/^event\./, '');
    // A fault deep inside belongs to the field that carries it.
    const field = fields.find(
      ({ name }) => path === name || path.startsWith(`${name}.`) || name.startsWith(`${path}.`),
    );
    const text = field?.told?.[fault.code];
    return { field, text: text ?? faultText(field ? asChosen(fault, field) : fault, say.t, field?.label) };
  });
  return {
    lines: named.map(({ field, text }) => ({
      text,
      href: field?.as && `#${fieldId(form, field.name)}`,
    })),
    errors: new Map(named.flatMap(({ field, text }) => (field ? [[field.name, text] as const] : []))),
  };
};
