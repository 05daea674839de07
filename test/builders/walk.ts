import type { AllocationContext } from '../../workflows/allocation.v1.js';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { ask, birth, current, type Moved } from '../../workflows/registry.js';
import type { Kind } from '../../workflows/vocabulary.js';
import { stamped, tracks, type Step } from './steps.js';

/** A case as far as a machine knows it. */
export type Place = Pick<Moved, 'state' | 'context' | 'done'>;

/** A case of a kind, just born. */
export const bornPlace = (kind: Kind, context: object = tracks[kind].born, version = current[kind]): Place =>
  birth(kind, version, context);

/** The same place as the registry asks for it. */
export const askAt = (kind: Kind, { state, context }: Place, version = current[kind]) =>
  ask({ kind, version, state, context });

/** Where a step leads, or null where it is closed. */
export const stepFrom = (kind: Kind, place: Place, step: Step, version = current[kind]): Moved | null => {
  const machine = askAt(kind, place, version);
  const event = stamped(step);
  return machine.can(event) ? machine.take(event) : null;
};

/** Follows steps by name. @throws where one is closed. */
export const follow = (kind: Kind, names: readonly string[], from: Place = bornPlace(kind)): Moved => {
  let place: Moved = { intents: [], ...from };
  for (const name of names) {
    const step = tracks[kind].steps[name];
    if (!step) throw new Error(`no step ${name}`);
    const next = stepFrom(kind, place, step);
    if (!next)
      throw new Error(
        `${name} is closed: ${JSON.stringify(place.state)} ${closedBy(kind, place, name).join()}`,
      );
    place = next;
  }
  return place;
};

/** Why a step is closed, by guard names. */
export const closedBy = (kind: Kind, place: Place, name: string): string[] => {
  const step = tracks[kind].steps[name];
  if (!step) throw new Error(`no step ${name}`);
  return askAt(kind, place).closed(stamped(step));
};

/** What decides where a case can still go; two places that share it count as one while walking. */
const deciding: Readonly<Record<Kind, (context: never) => unknown[]>> = {
  estimate: ({ revision, conclusion, opinion, securityHash, allocations, ...context }: EstimateContext) => [
    revision > 0,
    conclusion?.returned.length,
    opinion?.verdict,
    opinion?.covers === securityHash,
    context.ownMoney,
    context.systemConcerned,
    context.nilSigned,
    context.consolidation,
    context.approved,
    context.ownDecision !== null,
    context.openLines === 'all',
    Object.values(allocations).map(({ amount }) => amount),
  ],
  consolidation: ({ pending, members, content, appraisal }: ConsolidationContext) => [
    pending,
    members > 0,
    content,
    appraisal !== null,
  ],
  allocation: ({ pending }: AllocationContext) => [pending],
};

/** Whether the permissions let whoever takes a step take it there. */
export const isPermitted = (kind: Kind, place: Place, { type, by }: Step): boolean => {
  const may = by.roles.map((role) => `${role}@${by.agency.replace('agency-', '')}`);
  return askAt(kind, place)
    .permits(type)
    .some((permit) => permit === by.id || may.includes(permit));
};

/**
 * Every place of a kind that decides differently where it can still go, nearest first, with the way there; by
 * permitted steps alone, where `permitted` is asked for.
 */
export function* everyPlace(
  kind: Kind,
  { permitted = false } = {},
): Generator<{ place: Place; way: readonly string[] }> {
  const seen = new Set<string>();
  let edge: { place: Place; way: readonly string[] }[] = [{ place: bornPlace(kind), way: [] }];
  // Longer ways than this only repeat a pass.
  for (let length = 0; length <= 24 && edge.length > 0; length++) {
    const next: typeof edge = [];
    for (const { place, way } of edge) {
      const context = place.context as { pending?: number };
      const key = JSON.stringify([place.state, deciding[kind](context as never)]);
      // More answers than were asked for never come.
      if (seen.has(key) || Math.abs((context.pending ?? 0) - 2) > 2) continue;
      seen.add(key);
      yield { place, way };
      if (place.done) continue;
      for (const [name, step] of Object.entries(tracks[kind].steps)) {
        if (permitted && !isPermitted(kind, place, step)) continue;
        const moved = stepFrom(kind, place, step);
        if (moved) next.push({ place: moved, way: [...way, name] });
      }
    }
    edge = next;
  }
}

/** The shortest way to every state value of a kind, in the order in which they are found. */
export const shortestWays = (kind: Kind): Map<string, readonly string[]> => {
  const ways = new Map<string, readonly string[]>();
  for (const { place, way } of everyPlace(kind)) {
    const value = JSON.stringify(place.state);
    if (!ways.has(value)) ways.set(value, way);
  }
  return ways;
};
