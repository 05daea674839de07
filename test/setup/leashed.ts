import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

const leash = new URL('../../src/embedded/leash.mjs', import.meta.url).href;

/**
 * Starts a program of ours that ends with this process, also where the test that would have ended it was given up.
 * Its outputs are pipes of its own: one that outlived the tests would keep theirs open, and whoever reads them waits
 * for the end of the last writer.
 * @param args of node: a program and its words
 * @param environment beside that of this process
 */
export const leashed = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  spawn(process.execPath, ['--import', leash, ...args], {
    env: { ...process.env, NODE_ENV: 'test', NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  }) as ChildProcessByStdio<null, Readable, Readable>;
