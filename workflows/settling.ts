import type { Hash, Stamped } from './vocabulary.js';

/** What a case keeps of the events that it owes to its rows. */
export interface SettlingContext {
  /** How many rows have not answered yet. */
  readonly pending: number;
  /** Rows that refused the last batch, with the code of the reason. */
  readonly refused: readonly Refused[];
}
export interface Refused {
  readonly case: string;
  readonly reason: string;
}

/** Events to rows, frozen before the step that owes them. */
export interface OrdersFacts {
  readonly orders?: { readonly hash: Hash; readonly count: number };
}

/** One chunk of at most 100 rows has answered; `event` is what they were told. */
export interface Settled {
  type: 'SETTLED';
  event: string;
  done: number;
  refused: readonly Refused[];
}

type Owing = { event: Stamped<{ type: string }, OrdersFacts>; context: SettlingContext };

/** A step owes its rows something: they are pending until each chunk has been answered. */
export const owe = ({ context, event }: Owing) => ({
  pending: context.pending + (event.facts.orders?.count ?? 0),
  refused: [],
});

/** What of the context changes when a chunk answers. */
export const settle = (context: SettlingContext, event: Settled) => ({
  pending: context.pending - event.done - event.refused.length,
  refused: [...context.refused, ...event.refused].slice(-100),
});

/** The intent that carries the frozen orders out. */
export const ordersOf = ({ event }: { event: Stamped<{ type: string }, OrdersFacts> }) => ({
  orders: event.facts.orders?.hash ?? '',
  count: event.facts.orders?.count ?? 0,
});

export const settlesAll = (context: SettlingContext, event: Settled) => settle(context, event).pending === 0;
