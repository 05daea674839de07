import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Binary, GridFSBucket, MongoClient, type Collection, type Db } from 'mongodb';
import { until } from '../crossing/until.js';
import { testDatabase } from '../setup/database.js';

/**
 * What the store asks of a server, in the server's own words. It runs against whatever MONGODB_URI names: a server on
 * which all of this holds carries the application.
 */
describe('the server', () => {
  // oxlint-disable-next-line typescript/no-explicit-any -- each test has fields of its own
  type Doc = { _id: string; [field: string]: any };
  const { uri, dbName } = testDatabase('contract');
  let client: MongoClient;
  let db: Db;
  let docs: Collection<Doc>;

  beforeAll(async () => {
    client = await new MongoClient(uri, {
      serverSelectionTimeoutMS: 5_000,
      maxPoolSize: 30,
      ignoreUndefined: true,
    }).connect();
    db = client.db(dbName);
    docs = db.collection('docs');
  });
  beforeEach(async () => {
    await docs.deleteMany({});
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
  });

  const times = <T>(n: number, act: (i: number) => Promise<T>) =>
    Promise.all(Array.from({ length: n }, (_, i) => act(i)));
  const codeOf = (error: unknown) => (error as { code?: number }).code;

  it('lets one of 50 win who move the same document from the same seq', async () => {
    await docs.insertOne({ _id: 'a', seq: 1, log: [] });
    const won = await times(50, (i) =>
      docs.findOneAndUpdate({ _id: 'a', seq: 1 }, { $inc: { seq: 1 }, $push: { log: i } as never }),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await docs.findOne({ _id: 'a' })).toMatchObject({ seq: 2, log: [expect.any(Number)] });
  });

  it('gives the document as it is after the change, whole or in part', async () => {
    await docs.insertOne({ _id: 'a', n: 1, big: 'x' });
    const change = { $inc: { n: 1 } };
    expect(await docs.findOneAndUpdate({ _id: 'a' }, change, { returnDocument: 'after' })).toMatchObject({
      n: 2,
    });
    expect(await docs.findOneAndUpdate({ _id: 'a' }, change, { projection: { _id: 1 } })).toEqual({
      _id: 'a',
    });
  });

  it('refuses a second document of the same _id with 11000', async () => {
    await docs.insertOne({ _id: 'a' });
    await expect(docs.insertOne({ _id: 'a' })).rejects.toMatchObject({ code: 11000 });
  });

  it('inserts what is new of many, when asked not to keep the order', async () => {
    await docs.insertOne({ _id: 'b' });
    const error: unknown = await docs
      .insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }], { ordered: false })
      .catch((caught: unknown) => caught);
    expect(codeOf(error)).toBe(11000);
    expect(await docs.distinct('_id')).toEqual(['a', 'b', 'c']);
  });

  it('stops at the first that is there, when asked to keep the order', async () => {
    await docs.insertOne({ _id: 'b' });
    await expect(docs.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }])).rejects.toMatchObject({
      code: 11000,
    });
    expect(await docs.distinct('_id')).toEqual(['a', 'b']);
  });

  it('pushes several and keeps the last of them', async () => {
    await docs.insertOne({ _id: 'a', seen: [1, 2, 3] });
    await docs.updateOne({ _id: 'a' }, { $push: { seen: { $each: [4, 5], $slice: -3 } } as never });
    expect(await docs.findOne({ _id: 'a' })).toMatchObject({ seen: [3, 4, 5] });
  });

  it('pulls the members of an array by a field, and leaves the others in order', async () => {
    await docs.insertOne({ _id: 'a', owed: [{ id: '1' }, { id: '1/0' }, { id: '2' }] });
    await docs.updateOne({ _id: 'a' }, { $pull: { owed: { id: { $in: ['1', '1/0'] } } } as never });
    expect(await docs.findOne({ _id: 'a' })).toMatchObject({ owed: [{ id: '2' }] });
  });

  it('changes the member of an array that the filter found', async () => {
    await docs.insertOne({ _id: 'a', rows: [{ id: 1 }, { id: 2, n: 1 }] });
    await docs.updateOne({ _id: 'a', 'rows.id': 2 }, { $set: { 'rows.$.n': 7 } });
    expect(await docs.findOne({ _id: 'a' })).toMatchObject({ rows: [{ id: 1 }, { id: 2, n: 7 }] });
  });

  it('changes by a pipeline that reads what is there', async () => {
    await docs.insertOne({ _id: 'a' });
    const take = () =>
      docs.findOneAndUpdate(
        { _id: 'a' },
        [
          {
            $set: {
              next: { $add: [{ $ifNull: ['$next', 1] }, 1] },
              'held.k/1:x': { $ifNull: ['$held.k/1:x', 9] },
            },
          },
        ],
        { returnDocument: 'after' },
      );
    expect(await take()).toMatchObject({ next: 2, held: { 'k/1:x': 9 } });
    expect(await take()).toMatchObject({ next: 3 });
  });

  it('tells a field that is absent from one that is null', async () => {
    await docs.insertMany([{ _id: 'a' }, { _id: 'b', due: null }, { _id: 'c', due: '2025-09-10' }]);
    expect(await docs.find({ due: { $exists: false } }).toArray()).toEqual([{ _id: 'a' }]);
    expect(await docs.find({ due: { $lt: '2026-01-01' } }).toArray()).toEqual([
      { _id: 'c', due: '2025-09-10' },
    ]);
  });

  it('compares two fields of a document', async () => {
    await docs.insertMany([
      { _id: 'a', due: '2025-09-10', context: { overdue: '2025-09-10' } },
      { _id: 'b', due: '2025-09-10', context: { overdue: null } },
      { _id: 'c', due: '2025-09-10', context: {} },
    ]);
    const found = docs.find({ $expr: { $ne: ['$context.overdue', '$due'] } }).sort({ _id: 1 });
    expect((await found.toArray()).map(({ _id }) => _id)).toEqual(['b', 'c']);
  });

  it('finds a document by one of several values in an array, once', async () => {
    await docs.insertMany([
      { _id: 'a', waitsFor: ['officer@SYT', 'clerk@SYT'], order: '2' },
      { _id: 'b', waitsFor: ['clerk@SYT'], order: '1' },
    ]);
    const found = docs.find({ waitsFor: { $in: ['officer@SYT', 'clerk@SYT'] } }).sort({ order: 1 });
    expect((await found.toArray()).map(({ _id }) => _id)).toEqual(['b', 'a']);
  });

  it('sorts texts by their bytes, in either direction', async () => {
    await docs.insertMany(['b', 'Z', 'a', 'ă', '9', 'đ'].map((_id) => ({ _id })));
    const sorted = (await docs.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(sorted).toEqual(['9', 'Z', 'a', 'b', 'ă', 'đ']);
    expect((await docs.find().sort({ _id: -1 }).limit(2).toArray()).map(({ _id }) => _id)).toEqual([
      'đ',
      'ă',
    ]);
  });

  it('adds up money exactly, at paths whose names hold a slash, absent ones as nothing', async () => {
    await docs.insertMany([
      { _id: 'a', k: 1, by: { 'NSTP/2026': 4_503_599_627_370_495 } },
      { _id: 'b', k: 1, by: { 'NSTP/2026': 4_503_599_627_370_496 } },
      { _id: 'c', k: 1, by: {} },
    ]);
    const sums = docs.aggregate([{ $group: { _id: '$k', sum: { $sum: '$by.NSTP/2026' }, n: { $sum: 1 } } }]);
    expect(await sums.toArray()).toEqual([{ _id: 1, sum: 9_007_199_254_740_991, n: 3 }]);
  });

  it('groups to the last of each, in the order sorted before', async () => {
    await docs.insertMany([
      { _id: '1', case: 'x', seq: 2, hash: 'b' },
      { _id: '2', case: 'x', seq: 1, hash: 'a' },
      { _id: '3', case: 'y', seq: 1, hash: 'c' },
    ]);
    const last = docs.aggregate([
      { $sort: { case: 1, seq: 1 } },
      { $group: { _id: '$case', head: { $last: '$hash' } } },
      { $sort: { _id: 1 } },
    ]);
    expect(await last.toArray()).toEqual([
      { _id: 'x', head: 'b' },
      { _id: 'y', head: 'c' },
    ]);
  });

  it('gives back what was stored: integers, fractions, nothing, empty objects, bytes, Vietnamese', async () => {
    const body = {
      money: 9_000_000_000_000_000,
      quantity: 0.125,
      none: null,
      empty: {},
      list: [[], {}, 'Đề nghị'],
      nested: { 'a.b': 1, 'NS_XA/2026': 2 },
    };
    await docs.insertOne({ _id: 'a', body, bytes: new Binary(Buffer.from([0, 255, 1])), gone: undefined });
    const found = await docs.findOne({ _id: 'a' }, { promoteBuffers: true });
    expect(found?.['body']).toEqual(body);
    expect(Buffer.from(found?.['bytes'] as Buffer)).toEqual(Buffer.from([0, 255, 1]));
    expect(found).not.toHaveProperty('gone');
  });

  it('stores a document of 15 MB', async () => {
    const text = 'x'.repeat(15_000_000);
    await docs.insertOne({ _id: 'a', text });
    expect((await docs.findOne({ _id: 'a' }))?.['text']).toHaveLength(text.length);
  });

  it('keeps a partial index, and finds by it', async () => {
    await docs.createIndex({ owes: 1 }, { partialFilterExpression: { owes: true } });
    await docs.insertMany([{ _id: 'a', owes: true }, { _id: 'b' }]);
    expect(await docs.find({ owes: true }).toArray()).toEqual([{ _id: 'a', owes: true }]);
  });

  it('tells its own time, by which all who ask it agree', async () => {
    const [told] = await db
      .aggregate<{ now: Date }>([{ $documents: [{}] }, { $project: { now: '$$NOW' } }])
      .toArray();
    expect(Math.abs(told!.now.getTime() - Date.now())).toBeLessThan(3_600_000);
  });

  it('claims 40 jobs 40 times, whoever claims', async () => {
    await docs.insertMany(
      Array.from({ length: 40 }, (_, i) => ({ _id: `j${i}`, state: 'due', nextAt: i, claims: 0 })),
    );
    const claimed: string[] = [];
    await times(8, async () => {
      for (;;) {
        const job = await docs.findOneAndUpdate(
          { state: 'due', nextAt: { $lte: 100 } },
          { $set: { nextAt: 1_000 }, $inc: { claims: 1 } },
          { sort: { nextAt: 1 } },
        );
        if (!job) return;
        claimed.push(job._id);
      }
    });
    expect(claimed).toHaveLength(40);
    expect(new Set(claimed).size).toBe(40);
  });

  it('gives 200 who count on one document 200 different values', async () => {
    await docs.insertOne({ _id: 'n', n: 0 });
    const values = await times(200, async () => {
      const found = await docs.findOneAndUpdate(
        { _id: 'n' },
        { $inc: { n: 1 } },
        { returnDocument: 'after' },
      );
      return found?.['n'] as number;
    });
    expect(new Set(values).size).toBe(200);
  });

  it('lets one of 30 who insert the same _id at once win', async () => {
    for (let round = 0; round < 10; round += 1) {
      const inserted = await times(30, (i) =>
        docs.insertOne({ _id: `r${round}`, by: i }).then(
          () => [i],
          () => [],
        ),
      );
      expect(inserted.flat()).toEqual([(await docs.findOne({ _id: `r${round}` }))?.['by']]);
    }
  });

  it('tells whoever loses such a race 11000, and nothing else', async () => {
    const codes = await times(30, (i) =>
      docs.insertOne({ _id: 'one', by: i }).then(
        () => 0,
        (error: unknown) => codeOf(error),
      ),
    );
    expect(codes.sort((a, b) => a! - b!)).toEqual([0, ...Array<number>(29).fill(11000)]);
  });

  it('replaces a document by its _id or stores it, where nobody races', async () => {
    const put = (n: number) => docs.replaceOne({ _id: 'a' }, { n }, { upsert: true });
    await put(1);
    await put(2);
    expect(await docs.find().toArray()).toEqual([{ _id: 'a', n: 2 }]);
  });

  it('counts anew once for 30 at once what has expired, and adds up the others', async () => {
    const at = new Date();
    const later = new Date(at.getTime() + 60_000);
    for (let round = 0; round < 10; round += 1) {
      const _id = `t${round}`;
      await docs.insertOne({ _id, n: 7, expire: new Date(at.getTime() - 1) });
      await times(30, async () => {
        const one = { $inc: { n: 1 } };
        const counted = await docs.findOneAndUpdate({ _id, expire: { $gt: at } }, one);
        if (counted) return;
        const begun = { $set: { n: 1, expire: later } };
        const began = await docs.findOneAndUpdate({ _id, expire: { $lte: at } }, begun);
        if (!began) await docs.findOneAndUpdate({ _id, expire: { $gt: at } }, one);
      });
      expect(await docs.findOne({ _id })).toMatchObject({ n: 30 });
    }
  });

  it('loses no mark that is set while others change the document', async () => {
    for (let round = 0; round < 50; round += 1) {
      const _id = `m${round}`;
      await docs.insertOne({ _id, ended: false, n: 0 });
      const change = () => docs.updateOne({ _id, ended: false }, { $inc: { n: 1 } });
      const [, marked] = await Promise.all([
        change(),
        docs.updateOne({ _id, ended: false }, { $set: { ended: true } }),
        change(),
        change(),
      ]);
      expect(marked?.matchedCount).toBe(1);
      expect(await docs.findOne({ _id })).toMatchObject({ ended: true });
      expect((await change()).matchedCount).toBe(0);
    }
  });

  it('deletes with deleteMany what others change at the same time, and says so', async () => {
    for (let round = 0; round < 50; round += 1) {
      const _id = `d${round}`;
      await docs.insertOne({ _id, n: 0 });
      const change = () => docs.updateOne({ _id }, { $inc: { n: 1 } });
      const [, { deletedCount }] = await Promise.all([
        change(),
        docs.deleteMany({ _id }),
        change(),
        change(),
      ]);
      expect(deletedCount).toBe(1);
      expect(await docs.countDocuments({ _id })).toBe(0);
    }
  });

  it('removes by itself what has expired, and nothing else', async () => {
    const expiring = db.collection<Doc>('expiring');
    await expiring.createIndex({ expires: 1 }, { expireAfterSeconds: 0 });
    await expiring.insertMany([
      { _id: 'over', expires: new Date(Date.now() - 1_000) },
      { _id: 'alive', expires: new Date(Date.now() + 3_600_000) },
      { _id: 'for ever' },
    ]);
    // Servers look once a minute, and may be busy.
    await until(async () => (await expiring.countDocuments({ _id: 'over' })) === 0, 170);
    expect(await expiring.distinct('_id')).toEqual(['alive', 'for ever']);
  }, 180_000);

  it('compares and sets moments by its own clock in one conditional write', async () => {
    await docs.insertOne({ _id: 'a', until: new Date(0) });
    const taken = await times(30, () =>
      docs.findOneAndUpdate(
        { _id: 'a', $expr: { $lte: ['$until', '$$NOW'] } },
        [{ $set: { until: { $add: ['$$NOW', 60_000] } } }],
        { returnDocument: 'after' },
      ),
    );
    const won = taken.filter((found) => found !== null);
    expect(won).toHaveLength(1);
    const [told] = await docs
      .aggregate<{ left: number }>([{ $project: { left: { $subtract: ['$until', '$$NOW'] } } }])
      .toArray();
    expect(told!.left).toBeGreaterThan(0);
    expect(told!.left).toBeLessThanOrEqual(60_000);
  });

  it('keeps the smaller of two numbers, or the first', async () => {
    await docs.insertOne({ _id: 'a' });
    for (const n of [3, 5, 2, 4]) await docs.updateOne({ _id: 'a' }, { $min: { n } });
    expect(await docs.findOne({ _id: 'a' })).toMatchObject({ n: 2 });
  });

  it('stores a file in GridFS and gives the same bytes back', async () => {
    const bucket = new GridFSBucket(db, { bucketName: 'contract' });
    const bytes = Buffer.alloc(600_000, 'Tờ trình ');
    const stream = bucket.openUploadStream('a.pdf');
    await new Promise((resolve, reject) => stream.once('finish', resolve).once('error', reject).end(bytes));
    const pieces: Buffer[] = [];
    for await (const piece of bucket.openDownloadStream(stream.id)) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });
});
