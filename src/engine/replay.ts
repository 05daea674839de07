import type { StateValue } from 'xstate';
import { dayOf } from '../../workflows/calendar.js';
import { ask, birth } from '../../workflows/registry.js';
import type { Hash, Instant, Intent, Kind } from '../../workflows/vocabulary.js';
import { forgottenAfter, remembered } from './forgotten.js';
import type { CaseContext, Entry, Seen } from './ports.js';

/** Where a case stands by its journal alone. */
export interface Replayed {
  readonly kind: Kind;
  readonly version: string;
  readonly code: string;
  readonly round: string;
  readonly owner: string;
  readonly ruleset: string;
  readonly state: StateValue;
  readonly context: CaseContext;
  readonly done: boolean;
  readonly since: Instant;
  /** The moment, number and hash of the newest entry, and what it leaves frozen. */
  readonly at: Instant;
  readonly seq: number;
  readonly head: Hash;
  readonly content: Hash | null;
  /** The causes that a case remembers, and the filter of those before. */
  readonly seen: readonly Seen[];
  readonly forgotten: string | undefined;
  /** What the steps gave rise to, by `<seq>/<n>`. */
  readonly intents: ReadonlyMap<string, Intent>;
}

interface Birth {
  readonly code: string;
  readonly round: string;
  readonly owner: string;
  readonly ruleset: string;
  readonly context: CaseContext;
}

/**
 * Plays a case's entries, oldest first, through the machine of its version. Entries carry the facts that the guards
 * saw, so nothing else is needed.
 * @throws {RangeError} without a START at the beginning, or when an entry is not what the machine would have done
 * @throws {UnknownVersion}
 */
export const replay = ([first, ...rest]: readonly Entry[]): Replayed => {
  if (first?.event.type !== 'START') throw new RangeError('A history begins with START.');
  const { kind, version } = first;
  const { code, round, owner, ruleset, context } = first.event as unknown as Birth;
  const born = birth(kind, version, context);
  const intents = new Map<string, Intent>();
  const owe = (seq: number, owed: readonly Intent[]) => {
    for (const [n, intent] of owed.entries()) intents.set(`${seq}/${n}`, intent);
  };
  owe(first.seq, born.intents);
  const newest = ({ at, seq, hash, content, cause }: Entry, before?: Replayed) => ({
    ...{ at, seq, head: hash, content },
    seen: [...(before?.seen ?? []), { ...cause, seq }].slice(-remembered),
    forgotten: before && forgottenAfter(before),
  });
  let replayed: Replayed = {
    ...{ kind, version, intents },
    ...newest(first),
    code,
    round,
    owner,
    ruleset,
    state: born.state,
    context: born.context as CaseContext,
    done: born.done,
    since: first.at,
  };
  for (const entry of rest) {
    const { event, at, actor, permit, to, seq } = entry;
    const machine = ask({ kind, version, state: replayed.state, context: replayed.context });
    const stamped = { ...event, at, day: dayOf(at), actor, permit };
    if (!machine.can(stamped)) throw new RangeError(`Entry ${seq}: ${event.type} does not apply there.`);
    const next = machine.take(stamped);
    if (JSON.stringify(next.state) !== JSON.stringify(to)) {
      throw new RangeError(`Entry ${seq}: ${event.type} leads elsewhere.`);
    }
    const stays =
      ask({ kind, version, state: next.state, context: next.context }).paths[0] === machine.paths[0];
    owe(seq, next.intents);
    replayed = {
      ...replayed,
      ...newest(entry, replayed),
      state: next.state,
      context: next.context as CaseContext,
      done: next.done,
      since: stays ? replayed.since : at,
    };
  }
  return replayed;
};
