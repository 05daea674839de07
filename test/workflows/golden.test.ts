import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { AnyStateNode } from 'xstate';
import { hashOf } from '../../src/engine/journal.js';
import { current, machines, type MachineEvent } from '../../workflows/registry.js';
import { kinds, type Kind } from '../../workflows/vocabulary.js';
import { stamped, tracks } from '../builders/steps.js';
import { askAt, bornPlace, follow, shortestWays } from '../builders/walk.js';
import { nodesFrom, pathOf, released } from '../house/charts.js';

/** The shortest way to every state of a released machine, and where it must end for good. */
interface Golden {
  readonly kind: Kind;
  readonly version: string;
  readonly born: object;
  readonly events: Readonly<Record<string, MachineEvent>>;
  readonly histories: readonly {
    readonly way: readonly string[];
    readonly state: unknown;
    /** SHA-256 over the canonical context. */
    readonly context: string;
    /** What each step owed, by type. */
    readonly owed: readonly (readonly string[])[];
  }[];
}

const fileOf = (kind: Kind, version: string) =>
  fileURLToPath(new URL(`golden/${kind}.v${version}.json`, import.meta.url));

/** WRITE_GOLDEN=1 writes the histories of a version that is not released yet. */
if (process.env['WRITE_GOLDEN'] === '1') {
  for (const kind of kinds) {
    const ways = [...shortestWays(kind).values()];
    const used = new Set(ways.flat());
    const histories = ways.map((way) => {
      const { state, context } = follow(kind, way);
      return { way, state, context: hashOf(context), owed: owedAlong(kind, way) };
    });
    const events = Object.fromEntries(
      Object.entries(tracks[kind].steps)
        .filter(([name]) => used.has(name))
        .map(([name, step]) => [name, stamped(step)]),
    );
    const golden: Golden = { kind, version: current[kind], born: tracks[kind].born, events, histories };
    writeFileSync(fileOf(kind, current[kind]), `${JSON.stringify(golden, null, 1)}\n`);
  }
}

function owedAlong(kind: Kind, way: readonly string[]): string[][] {
  return way.map((_, at) => follow(kind, way.slice(0, at + 1)).intents.map(({ type }) => type));
}

const replay = ({ kind, version, born, events }: Golden, way: readonly string[]) => {
  let place = bornPlace(kind, born, version);
  const owed = way.map((name) => {
    const machine = askAt(kind, place, version);
    const event = events[name] as MachineEvent;
    if (!machine.can(event)) throw new Error(`${name} is closed in ${JSON.stringify(place.state)}`);
    const moved = machine.take(event);
    place = moved;
    return moved.intents.map(({ type }) => type);
  });
  return { state: place.state, context: hashOf(place.context), owed };
};

describe.each(released)('the golden histories of $kind.v$version', ({ kind, version, machine }) => {
  const golden = existsSync(fileOf(kind, version))
    ? (JSON.parse(readFileSync(fileOf(kind, version), 'utf8')) as Golden)
    : null;

  it('are written for every released version', () => {
    expect([golden?.kind, golden?.version]).toEqual([kind, version]);
    expect(Object.keys(machines[kind])).toContain(version);
  });

  it('visit every state', () => {
    const visited = new Set(
      golden?.histories.flatMap(
        ({ way }) => askAt(kind, { ...lastOf(golden, way), done: false }, version).paths,
      ),
    );
    const paths = nodesFrom(machine.root as AnyStateNode).map(pathOf);
    expect(paths.filter((path) => path !== '' && !path.endsWith('resuming') && !visited.has(path))).toEqual(
      [],
    );
  });

  it('end where they ended when the version was released; where not, make the next version', () => {
    for (const { way, ...then } of golden?.histories ?? []) {
      const now = golden && replay(golden, way);
      if (JSON.stringify(now) !== JSON.stringify(then)) {
        throw new Error(
          `${kind}.v${version} has changed its meaning on ${way.join(' → ')}: ${JSON.stringify({ then, now })}. ` +
            'Cases live on it: leave this file as it was, and make version 2.',
        );
      }
    }
    expect(golden?.histories.length).toBeGreaterThan(10);
  });
});

const lastOf = (golden: Golden, way: readonly string[]) => {
  let place = bornPlace(golden.kind, golden.born, golden.version);
  for (const name of way) {
    place = askAt(golden.kind, place, golden.version).take(golden.events[name] as MachineEvent);
  }
  return place;
};
