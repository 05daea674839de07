import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { leaseStore } from '../../src/store/leases.js';
import { aDatabase } from '../builders/aDatabase.js';

describe('a lease', () => {
  const connection = aDatabase('leases');
  const leases = () => leaseStore(connection());
  afterEach(() => void jest.restoreAllMocks());

  it('is held by one of many who ask at once, also the first time in a database that is not there yet', async () => {
    await connection().dropDatabase();
    for (const name of ['sweep', 'sweep again']) {
      const taken = await Promise.all(Array.from({ length: 20 }, () => leases().take(name, 60_000)));
      expect(taken.filter((token) => token !== null)).toHaveLength(1);
    }
  });

  it.each([30_000, -30_000])('runs out by the database’s clock, whoever’s own is %i ms off', async (off) => {
    const honest = Date.now.bind(Date);
    const token = await leases().take('sweep', 1_000);
    jest.spyOn(Date, 'now').mockImplementation(() => honest() + off);
    expect(await leases().take('sweep', 1_000)).toBeNull();
    await pause(1_100);
    const next = await leases().take('sweep', 60_000);
    expect(next).toEqual(expect.any(String));
    expect(await leases().renew('sweep', token!, 60_000)).toBe(false);
    expect(await leases().renew('sweep', next!, 60_000)).toBe(true);
  });

  it('is renewed while work goes on, longer than it lasts, and given back after it', async () => {
    const work = leases().hold('sweep', 300, async (held) => {
      await pause(900);
      return held();
    });
    await pause(600);
    expect(await leases().hold('sweep', 300, async () => 'also')).toBeNull();
    expect(await work).toBe(true);
    expect(await leases().hold('sweep', 300, async () => 'next')).toBe('next');
  });

  it('is given back by work that fails', async () => {
    await expect(leases().hold('sweep', 60_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await leases().take('sweep', 60_000)).not.toBeNull();
  });

  it('tells who lost it that it did', async () => {
    const told = await leases().hold('sweep', 150, async (held) => {
      await connection()
        .collection<{ _id: string }>('leases')
        .updateOne({ _id: 'sweep' }, { $set: { token: 'another' } });
      await pause(200);
      return held();
    });
    expect(told).toBe(false);
    expect(await connection().collection<{ _id: string }>('leases').findOne({})).toMatchObject({
      token: 'another',
    });
  });
});
