import {
  initialTransition,
  transition,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type StateValue,
} from 'xstate';
import { allocationV1 } from './allocation.v1.js';
import { consolidationV1 } from './consolidation.v1.js';
import { estimateV1 } from './estimate.v1.js';
import { permissions, type Permissions } from './permissions.js';
import type { ClosedCode, DocumentType, Hash, Intent, Kind, Parties, Permit } from './vocabulary.js';

/** Every machine by kind and version. A released version never changes its meaning. */
export const machines: Readonly<Record<Kind, Readonly<Record<string, AnyStateMachine>>>> = {
  estimate: { '1': estimateV1 },
  consolidation: { '1': consolidationV1 },
  allocation: { '1': allocationV1 },
};

/** Which version new cases get. */
export const current: Readonly<Record<Kind, string>> = { estimate: '1', consolidation: '1', allocation: '1' };

/** A kind or version that this release does not know: the case needs a newer or an older release. */
export class UnknownVersion extends Error {
  readonly code = 'UNKNOWN_VERSION';
  constructor(
    readonly kind: string,
    readonly version: string,
  ) {
    super(
      `No machine '${kind}' version '${version}'; known: ${Object.keys(machines[kind as Kind] ?? {}).join(', ')}.`,
    );
    this.name = 'UnknownVersion';
  }
}

interface Placed {
  readonly kind: Kind;
  readonly version: string;
  readonly state: StateValue;
  readonly context: object;
}

/** An event as the machine takes it: stamped by the server. */
export type MachineEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The next place of a case, and what is owed because of the step. */
export interface Moved {
  readonly state: StateValue;
  readonly context: object;
  readonly done: boolean;
  readonly intents: readonly Intent[];
}

/** Where a transition or a birth has led. */
export interface Landed extends Moved {
  /** The active state paths there, outermost first. */
  readonly paths: readonly string[];
}

/** @throws {UnknownVersion} */
export const machineOf = (kind: Kind, version: string): AnyStateMachine => {
  const machine = machines[kind]?.[version];
  if (!machine) throw new UnknownVersion(kind, version);
  return machine;
};

/** @throws {UnknownVersion} */
export const permissionsOf = (kind: Kind, version: string): Permissions => {
  const table = permissions[kind]?.[version];
  if (!table) throw new UnknownVersion(kind, version);
  return table;
};

/** Where a new case stands. `context` is its input. */
export const birth = (kind: Kind, version: string, context: object): Landed => {
  const [snapshot] = initialTransition(machineOf(kind, version), context);
  return moved(snapshot as AnyMachineSnapshot, []);
};

/**
 * A case asked, never run: what XState must not be trusted with is met here. A snapshot carries no version, so the
 * machine is looked up by the case's own; the full state value is always stored; `can` is asked before `transition`,
 * which would answer an event that does not apply with the same snapshot; `_nodes` is internal and used nowhere else.
 * @throws {UnknownVersion}
 */
export const ask = ({ kind, version, state, context }: Placed) => {
  const machine = machineOf(kind, version);
  const snapshot = machine.resolveState({ value: state, context }) as AnyMachineSnapshot;
  const paths = activePaths(snapshot);

  return {
    /** The active state paths, outermost first. */
    paths,
    tags: snapshot.tags as ReadonlySet<string>,
    /**
     * The hash that whoever endorses, signs, issues, passes or decides here names: of the content, or of what else a
     * state says by its tag `covers:<field of the context>`.
     */
    covered: coveredBy(snapshot),
    /** The papers that people decide on here and that are not made yet, by a state's tags `makes:<document>`. */
    papers: papersOf(snapshot),
    done: isDone(snapshot),
    /** Every event that some active state knows. */
    events: [...new Set(nodesOf(snapshot).flatMap((node) => [...node.transitions.keys()]))].sort(),
    can: (event: MachineEvent): boolean => !isDone(snapshot) && snapshot.can(event),
    /** Why an event is closed: the names of the guards that say no, or none where it is open or unknown here. */
    closed: (event: MachineEvent): ClosedCode[] => closedBy(machine, snapshot, event),
    /** Whether an event cannot open here for anybody, by what the case is: it is not worth telling. */
    never: (type: string): boolean => neverBy(machine, snapshot, type),
    take: (event: MachineEvent): Landed => {
      const [next, actions] = transition(machine, snapshot, event);
      return moved(
        next as AnyMachineSnapshot,
        actions
          .filter(({ type }) => intentTypes.has(type))
          .map(({ type, params }) =>
            addressed({ type, params } as unknown as Intent, next as AnyMachineSnapshot),
          ),
      );
    },
    /** Who may send this event here: role @ party, or nobody. */
    permits: (event: string): readonly Permit[] => {
      const table = permissionsOf(kind, version);
      return paths.flatMap((path) => table[path]?.[event] ?? []);
    },
  };
};

const made = 'makes:';
const papersOf = ({ tags }: AnyMachineSnapshot): DocumentType[] =>
  [...(tags as ReadonlySet<string>)]
    .filter((tag) => tag.startsWith(made))
    .map((tag) => tag.slice(made.length) as DocumentType);

const covers = 'covers:';
const coveredBy = ({ tags, context }: AnyMachineSnapshot): Hash | null => {
  const tag = [...(tags as ReadonlySet<string>)].find((one) => one.startsWith(covers));
  const fields = context as Readonly<Record<string, unknown>>;
  if (tag === undefined) return fields['content'] as Hash | null;
  return (fields[tag.slice(covers.length)] as { hash: Hash } | null)?.hash ?? null;
};

const intentTypes = new Set<string>([
  'notify',
  'render',
  'tellRows',
  'register',
  'ledger',
] satisfies Intent['type'][]);

interface Node {
  readonly path: string[];
  readonly type: string;
  readonly states: Record<string, unknown>;
  readonly transitions: Map<string, { guard?: GuardRef }[]>;
}
type GuardRef = string | { type: string } | ((...args: never[]) => boolean);

const nodesOf = (snapshot: AnyMachineSnapshot) => snapshot._nodes as unknown as Node[];

/** Paths of nodes as text: asked for at every step, and a machine has few nodes. */
const pathTexts = new WeakMap<Node, string>();
const pathOf = (node: Node): string => {
  let text = pathTexts.get(node);
  if (text === undefined) pathTexts.set(node, (text = node.path.join('.')));
  return text;
};

/** A notice goes to whoever has the part now, also when it is carried out after another was named. */
const addressed = (intent: Intent, { context }: AnyMachineSnapshot): Intent => {
  if (intent.type !== 'notify') return intent;
  const { parties } = context as { parties: Parties };
  return { ...intent, params: { ...intent.params, agency: parties[intent.params.to] } };
};

const activePaths = (snapshot: AnyMachineSnapshot) =>
  nodesOf(snapshot)
    .filter((node) => node.path.length > 0)
    .sort((a, b) => a.path.length - b.path.length || (pathOf(a) < pathOf(b) ? -1 : 1))
    .map(pathOf);

/** Done is a final leaf wherever it lies: `noted.done` ends a case as `declined` does. */
const isDone = (snapshot: AnyMachineSnapshot) =>
  nodesOf(snapshot)
    .filter((node) => Object.keys(node.states).length === 0)
    .every((node) => node.type === 'final');

const moved = (snapshot: AnyMachineSnapshot, intents: readonly Intent[]): Landed => ({
  state: snapshot.value as StateValue,
  context: snapshot.context as object,
  done: isDone(snapshot),
  intents,
  paths: activePaths(snapshot),
});

const namesOf = (guard: GuardRef | undefined): string[] => {
  if (guard === undefined) return [];
  if (typeof guard === 'string') return [guard];
  if ('guards' in guard) return (guard.guards as GuardRef[]).flatMap(namesOf);
  return 'type' in guard ? [guard.type] : [];
};

type Guards = Readonly<Record<string, (args: object, params?: unknown) => boolean>>;
const guardsOf = (machine: AnyStateMachine) => machine.implementations.guards as Guards;

/** Guards that ask what a case is, and not how far it is: once they say no, they do while it stands where it is. */
const lasting = new Set(['isOwnMoney', 'conditionsOpen', 'someLinesClosed']);

const neverBy = (machine: AnyStateMachine, snapshot: AnyMachineSnapshot, type: string): boolean => {
  const guards = guardsOf(machine);
  const context = snapshot.context as object;
  const ways = nodesOf(snapshot).flatMap((node) => node.transitions.get(type) ?? []);
  return (
    ways.length > 0 &&
    ways.every(({ guard }) =>
      namesOf(guard).some((name) => lasting.has(name) && !guards[name]?.({ context })),
    )
  );
};

/**
 * An event with several ways on is closed by the guards that fail in all of them; the guards that choose between
 * the ways (`agencyHasUnits`) fail in one only and are no reason.
 */
const closedBy = (
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  event: MachineEvent,
): ClosedCode[] => {
  const guards = guardsOf(machine);
  const context = snapshot.context as object;
  const failing = nodesOf(snapshot)
    .flatMap((node) => node.transitions.get(event.type) ?? [])
    .map(({ guard }) => namesOf(guard).filter((name) => !guards[name]?.({ context, event })));
  const [first = [], ...others] = failing;
  if (failing.length === 0 || failing.some((names) => names.length === 0)) return [];
  const shared = first.filter((name) => others.every((names) => names.includes(name)));
  return shared.length > 0 ? shared : [...new Set(failing.flat())];
};
