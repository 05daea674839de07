import {
  categories,
  costGroups,
  fundingSources,
  pricingBases,
  priorities,
  routes,
  spendForms,
  vatRates,
  type HeaderInput,
  type LineInput,
  type YearAmount,
} from '../../workflows/content.js';
import { MoneyError } from '../../workflows/money.js';
import { computeLine } from '../../workflows/totals.js';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import { nested, type Choice, type Field } from './form.js';
import type { Say } from './say.js';

/** A line while it can be edited: anything may still be missing. */
export type DraftLine = Partial<LineInput> & { readonly id: string };
export interface EstimateDraftBody {
  readonly header: Partial<HeaderInput>;
  readonly lines: readonly DraftLine[];
}

const choices = (say: Say, group: string, values: readonly (string | number)[]): Choice[] =>
  values.map((value) => ({ value: String(value), text: say(`${group}.${value}`) }));

/** The years that an estimate has money in; none while its head does not say. */
export const yearsOf = ({ fiscalYearFrom, fiscalYearTo }: Partial<HeaderInput>): number[] =>
  fiscalYearFrom === undefined || fiscalYearTo === undefined || fiscalYearTo - fiscalYearFrom > 10
    ? []
    : Array.from({ length: Math.max(0, fiscalYearTo - fiscalYearFrom + 1) }, (_, n) => fiscalYearFrom + n);

/** What of a line stands in the table itself. */
export const tableFields = (line: Partial<LineInput>, say: Say): Field[] => [
  { name: 'name', as: 'text', label: say('pages:line.name'), value: line.name },
  { name: 'category', as: 'select', label: say('pages:line.category'), choices: choices(say, 'documents:category', categories), value: line.category },
  { name: 'unit', as: 'text', label: say('pages:line.unit'), value: line.unit },
  { name: 'quantity', as: 'number', label: say('pages:line.quantity'), value: line.quantity },
  { name: 'unitPrice', as: 'money', label: say('pages:line.unitPrice'), value: line.unitPrice },
  { name: 'vatRate', as: 'select', label: say('pages:line.vatRate'), choices: choices(say, 'pages:vatRate', vatRates), value: line.vatRate },
  { name: 'fundingSource', as: 'select', label: say('pages:line.fundingSource'), choices: choices(say, 'documents:fundingSourceShort', fundingSources), value: line.fundingSource },
];

const yearFields = (name: string, split: readonly YearAmount[] | undefined, years: readonly number[], say: Say): Field[] =>
  years.map((year) => ({
    name: `${name}.${year}`,
    as: 'money',
    label: say('pages:line.inYear', { year }),
    ...(years.length === 1 && { hint: say('pages:line.oneYearHint') }),
    value: split?.find((part) => part.year === year)?.amount,
  }));

/** So many empty rows follow what a list holds already. */
const spare = 2;
const rowsOf = <T>(given: readonly T[] | undefined): (T | undefined)[] => [
  ...(given ?? []),
  ...Array.from({ length: spare }, () => undefined),
];

/** Everything of a line beside what stands in the table, for its own page; `fieldset` groups what belongs together. */
export const detailFields = (
  line: Partial<LineInput>,
  { systems, years, say }: { systems: readonly InformationSystem[]; years: readonly number[]; say: Say },
): { readonly legend: string; readonly fields: readonly Field[] }[] => {
  const label = (name: string) => say(`pages:line.${name}`);
  const hint = (name: string) => say(`pages:line.${name}Hint`);
  return [
    {
      legend: say('pages:line.what'),
      fields: [
        ...tableFields(line, say),
        { name: 'specification', as: 'area', label: label('specification'), value: line.specification, optional: true },
        { name: 'justification', as: 'area', label: label('justification'), hint: hint('justification'), value: line.justification },
        { name: 'priority', as: 'select', label: label('priority'), choices: choices(say, 'documents:priority', priorities), value: line.priority },
        { name: 'planTaskRef', as: 'text', label: label('planTaskRef'), hint: hint('planTaskRef'), value: line.planTaskRef },
      ],
    },
    {
      legend: say('pages:line.how'),
      fields: [
        { name: 'costGroup', as: 'select', label: label('costGroup'), choices: choices(say, 'pages:costGroup', costGroups), value: line.costGroup },
        { name: 'spendForm', as: 'select', label: label('spendForm'), choices: choices(say, 'pages:spendForm', spendForms), value: line.spendForm },
        { name: 'route', as: 'select', label: label('route'), choices: choices(say, 'pages:route', routes), value: line.route },
        { name: 'loaiKhoan', as: 'text', label: label('loaiKhoan'), hint: hint('loaiKhoan'), value: line.loaiKhoan, optional: true },
        { name: 'tieuMuc', as: 'text', label: label('tieuMuc'), hint: hint('tieuMuc'), value: line.tieuMuc, optional: true },
        ...yearFields('yearSplit', line.yearSplit, years, say),
      ],
    },
    {
      legend: say('pages:line.price'),
      fields: [
        { name: 'pricingBasis', as: 'select', label: label('pricingBasis'), choices: choices(say, 'documents:pricingBasis', pricingBases), value: line.pricingBasis },
        { name: 'normRef', as: 'text', label: label('normRef'), value: line.normRef, optional: true },
        { name: 'priceExplanation', as: 'area', label: label('priceExplanation'), value: line.priceExplanation, optional: true },
        ...rowsOf(line.quotations).flatMap((quotation, n): Field[] => [
          { name: `quotations.${n}.supplier`, as: 'text', label: say('pages:line.supplier', { n: n + 1 }), value: quotation?.supplier, optional: true },
          { name: `quotations.${n}.number`, as: 'text', label: say('pages:line.quotationNumber', { n: n + 1 }), value: quotation?.number, optional: true },
          { name: `quotations.${n}.date`, as: 'day', label: say('pages:line.quotationDate', { n: n + 1 }), value: quotation?.date, optional: true },
          { name: `quotations.${n}.amount`, as: 'money', label: say('pages:line.quotationAmount', { n: n + 1 }), value: quotation?.amount, optional: true },
        ]),
        ...rowsOf(line.priceEvidence).flatMap((evidence, n): Field[] => [
          { name: `priceEvidence.${n}.date`, as: 'day', label: say('pages:line.evidenceDate', { n: n + 1 }), value: evidence?.date, optional: true },
          { name: `priceEvidence.${n}.amount`, as: 'money', label: say('pages:line.evidenceAmount', { n: n + 1 }), value: evidence?.amount, optional: true },
        ]),
        { name: 'sizing.contingency', as: 'money', label: label('sizingContingency'), hint: hint('sizingContingency'), value: line.sizing?.contingency, optional: true },
      ],
    },
    {
      legend: say('pages:line.system'),
      fields: [
        { name: 'systemRef', as: 'select', label: label('systemRef'), hint: hint('systemRef'), choices: systems.map(({ ref, name }) => ({ value: ref, text: name })), value: line.systemRef, optional: true },
        { name: 'securityLevel', as: 'integer', label: label('securityLevel'), hint: hint('securityLevel'), value: line.securityLevel, optional: true },
        { name: 'scopeKey', as: 'text', label: label('scopeKey'), hint: hint('scopeKey'), value: line.scopeKey, optional: true },
      ],
    },
  ];
};

/** The head of an estimate; what its round already knows stands in it before anybody typed. */
export const headerFields = (
  header: Partial<HeaderInput>,
  { round, today, say }: { round: { fiscalYear: number }; today: string; say: Say },
): { readonly legend: string; readonly fields: readonly Field[] }[] => {
  const label = (name: string) => say(`pages:head.${name}`);
  const { fiscalYearFrom = round.fiscalYear, fiscalYearTo = round.fiscalYear } = header;
  const area = (name: keyof HeaderInput, optional = false): Field => ({
    name,
    as: 'area',
    label: label(name),
    value: header[name],
    optional,
  });
  return [
    {
      legend: say('pages:head.when'),
      fields: [
        { name: 'fiscalYearFrom', as: 'integer', label: label('fiscalYearFrom'), value: fiscalYearFrom },
        { name: 'fiscalYearTo', as: 'integer', label: label('fiscalYearTo'), value: fiscalYearTo },
        { name: 'documentDate', as: 'day', label: label('documentDate'), hint: say('pages:act.dayHint'), value: header.documentDate ?? today },
        { name: 'startDate', as: 'day', label: label('startDate'), hint: say('pages:act.dayHint'), value: header.startDate },
        { name: 'endDate', as: 'day', label: label('endDate'), hint: say('pages:act.dayHint'), value: header.endDate },
        { name: 'location', as: 'text', label: label('location'), value: header.location },
      ],
    },
    {
      legend: say('pages:head.why'),
      fields: [
        area('necessity'),
        area('currentState', true),
        area('objectives'),
        area('scale'),
        area('technicalSolution', true),
        area('expectedResults'),
      ],
    },
    {
      legend: say('pages:head.bases'),
      fields: rowsOf(header.legalBases).flatMap((basis, n): Field[] => [
        { name: `legalBases.${n}.number`, as: 'text', label: say('pages:head.basisNumber', { n: n + 1 }), value: basis?.number, optional: true },
        { name: `legalBases.${n}.date`, as: 'day', label: say('pages:head.basisDate', { n: n + 1 }), value: basis?.date, optional: true },
        { name: `legalBases.${n}.title`, as: 'text', label: say('pages:head.basisTitle', { n: n + 1 }), value: basis?.title, optional: true },
      ]),
    },
    {
      legend: say('pages:head.contingency'),
      fields: [
        { name: 'contingencyRate', as: 'number', label: label('contingencyRate'), value: header.contingencyRate ?? 0 },
        { name: 'contingencyBase', as: 'select', label: label('contingencyBase'), choices: choices(say, 'pages:contingencyBase', ['PRE_VAT', 'POST_VAT']), value: header.contingencyBase ?? 'PRE_VAT' },
        ...yearFields('contingencyYearSplit', header.contingencyYearSplit, yearsOf({ fiscalYearFrom, fiscalYearTo }), say),
        { name: 'chapterCode', as: 'text', label: label('chapterCode'), hint: say('pages:head.chapterCodeHint'), value: header.chapterCode, optional: true },
        { name: 'budgetUnitCode', as: 'text', label: label('budgetUnitCode'), hint: say('pages:head.budgetUnitCodeHint'), value: header.budgetUnitCode, optional: true },
      ],
    },
  ];
};

/** `{ 0: …, 2: … }` as the list it stands for, without the rows left blank. */
const listOf = (rows: unknown): unknown[] => Object.values((rows ?? {}) as Record<string, unknown>);

const splitOf = (typed: unknown): YearAmount[] =>
  Object.entries((typed ?? {}) as Record<string, number>).map(([year, amount]) => ({ year: Number(year), amount }));

const hasField = (fields: readonly Field[], name: string) =>
  fields.some((field) => field.name === name || field.name.startsWith(`${name}.`));

/**
 * What the fields of a line say, as an edit of it: a field left blank takes away what stood there. Only what the
 * form has is touched.
 */
export const lineOf = (fields: readonly Field[], values: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const whole = nested(values);
  const blank = Object.fromEntries(fields.map(({ name }) => [name.split('.')[0], undefined]));
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
export const headerOf = (fields: readonly Field[], values: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const whole = nested(values);
  const blank = Object.fromEntries(fields.map(({ name }) => [name.split('.')[0], undefined]));
  return {
    ...blank,
    ...whole,
    legalBases: listOf(whole.legalBases),
    contingencyYearSplit: splitOf(whole.contingencyYearSplit),
  };
};

/** Where all money falls into one year, the whole line does: nobody types the same number twice. */
export const withOneYear = (line: Partial<LineInput>, years: readonly number[]): Partial<LineInput> => {
  const { quantity, unitPrice, vatRate } = line;
  const [year] = years;
  if (years.length !== 1 || year === undefined) return line;
  if (quantity === undefined || unitPrice === undefined || vatRate === undefined) return line;
  try {
    return { ...line, yearSplit: [{ year, amount: computeLine(line as LineInput).amountAfterVat }] };
  } catch (error) {
    if (error instanceof MoneyError) return line;
    throw error;
  }
};

/** What a new line takes over from the one before it. */
export const newLineAfter = (last: DraftLine | undefined): Partial<LineInput> => {
  const { category, route, planTaskRef, costGroup, spendForm, vatRate, pricingBasis, fundingSource, priority } = last ?? {};
  const taken = { category, route, planTaskRef, costGroup, spendForm, vatRate, pricingBasis, fundingSource, priority };
  const known = Object.fromEntries(Object.entries(taken).filter(([, value]) => value !== undefined));
  return { ...known, systemRef: null, securityLevel: null };
};

/** The fields of an edit that change something. */
export const changesOf = (before: Readonly<Record<string, unknown>>, edit: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(edit).filter(
      ([name, value]) => JSON.stringify(emptyAsNone(before[name])) !== JSON.stringify(emptyAsNone(value)),
    ),
  );
const emptyAsNone = (value: unknown) =>
  value === undefined || (Array.isArray(value) && value.length === 0) || value === '' ? null : value;
