import { lineAmounts, type Line, type LineInput, type YearAmount } from '../../workflows/content.js';
import { exactly, MoneyError } from '../../workflows/money.js';
import { computeLine } from '../../workflows/totals.js';
import { nested, type Field } from './form.js';
import type { DraftLine } from './lineFields.js';

/** `{ 0: …, 2: … }` as the list it stands for, without the rows left blank. */
const listOf = (rows: unknown): unknown[] => Object.values((rows ?? {}) as Record<string, unknown>);

const splitOf = (typed: unknown): YearAmount[] =>
  Object.entries((typed ?? {}) as Record<string, number>).map(([year, amount]) => ({
    year: Number(year),
    amount,
  }));

const hasField = (fields: readonly Field[], name: string) =>
  fields.some((field) => field.name === name || field.name.startsWith(`${name}.`));

/**
 * What the fields of a line say, as an edit of it: a field left blank takes away what stood there. Only what the
 * form has is touched.
 */
export const lineOf = (
  fields: readonly Field[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const whole = nested(values);
  const blank = Object.fromEntries(
    fields.map(({ name }): [string, undefined] => [name.split('.')[0] ?? name, undefined]),
  );
  const vatRate = whole.vatRate;
  return {
    ...blank,
    ...whole,
    ...(typeof vatRate === 'string' && { vatRate: /^\d+$/.test(vatRate) ? Number(vatRate) : vatRate }),
    ...(hasField(fields, 'systemRef') && { systemRef: whole.systemRef ?? null }),
    ...(hasField(fields, 'securityLevel') && { securityLevel: whole.securityLevel ?? null }),
    ...(hasField(fields, 'yearSplit') && { yearSplit: splitOf(whole.yearSplit) }),
    ...(hasField(fields, 'quotations') && { quotations: listOf(whole.quotations) }),
    ...(hasField(fields, 'priceEvidence') && { priceEvidence: listOf(whole.priceEvidence) }),
  };
};

/** What the fields of the head say, as an edit of it. */
export const headerOf = (
  fields: readonly Field[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const whole = nested(values);
  const blank = Object.fromEntries(
    fields.map(({ name }): [string, undefined] => [name.split('.')[0] ?? name, undefined]),
  );
  return {
    ...blank,
    ...whole,
    ...(hasField(fields, 'legalBases') && { legalBases: listOf(whole.legalBases) }),
    ...(hasField(fields, 'contingencyYearSplit') && {
      contingencyYearSplit: splitOf(whole.contingencyYearSplit),
    }),
  };
};

/** A line with its amounts, as soon as it has what they are made of. */
const computedOf = (line: Partial<LineInput>): Line | null => {
  const { quantity, unitPrice, vatRate } = line;
  if (quantity === undefined || unitPrice === undefined || vatRate === undefined) return null;
  const computed = exactly(() => computeLine(line as LineInput));
  return computed instanceof MoneyError ? null : computed;
};

/** Where all money falls into one year, the whole line does: nobody types the same number twice. */
export const withOneYear = (line: Partial<LineInput>, years: readonly number[]): Partial<LineInput> => {
  const [year, ...others] = years;
  const amount = others.length === 0 ? computedOf(line)?.amountAfterVat : undefined;
  return year === undefined || amount === undefined ? line : { ...line, yearSplit: [{ year, amount }] };
};

/** A form has no fields for amounts: what was stated elsewhere and is not what the line comes to, it lets go. */
const withoutContradicted = (line: Partial<Line>): Partial<Line> => {
  const computed = computedOf(line);
  const wrong = lineAmounts.filter((name) => line[name] !== undefined && line[name] !== computed?.[name]);
  return { ...line, ...(computed && Object.fromEntries(wrong.map((name) => [name, undefined]))) };
};

const takenOver = [
  'category',
  'route',
  'planTaskRef',
  'costGroup',
  'spendForm',
  'vatRate',
  'pricingBasis',
  'fundingSource',
  'priority',
] as const;

/** What a new line takes over from the one before it. */
export const newLineAfter = (last: DraftLine | undefined): Partial<LineInput> => {
  const known = Object.fromEntries(
    takenOver.flatMap((field) => (last?.[field] === undefined ? [] : [[field, last[field]]])),
  );
  return { ...known, systemRef: null, securityLevel: null };
};

/** A line as a form leaves it: what follows from its fields is made of them. */
export const formed = (line: Partial<LineInput>, years: readonly number[]): Record<string, unknown> => ({
  ...withoutContradicted(withOneYear(line, years)),
});

/** The fields of an edit that change something. */
export const changesOf = (
  before: Readonly<Record<string, unknown>>,
  edit: Readonly<Record<string, unknown>>,
) =>
  Object.fromEntries(
    Object.entries(edit).filter(
      ([name, value]) => JSON.stringify(emptyAsNone(before[name])) !== JSON.stringify(emptyAsNone(value)),
    ),
  );
const emptyAsNone = (value: unknown) =>
  value === undefined || (Array.isArray(value) && value.length === 0) || value === '' ? null : value;
