import { Worker } from 'node:worker_threads';
import type { checkPrinted, FormReport } from './checkForm.js';

type Made = Parameters<typeof checkPrinted>[1];

/** What the thread is asked, and what it answers. */
export interface Asked {
  readonly id: number;
  readonly pdf: Uint8Array;
  readonly made: Made;
}
export type Answered = { readonly id: number } & (
  | { readonly report: FormReport }
  | { readonly error: string }
);

interface Waiting {
  readonly done: (report: FormReport) => void;
  readonly failed: (error: Error) => void;
}

/** The thread ended before it had read the paper, by itself or because it took too long. */
export class ReaderGone extends Error {
  constructor(cause?: unknown) {
    super('The thread that reads papers back has ended.', { cause });
    this.name = 'ReaderGone';
  }
}

/**
 * Reads printed papers back as `checkPrinted` does, in a thread of its own: a paper of 350 pages takes seconds of
 * work, and everybody else is answered meanwhile.
 * @param program the compiled `readBackThread.js`
 * @param patience how long one paper may take, ms: then the thread is ended, and a new one reads the next
 */
export const createReadBack = (
  program: URL,
  { patience = 120_000 }: { readonly patience?: number } = {},
): { readonly readBack: typeof checkPrinted; readonly close: () => Promise<void> } => {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | null = null;
  let asked = 0;
  let late: NodeJS.Timeout | undefined;

  /** One is read after the other: the time of the next begins when this one is done. */
  const watch = () => {
    clearTimeout(late);
    if (waiting.size > 0) late = setTimeout(() => void thread?.terminate(), patience).unref();
  };

  const start = (): Worker => {
    const begun = new Worker(program);
    // Only who waits for a paper keeps the process.
    begun.unref();
    begun.on('message', (answered: Answered) => {
      const one = waiting.get(answered.id);
      waiting.delete(answered.id);
      if ('report' in answered) one?.done(answered.report);
      else one?.failed(new Error(answered.error));
      if (waiting.size === 0) begun.unref();
      watch();
    });
    const gone = (cause?: unknown) => {
      if (thread !== begun) return;
      thread = null;
      for (const { failed } of waiting.values()) failed(new ReaderGone(cause));
      waiting.clear();
      watch();
    };
    begun.on('error', gone);
    begun.on('exit', () => gone());
    return begun;
  };

  return {
    readBack: (pdf, made) =>
      new Promise((done, failed) => {
        thread ??= start();
        const id = ++asked;
        const { html, amounts, draft } = made;
        thread.postMessage({ id, pdf, made: { html, amounts, draft } } satisfies Asked);
        waiting.set(id, { done, failed });
        thread.ref();
        if (waiting.size === 1) watch();
      }),
    close: async () => void (await thread?.terminate()),
  };
};
