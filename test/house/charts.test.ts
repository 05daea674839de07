import { describe, expect, it } from '@jest/globals';
import type { AnyStateNode } from 'xstate';
import { around, eventsOf, guardNames, nodesFrom, pathOf, released, waysOf } from './charts.js';

/** States that are entered with a node: its initial ones, and what lies around it. */
const enteredWith = (node: AnyStateNode): AnyStateNode[] => {
  const inside = (of: AnyStateNode): AnyStateNode[] => {
    if (of.type === 'parallel') return Object.values(of.states).flatMap((child) => [child, ...inside(child)]);
    const first = of.type === 'compound' ? (of.initial.target[0] as AnyStateNode) : null;
    return first ? [first, ...inside(first)] : [];
  };
  const outside = around(node).slice(1);
  const regions = outside
    .filter(({ type }) => type === 'parallel')
    .flatMap((parallel) => Object.values(parallel.states).flatMap((child) => [child, ...inside(child)]));
  return [node, ...inside(node), ...outside, ...regions];
};

describe.each(released)('the chart $kind.v$version', ({ kind, version, machine }) => {
  const nodes = nodesFrom(machine.root as AnyStateNode);

  it('carries its kind and version', () => {
    expect([machine.id, machine.version]).toEqual([kind, version]);
  });

  it('has no history states and no delays', () => {
    expect(nodes.filter(({ type, after }) => type === 'history' || after.length > 0).map(pathOf)).toEqual([]);
  });

  it('has nothing on the root and nothing on final states', () => {
    const silent = nodes.filter((node) => !node.parent || node.type === 'final');
    expect(silent.flatMap((node) => eventsOf(node).map(([event]) => `${pathOf(node)} ${event}`))).toEqual([]);
  });

  it('carries no payload on the way through a state: no exits, no onDone', () => {
    const busy = nodes.filter(({ exit, config }) => exit.length > 0 || config.onDone !== undefined);
    expect(busy.map(pathOf)).toEqual([]);
  });

  it('gives every transition without a target an action', () => {
    const idle = nodes.flatMap((node) =>
      waysOf(node)
        .filter(({ target, actions }) => !target && actions.length === 0)
        .map(({ eventType }) => `${pathOf(node)} ${eventType}`),
    );
    expect(idle).toEqual([]);
  });

  it('handles an event in one place: never in a state and around it', () => {
    const twice = nodes.flatMap((node) =>
      eventsOf(node)
        .filter(([event]) =>
          around(node)
            .slice(1)
            .some((outer) => outer.transitions.has(event)),
        )
        .map(([event]) => `${pathOf(node)} ${event}`),
    );
    expect(twice).toEqual([]);
  });

  it('names its guards, and implements what it names', () => {
    const known = machine.implementations as { guards: object; actions: object };
    const guards = nodes.flatMap(waysOf).flatMap(({ guard }) => guardNames(guard as never));
    const actions = nodes.flatMap((node) => [...node.entry, ...waysOf(node).flatMap((way) => way.actions)]);
    const names = actions.map((action) =>
      typeof action === 'string' ? action : (action as { type: string }).type,
    );
    expect(guards.filter((name) => name === null || !(name in known.guards))).toEqual([]);
    expect(names.filter((name) => !(name in known.actions))).toEqual([]);
    expect(Object.keys(known.guards).filter((name) => !guards.includes(name) && !shared.has(name))).toEqual(
      [],
    );
    expect(Object.keys(known.actions).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('enters every state', () => {
    const reached = new Set<AnyStateNode>();
    const open = enteredWith(machine.root as AnyStateNode);
    for (let node = open.pop(); node; node = open.pop()) {
      if (reached.has(node)) continue;
      reached.add(node);
      for (const { target } of waysOf(node)) {
        for (const to of target ?? []) open.push(...enteredWith(to as AnyStateNode));
      }
    }
    expect(nodes.filter((node) => !reached.has(node)).map(pathOf)).toEqual([]);
  });

  it('leaves every state that is not final', () => {
    const stuck = nodes.filter((node) => {
      if (!node.parent || around(node).some(({ type }) => type === 'final')) return false;
      const own = new Set(nodesFrom(node));
      // It ends inside: `noted.done` ends a case as `declined` does.
      if ([...own].some(({ type }) => type === 'final')) return false;
      // A region is left when what lies around it is left.
      return !around(node).some((place) =>
        [...nodesFrom(place)]
          .flatMap(waysOf)
          .some(({ target }) => (target ?? []).some((to) => !own.has(to as AnyStateNode))),
      );
    });
    expect(stuck.map(pathOf)).toEqual([]);
  });
});

/** The guards of the shared part; a machine need not use each of them. */
const shared = new Set([
  'draftHasRows',
  'draftHasNoErrors',
  'agencyHasUnits',
  'agencyHasNoUnits',
  'actorDidNotPrepare',
  'actorDidNotEndorse',
]);
