import { ask } from '../../workflows/registry.js';
import type { Day, Kind, Money, Party } from '../../workflows/vocabulary.js';
import { isDueSure } from '../engine/dueOf.js';
import type { Case } from '../engine/ports.js';
import { topOf, type Agency } from '../engine/shared.js';
import { dayOf } from '../../workflows/calendar.js';
import type { NamedSum } from '../engine/sumInQuestion.js';
import { dayText, momentText, money, workingDaysBetween } from './figures.js';
import { stateText, type Say } from './say.js';

/** How a state is tinted; its word stands beside it always. */
export type Tone = 'draft' | 'waiting' | 'moving' | 'returned' | 'problem' | 'approved' | 'plain';

const tones: readonly (readonly [RegExp, Tone])[] = [
  [/^preparing\.draft$|^drafting$|^gathering$/, 'draft'],
  [/^returned$/, 'returned'],
  [/^declined$/, 'problem'],
  [/^abandoned$|^superseded$|^closed$|^nilReturn$|^noted/, 'plain'],
  [/^approved$|^allocated$|^assigned$/, 'approved'],
  [/^awaitingDecision$|^submitted$|^sent$/, 'waiting'],
];
export const toneOf = (path: string): Tone => tones.find(([form]) => form.test(path))?.[1] ?? 'moving';

/** The way of each kind, as the strip shows it: stage by stage, which states stand in it. */
const ways: Readonly<Record<Kind, readonly (readonly [stage: string, states: readonly string[]])[]>> = {
  estimate: [
    ['prepare', ['preparing', 'returned', 'nilReturn', 'abandoned']],
    ['submit', ['submitted']],
    ['review', ['reviewing']],
    ['consolidate', ['eligible', 'consolidated']],
    ['appraise', ['appraising']],
    ['decide', ['awaitingDecision', 'declined']],
    ['allocate', ['approved', 'allocated', 'noted']],
  ],
  consolidation: [
    ['gather', ['gathering', 'frozen', 'abandoned']],
    ['prepare', ['preparing']],
    ['send', ['sent']],
    ['appraise', ['appraising']],
    ['signAppraisal', ['financeLeader', 'issuing']],
    ['check', ['officeCheck']],
    ['decide', ['awaitingDecision', 'explaining', 'council', 'approved', 'declined', 'closed']],
  ],
  allocation: [
    ['draft', ['drafting', 'abandoned']],
    ['prepare', ['preparing']],
    ['check', ['officeCheck']],
    ['decide', ['awaitingDecision', 'declined']],
    ['assign', ['approved', 'assigned', 'superseded']],
  ],
};
/** A commune's own money is noted, not appraised. */
const ownMoneyWay = ways.estimate
  .filter(([stage]) => !['appraise', 'decide'].includes(stage))
  .map(([stage, states]) =>
    stage === 'allocate' ? (['note', states] as const) : ([stage, states] as const),
  );

export interface StripView {
  readonly summary: string;
  readonly label: string;
  readonly steps: readonly { text: string; past: boolean; current: boolean; said: string }[];
}

/** Where a case stands on its way. */
export const stripView = (found: Case, say: Say): StripView => {
  const { ownMoney, pass } = found.context as { ownMoney?: boolean; pass?: number };
  const way = found.kind === 'estimate' && ownMoney ? ownMoneyWay : ways[found.kind];
  const top = topOf(found);
  const at = way.findIndex(([, states]) => states.includes(top));
  // Where a case ends it is not any more.
  const passed = found.status === 'done' ? at : at - 1;
  const position = say('pages:strip.position', { step: at + 1, of: way.length });
  return {
    label: say('pages:strip.label'),
    summary: pass ? `${position} · ${say('pages:strip.pass', { pass: pass + 1 })}` : position,
    steps: way.map(([stage], n) => ({
      text: say(`pages:stage.${found.kind}.${stage}`),
      past: n < at,
      current: n === at,
      said: say(`pages:strip.${n <= passed ? 'past' : n === at ? 'current' : 'ahead'}`),
    })),
  };
};

/** A deadline with what it means today, in words; one that is not sure says so. */
export const dueView = (
  { due, dueSure }: { readonly due: Day | null; readonly dueSure: boolean },
  today: Day,
  say: Say,
): { text: string; late: boolean } | null => {
  if (due === null) return null;
  const late = due < today;
  const days = late ? workingDaysBetween(due, today) : workingDaysBetween(today, due);
  const words = late
    ? say('pages:due.late', { count: days })
    : due === today
      ? say('pages:due.today')
      : say('pages:due.left', { count: days });
  const meaning = dueSure ? words : `${words}; ${say('pages:due.unsure')}`;
  return { text: `${dayText(due)} (${meaning})`, late };
};

/** Who holds something: `officer@SYT` → `Chuyên viên – Sở Y tế`. */
export const holderText = (holder: string, agencies: ReadonlyMap<string, Agency>, say: Say): string => {
  const [role = '', ref = ''] = holder.split('@');
  return `${say(`role.${role}`)} – ${agencies.get(ref)?.name ?? ref}`;
};

export const tabNames = ['overview', 'content', 'history', 'documents'] as const;
export type Tab = (typeof tabNames)[number];
const tabPath: Readonly<Record<Tab, string>> = {
  overview: '',
  content: '/content',
  history: '/history',
  documents: '/documents',
};

export interface ShellView {
  readonly code: string;
  readonly heading: string;
  readonly agency: string;
  /** The sum that is in question, and what it is. */
  readonly amount: string | null;
  readonly amountName: string | null;
  readonly inWords: string | null;
  readonly state: { readonly text: string; readonly tone: Tone; readonly parts: readonly string[] };
  readonly holders: readonly string[];
  readonly held: string;
  readonly due: { readonly text: string; readonly late: boolean } | null;
  readonly revision: string;
  readonly strip: StripView;
  /** What the last step gave rise to is not all done yet. */
  readonly working: { readonly text: string; readonly href: string; readonly reload: string } | null;
  readonly tabs: readonly { href: string; text: string; current: boolean }[];
  readonly words: Readonly<Record<string, string>>;
}

/** What every page of a case shows above its own content. */
export const shellView = ({
  found,
  holders,
  agencies,
  sum,
  inWords,
  today,
  tab,
  isWorking,
  say,
}: {
  found: Case;
  holders: readonly string[];
  agencies: ReadonlyMap<string, Agency>;
  sum: NamedSum | null;
  inWords: (amount: Money) => string;
  today: Day;
  tab: Tab;
  isWorking: boolean;
  say: Say;
}): ShellView => {
  const { kind, owner, code, id } = found;
  const { paths } = ask(found);
  const path = statePathOf(paths);
  const revision = Number(found.context['revision'] ?? 0);
  // While it is prepared it goes from hand to hand with each step, in one state of its own clock.
  const since = topOf(found) === 'preparing' && found.status === 'active' ? found.at : found.since;
  const days = workingDaysBetween(dayOf(since), today);
  const since_ = momentText(since);
  return {
    code,
    heading: `${code} · ${say(`pages:kind.${kind}`)}`,
    agency: agencies.get(owner)?.name ?? owner,
    amount: sum && say('pages:held.amount', { amount: money(sum.amount) }),
    amountName: sum && say(`pages:sum.${sum.name}`),
    inWords: sum === null || sum.amount < 0 ? null : inWords(sum.amount),
    state: {
      text: stateText(say, kind, path),
      tone: toneOf(path),
      parts: paths.filter((one) => one.split('.').length > 2).map((one) => stateText(say, kind, one)),
    },
    holders: holders.map((holder) => holderText(holder, agencies, say)),
    held:
      found.status === 'done'
        ? say('pages:held.ended', { at: since_ })
        : say('pages:held.since', { count: days, at: since_ }),
    due: dueView({ due: found.due, dueSure: isDueSure(found) }, today, say),
    revision: revision > 0 ? say('pages:held.revision', { revision }) : say('pages:held.noRevision'),
    strip: stripView(found, say),
    working: isWorking
      ? {
          text: say('pages:act.working'),
          href: `/cases/${id}${tabPath[tab]}`,
          reload: say('pages:act.reload'),
        }
      : null,
    tabs: tabNames.map((name) => ({
      href: `/cases/${id}${tabPath[name]}`,
      text: say(name === 'content' ? `pages:tab.content.${kind}` : `pages:tab.${name}`),
      current: name === tab,
    })),
    words: say.group('shell'),
  };
};

/** The state as lists name it: `reviewing` with its regions, `preparing.draft` with its inner state. */
export const statePathOf = (paths: readonly string[]): string => {
  const inner = paths.filter((path) => path.split('.').length === 2);
  return inner.length === 1 ? (inner[0] ?? '') : (paths[0] ?? '');
};

/** Which agency takes a part in a case, by name. */
export const partyNames =
  (found: Case, agencies: ReadonlyMap<string, Agency>) =>
  (party: string): string | undefined => {
    const ref = found.context.parties[party as Party];
    return ref ? (agencies.get(ref)?.name ?? ref) : undefined;
  };
