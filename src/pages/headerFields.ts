import type { HeaderInput } from '../../workflows/content.js';
import type { Field } from './form.js';
import { choices, rowsOf, yearFields, yearsOf } from './lineFields.js';
import type { Say } from './say.js';

/** Characters that a text has at least when it is sent up. */
const atLeast: Partial<Record<keyof HeaderInput, number>> = {
  necessity: 50,
  objectives: 10,
  scale: 10,
  expectedResults: 10,
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
    ...(atLeast[name] && { hint: say('pages:head.atLeast', { n: atLeast[name] }) }),
    optional,
  });
  return [
    {
      legend: say('pages:head.when'),
      fields: [
        { name: 'fiscalYearFrom', as: 'integer', label: label('fiscalYearFrom'), value: fiscalYearFrom },
        { name: 'fiscalYearTo', as: 'integer', label: label('fiscalYearTo'), value: fiscalYearTo },
        {
          name: 'documentDate',
          as: 'day',
          label: label('documentDate'),
          hint: say('pages:act.dayHint'),
          value: header.documentDate ?? today,
        },
        {
          name: 'startDate',
          as: 'day',
          label: label('startDate'),
          hint: say('pages:act.dayHint'),
          value: header.startDate,
        },
        {
          name: 'endDate',
          as: 'day',
          label: label('endDate'),
          hint: say('pages:act.dayHint'),
          value: header.endDate,
        },
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
        {
          name: `legalBases.${n}.number`,
          as: 'text',
          label: say('pages:head.basisNumber', { n: n + 1 }),
          value: basis?.number,
          optional: true,
        },
        {
          name: `legalBases.${n}.date`,
          as: 'day',
          label: say('pages:head.basisDate', { n: n + 1 }),
          value: basis?.date,
          optional: true,
        },
        {
          name: `legalBases.${n}.title`,
          as: 'text',
          label: say('pages:head.basisTitle', { n: n + 1 }),
          value: basis?.title,
          optional: true,
        },
      ]),
    },
    {
      legend: say('pages:head.contingency'),
      fields: [
        {
          name: 'contingencyRate',
          as: 'number',
          label: label('contingencyRate'),
          value: header.contingencyRate ?? 0,
        },
        {
          name: 'contingencyBase',
          as: 'select',
          label: label('contingencyBase'),
          choices: choices(say, 'pages:contingencyBase', ['PRE_VAT', 'POST_VAT']),
          value: header.contingencyBase ?? 'PRE_VAT',
        },
        ...yearFields(
          'contingencyYearSplit',
          header.contingencyYearSplit,
          yearsOf({ fiscalYearFrom, fiscalYearTo }),
          say,
        ),
        {
          name: 'chapterCode',
          as: 'text',
          label: label('chapterCode'),
          hint: say('pages:head.chapterCodeHint'),
          value: header.chapterCode,
          optional: true,
        },
        {
          name: 'budgetUnitCode',
          as: 'text',
          label: label('budgetUnitCode'),
          hint: say('pages:head.budgetUnitCodeHint'),
          value: header.budgetUnitCode,
          optional: true,
        },
      ],
    },
  ];
};
