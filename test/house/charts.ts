import { type AnyStateMachine, type AnyStateNode } from 'xstate';
import { machines } from '../../workflows/registry.js';
import { kinds, type Kind } from '../../workflows/vocabulary.js';

/** Every released machine, by name and version. */
export const released: readonly { kind: Kind; version: string; machine: AnyStateMachine }[] = kinds.flatMap(
  (kind) => Object.entries(machines[kind]).map(([version, machine]) => ({ kind, version, machine })),
);

/** A node of a chart and all below it. */
export const nodesFrom = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap((child) => nodesFrom(child as AnyStateNode)),
];

export const pathOf = (node: AnyStateNode): string => node.path.join('.');

/** A node and everything around it, innermost first; the root is left out. */
export const around = (node: AnyStateNode): AnyStateNode[] =>
  node.parent ? [node, ...around(node.parent as AnyStateNode)] : [];

/** The transitions of a node for what people and cases send: not the eventless ones. */
export const eventsOf = (
  node: AnyStateNode,
): [string, AnyStateNode['transitions'] extends Map<string, infer T> ? T : never][] =>
  [...node.transitions].filter(([event]) => event !== '') as never;

/** Every transition of a node, eventless ones too. */
export const waysOf = (node: AnyStateNode) => [
  ...[...node.transitions.values()].flat(),
  ...(node.always ?? []),
];

type GuardRef = string | { type?: string; guards?: GuardRef[] } | ((...args: never[]) => unknown);

/** The names that a guard consists of; `null` for one that has no name. */
export const guardNames = (guard: GuardRef | undefined): (string | null)[] => {
  if (guard === undefined) return [];
  if (typeof guard === 'string') return [guard];
  if ('guards' in guard && guard.guards) return guard.guards.flatMap(guardNames);
  return [typeof guard === 'function' ? null : (guard.type ?? null)];
};
