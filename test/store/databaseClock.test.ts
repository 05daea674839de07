import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { databaseClock } from '../../src/store/databaseClock.js';
import { aDatabase } from '../builders/aDatabase.js';

describe('the clock of the database', () => {
  const connection = aDatabase('clock');
  afterEach(() => void jest.restoreAllMocks());

  it.each([7_200_000, -7_200_000])('is the same for a process whose own is %i ms off', async (off) => {
    const honest = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => honest + off);
    const clocks = await Promise.all([databaseClock(connection()), databaseClock(connection())]);
    const [one, other] = clocks.map((clock) => Date.parse(clock.now()));
    clocks.forEach((clock) => clock.stop());
    // The test's database runs on this machine.
    expect(Math.abs(one! - honest)).toBeLessThan(5_000);
    expect(Math.abs(one! - other!)).toBeLessThan(1_000);
  });

  it('goes on when the process’s own is set back', async () => {
    const clock = await databaseClock(connection());
    const before = clock.now();
    jest.spyOn(Date, 'now').mockImplementation(() => 0);
    expect(clock.now() >= before).toBe(true);
    clock.stop();
  });
});
