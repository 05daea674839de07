import { readFileSync } from 'node:fs';
import { Engine } from 'bpmn-engine';

const source = readFileSync(new URL('opinion.bpmn', import.meta.url), 'utf8');
const tasks = ['ask', 'takeBack'];

/**
 * The same to and fro as two user tasks of bpmn-engine: recovered from its own JSON state, one task signalled, the
 * state written as JSON again.
 */
export const bpmnEngineAt = async (context: object) => {
  const engine = new Engine({ name: 'opinion', source, variables: context });
  const execution = await engine.execute();
  const first = JSON.stringify(await execution.getState());
  await execution.stop();
  return {
    first,
    step: async (text: string, seq: number): Promise<string> => {
      const recovered = new Engine({ name: 'opinion' }).recover(JSON.parse(text));
      const running = await recovered.resume();
      running.signal({ id: tasks[(seq + 1) % 2] });
      const state = await running.getState();
      await running.stop();
      return JSON.stringify(state);
    },
  };
};
