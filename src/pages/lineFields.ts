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
import type { Rows } from '../engine/rows.js';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import type { Choice, Field } from './form.js';
import type { Say } from './say.js';

/** A line while it can be edited: anything may still be missing. */
export type DraftLine = Partial<LineInput> & { readonly id: string };
export interface EstimateDraftBody extends Pick<Rows<DraftLine>, 'lines' | 'removed'> {
  readonly header: Partial<HeaderInput>;
}

/** Codes with their words. */
export const choices = (say: Say, group: string, values: readonly (string | number)[]): Choice[] =>
  values.map((value) => ({ value: String(value), text: say(`${group}.${value}`) }));

/** The years that an estimate has money in; none while its head does not say. */
export const yearsOf = ({ fiscalYearFrom, fiscalYearTo }: Partial<HeaderInput>): number[] =>
  fiscalYearFrom === undefined || fiscalYearTo === undefined || fiscalYearTo - fiscalYearFrom > 10
    ? []
    : Array.from({ length: Math.max(0, fiscalYearTo - fiscalYearFrom + 1) }, (_, n) => fiscalYearFrom + n);

/** What of a line stands in the table itself; everything else on its own page. */
export const tableColumns = [
  'name',
  'category',
  'unit',
  'quantity',
  'unitPrice',
  'vatRate',
  'fundingSource',
] as const satisfies readonly (keyof LineInput)[];

/** Its fields, in that order. */
export const tableFields = (line: Partial<LineInput>, say: Say): Field[] => [
  { name: 'name', as: 'text', label: say('pages:line.name'), value: line.name },
  {
    name: 'category',
    as: 'select',
    label: say('pages:line.category'),
    choices: choices(say, 'documents:category', categories),
    value: line.category,
  },
  { name: 'unit', as: 'text', label: say('pages:line.unit'), value: line.unit },
  { name: 'quantity', as: 'number', label: say('pages:line.quantity'), value: line.quantity },
  { name: 'unitPrice', as: 'money', label: say('pages:line.unitPrice'), value: line.unitPrice },
  {
    name: 'vatRate',
    as: 'select',
    label: say('pages:line.vatRate'),
    choices: choices(say, 'pages:vatRate', vatRates),
    value: line.vatRate,
  },
  {
    name: 'fundingSource',
    as: 'select',
    label: say('pages:line.fundingSource'),
    choices: choices(say, 'documents:fundingSourceShort', fundingSources),
    value: line.fundingSource,
  },
];

/** One amount a year. */
export const yearFields = (
  name: string,
  split: readonly YearAmount[] | undefined,
  years: readonly number[],
  say: Say,
): Field[] =>
  years.map((year) => ({
    name: `${name}.${year}`,
    as: 'money',
    label: say('pages:line.inYear', { year }),
    ...(years.length === 1 && { hint: say('pages:line.oneYearHint') }),
    value: split?.find((part) => part.year === year)?.amount,
  }));

/** So many empty rows follow what a list holds already. */
const spare = 2;
/** The rows of a list, and some to fill in. */
export const rowsOf = <T>(given: readonly T[] | undefined): (T | undefined)[] => [
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
        {
          name: 'specification',
          as: 'area',
          label: label('specification'),
          value: line.specification,
          optional: true,
        },
        {
          name: 'justification',
          as: 'area',
          label: label('justification'),
          hint: hint('justification'),
          value: line.justification,
        },
        {
          name: 'priority',
          as: 'select',
          label: label('priority'),
          choices: choices(say, 'documents:priority', priorities),
          value: line.priority,
        },
        {
          name: 'planTaskRef',
          as: 'text',
          label: label('planTaskRef'),
          hint: hint('planTaskRef'),
          value: line.planTaskRef,
        },
      ],
    },
    {
      legend: say('pages:line.how'),
      fields: [
        {
          name: 'costGroup',
          as: 'select',
          label: label('costGroup'),
          choices: choices(say, 'pages:costGroup', costGroups),
          value: line.costGroup,
        },
        {
          name: 'spendForm',
          as: 'select',
          label: label('spendForm'),
          choices: choices(say, 'pages:spendForm', spendForms),
          value: line.spendForm,
        },
        {
          name: 'route',
          as: 'select',
          label: label('route'),
          choices: choices(say, 'pages:route', routes),
          value: line.route,
        },
        {
          name: 'loaiKhoan',
          as: 'text',
          label: label('loaiKhoan'),
          hint: hint('loaiKhoan'),
          value: line.loaiKhoan,
          optional: true,
        },
        {
          name: 'tieuMuc',
          as: 'text',
          label: label('tieuMuc'),
          hint: hint('tieuMuc'),
          value: line.tieuMuc,
          optional: true,
        },
        ...yearFields('yearSplit', line.yearSplit, years, say),
      ],
    },
    {
      legend: say('pages:line.price'),
      fields: [
        {
          name: 'pricingBasis',
          as: 'select',
          label: label('pricingBasis'),
          choices: choices(say, 'documents:pricingBasis', pricingBases),
          value: line.pricingBasis,
        },
        { name: 'normRef', as: 'text', label: label('normRef'), value: line.normRef, optional: true },
        {
          name: 'priceExplanation',
          as: 'area',
          label: label('priceExplanation'),
          value: line.priceExplanation,
          optional: true,
        },
        ...rowsOf(line.quotations).flatMap((quotation, n): Field[] => [
          {
            name: `quotations.${n}.supplier`,
            as: 'text',
            label: say('pages:line.supplier', { n: n + 1 }),
            value: quotation?.supplier,
            optional: true,
          },
          {
            name: `quotations.${n}.number`,
            as: 'text',
            label: say('pages:line.quotationNumber', { n: n + 1 }),
            value: quotation?.number,
            optional: true,
          },
          {
            name: `quotations.${n}.date`,
            as: 'day',
            label: say('pages:line.quotationDate', { n: n + 1 }),
            value: quotation?.date,
            optional: true,
          },
          {
            name: `quotations.${n}.amount`,
            as: 'money',
            label: say('pages:line.quotationAmount', { n: n + 1 }),
            value: quotation?.amount,
            optional: true,
          },
        ]),
        ...rowsOf(line.priceEvidence).flatMap((evidence, n): Field[] => [
          {
            name: `priceEvidence.${n}.date`,
            as: 'day',
            label: say('pages:line.evidenceDate', { n: n + 1 }),
            value: evidence?.date,
            optional: true,
          },
          {
            name: `priceEvidence.${n}.amount`,
            as: 'money',
            label: say('pages:line.evidenceAmount', { n: n + 1 }),
            value: evidence?.amount,
            optional: true,
          },
        ]),
        {
          name: 'sizing.contingency',
          as: 'money',
          label: label('sizingContingency'),
          hint: hint('sizingContingency'),
          value: line.sizing?.contingency,
          optional: true,
        },
      ],
    },
    {
      legend: say('pages:line.system'),
      fields: [
        {
          name: 'systemRef',
          as: 'select',
          label: label('systemRef'),
          hint: hint('systemRef'),
          choices: systems.map(({ ref, name }) => ({ value: ref, text: name })),
          value: line.systemRef,
          optional: true,
        },
        {
          name: 'securityLevel',
          as: 'integer',
          label: label('securityLevel'),
          hint: hint('securityLevel'),
          value: line.securityLevel,
          optional: true,
        },
        {
          name: 'scopeKey',
          as: 'text',
          label: label('scopeKey'),
          hint: hint('scopeKey'),
          value: line.scopeKey,
          optional: true,
        },
      ],
    },
  ];
};
