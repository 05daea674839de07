import { describe, expect, it } from '@jest/globals';
import { createReadiness } from '../../src/store/readiness.js';
import { aDatabase } from '../builders/aDatabase.js';

describe('what a process asks of its database', () => {
  const connection = aDatabase('Readiness');
  const hours = (n: number) => new Date(Date.now() + n * 3_600_000);

  it('is an answer and a write, again and again and by several at once', async () => {
    const { database } = createReadiness(connection());
    expect(await Promise.all([database(), database(), database()])).toEqual([true, true, true]);
    expect(await connection().collection('probes').countDocuments()).toBe(1);
  });

  it('watches that what has expired goes, and holds nothing of before its beginning against the server', async () => {
    const readiness = createReadiness(connection(), hours(-2));
    const sessions = connection().collection<{ _id: string; expires: Date }>('sessions');
    expect(await readiness.expiry()).toBe(true);
    await sessions.insertMany([
      { _id: 'alive', expires: hours(1) },
      { _id: 'of a night when all stood still', expires: hours(-3) },
    ]);
    expect(await readiness.expiry()).toBe(true);
    await connection()
      .collection<{ _id: string; expire: Date }>('signInTries')
      .insertOne({ _id: 'left', expire: hours(-1) });
    expect(await readiness.expiry()).toBe(false);
  });
});
