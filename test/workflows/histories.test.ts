import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { permissionsOf } from '../../workflows/registry.js';
import { kinds, type Kind } from '../../workflows/vocabulary.js';
import type { PreparedContext } from '../../workflows/preparing.js';
import type { SettlingContext } from '../../workflows/settling.js';
import { inForm, seed } from '../setup/trials.js';
import { stamped, tracks, type Step } from '../builders/steps.js';
import { askAt, follow, shortestWays, type Place } from '../builders/walk.js';

/** How many histories. */
const runs = inForm({ short: 3_000, whole: 100_000 });

type Context = PreparedContext & Partial<SettlingContext>;
const contextOf = ({ context }: Place) => context as Context;

const stepsOf = (kind: Kind): Map<string, Step[]> => {
  const byType = new Map<string, Step[]>();
  for (const step of Object.values(tracks[kind].steps))
    byType.set(step.type, [...(byType.get(step.type) ?? []), step]);
  return byType;
};
const steps = Object.fromEntries(kinds.map((kind) => [kind, stepsOf(kind)])) as Record<
  Kind,
  Map<string, Step[]>
>;

/** Each history goes the shortest way to some state, and then where chance takes it. */
const beginnings = Object.fromEntries(
  kinds.map((kind) => [kind, [...shortestWays(kind).values()].map((way) => follow(kind, way))]),
) as unknown as Record<Kind, Place[]>;

/** The people who could do each step: whoever the table names, and some whom it does not. */
const others = [
  'officer@owner',
  'officer2@owner',
  'unitHead@owner',
  'leader@owner',
  'leader@authority',
  'officer@appraiser',
];

const isPreparing = ({ state }: Place) => typeof state === 'object' && 'preparing' in state;

/** Left out three times of four, so that histories get far. */
const backward = new Set([
  'SEND_BACK',
  'RECALL',
  'ABANDON',
  'RETURN',
  'WITHDRAW',
  'REFUSE_RECEIPT',
  'REOPEN',
  'DECLARE_NIL',
  'REMOVE',
  'SENT_BACK',
  'HELD_BACK',
  'RELEASE',
  'DEADLINE_PASSED',
]);

const freezing = new Set(['SEND_UP', 'FREEZE', 'REOPEN', 'RETURN']);

/** What must hold between a place and the next one. */
const complaints = (kind: Kind, before: Place, event: Step, after: Place): string[] => {
  const [was, is] = [contextOf(before), contextOf(after)];
  const { preparers, endorser, signer } = is.preparation;
  const wrong: [string, boolean][] = [
    ['a preparer endorsed', event.type === 'ENDORSE' && preparers.includes(event.by.id)],
    ['a preparer signed', event.type === 'SIGN' && signer !== null && preparers.includes(signer.id)],
    ['one person endorsed and signed', signer !== null && endorser === signer.id],
    ['what was frozen changed', was.content !== is.content && !freezing.has(event.type)],
    [
      'a revision without an issue',
      is.revision !== was.revision + (event.type === 'ISSUE' && isPreparing(before) ? 1 : 0),
    ],
    ['a pass was forgotten', is.pass < was.pass || is.pass > was.pass + 1],
    ['its owner changed', is.owner !== was.owner || is.code !== was.code],
    ['more answers than questions', (is.pending ?? 0) < 0],
    [
      'a deadline moved it',
      event.type === 'DEADLINE_PASSED' && JSON.stringify(before.state) !== JSON.stringify(after.state),
    ],
    [
      'it does not survive being stored',
      JSON.stringify(JSON.parse(JSON.stringify(is))) !== JSON.stringify(is),
    ],
  ];
  return wrong
    .filter(([, found]) => found)
    .map(([what]) => `${kind} ${JSON.stringify(before.state)} ${event.type}: ${what}`);
};

/** Plays one history: at each step any event that some active state knows, by anybody, sometimes one that none knows. */
const play = (
  kind: Kind,
  beginning: number,
  choices: readonly (readonly [number, number, number])[],
): string[] => {
  const table = permissionsOf(kind, '1');
  const all = [...steps[kind].keys()];
  let place = beginnings[kind][beginning % beginnings[kind].length] as Place;
  for (const [which, variant, person] of choices) {
    const machine = askAt(kind, place);
    const known = machine.events;
    const type =
      (which % 16 === 0 || known.length === 0 ? all[which % all.length] : known[which % known.length]) ?? '';
    const variants = steps[kind].get(type) ?? [];
    const given = variants[variant % variants.length];
    if (!given) continue;
    if (backward.has(type) && person % 4 > 0) continue;
    const { pending = 0 } = contextOf(place);
    if (given.type === 'SETTLED' && Number(given['done']) > pending) continue;
    const other = others[person % (others.length * 3)];
    const step = other ? { ...given, by: { ...given.by, id: other } } : given;

    const event = stamped(step);
    const can = machine.can(event);
    const open = !place.done && known.includes(type) && machine.closed(event).length === 0;
    if (can !== open)
      return [`${kind} ${JSON.stringify(place.state)} ${type}: can ${can}, but reasons say ${open}`];
    const next = machine.take(event);
    if (!can) {
      const moved =
        JSON.stringify([next.state, next.context]) !== JSON.stringify([place.state, place.context]);
      if (moved || next.intents.length > 0) return [`${kind} ${type}: refused, and moved all the same`];
      continue;
    }
    if (!machine.paths.some((path) => (table[path]?.[type]?.length ?? 0) > 0))
      return [`${kind} ${type}: nobody may, and it went`];
    const wrong = complaints(kind, place, step, next);
    if (wrong.length > 0) return wrong;
    place = next;
  }
  return [];
};

describe('random histories', () => {
  it(
    'keep what must always hold',
    () => {
      const choice = fc.tuple(fc.nat(10_000), fc.nat(100), fc.nat(100));
      fc.assert(
        fc.property(
          fc.constantFrom(...kinds),
          fc.nat(1000),
          fc.array(choice, { minLength: 5, maxLength: 40, size: 'max' }),
          (kind, beginning, choices) => {
            expect(play(kind, beginning, choices)).toEqual([]);
          },
        ),
        { seed, numRuns: runs },
      );
    },
    60_000 + runs * 20,
  );
});
