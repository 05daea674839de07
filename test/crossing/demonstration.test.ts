import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { demonstrate } from '../../src/demo/demo.js';
import { createProgress } from '../../src/demo/progress.js';
import { createStores } from '../../src/compose.js';
import { amountsOf } from '../../src/documents/amounts.js';
import { checkPrinted } from '../../src/documents/checkForm.js';
import { documentView } from '../../src/documents/documentSources.js';
import { renderDocument } from '../../src/documents/render.js';
import { paperSources } from '../../src/papers/sources.js';
import { canTho } from '../../src/seed/demonstration.js';
import { connect } from '../../src/store/connection.js';
import type { Intent } from '../../workflows/vocabulary.js';
import { testDatabase } from '../setup/database.js';

describe('the demonstration', () => {
  const database = testDatabase('_demo');
  const config = loadConfig({
    NODE_ENV: 'test',
    MONGODB_URI: database.uri,
    TOTRINH_DB: database.dbName,
    LOG_LEVEL: 'error',
    PUPPETEER_EXECUTABLE_PATH: process.env.PUPPETEER_EXECUTABLE_PATH ?? '',
  });
  const cases = () => database.db().collection<{ _id: string }>('cases');
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'totrinh-demo-'));
  });
  afterAll(async () => {
    await database.db().dropDatabase();
    await database.close();
    await rm(folder, { recursive: true });
  });

  it('comes out to the đồng, over what an earlier time left', async () => {
    await cases().insertOne({ _id: 'canTho/of an earlier time' });
    await writeFile(join(folder, 'of an earlier time.pdf'), '');
    const said: string[] = [];
    let shown = '';
    const progress = createProgress({ write: (text) => (shown += text), width: null, verbose: true });
    const right = await demonstrate(config, { folder, say: (text) => said.push(text), progress });
    expect(said.filter((line) => line.startsWith('SAI'))).toEqual([]);
    expect(right).toBe(true);
    expect(said.find((line) => line.startsWith('Tổng'))).toContain('116.815.775.000');
    expect(said.find((line) => line.startsWith('DT-2025-001'))).toContain('Đã phân bổ');
    expect(said.join('\n')).toContain(folder);
    expect(shown).toContain('    Giám đốc, Sở Y tế: Ký tờ trình, DT-2025-004\n');
    // Neither keys of messages nor names of states are shown to a person.
    expect(`${shown}${said.join('\n')}`).not.toMatch(/event\.|state\.|allocated|[A-Z]+_[A-Z]+/);
    expect(await cases().findOne({ _id: 'canTho/of an earlier time' })).toBeNull();
    expect(await readdir(folder)).not.toContain('of an earlier time.pdf');
  }, 180_000);

  it('leaves papers of the prescribed form, with no figure that is not in what was frozen, each in a file of its own', async () => {
    const connection = await connect(database.uri, { dbName: config.database.name });
    const stores = createStores(connection, config);
    const { contents, directory, queries, papers } = stores;
    const cityOf = () => Promise.resolve({ name: canTho.name, place: canTho.place });
    const sources = paperSources({ contents, directory, cases: queries, cityOf });
    const owed = await connection
      .db!.collection<{ _id: string; case: string; intent: Intent }>('intents')
      .find({ 'intent.type': 'render' })
      .toArray();
    const read = new Set<string>();
    let amounts = 0;
    for (const { _id, case: id, intent } of owed) {
      if (intent.type !== 'render') continue;
      const { document } = intent.params;
      const seq = Number(_id.split('/').at(-2));
      const paper = (await papers.list(canTho.id, id)).find(
        (filed) => filed.type === document && filed.seq === seq,
      );
      const found = await stores.cases.load({ tenant: canTho.id, id });
      const source = await sources(found!, intent.params);
      const { html } = renderDocument(document, documentView(document, source));
      const made = { html, amounts: amountsOf(document, source), draft: false };
      const bytes = await papers.read(canTho.id, paper!.id);
      const { findings } = await checkPrinted(bytes, made);
      read.add(hash('sha256', bytes));
      expect(findings.length).toBeGreaterThan(0);
      expect({ name: paper!.name, wrong: findings.filter(({ ok }) => !ok) }).toEqual({
        name: paper!.name,
        wrong: [],
      });
      amounts += made.amounts.length;
    }
    await connection.close();
    expect(owed.length).toBeGreaterThan(20);
    expect(amounts).toBeGreaterThan(500);
    // The files are these papers, byte for byte, and all of them: a decision lies there for each of its estimates.
    const names = await readdir(folder);
    expect(names.length).toBeGreaterThan(15);
    const files = names.map(async (name) => hash('sha256', await readFile(join(folder, name))));
    expect(new Set(await Promise.all(files))).toEqual(read);
  }, 120_000);

  it('is played in no database but its own', async () => {
    const other = { ...config, database: { ...config.database, name: 'totrinh' } };
    const means = {
      folder,
      say: () => undefined,
      progress: createProgress({ write: () => undefined, width: null, verbose: false }),
    };
    await expect(demonstrate(other, means)).rejects.toThrow('_demo');
    await expect(demonstrate({ ...config, environment: 'production' }, means)).rejects.toThrow('production');
  });
});
