import { transition, type AnyMachineSnapshot, type StateValue } from 'xstate';
import { ask, machineOf, type MachineEvent } from '../workflows/registry.js';
import { reviewer, reviewingContext, reviewingState, eventAt, today } from './city.js';
import { compared, interleaved, type Contest, type Target } from './contest.js';
import { bpmnEngineAt } from './peers/bpmnEngine.js';

const context = reviewingContext('DT-2025-900', 8 * 1024);
const { id, name, agency, roles } = reviewer;

/** The event of a seq as the engine stamps it. */
const stamped = (seq: number): MachineEvent => ({
  ...eventAt(seq),
  at: `${today}T02:00:00.000Z`,
  day: today,
  actor: { id, name, agency, roles },
  permit: 'officer@reviewer',
  facts: {},
});

/** Steps per second of one side that takes a stored text to the next one, so many times in a row. */
const rateOfSteps = async (
  steps: number,
  first: string,
  step: (text: string, seq: number) => string | Promise<string>,
) => {
  let text = first;
  const began = performance.now();
  for (let seq = 1; seq <= steps; seq += 1) {
    const next = step(text, seq);
    text = typeof next === 'string' ? next : await next;
  }
  return (steps / (performance.now() - began)) * 1000;
};

/** As the engine takes a step: who knows the event, why not, may it, where does it lead. */
const ours = (text: string, seq: number): string => {
  const { state, context: stored } = JSON.parse(text) as { state: typeof reviewingState; context: object };
  const machine = ask({ kind: 'estimate', version: '1', state, context: stored });
  const event = stamped(seq);
  if (machine.permits(event.type).length === 0 || machine.closed(event).length > 0 || !machine.can(event)) {
    throw new Error(`${event.type} is closed.`);
  }
  const next = machine.take(event);
  return JSON.stringify({ state: next.state, context: next.context });
};

const machine = machineOf('estimate', '1');

/** The machine as XState stores it, without anything of ours: restore, transition, persist. */
const rawXState = (text: string, seq: number): string => {
  const stored = JSON.parse(text) as { value: StateValue; context: object };
  const [next] = transition(machine, machine.resolveState(stored), stamped(seq));
  return JSON.stringify(machine.getPersistedSnapshot(next as AnyMachineSnapshot));
};

/** A step in memory, 8 KB context, JSON in and out on both sides: to raw XState, and to bpmn-engine. */
export const stepMemory: Contest = async ({ quick }) => {
  const stored = JSON.stringify({ state: reviewingState, context });
  const persisted = JSON.stringify(
    machine.getPersistedSnapshot(
      machine.resolveState({ value: reviewingState, context }) as AnyMachineSnapshot,
    ),
  );
  const estimate = await bpmnEngineAt('estimate', context);
  const opinion = await bpmnEngineAt('opinion', context);
  const steps = quick ? 50 : 3000;
  const peerSteps = quick ? 4 : 20;
  const taken = await interleaved(
    { rounds: quick ? 1 : 15, warmUp: quick ? 0 : 3 },
    {
      ours: () => rateOfSteps(steps, stored, ours),
      xstate: () => rateOfSteps(steps, persisted, rawXState),
      estimate: () => rateOfSteps(peerSteps, estimate.first, estimate.step),
      opinion: () => rateOfSteps(peerSteps, opinion.first, opinion.step),
    },
  );
  const against = (name: string, baseline: readonly number[], target: Target | null, note?: string) =>
    compared(`step in memory, to ${name}`, 'steps/s', { ours: taken.ours, baseline }, target, note);
  return [
    against('raw XState', taken.xstate, { atLeast: 0.7 }),
    against('bpmn-engine, the same main line as a process', taken.estimate, { atLeast: 50 }),
    against('bpmn-engine, a process of two tasks', taken.opinion, null, 'ours still asks the whole estimate'),
  ];
};
