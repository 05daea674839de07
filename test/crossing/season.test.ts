import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { firstStart } from '../../src/demo/firstStart.js';
import { createPeople } from '../../src/demo/client.js';
import { createProgress } from '../../src/demo/progress.js';
import { open, serve, type Running } from '../../src/main.js';
import { accountOf } from '../../src/seed/demonstration.js';
import { testDatabase } from '../setup/database.js';

const progress = createProgress({ write: () => undefined, width: null, verbose: false });

describe('the demonstration city at its first start', () => {
  const database = testDatabase('_season');
  const config = loadConfig({
    NODE_ENV: 'test',
    MONGODB_URI: database.uri,
    TOTRINH_DB: database.dbName,
    LOG_LEVEL: 'error',
    PUPPETEER_EXECUTABLE_PATH: process.env.PUPPETEER_EXECUTABLE_PATH ?? '',
  });
  let running: Running | undefined;
  let listening: { port: number; close(): Promise<void> } | undefined;

  const started = (): Running => {
    if (!running) throw new Error('Nothing runs.');
    return running;
  };

  beforeAll(async () => {
    running = await open(config);
    expect(await firstStart(running, config, progress)).toBe(true);
    listening = await serve(running, { ...config, port: 0 });
  }, 240_000);
  afterAll(async () => {
    await listening?.close();
    await running?.close();
    await database.db().dropDatabase();
    await database.close();
  });

  it.each([
    ['SCT', 'officer', 'SEND_UP'],
    ['SXD', 'unitHead', 'ENDORSE'],
    ['SYT', 'leader', 'SIGN'],
    ['SNV', 'clerk', 'ISSUE'],
    ['SNgV', 'leader', 'SIGN'],
    ['SKHCN', 'clerk', 'REGISTER'],
    ['SKHCN', 'officer', 'CONCLUDE_LINES'],
    ['SKHCN', 'unitHead', 'ACCEPT'],
    ['SVHTTDL', 'officer', 'REVISE'],
    ['STP', 'officer', 'SUPPLY'],
    ['CATP', 'officer', 'GIVE_OPINION'],
    ['SKHCN', 'officer', 'FREEZE'],
    ['STC', 'officer', 'SETTLE_OVERLAP'],
    ['STC', 'leader', 'SIGN'],
    ['VP', 'officer', 'PASS'],
    ['UBND', 'leader', 'APPROVE'],
  ] as const)('has work for %s as %s: %s', async (agency, role, event) => {
    const somebody = await createPeople(`http://127.0.0.1:${listening?.port}`).named(accountOf(agency, role));
    const { body } = await somebody.get<{ items: { case: string }[] }>('/inbox?limit=100');
    const open = await Promise.all(
      body.items.map(async ({ case: id }) => {
        const { body: seen } = await somebody.get<{ options: { event: string; permitted: boolean }[] }>(
          `/cases/${id}`,
        );
        return seen.options.some((option) => option.event === event && option.permitted);
      }),
    );
    expect(open).toContain(true);
  });

  it('is one whose journal, days and lists are whole', async () => {
    const { workflow, stores } = started();
    const { differing } = await workflow.rebuild('canTho');
    expect(differing).toEqual([]);
    expect(await stores.outbox.dead('canTho')).toEqual([]);
  });

  it('is left as it is at the next start', async () => {
    expect(await firstStart(started(), config, progress)).toBe(false);
  });
});
