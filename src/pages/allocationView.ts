import { fundingSources } from '../../workflows/content.js';
import type { Money } from '../../workflows/vocabulary.js';
import type { AllocationRow } from '../allocations/content.js';
import { leftIn, type Shares } from '../allocations/shares.js';
import { cellOf, envelopeCells, sourceYearOf } from '../engine/cells.js';
import type { Case } from '../engine/ports.js';
import type { Round } from '../engine/shared.js';
import { fieldView, type Choice, type Field, type FieldView } from './form.js';
import { money } from './figures.js';
import type { Again } from './linesView.js';
import { marksOf } from './merging.js';
import { rowed } from './saving.js';
import type { Say } from './say.js';

/** An estimate that may be given money, and how much of it was approved, đồng. */
export interface Approved {
  readonly id: string;
  readonly code: string;
  readonly agency: string;
  readonly approved: number;
  /** The same by `<source>/<year>`, and what other allocations take of it; undefined where nobody is told, or nothing is. */
  readonly shares?: Shares | undefined;
}

/** An estimate as it is chosen for a row. */
export const estimateChoice = ({ id, code, agency }: Omit<Approved, 'approved'>): Choice => ({
  value: id,
  text: `${code} – ${agency}`,
});

export const rowFields = (row: Partial<AllocationRow>, estimates: readonly Choice[], say: Say): Field[] => [
  {
    name: 'estimate',
    as: 'select',
    label: say('pages:allocation.estimate'),
    choices: estimates,
    value: row.estimate,
  },
  {
    name: 'source',
    as: 'select',
    label: say('pages:line.fundingSource'),
    choices: fundingSources.map((value) => ({ value, text: say(`documents:fundingSourceShort.${value}`) })),
    value: row.source,
  },
  { name: 'year', as: 'integer', label: say('pages:allocation.year'), value: row.year },
  { name: 'amount', as: 'money', label: say('pages:allocation.amount'), value: row.amount },
  { name: 'note', as: 'text', label: say('pages:allocation.note'), value: row.note, optional: true },
];

export interface AllocationView {
  readonly action: string;
  /** What the fields were made from. */
  readonly was: string;
  readonly editable: boolean;
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly {
    readonly id: string;
    readonly cells: readonly (FieldView & { readonly text: string })[];
    /** What the estimate may have of this source and year. */
    readonly ceiling: string;
    readonly remove: string;
  }[];
  readonly adding: readonly FieldView[];
  /** That more estimates could be chosen than are offered. */
  readonly note: string | null;
  readonly total: string;
  readonly inWords: string;
  readonly envelopes: readonly {
    cell: string;
    envelope: string;
    taken: string;
    allocated: string;
    left: string;
    over: boolean;
  }[];
  readonly estimates: readonly {
    href: string;
    code: string;
    agency: string;
    approved: string;
    allocated: string;
    /** The same by source and year. */
    shares: readonly {
      cell: string;
      approved: string;
      taken: string;
      allocated: string;
    }[];
  }[];
  readonly words: Readonly<Record<string, string>>;
}

const sumBy = (rows: readonly AllocationRow[], key: (row: AllocationRow) => string): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0) + row.amount);
  return sums;
};

/** Who gets what from which source in which year, against what was approved and what there is; đồng. */
export const allocationView = ({
  found,
  rows,
  editable,
  estimates,
  note,
  round,
  taken,
  again,
  inWords,
  say,
}: {
  found: Case;
  rows: readonly AllocationRow[];
  editable: boolean;
  estimates: readonly Approved[];
  note: string | null;
  round: Pick<Round, 'envelopes'>;
  /** What other allocations in force have taken, by cell; null where nobody is told, or this one takes nothing any more. */
  taken: Readonly<Record<string, Money>> | null;
  again?: Again | undefined;
  inWords: (amount: number) => string;
  say: Say;
}): AllocationView => {
  const choices = estimates.map(estimateChoice);
  const total = rows.reduce((sum, { amount }) => sum + amount, 0);
  const byCell = sumBy(rows, cellOf);
  const byEstimate = sumBy(rows, ({ estimate }) => estimate);
  const envelopes = envelopeCells(round);
  const cells = new Set([...byCell.keys(), ...Object.keys(envelopes)]);
  const byShare = sumBy(rows, (row) => `${row.estimate} ${cellOf(row)}`);
  const sharesOf = new Map(estimates.map(({ id, shares }) => [id, shares]));
  const ceilingOf = (row: AllocationRow): string => {
    const shares = sharesOf.get(row.estimate);
    return shares ? money(leftIn(shares, cellOf(row))) : '';
  };
  const cellText = (cell: string): string => {
    const { source, year } = sourceYearOf(cell);
    return say('pages:allocation.cell', { source: say(`documents:fundingSourceShort.${source}`), year });
  };
  const heads = rowFields({}, choices, say).map(({ label }) => label);
  return {
    action: `/cases/${found.id}/rows`,
    was: marksOf(rows.flatMap((row) => rowed(row.id, rowFields(row, choices, say)))),
    editable,
    caption: say('pages:allocation.caption'),
    heads,
    words: say.group('allocation'),
    rows: rows.map((row, at) => ({
      id: row.id,
      ceiling: ceilingOf(row),
      remove: say('pages:lines.remove', { order: at + 1 }),
      cells: rowFields(row, choices, say).map((field) => {
        const label = say('pages:lines.cellLabel', { label: field.label, order: at + 1 });
        const view = fieldView({ ...field, name: `${row.id}.${field.name}`, label }, 'row', again);
        return { ...view, text: view.choices.find(({ chosen }) => chosen)?.text ?? view.value };
      }),
    })),
    adding: rowFields({}, choices, say).map((field) =>
      fieldView({ ...field, name: `new.${field.name}` }, 'row', again),
    ),
    note,
    total: money(total),
    inWords: say('pages:lines.inWords', { words: inWords(total) }),
    envelopes:
      taken === null
        ? []
        : [...cells].sort().map((cell) => {
            const [envelope = 0, elsewhere = 0, here = 0] = [envelopes[cell], taken[cell], byCell.get(cell)];
            const left = envelope - elsewhere - here;
            return {
              cell: cellText(cell),
              envelope: money(envelope),
              taken: money(elsewhere),
              allocated: money(here),
              left: money(left),
              over: left < 0,
            };
          }),
    estimates: estimates.map(({ id, code, agency, approved, shares }) => ({
      href: `/cases/${id}`,
      code,
      agency,
      approved: money(approved),
      allocated: money(byEstimate.get(id) ?? 0),
      shares: Object.entries(shares?.approved ?? {}).map(([cell, amount]) => ({
        cell: cellText(cell),
        approved: money(amount),
        taken: money(shares?.taken[cell] ?? 0),
        allocated: money(byShare.get(`${id} ${cell}`) ?? 0),
      })),
    })),
  };
};
