import { readFileSync } from 'node:fs';
import { peer } from './packages/peer.js';

interface Execution {
  signal(task: { id: string }): void;
  getPostponed(): readonly { id: string }[];
  getState(): object;
  stop(): Promise<unknown>;
}
interface Engine {
  execute(): Promise<Execution>;
  recover(state: object): Engine;
  resume(): Promise<Execution>;
}
interface BpmnEngine {
  readonly Engine: new (given: { name: string; source?: string; variables?: object }) => Engine;
}

/** The tasks that lead to where the Police may be asked, by model. */
const untilReview = {
  /** The main line of our estimate. */
  estimate: ['draft', 'unitReview', 'leaderApproval', 'issuing', 'register'],
  /** Two tasks that follow each other for ever, nothing else. */
  opinion: [],
} as const;
const toAndFro = ['ask', 'takeBack'];

/**
 * A BPMN process of bpmn-engine, under review: recovered from its own JSON state, one user task signalled, the state
 * written as JSON again.
 */
export const bpmnEngineAt = async (model: keyof typeof untilReview, context: object) => {
  const { Engine } = await peer<BpmnEngine>('bpmn-engine');
  const source = readFileSync(new URL(`${model}.bpmn`, import.meta.url), 'utf8');
  const engine = new Engine({ name: model, source, variables: context });
  const execution = await engine.execute();
  for (const id of untilReview[model]) execution.signal({ id });
  const first = JSON.stringify(execution.getState());
  await execution.stop();
  return {
    first,
    /** @throws when the task does not wait, so that nothing would be measured */
    step: async (text: string, seq: number): Promise<string> => {
      const recovered = new Engine({ name: model }).recover(JSON.parse(text) as object);
      const running = await recovered.resume();
      const id = toAndFro[(seq + 1) % 2] ?? '';
      const waits = () => running.getPostponed().some((task) => task.id === id);
      if (!waits()) throw new Error(`${id} does not wait.`);
      running.signal({ id });
      if (waits()) throw new Error(`${id} was not taken.`);
      const state = running.getState();
      await running.stop();
      return JSON.stringify(state);
    },
  };
};
