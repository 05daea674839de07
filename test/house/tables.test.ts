import { describe, expect, it } from '@jest/globals';
import type { AnyStateNode } from 'xstate';
import { deadlinePaths } from '../../workflows/deadlines.js';
import { permissionsOf } from '../../workflows/registry.js';
import { editEvents } from '../../src/engine/engine.js';
import { parties, roles } from '../../workflows/vocabulary.js';
import { allocationEvents } from '../../src/allocations/schemas.js';
import { consolidationEvents } from '../../src/consolidations/schemas.js';
import { estimateEvents } from '../../src/estimates/schemas.js';
import { around, eventsOf, nodesFrom, pathOf, released } from './charts.js';

const schemas = {
  estimate: estimateEvents,
  consolidation: consolidationEvents,
  allocation: allocationEvents,
};

const editsOf = (node: AnyStateNode): string[] =>
  node.tags
    .filter((tag) => tag.startsWith('editable:'))
    .map((tag) => editEvents[tag.replace('editable:', '') as keyof typeof editEvents]);

describe.each(released)('the tables of $kind.v$version', ({ kind, version, machine }) => {
  const nodes = nodesFrom(machine.root as AnyStateNode);
  const table = permissionsOf(kind, version);
  const entries = Object.entries(table).flatMap(([path, events]) =>
    Object.entries(events).map(([event, permits]) => ({ path, event, permits })),
  );
  const inChart = nodes.flatMap((node) =>
    [...eventsOf(node).map(([event]) => event), ...editsOf(node)].map((event) => `${pathOf(node)} ${event}`),
  );

  it('say who may for every event and every edit of the chart, and for nothing else', () => {
    expect(entries.map(({ path, event }) => `${path} ${event}`).sort()).toEqual(inChart.sort());
  });

  it('name somebody each time: roles at parties, or the system alone', () => {
    const known = new Set<string>(roles.flatMap((role) => parties.map((party) => `${role}@${party}`)));
    const wrong = entries.filter(({ permits }) =>
      permits.includes('system')
        ? permits.length > 1
        : permits.length === 0 || !permits.every((p) => known.has(p)),
    );
    expect(wrong).toEqual([]);
  });

  it('let people send exactly the events whose fields are checked at the door', () => {
    const byPeople = entries.filter(
      ({ event, permits }) => !permits.includes('system') && !event.startsWith('EDIT'),
    );
    expect([...new Set(byPeople.map(({ event }) => event))].sort()).toEqual(
      Object.keys(schemas[kind]).sort(),
    );
  });

  it('have a deadline for places of the chart only, each of which takes DEADLINE_PASSED', () => {
    const takes = (path: string) => {
      const node = nodes.find((candidate) => pathOf(candidate) === path);
      return node ? around(node).some(({ transitions }) => transitions.has('DEADLINE_PASSED')) : false;
    };
    expect(deadlinePaths(kind).filter((path) => !takes(path))).toEqual([]);
  });

  it('have a deadline wherever DEADLINE_PASSED is taken, and there it moves nothing', () => {
    const taking = nodes.filter(({ transitions }) => transitions.has('DEADLINE_PASSED'));
    expect(taking.map(pathOf).filter((path) => !deadlinePaths(kind).includes(path))).toEqual([]);
    const moving = taking.filter((node) =>
      node.transitions.get('DEADLINE_PASSED')?.some(({ target }) => target),
    );
    expect(moving.map(pathOf)).toEqual([]);
  });

  it('take SETTLED in every state that is not final, where rows are told anything', () => {
    const tells = nodes.some((node) => node.transitions.has('SETTLED'));
    const missing = nodes.filter(
      (node) => node.type === 'atomic' && !around(node).some(({ transitions }) => transitions.has('SETTLED')),
    );
    expect(tells ? missing.map(pathOf).filter((path) => !path.endsWith('resuming')) : []).toEqual([]);
    expect(tells).toBe(kind !== 'estimate');
  });
});
