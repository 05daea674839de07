import { machines } from '../../workflows/registry.js';
import type { Kind } from '../../workflows/vocabulary.js';

interface Node {
  readonly states: Readonly<Record<string, Node>>;
}

/** Where cases of a kind, or of any, can stand, as lists name it: `reviewing`, `preparing.draft`. */
export const knownStates = (kind?: Kind): ReadonlySet<string> =>
  new Set(
    Object.entries(machines)
      .filter(([name]) => kind === undefined || name === kind)
      .flatMap(([, versions]) => Object.values(versions))
      .flatMap(({ root }) => Object.entries((root as unknown as Node).states))
      .flatMap(([outer, { states }]) => [outer, ...Object.keys(states).map((inner) => `${outer}.${inner}`)]),
  );
