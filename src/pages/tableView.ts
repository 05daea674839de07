import type { EstimateSummary } from '../../workflows/content.js';
import type { FootedTable } from '../../workflows/rules/shapes.js';
import type { OverlapGroup } from '../../workflows/rules/overlaps.js';
import type { PriceOutlier } from '../../workflows/rules/prices.js';
import type { Option } from '../engine/engine.js';
import type { Case } from '../engine/ports.js';
import { settlerOf } from '../consolidations/settlers.js';
import { consolidationOf } from '../engine/contexts.js';
import type { CaseRow } from '../http/caseListRoutes.js';
import type { ActContext } from './actFields.js';
import { fieldView, type Choice, type Field, type FieldView } from './form.js';
import { millions, money } from './figures.js';
import type { Refused } from './overviewView.js';
import { eventText, type Say } from './say.js';
import { settleFields } from './settleFields.js';

/** What the server works out of a consolidation. */
export interface TableInsight {
  readonly rows: readonly {
    readonly case: string;
    readonly code: string;
    readonly agency: EstimateSummary['agency'];
    readonly ownMoney: boolean;
    readonly requested: number;
    readonly reviewed: number;
    readonly policeVerdict: EstimateSummary['policeVerdict'];
    readonly adjustmentReason: string;
    readonly takenOut: readonly { readonly lineId: string }[];
  }[];
  readonly table: FootedTable;
  readonly overlaps: readonly (OverlapGroup & {
    readonly settled: {
      readonly decision: string;
      readonly lead: string | null;
      readonly reason: string;
    } | null;
  })[];
  readonly outliers: readonly PriceOutlier[];
}

const columns = ['csdl', 'phanMem', 'haTang', 'attt', 'khac', 'duPhong', 'cong'] as const;

interface MatrixRow {
  readonly name: string;
  readonly code: string | null;
  readonly href: string | null;
  readonly cells: readonly string[];
  readonly sum: boolean;
}

export interface MatrixView {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly MatrixRow[];
  readonly words: Readonly<Record<string, string>>;
}

/** The table as the paper has it: blocks with their sums, then everything; triệu đồng. */
export const matrixView = ({ rows, table }: Pick<TableInsight, 'rows' | 'table'>, say: Say): MatrixView => {
  const keys = [...columns.map((column) => `requested/${column}`), 'reviewed/cong', 'difference'];
  const cells = (of: Readonly<Record<string, number>>) => keys.map((key) => millions(of[key] ?? 0));
  const byCase = new Map(rows.map((row) => [row.case, row]));
  return {
    caption: say('pages:matrix.caption', { count: rows.length }),
    heads: [
      ...columns.map((column) => say(`pages:matrix.${column}`)),
      say('pages:matrix.reviewed'),
      say('pages:matrix.difference'),
    ],
    words: say.group('matrix'),
    rows: [
      ...table.blocks.flatMap((block): MatrixRow[] => [
        {
          name: `${block.id}. ${say(`pages:matrix.block${block.id}`)}`,
          code: null,
          href: null,
          cells: cells(block.cells),
          sum: true,
        },
        ...table.rows
          .filter((row) => row.block === block.id)
          .map((row) => ({
            name: byCase.get(row.id)?.agency.name ?? row.id,
            code: byCase.get(row.id)?.code ?? null,
            href: `/cases/${row.id}`,
            cells: cells(row.cells),
            sum: false,
          })),
      ]),
      { name: say('pages:matrix.total'), code: null, href: null, cells: cells(table.total), sum: true },
    ],
  };
};

export interface ActFormView {
  readonly event: string;
  readonly text: string;
  readonly action: string;
  readonly hidden: readonly { name: string; value: string | number }[];
  readonly fields: readonly FieldView[];
  /** Stands open: what was typed is in it. */
  readonly expanded?: boolean;
}

export interface OverlapView {
  readonly id: string;
  readonly heading: string;
  readonly sides: readonly {
    href: string;
    code: string;
    agency: string;
    line: string;
    amount: string;
    takenOut: string | null;
  }[];
  readonly settled: string | null;
  readonly settle: ActFormView | null;
}

/** Groups of lines that several agencies, or a ministry, provide for at once, each with its decision or its form. */
export const overlapsView = ({
  found,
  insight,
  mayNowSettle,
  mine,
  given,
  key,
  refused,
  say,
}: {
  found: Case;
  insight: Pick<TableInsight, 'overlaps' | 'rows'>;
  mayNowSettle: boolean;
  /** The agency of who looks: it settles its own groups only. */
  mine: string;
  given: ActContext;
  key: () => string;
  refused?: Refused | undefined;
  say: Say;
}): readonly OverlapView[] => {
  const gone = new Set(
    insight.rows.flatMap((row) => row.takenOut.map(({ lineId }) => `${row.case}/${lineId}`)),
  );
  const ownMoney = ownMoneyOf(insight);
  return insight.overlaps.map((group, at) => ({
    id: groupForm(at),
    heading: say(`pages:overlap.${group.providedBy ? 'ministry' : 'agencies'}`, {
      key: group.name,
      years: group.years.join(', '),
      providedBy: group.providedBy ?? '',
    }),
    sides: group.sides.map(({ case: id, code, agency, lineId, lineName, amount }) => ({
      href: `/cases/${id}`,
      code,
      agency: agency.name,
      line: lineName,
      amount: money(amount),
      takenOut: gone.has(`${id}/${lineId}`) ? say('pages:overlap.takenOut') : null,
    })),
    settled: group.settled
      ? say(group.settled.lead ? 'pages:overlap.settledLed' : 'pages:overlap.settled', {
          decision: say(`pages:overlapDecision.${group.settled.decision}`),
          lead: group.sides.find(({ agency }) => agency.id === group.settled?.lead)?.agency.name,
          reason: group.settled.reason,
        })
      : null,
    settle:
      mayNowSettle && settlerOf(group, consolidationOf(found).parties) === mine
        ? {
            event: 'SETTLE_OVERLAP',
            expanded: refused?.typed.group === group.id,
            text: eventText(say, { kind: 'consolidation' }, 'SETTLE_OVERLAP'),
            action: `/cases/${found.id}/events/SETTLE_OVERLAP`,
            hidden: [
              { name: '_key', value: key() },
              { name: 'seq', value: found.seq },
              { name: 'group', value: group.id },
            ],
            fields: settleFields(group, {
              given,
              ownMoney,
              typed: refused?.typed.group === group.id ? refused.typed : {},
              say,
            }).map((field) =>
              fieldView(field, groupForm(at), refused?.typed.group === group.id ? refused : undefined),
            ),
          }
        : null,
  }));
};

/** What was sent on this page, and where its fields stand: to say what is wrong in the words of its form. */
export const sentForm = (
  { event, typed }: Refused,
  insight: Pick<TableInsight, 'overlaps' | 'rows'>,
  given: ActContext,
  say: Say,
): { readonly fields: readonly Field[]; readonly form: string } => {
  if (event !== 'SETTLE_OVERLAP') return { fields: [idsField(event, [], say)], form: event };
  const at = insight.overlaps.findIndex(({ id }) => id === typed.group);
  const group = insight.overlaps[at];
  const ownMoney = ownMoneyOf(insight);
  return { fields: group ? settleFields(group, { given, ownMoney, typed, say }) : [], form: groupForm(at) };
};

const groupForm = (at: number): string => `group-${at}`;

const ownMoneyOf = ({ rows }: Pick<TableInsight, 'rows'>): ReadonlySet<string> =>
  new Set(rows.filter((row) => row.ownMoney).map((row) => row.case));

const idsField = (event: string, choices: readonly Choice[], say: Say): Field => ({
  name: 'ids',
  as: 'many',
  label: say(`pages:members.${event}`),
  choices,
});

/** Which estimates may join, and which may leave: a tick each. */
export const membershipView = (
  found: Case,
  options: readonly Option[],
  {
    eligible,
    rows,
    refused,
  }: {
    eligible: { rows: readonly CaseRow[]; more: boolean };
    rows: TableInsight['rows'];
    refused?: Refused | undefined;
  },
  key: () => string,
  say: Say,
): readonly (ActFormView & { readonly empty: string | null; readonly note: string | null })[] => {
  const isOpen = (event: string) => options.some((option) => option.event === event && option.open);
  const ticks = (event: string, choices: readonly Choice[], more = false) => ({
    event,
    text: eventText(say, { kind: 'consolidation' }, event),
    action: `/cases/${found.id}/events/${event}`,
    hidden: [
      { name: '_key', value: key() },
      { name: 'seq', value: found.seq },
    ],
    fields: [fieldView(idsField(event, choices, say), event, refused?.event === event ? refused : undefined)],
    note: more ? say('pages:members.more', { count: choices.length }) : null,
    empty: choices.length === 0 ? say(`pages:members.${event}None`) : null,
  });
  const joining = eligible.rows.map((row) => ({
    value: row.case,
    text: say('pages:members.row', { code: row.code, agency: row.title, amount: row.amount ?? 0 }),
  }));
  const leaving = rows.map((row) => ({
    value: row.case,
    text: say('pages:members.row', { code: row.code, agency: row.agency.name, amount: row.reviewed }),
  }));
  return [
    ...(isOpen('ADD') ? [ticks('ADD', joining, eligible.more)] : []),
    ...(isOpen('REMOVE') ? [ticks('REMOVE', leaving)] : []),
  ];
};

/** Prices far from their median, in words. */
export const outliersView = (
  outliers: readonly PriceOutlier[],
  say: Say,
): readonly { href: string; text: string }[] =>
  outliers.map(({ case: id, code, normRef, unit, unitPrice, median, submissions }) => ({
    href: `/cases/${id}`,
    text: say('pages:matrix.outlier', { code, normRef, unit, unitPrice, median, submissions }),
  }));
