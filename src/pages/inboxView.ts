import type { Day, Kind } from '../../workflows/vocabulary.js';
import type { CaseRow } from '../http/caseListRoutes.js';
import { dueView, toneOf, type Tone } from './caseShell.js';
import { dayText, money, momentText } from './figures.js';
import { eventText, stateText, type Say } from './say.js';

/** A notice as the store tells it. */
export interface NoticeRow {
  readonly id: string;
  readonly notice: string;
  readonly case: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly at: string;
  readonly read: boolean;
}

export const inboxTabs = ['waiting', 'overdue', 'agency', 'notices'] as const;
export type InboxTab = (typeof inboxTabs)[number];

export interface RowView {
  readonly href: string;
  readonly code: string;
  readonly kind: string;
  readonly agency: string;
  readonly amount: string;
  readonly state: { readonly text: string; readonly tone: Tone };
  readonly todo: string;
  readonly since: string;
  readonly due: { readonly text: string; readonly late: boolean } | null;
}

/** One row of a list of cases. `todo`: the event that is waited for, if it is this person's to send. */
export const rowView = (row: CaseRow, todo: string | null, today: Day, say: Say): RowView => ({
  href: `/cases/${row.case}`,
  code: row.code,
  kind: say(`pages:kind.${row.kind}`),
  agency: row.title,
  amount: money(row.amount),
  state: { text: stateText(say, row.kind, row.state), tone: toneOf(row.state) },
  todo: todo === null ? '' : eventText(say, row, todo),
  since: dayText(row.since),
  due: dueView(row, today, say),
});

export interface InboxView {
  readonly heading: string;
  readonly tabs: readonly { href: string; text: string; current: boolean }[];
  readonly starts: readonly { href: string; text: string }[];
  readonly caption: string;
  readonly rows: readonly RowView[];
  readonly showTodo: boolean;
  readonly empty: { readonly text: string; readonly next: string } | null;
  readonly more: string | null;
  readonly notices: readonly {
    href: string | null;
    title: string;
    body: string;
    at: string;
    unread: boolean;
  }[];
  readonly isNotices: boolean;
  /** Ids of notices that nobody has ticked off yet, with spaces between. */
  readonly unread: string;
  readonly words: Readonly<Record<string, string>>;
}

/** Which event each case of the list waits for from this person. */
export type Todos = ReadonlyMap<string, string>;

const starting: Readonly<Record<Kind, string>> = {
  estimate: 'startEstimate',
  consolidation: 'startConsolidation',
  allocation: 'startAllocation',
};

/** What waits for somebody. Counts are of the first page; `more` says that there are others. */
export const inboxView = ({
  tab,
  rows,
  todos,
  next,
  counts,
  notices,
  starts,
  today,
  say,
}: {
  tab: InboxTab;
  rows: readonly CaseRow[];
  todos: Todos;
  next: string | null;
  counts: Readonly<Partial<Record<InboxTab, string>>>;
  notices: readonly NoticeRow[];
  starts: readonly Kind[];
  today: Day;
  say: Say;
}): InboxView => {
  const words = say.group('inbox');
  const isNotices = tab === 'notices';
  const shownRows = isNotices ? 0 : rows.length;
  const isEmpty = isNotices ? notices.length === 0 : shownRows === 0;
  return {
    heading: words.heading ?? '',
    tabs: inboxTabs.map((name) => ({
      href: name === 'waiting' ? '/inbox' : `/inbox?tab=${name}`,
      text: counts[name] === undefined ? (words[name] ?? '') : `${words[name]} (${counts[name]})`,
      current: name === tab,
    })),
    starts: starts.map((kind) => ({ href: `/cases/new/${kind}`, text: words[starting[kind]] ?? '' })),
    caption: say('pages:inbox.caption', { list: words[tab] }),
    rows: isNotices ? [] : rows.map((row) => rowView(row, todos.get(row.case) ?? null, today, say)),
    showTodo: tab !== 'agency',
    empty: isEmpty ? { text: words[`${tab}Empty`] ?? '', next: words[`${tab}Next`] ?? '' } : null,
    more: next === null ? null : `/inbox?tab=${tab}&after=${encodeURIComponent(next)}`,
    notices: notices.map(({ notice, params, at, read, case: id }) => ({
      href: id === null ? null : `/cases/${id}`,
      title: say(`notice.${notice}.title`, params),
      body: say(`notice.${notice}.body`, params),
      at: momentText(at),
      unread: !read,
    })),
    isNotices,
    unread: notices
      .filter(({ read }) => !read)
      .map(({ id }) => id)
      .join(' '),
    words,
  };
};
