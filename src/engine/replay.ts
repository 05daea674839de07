import type { StateValue } from 'xstate';
import { dayOf } from '../../workflows/calendar.js';
import { ask, birth } from '../../workflows/registry.js';
import type { Instant } from '../../workflows/vocabulary.js';
import type { CaseContext, Entry } from './ports.js';

/** Where a case stands by its journal alone. */
export interface Replayed {
  readonly code: string;
  readonly round: string;
  readonly owner: string;
  readonly ruleset: string;
  readonly state: StateValue;
  readonly context: CaseContext;
  readonly done: boolean;
  readonly since: Instant;
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
  let replayed: Replayed = {
    code,
    round,
    owner,
    ruleset,
    state: born.state,
    context: born.context as CaseContext,
    done: born.done,
    since: first.at,
  };
  for (const { event, at, actor, to, seq } of rest) {
    const machine = ask({ kind, version, state: replayed.state, context: replayed.context });
    const stamped = { ...event, at, day: dayOf(at), actor };
    if (!machine.can(stamped)) throw new RangeError(`Entry ${seq}: ${event.type} does not apply there.`);
    const next = machine.take(stamped);
    if (JSON.stringify(next.state) !== JSON.stringify(to)) {
      throw new RangeError(`Entry ${seq}: ${event.type} leads elsewhere.`);
    }
    const stays =
      ask({ kind, version, state: next.state, context: next.context }).paths[0] === machine.paths[0];
    replayed = {
      ...replayed,
      state: next.state,
      context: next.context as CaseContext,
      done: next.done,
      since: stays ? replayed.since : at,
    };
  }
  return replayed;
};
