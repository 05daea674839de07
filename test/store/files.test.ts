import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { attachmentStore } from '../../src/store/attachments.js';
import { fileStore } from '../../src/store/files.js';
import { migrate, pendingMigrations } from '../../src/store/migrations/index.js';
import { tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';

describe('papers', () => {
  const connection = aDatabase('files');
  const store = () => fileStore(connection());
  const ref = { tenant, case: 'a', type: 'estimateProposal' as const, seq: 5, templateVersion: '1' };
  const paper = {
    ...ref,
    revision: 1,
    content: 'c'.repeat(64),
    name: 'to-trinh-05-SYT.pdf',
    mime: 'application/pdf',
    at: '2025-09-10T02:00:00.000Z',
    bytes: Buffer.alloc(700_000, 'Tờ trình'),
  };

  it('come back byte by byte, with their hash', async () => {
    const stored = await store().put(paper);
    expect(stored).toMatchObject({
      id: 'a/estimateProposal/5/1',
      size: 700_000,
      hash: createHash('sha256').update(paper.bytes).digest('hex'),
    });
    expect((await store().read(tenant, stored.id)).equals(paper.bytes)).toBe(true);
    expect(await store().find(ref)).toEqual(stored);
    expect(await store().get(tenant, stored.id)).toEqual(stored);
  });

  it('rendered twice, or by several at once, are one: the first', async () => {
    const first = await store().put(paper);
    const others = await Promise.all(
      [1, 2, 3].map((n) => store().put({ ...paper, bytes: Buffer.from(`other ${n}`) })),
    );
    for (const other of others) expect(other).toEqual(first);
    expect(await store().list(tenant, 'a')).toEqual([first]);
    const racing = { ...paper, seq: 6 };
    const raced = await Promise.all(
      [1, 2, 3].map((n) => store().put({ ...racing, bytes: Buffer.from(`race ${n}`) })),
    );
    expect(new Set(raced.map(({ hash }) => hash)).size).toBe(1);
    expect(await connection().db!.collection('files.files').countDocuments()).toBe(2);
  });

  it('of one revision are several when several steps owed them', async () => {
    await store().put({ ...paper, seq: 9 });
    await store().put(paper);
    expect((await store().list(tenant, 'a')).map(({ seq }) => seq)).toEqual([5, 9]);
  });

  it('that are not there, or whose bytes were changed, are not handed out', async () => {
    await expect(store().read(tenant, 'a/decision/1/1')).rejects.toThrow('is missing');
    await expect(store().read('haNoi', 'a/estimateProposal/5/1')).rejects.toThrow('is missing');
    const { id } = await store().put({ ...paper, bytes: Buffer.from('abc') });
    await connection()
      .db!.collection('files.chunks')
      .updateMany({}, { $set: { data: Buffer.from('abd') } });
    await expect(store().read(tenant, id)).rejects.toThrow('damaged');
  });

  it('that were cut off on the way leave no bytes behind after a day, and those that are whole lose none', async () => {
    const files = () => connection().db!.collection('files.files');
    const chunks = () => connection().db!.collection('files.chunks');
    const uploads = () => connection().db!.collection('uploads');
    const whole = await store().put(paper);
    const [kept] = await files().find().toArray();

    // Dead before the paper was stored, and dead in the middle of its bytes, when GridFS knows of no file yet.
    await store().put({ ...paper, seq: 6 });
    await store().put({ ...paper, seq: 7 });
    const [second, third] = await files()
      .find({ _id: { $ne: kept!._id } })
      .toArray();
    for (const [file, seq] of [
      [second!._id, 6],
      [third!._id, 7],
    ] as const)
      await uploads().insertOne({
        _id: file,
        tenant,
        paper: `${tenant}/a/estimateProposal/${seq}/1`,
        at: new Date(),
      });
    await connection()
      .db!.collection('papers')
      .deleteMany({ seq: { $in: [6, 7] } });
    await files().deleteMany({ _id: third!._id });
    // Dead after the paper was stored.
    await uploads().insertOne({
      _id: kept!._id,
      tenant,
      paper: `${tenant}/a/estimateProposal/5/1`,
      at: new Date(),
    });

    expect(await store().sweep(tenant, new Date(Date.now() - 86_400_000))).toBe(0);
    expect(await store().sweep('haNoi', new Date(Date.now() + 1))).toBe(0);
    expect(await store().sweep(tenant, new Date(Date.now() + 1))).toBe(2);
    expect(await uploads().countDocuments()).toBe(0);
    expect((await files().find().toArray()).map(({ _id }) => _id)).toEqual([kept!._id]);
    expect(await chunks().distinct('files_id')).toEqual([kept!._id]);
    expect((await store().read(tenant, whole.id)).equals(paper.bytes)).toBe(true);
  });
});

describe('files of a case', () => {
  const connection = aDatabase('attached');

  it('are listed as they came, and those of one moment by their hashes', async () => {
    const store = attachmentStore(connection());
    const ref = { tenant, id: 'a' };
    const file = { mime: 'application/pdf', by: 'p1', name: 'Nghị quyết.pdf' };
    const at = '2025-10-30T02:00:00.000Z';
    const put = (text: string, moment = at) =>
      store.put(ref, { ...file, at: moment, bytes: Buffer.from(text) }).then(({ hash }) => hash);
    const together = [];
    for (const text of ['một', 'hai', 'ba', 'bốn', 'năm']) together.push(await put(text));
    const before = await put('sáu', '2025-10-29T02:00:00.000Z');
    const listed = (await store.list(ref)).map(({ hash }) => hash);
    expect(listed).toEqual([before, ...together.toSorted()]);
    expect(together).not.toEqual(together.toSorted());
  });
});

describe('migrations', () => {
  const connection = aDatabase('migrations');

  it('make every index that a schema names, run once, and are harmless when run by several', async () => {
    await connection().dropDatabase();
    expect(await pendingMigrations(connection())).toEqual(['001-collections-and-indexes']);
    await Promise.all([migrate(connection()), migrate(connection()), migrate(connection())]);
    expect(await migrate(connection())).toEqual([]);
    expect(await pendingMigrations(connection())).toEqual([]);
    const indexes = await connection().db!.collection('cases').indexes();
    expect(indexes.map(({ key }) => Object.keys(key as object).join())).toEqual(
      expect.arrayContaining(['_id', 'owes,lease.until', 'due', 'tenant,kind,round']),
    );
  });
});
