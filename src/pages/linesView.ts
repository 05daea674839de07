import type { EstimateContent, Line, LineVerdict, Totals } from '../../workflows/content.js';
import type { SettledOverlap } from '../../workflows/estimate.v1.js';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import type { Remark } from '../estimates/remarks.js';
import { isOf, lackOf, type DraftVerdict } from '../estimates/verdicts.js';
import type { Case } from '../engine/ports.js';
import { headFacts, lineFacts, type FactGroup } from './contentFacts.js';
import { fieldView, type Field, type FieldView, type Typed } from './form.js';
import { money, quantity } from './figures.js';
import { tableColumns, tableFields, type DraftLine } from './lineFields.js';
import { overlapText } from './overlapText.js';
import { marksOf } from './merging.js';
import { rowed } from './saving.js';
import type { Say } from './say.js';

/** What a form that came back says: what was typed, and what is wrong by field. */
export interface Again {
  readonly typed: Typed;
  readonly errors: ReadonlyMap<string, string>;
}

export interface TotalsView {
  readonly rows: readonly { readonly name: string; readonly value: string; readonly strong: boolean }[];
  readonly inWords: string;
}

/** The sums under a table of lines, đồng. */
export const totalsView = (
  totals: Pick<Totals, 'subtotal' | 'vatTotal' | 'contingencyAmount' | 'grandTotal'> | null,
  inWords: (amount: number) => string,
  say: Say,
): TotalsView | null =>
  totals && {
    rows: [
      { name: say('pages:lines.subtotal'), value: money(totals.subtotal), strong: false },
      { name: say('pages:lines.vatTotal'), value: money(totals.vatTotal), strong: false },
      { name: say('pages:lines.contingency'), value: money(totals.contingencyAmount), strong: false },
      { name: say('pages:lines.grandTotal'), value: money(totals.grandTotal), strong: true },
    ],
    inWords: say('pages:lines.inWords', { words: inWords(totals.grandTotal) }),
  };

export interface DraftRowView {
  readonly id: string;
  readonly order: number;
  readonly open: boolean;
  readonly cells: readonly (FieldView & {
    readonly wide: boolean;
    readonly text: string;
    /** What is saved, where something else was typed. */
    readonly stored: string | undefined;
  })[];
  readonly sum: string;
  readonly detail: { readonly href: string; readonly text: string };
  readonly remove: string;
  /** What the reviewer said of it when the estimate was returned. */
  readonly remark: string | null;
  readonly up: string | null;
  readonly down: string | null;
}

export interface DraftLinesView {
  readonly action: string;
  readonly header: { readonly href: string };
  /** The page itself, as it is saved. */
  readonly content: string;
  /** What the fields were made from. */
  readonly was: string;
  readonly heads: readonly string[];
  /** Columns beside the first. */
  readonly span: number;
  readonly rows: readonly DraftRowView[];
  readonly totals: TotalsView | null;
  readonly partial: string | null;
  /** That the totals leave lines out. */
  readonly uncounted: string | null;
  readonly canAdd: boolean;
  readonly empty: boolean;
  readonly words: Readonly<Record<string, string>>;
}

type Judged = Pick<LineVerdict, 'lineId'> & Partial<LineVerdict>;

/** A verdict in words, with what it leaves of a line. */
const verdictText = (
  line: Pick<DraftLine, 'quantity' | 'unitPrice'>,
  judged: Judged | undefined,
  say: Say,
): string => {
  if (!judged?.verdict) return '–';
  const { quantity: many = line.quantity, unitPrice = line.unitPrice } = judged;
  const what = say(`pages:verdict.${judged.verdict}`);
  return judged.verdict === 'reduce'
    ? say('pages:lines.reducedTo', { what, quantity: quantity(many ?? 0), unitPrice: money(unitPrice) })
    : what;
};

/** What the reviewer said of a line when the estimate was returned. */
export const remarkText = (line: DraftLine, remarks: readonly Remark[], say: Say): string | null => {
  const remark = remarks.find(({ lineId }) => lineId === line.id);
  if (!remark) return null;
  const said = [remark.verdict ? verdictText(line, remark, say) : '', remark.reason ?? ''];
  return say('pages:lines.remark', { remark: said.filter(Boolean).join('. ') });
};

const labelled = (say: Say, label: string, order: number) => say('pages:lines.cellLabel', { label, order });
const textIn = (field: FieldView) => field.choices.find(({ chosen }) => chosen)?.text ?? field.value;

/**
 * The draft as a table of inputs, one row a line. While only named lines are open the others are read-only.
 * @param computed what the server makes of each line, by id: đồng after VAT
 */
export const draftLinesView = ({
  found,
  lines,
  computed,
  totals,
  remarks,
  again,
  inWords,
  say,
}: {
  found: Case;
  lines: readonly DraftLine[];
  computed: ReadonlyMap<string, Partial<Line>>;
  totals: Totals | null;
  remarks: readonly Remark[];
  again?: Again | undefined;
  inWords: (amount: number) => string;
  say: Say;
}): DraftLinesView => {
  const openLines = found.context['openLines'] as 'all' | readonly string[];
  const all = openLines === 'all';
  const action = `/cases/${found.id}/lines`;
  const isOpen = ({ id }: DraftLine) => all || openLines.includes(id);
  const uncounted = lines.filter(({ fundingSource }) => fundingSource === undefined).length;
  return {
    action,
    header: { href: `/cases/${found.id}/header` },
    content: `/cases/${found.id}/content`,
    was: marksOf(lines.filter(isOpen).flatMap((line) => rowed(line.id, tableFields(line, say)))),
    heads: tableFields({}, say).map(({ label }) => label),
    span: tableColumns.length + 2,
    partial: all ? null : say('pages:lines.partial'),
    canAdd: all,
    empty: lines.length === 0,
    totals: totalsView(totals, inWords, say),
    uncounted: uncounted > 0 ? say('pages:lines.uncounted', { count: uncounted }) : null,
    words: say.group('lines'),
    rows: lines.map((line, at): DraftRowView => {
      const open = isOpen(line);
      const order = at + 1;
      return {
        id: line.id,
        order,
        open,
        cells: tableFields(line, say).map((field) => {
          const named: Field = {
            ...field,
            name: `${line.id}.${field.name}`,
            label: labelled(say, field.label, order),
          };
          const view = fieldView(named, 'line', open ? again : undefined);
          const now = textIn(fieldView(named, 'line'));
          const differs = open && again !== undefined && textIn(view) !== now;
          return {
            ...view,
            wide: field.name === 'name',
            text: textIn(view),
            stored: differs ? say('pages:lines.stored', { value: now }) : undefined,
          };
        }),
        sum: money(computed.get(line.id)?.amountAfterVat),
        detail: { href: `${action}/${line.id}`, text: say('pages:lines.detail', { order }) },
        remark: remarkText(line, remarks, say),
        remove: say('pages:lines.remove', { order }),
        up: all && at > 0 ? say('pages:lines.up', { order }) : null,
        down: all && at < lines.length - 1 ? say('pages:lines.down', { order }) : null,
      };
    }),
  };
};

export interface FrozenLinesView {
  readonly caption: string;
  readonly heads: readonly { readonly text: string; readonly numeric: boolean }[];
  readonly rows: readonly {
    readonly id: string;
    readonly order: number;
    readonly cells: readonly { readonly text: string; readonly numeric: boolean }[];
    readonly name: string;
    /** What the reviewer wrote about it. */
    readonly remarks: readonly { readonly name: string; readonly value: string }[];
    readonly more: readonly FactGroup[];
  }[];
  readonly totals: TotalsView | null;
  readonly head: readonly FactGroup[];
  readonly words: Readonly<Record<string, string>>;
}

/** Which system a line touches, and at which level its owner proposes to protect it. */
const securityText = (
  { systemRef, securityLevel }: Line,
  systems: readonly InformationSystem[],
  say: Say,
): string => {
  if (systemRef === null) return '–';
  const system = systems.find(({ ref }) => ref === systemRef)?.name ?? systemRef;
  return securityLevel === null ? system : say('pages:line.systemAtLevel', { system, level: securityLevel });
};

/** By which settled overlaps a line left the table. */
const takenOutBy = ({ id }: Line, overlaps: readonly SettledOverlap[], say: Say) =>
  overlaps
    .filter(({ lines }) => lines.some(({ lineId }) => lineId === id))
    .map(({ name, decision, lead, reason }) => ({
      name: say('pages:overlap.takenOut'),
      value: overlapText({ name, decision, lead, reason }, say),
    }));

/** Frozen lines to read; with the verdicts once they are known. */
export const frozenLinesView = (
  content: EstimateContent,
  verdicts: readonly Judged[] | null,
  {
    caption,
    systems,
    overlaps,
    inWords,
    say,
  }: {
    caption: string;
    overlaps: readonly SettledOverlap[];
    systems: readonly InformationSystem[];
    inWords: (amount: number) => string;
    say: Say;
  },
): FrozenLinesView => {
  const head = (word: string, numeric = false) => ({ text: say(`pages:line.${word}`), numeric });
  const text = (value: string) => ({ text: value, numeric: false });
  const number = (value: string) => ({ text: value, numeric: true });
  return {
    caption,
    heads: [
      head('category'),
      head('unit'),
      head('quantity', true),
      head('unitPrice', true),
      head('vatRate'),
      head('afterVat', true),
      head('fundingSource'),
      head('years'),
      head('security'),
      ...(verdicts ? [head('verdict')] : []),
    ],
    rows: content.lines.map((line, at) => {
      const verdict = verdicts?.find(({ lineId }) => lineId === line.id);
      return {
        id: line.id,
        order: at + 1,
        name: line.name,
        cells: [
          text(say(`documents:category.${line.category}`)),
          text(line.unit),
          number(quantity(line.quantity)),
          number(money(line.unitPrice)),
          text(say(`pages:vatRate.${line.vatRate}`)),
          number(money(line.amountAfterVat)),
          text(say(`documents:fundingSourceShort.${line.fundingSource}`)),
          text(line.yearSplit.map(({ year, amount }) => `${year}: ${money(amount)}`).join('; ')),
          text(securityText(line, systems, say)),
          ...(verdicts ? [text(verdictText(line, verdict, say))] : []),
        ],
        more: lineFacts(line, content, { systems, say }),
        remarks: [
          ...(verdict?.reason ? [{ name: say('pages:review.reason'), value: verdict.reason }] : []),
          ...(verdict?.increaseReason
            ? [{ name: say('pages:review.increaseReason'), value: verdict.increaseReason }]
            : []),
          ...takenOutBy(line, overlaps, say),
        ],
      };
    }),
    totals: totalsView(content.totals, inWords, say),
    head: headFacts(content, say),
    words: say.group('lines'),
  };
};

/** What of a line's verdict or note its form begins with: a verdict that lapsed is given anew. */
export const soFar = (written: DraftVerdict | undefined, line: Line): Partial<DraftVerdict> =>
  written && (written.verdict === undefined || isOf(line, written)) ? written : {};

export const verdictValues = ['accept', 'reduce', 'exclude', 'return'] as const;

/** What is asked about a line under review. */
export const verdictFields = (given: Partial<DraftVerdict>, say: Say): Field[] => [
  {
    name: 'verdict',
    as: 'radio',
    label: say('pages:review.verdict'),
    choices: verdictValues.map((value) => ({ value, text: say(`pages:verdict.${value}`) })),
    value: given.verdict,
  },
  {
    name: 'quantity',
    as: 'number',
    label: say('pages:review.quantity'),
    value: given.quantity,
    optional: true,
  },
  {
    name: 'unitPrice',
    as: 'money',
    label: say('pages:review.unitPrice'),
    value: given.unitPrice,
    optional: true,
  },
  {
    name: 'reason',
    as: 'area',
    label: say('pages:review.reason'),
    hint: say('pages:review.reasonHint'),
    value: given.reason,
    optional: true,
  },
  {
    name: 'increaseReason',
    as: 'text',
    label: say('pages:review.increaseReason'),
    value: given.increaseReason,
    optional: true,
  },
];

export interface ReviewView {
  readonly action: string;
  /** What the fields were made from. */
  readonly was: string;
  readonly progress: string;
  readonly lines: readonly {
    readonly id: string;
    readonly heading: string;
    readonly facts: readonly { readonly name: string; readonly value: string }[];
    readonly more: readonly FactGroup[];
    readonly judged: string;
    readonly isJudged: boolean;
    readonly fields: readonly FieldView[];
  }[];
  /** What the head of the estimate says. */
  readonly head: readonly FactGroup[];
  readonly totals: TotalsView | null;
  readonly words: Readonly<Record<string, string>>;
}

/**
 * The lines under review with their verdicts so far, which nobody else sees until they are concluded.
 */
export const reviewView = ({
  found,
  content,
  verdicts,
  systems,
  again,
  inWords,
  say,
}: {
  found: Case;
  content: EstimateContent;
  verdicts: Readonly<Record<string, DraftVerdict>>;
  systems: readonly InformationSystem[];
  again?: Again | undefined;
  inWords: (amount: number) => string;
  say: Say;
}): ReviewView => {
  const lacks = content.lines.map((line) => lackOf(line, verdicts[line.id]));
  const fieldsOf = (line: Line) => rowed(line.id, verdictFields(soFar(verdicts[line.id], line), say));
  return {
    action: `/cases/${found.id}/review`,
    was: marksOf(content.lines.flatMap(fieldsOf)),
    progress: say('pages:review.progress', {
      done: lacks.filter((lack) => lack === null).length,
      all: lacks.length,
    }),
    head: headFacts(content, say),
    totals: totalsView(content.totals, inWords, say),
    words: say.group('review'),
    lines: content.lines.map((line, at) => {
      const lack = lacks[at]!;
      return {
        id: line.id,
        heading: say('pages:review.line', { order: at + 1, name: line.name }),
        facts: [
          { name: say('pages:line.category'), value: say(`documents:category.${line.category}`) },
          {
            name: say('pages:line.asked'),
            value: say('pages:line.times', {
              quantity: quantity(line.quantity),
              unit: line.unit,
              unitPrice: money(line.unitPrice),
              sum: money(line.amountAfterVat),
            }),
          },
          { name: say('pages:line.vatRate'), value: say(`pages:vatRate.${line.vatRate}`) },
          {
            name: say('pages:line.fundingSource'),
            value: say(`documents:fundingSourceShort.${line.fundingSource}`),
          },
        ],
        more: lineFacts(line, content, { systems, say }),
        isJudged: lack === null,
        judged: say(`pages:review.${lack ?? 'judged'}`),
        fields: fieldsOf(line).map((field) => fieldView(field, 'review', again)),
      };
    }),
  };
};
