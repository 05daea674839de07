import type { Case } from '../engine/ports.js';
import { appraisalCriteria } from '../../workflows/content.js';
import { sum } from '../../workflows/money.js';
import {
  criterionResults,
  standingAppraisal,
  type Appraisal,
  type AppraisalDraft,
  type Appraised,
  type DraftAppraised,
} from '../consolidations/appraisal.js';
import type { Row } from '../consolidations/table.js';
import { money } from './figures.js';
import { fieldView, type Field, type FieldView } from './form.js';
import { choices } from './lineFields.js';
import type { Again } from './linesView.js';
import { marksOf } from './merging.js';
import { rowed } from './saving.js';
import type { Say } from './say.js';

export interface AppraisalView {
  readonly action: string;
  /** What the fields were made from. */
  readonly was: string;
  readonly caption: string;
  readonly progress: string;
  readonly rows: readonly {
    readonly id: string;
    readonly href: string;
    readonly code: string;
    readonly agency: string;
    readonly proposed: string;
    readonly note: string | null;
    readonly fields: readonly FieldView[];
    /** Where its criteria are answered, and what was answered. */
    readonly criteria: { readonly href: string; readonly text: string; readonly aria: string } | null;
  }[];
  readonly words: Readonly<Record<string, string>>;
}

/** What was written about a row as it stands now. */
export const standingDraft = (row: Row, amounts: AppraisalDraft['amounts']): DraftAppraised | undefined => {
  const written = amounts[row.case];
  return written?.summary === row.summary ? written : undefined;
};

/** Amount and comment, for the rows of a consolidation, by estimate. */
export const appraisalFields = (row: Row, given: DraftAppraised | undefined, say: Say): Field[] => [
  {
    name: 'amount',
    as: 'money',
    label: say('pages:appraisal.amountOf', { code: row.code }),
    value: given?.amount,
  },
  {
    name: 'comment',
    as: 'text',
    label: say('pages:appraisal.commentOf', { code: row.code }),
    value: given?.comment,
  },
];

const named = (code: string, say: Say) => `${code}. ${say(`documents:criterion.${code}`)}`;

/** Everything of one row: amount and comment, and how each criterion is answered. */
export const appraisedRowGroups = (row: Row, given: DraftAppraised | undefined, say: Say) => {
  const answers = new Map(given?.criteria.map((answer) => [answer.code, answer]));
  return [
    {
      legend: say('pages:appraisal.rowLegend', {
        code: row.code,
        agency: row.agency.name,
        amount: row.reviewed.grandTotal,
      }),
      fields: appraisalFields(row, given, say),
    },
    {
      legend: say('pages:appraisal.criteria'),
      fields: appraisalCriteria.flatMap((code): Field[] => [
        {
          name: `criteria.${code}.result`,
          as: 'select',
          label: named(code, say),
          choices: choices(say, 'pages:criterionResult', criterionResults),
          value: answers.get(code)?.result,
        },
        {
          name: `criteria.${code}.comment`,
          as: 'text',
          label: say('pages:appraisal.criterionComment', { code }),
          value: answers.get(code)?.comment,
        },
      ]),
    },
  ];
};

/** How the criteria of one row were answered, counted. */
const answered = (criteria: Appraised['criteria'], say: Say): string =>
  criterionResults
    .map((result) => ({ result, count: criteria.filter((one) => one.result === result).length }))
    .filter(({ count }) => count > 0)
    .map(({ result, count }) => `${say(`pages:criterionResult.${result}`)} ${count}`)
    .join(', ');

/** Finance's amounts, row by row: private until they are issued. Whose row it is the substitute's is only shown. */
export const appraisalView = ({
  found,
  rows,
  amounts,
  mine,
  again,
  say,
}: {
  found: Case;
  rows: readonly Row[];
  amounts: AppraisalDraft['amounts'];
  /** The agency of who asks. */
  mine: string;
  again?: Again | undefined;
  say: Say;
}): AppraisalView => {
  const city = rows.filter(({ ownMoney }) => !ownMoney);
  const done = city.filter((row) => standingAppraisal({ amounts }, row) !== null).length;
  const answers = (row: Row) => standingDraft(row, amounts)?.criteria ?? [];
  const fieldsOf = (row: Row) =>
    row.appraiser === mine ? rowed(row.case, appraisalFields(row, standingDraft(row, amounts), say)) : [];
  const noteOf = (row: Row) => {
    if (row.appraiser !== mine) return say('pages:appraisal.bySubstitute', { agency: row.appraiser });
    const lapsed = amounts[row.case];
    return lapsed?.amount !== undefined && lapsed.summary !== row.summary
      ? say('pages:appraisal.lapsed', { amount: lapsed.amount })
      : null;
  };
  return {
    action: `/cases/${found.id}/appraisal`,
    was: marksOf(city.flatMap(fieldsOf)),
    caption: say('pages:appraisal.caption'),
    progress: say('pages:appraisal.progress', {
      done,
      answered: city.filter((row) => answers(row).length > 0).length,
      all: city.length,
    }),
    words: say.group('appraisal'),
    rows: city.map((row) => ({
      id: row.case,
      href: `/cases/${row.case}`,
      code: row.code,
      agency: row.agency.name,
      proposed: money(row.reviewed.grandTotal),
      note: noteOf(row),
      fields: fieldsOf(row).map((field) => fieldView(field, 'appraisal', again)),
      criteria:
        row.appraiser === mine
          ? {
              href: `/cases/${found.id}/appraisal/${row.case}`,
              text: answered(answers(row), say) || say('pages:appraisal.answer'),
              aria: say('pages:appraisal.answerOf', {
                code: row.code,
                answered: answered(answers(row), say) || say('pages:appraisal.answer'),
              }),
            }
          : null,
    })),
  };
};

export interface ConcludedView {
  readonly caption: string;
  readonly words: Readonly<Record<string, string>>;
  readonly proposed: string;
  readonly amount: string;
  readonly rows: readonly {
    readonly href: string;
    readonly code: string;
    readonly proposed: string;
    readonly amount: string;
    readonly comment: string;
    readonly criteria: readonly string[];
  }[];
}

/** Finance's appraisal as it is signed, issued and decided on: every row with its amount, comment and criteria. */
export const concludedView = ({ rows }: Appraisal, say: Say): ConcludedView => ({
  caption: say('pages:appraisal.captionConcluded', { count: rows.length }),
  words: say.group('appraisal'),
  proposed: money(sum(rows.map(({ proposed }) => proposed))),
  amount: money(sum(rows.map(({ amount }) => amount))),
  rows: rows.map((row) => ({
    href: `/cases/${row.case}`,
    code: row.code,
    proposed: money(row.proposed),
    amount: money(row.amount),
    comment: row.comment ?? '',
    criteria: row.criteria.map(({ code, result, comment }) =>
      [`${say(`documents:criterion.${code}`)}: ${say(`pages:criterionResult.${result}`)}`, comment]
        .filter(Boolean)
        .join(' – '),
    ),
  })),
});
