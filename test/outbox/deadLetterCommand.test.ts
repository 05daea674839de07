import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { createTenantStore } from '../../src/store/agencies.js';
import { aCase, aNotice, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRelay, listening } from '../builders/aRelay.js';
import { testDatabase } from '../setup/database.js';

describe('totrinh dead-letters', () => {
  const connection = aDatabase('deadLetters');

  /** Runs the command line, with this file's database. */
  async function totrinh(...words: readonly string[]) {
    const { uri, dbName } = testDatabase('deadLetters');
    const child = spawn(process.execPath, ['dist/src/cli.js', 'dead-letters', ...words], {
      env: {
        ...process.env,
        NODE_ENV: 'test',
        NODE_OPTIONS: '',
        LOG_LEVEL: 'silent',
        MONGODB_URI: uri,
        TOTRINH_DB: dbName,
      },
    });
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { out, err, code: code as number | null };
  }

  it('tells what was given up by intent and cause, and takes up what is named and nothing else', async () => {
    await createTenantStore(connection()).save({ id: tenant, name: 'Cần Thơ', place: 'Cần Thơ', hosts: [] });
    const { cases } = aRelay(connection());
    for (const id of ['a1', 'a2', 'b1']) await cases.create(aCase(id, [aNotice('born')]));
    const handlers = {
      ...listening(),
      notify: async (_: unknown, { case: of }: { case: string }) => {
        throw new Error(of === 'b1' ? 'no such agency' : `no letter box ${of}`);
      },
    };
    const { relay, store } = aRelay(connection(), { handlers, maxTries: 1 });
    await relay.drainAll();

    const cause = 'Error: no letter box …';
    const told = await totrinh();
    expect(told).toMatchObject({ code: 1, err: '' });
    expect(told.out).toContain(`2 × notify`);
    expect(told.out).toContain(cause);
    expect(told.out).toContain('Error: no such agency');
    expect(await store.backlog()).toMatchObject({ due: 0, dead: 3 });

    const unknown = await totrinh('--retry', '--intent', 'render', '--cause', cause);
    expect(unknown).toMatchObject({ code: 1, out: '' });
    expect(unknown.err).toContain('Không có việc nào như vậy');

    const taken = await totrinh('--retry', '--intent', 'notify', '--cause', cause, '--json');
    expect(taken.code).toBe(0);
    expect(JSON.parse(taken.out)).toMatchObject({
      kinds: [{ intent: 'notify', cause, count: 2 }],
      revived: 2,
    });
    expect(await store.backlog()).toMatchObject({ due: 2, dead: 1 });
  }, 60_000);
});
