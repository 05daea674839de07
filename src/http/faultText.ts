import type { TFunction } from 'i18next';
import { excerpt, type FieldFault } from '../errors.js';

const capital = (text: string) => text.charAt(0).toLocaleUpperCase('vi') + text.slice(1);

/**
 * How a person calls the field at this path: `body.lines.3.unitPrice` → `dòng 4, đơn giá`.
 * @param of what the field is of, where its schema says so; else what stands around it
 */
const fieldName = (path: string, t: TFunction, of: unknown): string => {
  const steps = path.split('.');
  const [last = 'body', around = ''] = steps
    .filter((step) => step !== '' && !/^\d+$/.test(step))
    .toReversed();
  // A word may mean one thing alone and another inside something: `consolidation`, `deadlines.consolidation`.
  const name = t([`fieldIn.${typeof of === 'string' ? of : around}.${last}`, `fieldName.${last}`], {
    defaultValue: `“${last}”`,
  });
  const at = steps.findIndex((step, index) => /^\d+$/.test(step) && steps[index - 1] === 'lines');
  const item = steps.at(-1);
  if (at > 0 && last !== 'lines') return t('fieldAt.line', { row: Number(steps[at]) + 1, name });
  return item && /^\d+$/.test(item) ? t('fieldAt.item', { row: Number(item) + 1, name }) : name;
};

const written = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 20 });

/** Years and numbers of papers are names, no amounts. */
const isName = (path: string): boolean =>
  /(^|\.)(year|fiscalYear|fiscalYearFrom|fiscalYearTo|number|proposalNumber|next)$/.test(path);

/** A number as it is written everywhere here: `999.000.000`, `2,3456`; years, numbers of papers and small counts as they are. */
const numberText = (value: unknown, path: string): unknown =>
  typeof value === 'number' && !isName(path) && (value >= 10_000 || !Number.isInteger(value))
    ? excerpt(written.format(value))
    : value;

/**
 * What is wrong with a field, in a sentence that says where, what was found and what is expected.
 * @param name how the field is called where it was typed
 */
export const faultText = (
  { path, code, params }: FieldFault,
  t: TFunction,
  name: string = fieldName(path, t, params['of']),
): string => {
  // Money is grouped by the wording itself, which says its unit.
  const isMoney = code.startsWith('money.');
  // A range may be open at one end.
  const told: Record<string, unknown> = Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key, (isMoney ? value : numberText(value, path)) ?? '…']),
  );
  const { expected } = params;
  if (code === 'string.pattern.name' && typeof expected === 'string')
    told['expected'] = t([`fieldForm.${expected}`], { defaultValue: expected });
  const words = t(`field.${code}`, { ...told, name, defaultValue: t('field.other', { name }) });
  const { found } = params;
  const saysFound = t(`field.${code}`, { skipInterpolation: true }).includes('{{found');
  const unsaid = found !== undefined && found !== null && found !== '' && !saysFound;
  return `${capital(words)}${unsaid ? t('fieldAt.found', { found: numberText(found, path) }) : ''}`;
};
