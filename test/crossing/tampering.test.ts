import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Document } from 'mongodb';
import type { Connection } from 'mongoose';
import { entryAfter } from '../../src/engine/journal.js';
import type { Case } from '../../src/engine/ports.js';
import { connect } from '../../src/store/connection.js';
import { migrate } from '../../src/store/migrations/index.js';
import { verifyAccess } from '../../src/store/verifyAccess.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { testDatabase } from '../setup/database.js';
import { allocating } from './allocating.js';
import { playMainLine } from './mainLine.js';
import { composed, round, seedSmallCity, steppedClock, tenant } from './smallCity.js';

type Doc = Document & { _id: never };

/** What somebody who reaches the database may do to a finished city, and what is said of it. */
describe('a city that was changed past the product', () => {
  const database = testDatabase('Tampering');
  const { clock } = steppedClock('2025-10-27T01:00:00.000Z');
  let connection: Connection;
  let city: ReturnType<typeof composed>;
  const whole = new Map<string, Doc[]>();
  const changed = new Set<string>();

  const rows = (name: string) => {
    changed.add(name);
    return connection.db!.collection<Doc>(name);
  };

  beforeAll(async () => {
    connection = await connect(database.uri, { dbName: database.dbName });
    await migrate(connection);
    await database.empty();
    city = composed(connection, clock);
    await seedSmallCity(city.stores);
    await playMainLine(connection);
    for (const { collectionName } of await connection.db!.collections())
      whole.set(collectionName, await connection.db!.collection<Doc>(collectionName).find().toArray());
  }, 60_000);
  afterEach(async () => {
    for (const name of changed) {
      const all = connection.db!.collection<Doc>(name);
      await all.deleteMany({});
      if (whole.get(name)?.length) await all.insertMany(whole.get(name) as never);
    }
    changed.clear();
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
    await database.close();
  });

  /** What an export says with nothing but itself, and what the database says besides. */
  const verified = async () => {
    const { journal, closings } = city.stores;
    const offline = await verifyJournal(connection, { tenant, at: clock.now(), journal, closings });
    const access = await verifyAccess(connection, tenant);
    const stored = await city.workflow.verifyStored(tenant);
    return { offline: offline.faults, live: [...offline.faults, ...access.faults, ...stored.faults] };
  };

  const estimate = async (): Promise<Case> => {
    for await (const id of city.stores.cases.ids(tenant, 'estimate')) {
      const found = await city.stores.cases.load({ tenant, id });
      if (found?.code === 'DT-2025-001') return found;
    }
    throw new Error('There is no such estimate.');
  };
  const keyed = (id: string) => ({ _id: `${tenant}/${id}` as never });
  const setField = async (fields: Document) => {
    const found = await estimate();
    await rows('cases').updateOne(keyed(found.id), { $set: fields });
    return found;
  };

  it('is whole before anything is changed', async () => {
    expect(await verified()).toEqual({ offline: [], live: [] });
  });

  it.each([false, true])(
    'an entry beyond where its case stands, told offline too (linked: %s)',
    async (linked) => {
      const found = await estimate();
      const last = (await city.stores.journal.after(found, 0)).at(-1)!;
      const { seq: _seq, previous: _previous, hash: _hash, ...draft } = last;
      const entry = entryAfter({ seq: found.seq, head: linked ? found.head : 'f'.repeat(64) }, draft);
      await rows('journal').insertOne({
        ...entry,
        _id: `${tenant}/${found.id}/${entry.seq}` as never,
      });
      const { offline } = await verified();
      expect(offline).toContainEqual(
        expect.objectContaining({ case: found.id, seq: entry.seq, fault: 'inserted' }),
      );
    },
  );

  it('the last closing, and all closings, told offline too', async () => {
    const last = await rows('closings').find().sort({ n: -1 }).limit(1).toArray();
    await rows('closings').deleteOne({ _id: last[0]!._id });
    expect((await verified()).offline).toContainEqual(expect.objectContaining({ fault: 'notClosed' }));
    await rows('closings').deleteMany({});
    await rows('closingLeaves').deleteMany({});
    expect((await verified()).offline).toContainEqual(expect.objectContaining({ fault: 'notClosed' }));
  });

  it('a tail that was cut off with the case set back, on days that are closed, told offline too', async () => {
    const found = await estimate();
    const entries = await city.stores.journal.after(found, 0);
    const { hash, to } = entries.at(-2)!;
    await rows('journal').deleteOne({ case: found.id, seq: found.seq });
    await setField({ seq: found.seq - 1, head: hash, state: to });
    expect((await verified()).offline).toContainEqual(
      expect.objectContaining({ case: found.id, fault: 'entryChanged' }),
    );
  });

  it('a tail that was cut off on a day that is not closed, by what its steps left', async () => {
    const found = await estimate();
    for (const name of ['closings', 'closingLeaves']) await rows(name).deleteMany({});
    const entries = await city.stores.journal.after(found, 0);
    const issued = entries.findLast(({ event }) => event.type === 'ISSUE')!;
    const { hash, to } = entries[issued.seq - 2]!;
    await rows('journal').deleteMany({ case: found.id, seq: { $gte: issued.seq } });
    await setField({ seq: issued.seq - 1, head: hash, state: to });
    expect((await verified()).live).toContainEqual(
      expect.objectContaining({ case: found.id, fault: 'intentForged' }),
    );
  });

  it.each([
    ['owner', 'SNV'],
    ['code', 'DT-2025-999'],
    ['round', 'another'],
    ['ruleset', 'another'],
    ['since', '2020-01-01T00:00:00.000Z'],
    ['at', '2020-01-01T00:00:00.000Z'],
    ['content', 'a'.repeat(64)],
    ['state', 'refused'],
    ['status', 'done'],
    ['due', '2099-01-01'],
    ['context.requested', 1],
    ['seen', []],
    ['forgotten', 'AAAA'],
  ])('the field %s of a case', async (field, value) => {
    const { id } = await setField({ [field]: value });
    const [name] = field.split('.');
    expect((await verified()).live).toContainEqual({
      ...{ tenant, case: id, fault: 'fieldsChanged' },
      fields: expect.arrayContaining([name]),
    });

    const told = await city.workflow.rebuild(tenant);
    expect(told.differing).toEqual([{ case: id, fields: expect.arrayContaining([name]), repaired: false }]);
    const mended = await city.workflow.rebuild(tenant, { repair: true });
    expect(mended.differing).toEqual([{ case: id, fields: expect.arrayContaining([name]), repaired: true }]);
    expect((await city.workflow.rebuild(tenant)).differing).toEqual([]);
    expect((await verified()).live).toEqual([]);
    for (const list of ['progress', 'waiting']) rows(list);
  });

  it('an intent that no step gave rise to, owed or on its way', async () => {
    const intent = { type: 'notify', params: { to: 'owner', notice: 'forged' } };
    const { id, seq } = await setField({});
    await rows('cases').updateOne(keyed(id), {
      $push: { owed: { id: `${seq}/7`, intent, cause: `${id}/${seq}/7` } } as never,
    });
    await rows('intents').insertOne({
      ...{ _id: `${tenant}/${id}/${seq}/8` as never, tenant, case: id, intent, at: clock.now() },
      ...{ state: 'due', tries: 0, nextAt: 0 },
    });
    const { live } = await verified();
    for (const n of [7, 8])
      expect(live).toContainEqual({ tenant, case: id, fault: 'intentForged', intent: `${seq}/${n}` });
  });

  it('what the relay owes itself is no forgery: a projection that is tried again', async () => {
    const { id, seq } = await setField({});
    await rows('intents').insertOne({
      ...{ _id: `${tenant}/${id}/${seq}/project` as never, tenant, case: id, at: clock.now() },
      ...{ intent: { type: 'project', params: { seq } }, state: 'done', tries: 1, nextAt: 0 },
    });
    expect((await verified()).live).toEqual([]);
  });

  it.each([
    [
      'content',
      'damaged',
      (hash: string) => rows('contents').updateOne(keyed(hash), { $set: { bytes: Buffer.from('{}') } }),
    ],
    ['content', 'missing', (hash: string) => rows('contents').deleteOne(keyed(hash))],
  ] as const)('a %s that is %s; nobody is shown it', async (_, fault, tamper) => {
    const { content } = await setField({});
    await tamper(content!);
    expect((await verified()).live).toContainEqual({ tenant, of: `content/${content}`, fault });
    await expect(city.stores.contents.get(tenant, content!)).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('a summary whose amount was changed, or that is gone; no table is made from it', async () => {
    const [summary] = await rows('summaries').find().toArray();
    const hash = summary!['hash'] as string;
    await rows('summaries').updateOne({ _id: summary!._id }, { $set: { 'reviewed.grandTotal': 1 } });
    expect((await verified()).live).toContainEqual({ tenant, of: `summary/${hash}`, fault: 'damaged' });
    await expect(city.stores.summaries.get(tenant, [hash])).rejects.toMatchObject({ code: 'DAMAGED' });
    await rows('summaries').deleteOne({ _id: summary!._id });
    expect((await verified()).live).toContainEqual({ tenant, of: `summary/${hash}`, fault: 'missing' });
  });

  it('a paper whose bytes were replaced, with its record or without, or that is gone; nobody is served it', async () => {
    const found = await estimate();
    const [paper] = await city.stores.papers.list(tenant, found.id);
    const { id } = paper!;
    await rows('files.chunks').updateMany({}, { $set: { data: Buffer.from('%PDF-another') } });
    expect((await verified()).live).toContainEqual({ tenant, of: `paper/${id}`, fault: 'damaged' });
    await expect(city.stores.papers.read(tenant, id)).rejects.toMatchObject({ code: 'DAMAGED' });

    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update('%PDF-another').digest('hex');
    await rows('papers').updateOne(keyed(id), { $set: { hash } });
    expect((await verified()).live).toContainEqual(
      expect.objectContaining({ of: `paper/${id}`, fault: 'changed', fields: ['hash'] }),
    );

    await rows('papers').deleteOne(keyed(id));
    const { live } = await verified();
    expect(live).toContainEqual(expect.objectContaining({ of: `paper/${id}`, fault: 'gone' }));
    expect(live).toContainEqual({
      ...{ tenant, fault: 'missing' },
      of: `paper/${found.id}/${paper!.type}/${paper!.seq}`,
    });
  });

  it('a number that was taken from its case, or a register that was set back', async () => {
    const found = await estimate();
    const id = `${tenant}/${found.owner}/TTr/2025` as never;
    await rows('registers').updateOne({ _id: id }, { $set: { held: {} } });
    expect((await verified()).live).toContainEqual({
      ...{ tenant, fault: 'missing' },
      of: expect.stringContaining(`number/${found.owner}/TTr/2025/`),
    });
  });
  it('a register whose next number was set back', async () => {
    const found = await estimate();
    await rows('registers').updateOne(
      { _id: `${tenant}/${found.owner}/TTr/2025` as never },
      { $set: { next: 1 } },
    );
    expect((await verified()).live).toContainEqual({
      ...{ tenant, fault: 'changed' },
      of: expect.stringContaining(`number/${found.owner}/TTr/2025/`),
    });
  });

  it.each([
    ['changed', { $set: { 'ledger.claims.0.cells.NSTP_CTX/2025': 1 } }],
    ['missing', { $set: { 'ledger.claims': [] } }],
    [
      'unknown',
      { $push: { 'ledger.claims': { lineage: 'X', ordinal: 1, cells: {}, seq: 2, confirmed: true } } },
    ],
  ])('a claim that is %s', async (fault, change) => {
    await rows('rounds').updateOne(keyed(round), change as never);
    expect((await verified()).live).toContainEqual({
      ...{ tenant, fault },
      of: expect.stringContaining(`claim/${round}/`),
    });
  });

  it('nothing, while people work on: two claims of a lineage until the newer one is confirmed, steps after their case was read', async () => {
    for (const name of whole.keys()) rows(name);
    const { stores, workflow } = city;
    const one = await estimate();
    const [money] = await stores.queries.inRound(tenant, 'allocation', round);
    const { act, toDecide } = allocating(city);
    const shares = [{ estimate: one.id, amount: 1_500_000_000 }];
    const { id } = await toDecide('adjusting', shares, { adjusts: money!.id, date: '2025-10-27' });
    await workflow.relay.drainAll();

    // Somebody is quicker than the walk: approves when all cases have been read.
    const { cases } = stores;
    const ids = cases.ids.bind(cases);
    let approved: Promise<unknown> | undefined;
    const looking = jest.spyOn(cases, 'ids').mockImplementation(async function* (...given) {
      yield* ids(...given);
      approved ??= act('UBND', 'leader', id, 'APPROVE');
      await approved;
    });
    try {
      expect((await workflow.verifyStored(tenant)).faults).toEqual([]);
    } finally {
      looking.mockRestore();
    }
    expect(approved).toBeDefined();
    const claims = async () =>
      (await stores.ledgers.load({ tenant, round }))!.claims.map((claim) => claim.ordinal);
    expect(await claims()).toEqual([1, 2]);
    expect((await workflow.verifyStored(tenant)).faults).toEqual([]);
    await workflow.relay.drainAll();
    expect(await claims()).toEqual([2]);
    expect((await workflow.verifyStored(tenant)).faults).toEqual([]);
  });

  it('an envelope, a role, an entry of the access journal', async () => {
    await rows('rounds').updateOne(keyed(round), { $set: { 'envelopes.NSTP_CTX.2026': 1 } });
    expect((await verified()).live).toContainEqual(
      expect.objectContaining({ of: `round/${round}`, fault: 'changed', fields: ['envelopes'] }),
    );
    const [entry] = await rows('accessJournal').find({ tenant }).sort({ seq: 1 }).skip(2).limit(1).toArray();
    await rows('accessJournal').deleteOne({ _id: entry!._id });
    expect((await verified()).live).toContainEqual(
      expect.objectContaining({ journal: 'access', seq: entry!['seq'], fault: 'missing' }),
    );
  });

  it('who edited what a step froze', async () => {
    const found = await estimate();
    await rows('drafts').updateOne(keyed(`${found.id}/content`), { $set: { editors: ['somebody'] } });
    expect((await verified()).live).toContainEqual({
      ...{ tenant, fault: 'changed' },
      of: `draft/${found.id}/content`,
    });
  });
});
