import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { complaintOf } from '../../src/commands/running.js';
import { loadConfig } from '../../src/config.js';
import { demonstrate } from '../../src/demo/demo.js';
import { createProgress } from '../../src/demo/progress.js';
import { connect } from '../../src/store/connection.js';

const thrown = async (act: () => unknown): Promise<unknown> => {
  try {
    await act();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
};

describe('a command that meets what a person can mend says so in words, without a stack', () => {
  it.each([
    ['a file that is not there', () => readFile('/nowhere/nofile.pdf'), '/nowhere/nofile.pdf'],
    ['a folder in place of a file', () => readFile(tmpdir()), 'thư mục'],
    [
      'a wrong setting',
      () => loadConfig({ MONGODB_URI: 'mongodb://h/', TRUST_PROXY: 'true' }),
      'TRUST_PROXY',
    ],
    [
      'a demonstration on a database that is not its own',
      () =>
        demonstrate(loadConfig({ MONGODB_URI: 'mongodb://h/', TOTRINH_DB: 'ours' }), {
          folder: '/nowhere',
          say: () => undefined,
          progress: createProgress({ write: () => undefined, width: null, verbose: false }),
        }),
      'TOTRINH_DB',
    ],
    [
      'a database that is lost',
      () => connect('mongodb://127.0.0.1:1/', { serverSelectionTimeoutMS: 300 }),
      'MONGODB_URI',
    ],
  ])('%s', async (_, act, words) => {
    const { message } = complaintOf(await thrown(act));
    expect(message).toContain(words);
    expect(message).not.toMatch(/^\s+at /m);
  });

  it('and leaves a bug its stack', () => {
    const bug = new TypeError('x is not a function');
    expect(() => complaintOf(bug)).toThrow(bug);
  });
});
