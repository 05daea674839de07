import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from '../setup/database.js';
import { leashed } from '../setup/leashed.js';

const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));

/** A process of the product that a test started. */
export interface Process {
  readonly child: ChildProcess;
  /** The first line it said: it is ready then. */
  readonly said: string;
  /** By which signal it ended, null for none, once it ends. */
  readonly ended: Promise<NodeJS.Signals | null>;
  /** Asks it to end, and waits until it did. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Ends what a test that failed left running. */
export const endAll = () => {
  for (const child of running) child.kill('SIGKILL');
};

/**
 * Starts `totrinh <command>` over a test's database and waits until it says that it is ready.
 * @param fault where it dies, as src/store/faults.ts names it
 */
export const totrinh = async (
  command: 'serve' | 'work',
  database: TestDatabase,
  { fault = '', ready, clock }: { fault?: string; ready: RegExp; clock: string },
): Promise<Process> => {
  const child = leashed([cli, command], {
    MONGODB_URI: database.uri,
    TOTRINH_DB: database.dbName,
    TOTRINH_CLOCK: clock,
    TOTRINH_FAULT: fault,
    LOG_LEVEL: 'error',
    PORT: '0',
  });
  child.stderr.pipe(process.stderr);
  running.add(child);
  const ended = once(child, 'exit').then(([, signal]) => {
    running.delete(child);
    return signal as NodeJS.Signals | null;
  });
  let said = '';
  for await (const line of createInterface(child.stdout)) {
    said = line;
    if (ready.test(line)) break;
  }
  child.stdout.resume();
  return {
    child,
    said,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
};
