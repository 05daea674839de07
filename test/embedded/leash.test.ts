import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { isAlive, ownerOf } from '../../src/embedded/alive.mjs';
import { until } from '../crossing/until.js';
import { leashed } from '../setup/leashed.js';

describe('a program on a leash', () => {
  it('ends when whoever started it is killed, and keeps no pipe of theirs open', async () => {
    const idle = ['--input-type=module', '--eval', 'setInterval(() => {}, 1000)'];
    const source = new URL('../setup/leashed.ts', import.meta.url).href;
    const starter = leashed([
      ...['--import', 'tsx', '--input-type=module', '--eval'],
      `import { leashed } from '${source}';
       console.log(leashed(${JSON.stringify(idle)}).pid);
       setInterval(() => {}, 1000);`,
    ]);
    const lines = createInterface(starter.stdout);
    const [pid] = (await once(lines, 'line')) as [string];
    const started = ownerOf(Number(pid));
    expect(isAlive(started)).toBe(true);

    const errors = text(starter.stderr);
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    expect(await errors).toBe('');
    await until(() => Promise.resolve(!isAlive(started)));
  });
});
