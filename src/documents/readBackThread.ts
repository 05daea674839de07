import { parentPort } from 'node:worker_threads';
import { checkPrinted } from './checkForm.js';
import type { Answered, Asked } from './readBack.js';

/** The thread of `readBack.ts`: reads one paper after the other. */
parentPort?.on('message', ({ id, pdf, made }: Asked) => {
  void checkPrinted(pdf, made)
    .then(
      (report): Answered => ({ id, report }),
      (error: unknown): Answered => ({ id, error: error instanceof Error ? error.message : String(error) }),
    )
    .then((answered) => parentPort?.postMessage(answered));
});
