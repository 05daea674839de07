import { describe, expect, it } from '@jest/globals';
import { hashOf } from '../../src/engine/journal.js';
import { caseStore } from '../../src/store/cases.js';
import { contentStore } from '../../src/store/contents.js';
import { Damaged } from '../../src/store/damaged.js';
import { collectionOf, insertOrUpdate } from '../../src/store/connection.js';
import { draftStore } from '../../src/store/drafts.js';
import { aCase, tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';

describe('contents', () => {
  const connection = aDatabase('contents');
  const store = () => contentStore(connection());
  const collection = (name: string) => connection().db!.collection<{ _id: string }>(name);
  const body = {
    name: 'Số hóa hồ sơ',
    lines: [{ amount: 9_000_000_000_000_000, quantity: 1.125 }],
    none: null,
  };
  const large = {
    lines: Array.from({ length: 9_000 }, (_, i) => ({ id: `l${i}`, text: 'Đề nghị ₫ '.repeat(20) })),
  };

  it('are named by their hash and come back as they are', async () => {
    const hash = await store().put(tenant, body);
    expect(hash).toBe(hashOf(body));
    expect(await store().get(tenant, hash)).toEqual(body);
  });

  it('above a megabyte are kept in pieces of at most a megabyte', async () => {
    const hash = await store().put(tenant, large);
    const pieces = await collection('contentChunks').find().toArray();
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces)
      expect((piece as unknown as { bytes: { length(): number } }).bytes.length()).toBeLessThanOrEqual(
        1_000_000,
      );
    expect(await store().get(tenant, hash)).toEqual(large);
  });

  it('put twice, or by several at once, are one', async () => {
    const hashes = await Promise.all([1, 2, 3, 4, 5].map(() => store().put(tenant, body)));
    expect(new Set(hashes).size).toBe(1);
    expect(await collection('contents').countDocuments()).toBe(1);
  });

  it('of one city are not seen from another', async () => {
    const hash = await store().put(tenant, body);
    await expect(store().get('haNoi', hash)).rejects.toThrow(Damaged);
  });

  it('that somebody changed are refused when they are read', async () => {
    const hash = await store().put(tenant, body);
    const bytes = Buffer.from(JSON.stringify({ ...body, none: 1 }));
    await collection('contents').updateOne({ _id: `${tenant}/${hash}` }, { $set: { bytes } });
    await expect(store().get(tenant, hash)).rejects.toMatchObject({ how: 'damaged' });
  });

  it('that nothing names go with all their pieces; what is named, used or fresh stays', async () => {
    const [orphan, named, used, fresh] = await Promise.all(
      [large, { n: 1 }, { n: 2 }, { n: 3 }].map((each) => store().put(tenant, each)),
    );
    const yesterday = new Date(Date.now() - 2 * 86_400_000);
    const old = { _id: { $in: [orphan, named, used].map((hash) => `${tenant}/${hash}`) } };
    await collection('contents').updateMany(old, { $set: { at: yesterday } });
    await collection('contentChunks').updateMany({}, { $set: { at: yesterday } });
    await store().name(tenant, [named!, 'f'.repeat(64)]);
    await caseStore(connection()).create(aCase('a', [], { content: used!, owed: [] }));

    expect(await store().sweep(tenant, new Date(Date.now() - 86_400_000))).toBe(1);
    await expect(store().get(tenant, orphan!)).rejects.toThrow(Damaged);
    expect(await collection('contentChunks').countDocuments()).toBe(0);
    for (const hash of [named, used, fresh]) expect(await store().get(tenant, hash!)).toHaveProperty('n');
  });

  it('that a case still owes something about stay; one case that can never be filed keeps no others', async () => {
    const [owed, orphan] = await Promise.all([store().put(tenant, body), store().put(tenant, { n: 1 })]);
    await collection('contents').updateMany({}, { $set: { at: new Date(0) } });
    await caseStore(connection()).create(
      aCase('a', [{ type: 'tellRows', params: { orders: owed, count: 1 } }]),
    );
    expect(await store().sweep(tenant, new Date())).toBe(1);
    expect(await store().get(tenant, owed)).toEqual(body);
    await expect(store().get(tenant, orphan)).rejects.toThrow(Damaged);
  });

  it('put again while the sweep takes them are there afterwards, with all their pieces', async () => {
    for (const each of [body, large]) {
      for (let n = 0; n < 5; n += 1) {
        const first = await store().put(tenant, each);
        for (const name of ['contents', 'contentChunks'])
          await collection(name).updateMany({}, { $set: { at: new Date(0) } });
        const sweeps = Promise.all([1, 2, 3].map(() => store().sweep(tenant, new Date(1))));
        const again = await Promise.all([1, 2].map(() => store().put(tenant, each)));
        await sweeps;
        expect(new Set(again)).toEqual(new Set([first]));
        expect(await store().get(tenant, first)).toEqual(each);
      }
    }
  }, 60_000);
});

describe('insert, else update', () => {
  const connection = aDatabase('insertOrUpdate');

  it('happens also where the one that was there goes in between', async () => {
    const real = collectionOf<{ _id: string; n: number }>(connection(), 'contents');
    await real.insertOne({ _id: 'a', n: 1 });
    let refused = 0;
    // Whoever is told that it is there already finds it gone.
    const trap = {
      async insertOne(document: { _id: string; n: number }) {
        try {
          return await real.insertOne(document);
        } catch (error) {
          refused += 1;
          await real.deleteMany({ _id: 'a' });
          throw error;
        }
      },
      updateOne: real.updateOne.bind(real),
    } as unknown as typeof real;
    await insertOrUpdate(trap, { _id: 'a', n: 2 }, { $set: { n: 3 } });
    expect(refused).toBe(1);
    expect(await real.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 2 });
    await insertOrUpdate(real, { _id: 'a', n: 4 }, { $set: { n: 5 } });
    expect(await real.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 5 });
  });
});

describe('drafts', () => {
  const connection = aDatabase('drafts');
  const store = () => draftStore(connection());
  const ref = { tenant, id: 'a' };
  const draft = { part: 'content' as const, rev: 0, body: { lines: [] as string[] }, editors: ['p1'] };

  it('begin with rev 1 and count each edit', async () => {
    expect(await store().load(ref, 'content')).toBeNull();
    const first = await store().save(ref, draft, 0);
    expect(first).toEqual({ ...draft, rev: 1 });
    const second = await store().save(ref, { ...first!, body: { lines: ['x'] }, editors: ['p1', 'p2'] }, 1);
    expect(second).toMatchObject({ rev: 2, editors: ['p1', 'p2'] });
    expect(await store().load(ref, 'content')).toEqual(second);
  });

  it('let one of 20 who edit the same revision win', async () => {
    await store().save(ref, draft, 0);
    const saved = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store().save(ref, { ...draft, body: { lines: [`${i}`] } }, 1)),
    );
    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await store().load(ref, 'content')).toEqual(saved.find(Boolean));
  });

  it('let one of 20 who begin them win', async () => {
    const saved = await Promise.all(Array.from({ length: 20 }, () => store().save(ref, draft, 0)));
    expect(saved.filter(Boolean)).toHaveLength(1);
  });

  it('that are frozen refuse what was made from before, and take what knows of it', async () => {
    const first = (await store().save(ref, draft, 0))!;
    expect(await store().freeze(ref, 'content', 7, 12)).toBeNull();
    expect(await store().freeze(ref, 'content', 1, 12)).toEqual({ ...first, frozenAt: 12 });
    expect(await store().freeze(ref, 'content', 1, 11)).toMatchObject({ frozenAt: 12 });
    expect(await store().save(ref, first, 1)).toBeNull();
    expect(await store().save(ref, first, 1, 11)).toBeNull();
    expect(await store().save(ref, first, 1, 12)).toEqual({ ...first, rev: 2 });
    expect(await store().load(ref, 'content')).toEqual({ ...first, rev: 2 });
  });

  it('let an edit or a freeze through, never both, when 20 of each race', async () => {
    const first = (await store().save(ref, draft, 0))!;
    const [saved, frozen] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, () => store().save(ref, first, 1))),
      Promise.all(Array.from({ length: 20 }, (_, i) => store().freeze(ref, 'content', 1, i + 1))),
    ]);
    const edits = saved.filter(Boolean).length;
    expect([0, 1]).toContain(edits);
    expect((await store().load(ref, 'content'))?.rev).toBe(edits === 1 ? 2 : 1);
    if (edits === 1) expect(frozen.filter(Boolean)).toEqual([]);
  });

  it('of a case are apart by part', async () => {
    await store().save(ref, draft, 0);
    expect(await store().load(ref, 'review')).toBeNull();
    expect(await store().load({ tenant: 'haNoi', id: 'a' }, 'content')).toBeNull();
  });
});
