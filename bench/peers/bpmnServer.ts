import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Setting } from '../contest.js';

/** So many clients, each taking instances of its own through so many user tasks. */
export interface PeerWork {
  readonly clients: number;
  readonly instances: number;
  readonly steps: number;
}

/** bpmn-server in a process of its own: it catches the errors of the whole process it lives in. */
export interface BpmnServer {
  /** @returns steps per second; starting the instances is not counted. */
  steps(work: PeerWork): Promise<number>;
  end(): Promise<void>;
}

/** Starts it on a database of its own on the same server. @throws when it does not start */
export const startBpmnServer = async ({ uri, database }: Setting): Promise<BpmnServer> => {
  const child = fork(
    fileURLToPath(new URL('bpmnServerChild.ts', import.meta.url)),
    [uri, `${database}_peer`],
    {
      // It tells every event on standard output.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const ended = once(child, 'exit').then(([code]) => new Error(`bpmn-server ended with ${String(code)}.`));
  const answer = async (): Promise<unknown> => {
    const heard = once(child, 'message').then(([message]: unknown[]) => message);
    const answered = await Promise.race([heard, ended]);
    if (answered instanceof Error) throw answered;
    return answered;
  };
  await answer();
  return {
    async steps(work) {
      child.send(work);
      return (await answer()) as number;
    },
    async end() {
      child.send('end');
      await ended;
    },
  };
};
