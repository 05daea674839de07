import { dayOf } from '../../workflows/calendar.js';
import { ask } from '../../workflows/registry.js';
import { entitle } from '../engine/mayDo.js';
import type { Case, Clock, Person } from '../engine/ports.js';
import type { CaseQueries, Progress } from '../engine/shared.js';
import type { Awaited } from './awaited.js';

type Row = Omit<Progress, 'tenant' | 'agencies' | 'seq'>;

/** A case that waits for somebody, and the event that it waits for from them. */
export interface Waiting extends Row {
  readonly todo: string;
}

/** What is looked at first where several things wait: answers to others, then one's own work, then the decision. */
const firstThings = [
  'SUPPLY',
  'GIVE_OPINION',
  'REGISTER',
  'REVISE',
  'RETURN',
  'CONCLUDE_LINES',
  'ACCEPT',
  'SETTLE_OVERLAP',
  'CONCLUDE',
  'FREEZE',
  'RECEIVE',
  'PASS',
  'EXPLAIN',
  'APPROVE',
];

/** Guards that keep away a person who had a hand in it before: for them it does not wait. */
export const personalGuards = new Set(['actorDidNotPrepare', 'actorDidNotEndorse', 'actorDidNotAppraise']);

/** The event that a case waits for from this person; null: it waits for others. */
export const todoOf = (
  found: Case,
  awaited: readonly Awaited[],
  person: Person,
  at: string,
): string | null => {
  const machine = ask(found);
  const day = dayOf(at);
  const mine = awaited.flatMap(({ event, permits, to }) => {
    const entitled = entitle({ person, found: to, permits, day });
    if (!entitled) return [];
    const closed = machine.closed({ type: event, at, day, ...entitled, facts: {} });
    return closed.some((guard) => personalGuards.has(guard)) ? [] : [event];
  });
  return firstThings.find((event) => mine.includes(event)) ?? mine[0] ?? null;
};

/** Own roles, and those that may be used today for another. */
export const rolesOf = ({ roles, delegations }: Person) => [
  ...new Set([...roles, ...delegations.map(({ role }) => role)]),
];

interface Paging {
  readonly after?: string | undefined;
  readonly limit: number;
}
interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** What waits for a person, by deadline: of the cases that wait for their roles, those that they can move on. */
export const createInbox =
  ({
    listed,
    cases,
    awaitedOf,
    clock,
  }: {
    /** Cases that wait for a role of an agency, each with its place, after which the next page begins. */
    listed: (
      asked: { tenant: string; agency: string; roles: readonly string[] } & Paging,
    ) => Promise<Page<Row & { readonly place: string }>>;
    cases: Pick<CaseQueries, 'loadMany'>;
    awaitedOf: (found: Case) => Promise<readonly Awaited[]>;
    clock: Pick<Clock, 'now'>;
  }) =>
  async (person: Person, { after, limit }: Paging): Promise<Page<Waiting>> => {
    const { tenant, agency } = person;
    const waiting: (Waiting & { readonly place: string })[] = [];
    let next: string | null = after ?? null;
    do {
      // A whole page each time: where most of them wait for others, what is still missing would be looked for in crumbs.
      const page = await listed({
        ...{ tenant, agency, roles: rolesOf(person), limit },
        ...(next !== null && { after: next }),
      });
      const found = await cases.loadMany(
        tenant,
        page.items.map((row) => row.case),
      );
      const at = clock.now();
      const todos = await Promise.all(
        found.map(async (one) => [one.id, todoOf(one, await awaitedOf(one), person, at)] as const),
      );
      const known = new Map(todos);
      waiting.push(
        ...page.items.flatMap((row) => {
          const todo = known.get(row.case) ?? null;
          return todo === null ? [] : [{ ...row, todo }];
        }),
      );
      next = page.next;
    } while (next !== null && waiting.length < limit);
    const items = waiting.slice(0, limit).map(({ place: _place, ...row }) => row);
    return { items, next: waiting.length > limit ? waiting[limit - 1]!.place : next };
  };
export type Inbox = ReturnType<typeof createInbox>;
