import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { firstStart } from '../../src/demo/firstStart.js';
import { createPeople } from '../../src/demo/client.js';
import { createProgress } from '../../src/demo/progress.js';
import { readPdf } from '../../src/documents/pdfText.js';
import { open, serve, type Running } from '../../src/main.js';
import { accountOf, seedDemonstration } from '../../src/seed/demonstration.js';
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
    // What a first start left that did not live to its end; then two processes start at once.
    await database
      .db()
      .collection<{ _id: string; state: string }>('firstStarts')
      .insertOne({ _id: 'season', state: 'begun' });
    await seedDemonstration(running.stores, { now: running.clock.now() });
    const other = await open(config);
    try {
      const both = await Promise.all([running, other].map((one) => firstStart(one, config, progress)));
      expect(both.toSorted()).toEqual([false, true]);
    } finally {
      await other.close();
    }
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

  /** Events that name what they cover by its hash, and what stands before them to be read. */
  const covering = [
    'ENDORSE',
    'SIGN',
    'ISSUE',
    'PASS',
    'APPROVE',
    'APPROVE_ADJUSTED',
    'DECLINE',
    'REFER_TO_COUNCIL',
  ];

  it('shows whoever may send an event exactly what it covers', async () => {
    const people = createPeople(`http://127.0.0.1:${listening?.port}`);
    const asked = ['SXD', 'SYT', 'SNV', 'SNgV', 'STC', 'VP', 'UBND', 'SKHCN', 'CATP'];
    const everybody = (await started().stores.users.list('canTho', { after: null, limit: 2_000 })).filter(
      ({ roles, agency }) => roles.length > 0 && asked.includes(agency),
    );
    let seen = 0;
    for (const { username } of everybody) {
      const somebody = await people.named(username);
      const { body } = await somebody.get<{ items: { case: string }[] }>('/cases?limit=100');
      for (const { case: id } of body.items) {
        const { body: found } = await somebody.get<{
          kind: string;
          states: string[];
          content: string | null;
          covered: string | null;
          options: { event: string; open: boolean }[];
        }>(`/cases/${id}`);
        const may = found.options.filter(({ event, open }) => open && covering.includes(event));
        const read = (path: string) =>
          somebody.get<{ hash: string }>(`/cases/${id}/${path}`).catch((error: Error) => error);
        if (may.length === 0 || found.covered === null) continue;
        const covered = await read('covered');
        expect(covered).toMatchObject({ body: { hash: found.covered } });
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(5);
  }, 120_000);

  it('prints the draft for who may sign it, and not for another agency', async () => {
    const people = createPeople(`http://127.0.0.1:${listening?.port}`);
    const leader = await people.named(accountOf('SYT', 'leader'));
    const { body } = await leader.get<{ items: { case: string }[] }>('/inbox?limit=100');
    const address = `/cases/${body.items[0]?.case}/preview/estimateProposal`;
    const { pages } = await readPdf(await leader.download(address));
    // DỰ THẢO stands across every page, letter by letter.
    const across = pages.map(({ lines }) => lines.filter(({ size }) => size === 72).map(({ text }) => text));
    expect(across.every((letters) => letters.includes('TH'))).toBe(true);
    const other = await people.named(accountOf('SCT', 'officer'));
    await expect(other.get(address)).rejects.toMatchObject({ status: 404 });
  });

  it('is one whose journal, days and lists are whole', async () => {
    const { workflow, stores } = started();
    const { differing } = await workflow.rebuild('canTho');
    expect(differing).toEqual([]);
    const verified = await workflow.verifyStored('canTho');
    expect(verified.faults).toEqual([]);
    expect(
      Math.min(verified.contents, verified.summaries, verified.papers, verified.numbers),
    ).toBeGreaterThan(5);
    expect(await stores.outbox.dead('canTho')).toEqual([]);
  });

  it('is left as it is at the next start', async () => {
    expect(await firstStart(started(), config, progress)).toBe(false);
  });
});
