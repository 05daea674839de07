import { describe, expect, it } from '@jest/globals';
import { duty, sweep } from '../../src/outbox/sweep.js';

async function* three() {
  yield 'one';
  yield 'bad';
  yield 'three';
}

describe('a sweep', () => {
  const told: unknown[] = [];
  const failed = (name: string, item: unknown, error: unknown) =>
    void told.push([name, item, (error as Error).message]);

  it('goes on after whatever fails: an item of a duty, or the listing of its items', async () => {
    const acted: string[] = [];
    const act = async (item: string) => {
      if (item === 'bad') throw new Error('of an unknown version');
      return acted.push(item) > 0 ? 1 : 0;
    };
    const swept = await sweep(
      [
        duty('unlisted', () => Promise.reject<string[]>(new Error('away')), act),
        duty('cases', three, act),
        duty('cities', async () => ['canTho', 'bad', 'haiPhong'], act),
      ],
      { failed },
    );
    expect(acted).toEqual(['one', 'three', 'canTho', 'haiPhong']);
    expect(swept).toEqual({
      unlisted: { done: 0, failed: 1 },
      cases: { done: 2, failed: 1 },
      cities: { done: 2, failed: 1 },
    });
    expect(told).toEqual([
      ['unlisted', undefined, 'away'],
      ['cases', 'bad', 'of an unknown version'],
      ['cities', 'bad', 'of an unknown version'],
    ]);
  });

  it('stops between two items once another process has taken it over', async () => {
    const acted: string[] = [];
    const act = async (item: string) => acted.push(item);
    const swept = await sweep([duty('first', three, act), duty('second', three, act)], {
      failed,
      held: () => acted.length < 2,
    });
    expect(acted).toEqual(['one', 'bad']);
    expect(Object.keys(swept)).toEqual(['first']);
  });
});
