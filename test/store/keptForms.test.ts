import { describe, expect, it } from '@jest/globals';
import { keptFormStore } from '../../src/store/keptForms.js';
import { aDatabase } from '../builders/aDatabase.js';

describe('forms that were not carried out', () => {
  const connection = aDatabase('keptForms');
  const owner = { tenant: 'canTho', username: 'syt.chuyenvien' };
  let time = Date.parse('2025-09-25T02:00:00Z');
  const store = () =>
    keptFormStore<{ readonly path: string }>(connection(), { keptFor: 3600, now: () => time });

  it('wait for who typed them, and for nobody else, until they were seen', async () => {
    await store().keep(owner, { path: '/one' });
    const id = (await store().newest(owner)) ?? '';
    for (const other of [
      { ...owner, tenant: 'hue' },
      { ...owner, username: 'syt.truongphong' },
    ]) {
      expect([await store().newest(other), await store().open(other, id)]).toEqual([null, null]);
    }
    expect(await store().open(owner, id)).toEqual({ path: '/one' });
    // Nobody is led to it twice; who goes back to it finds it.
    expect(await store().newest(owner)).toBeNull();
    expect(await store().open(owner, id)).toEqual({ path: '/one' });
  });

  it('are gone after their time, whether the database has removed them or not', async () => {
    await store().keep(owner, { path: '/two' });
    const id = (await store().newest(owner)) ?? '';
    time += 3600_001;
    expect([await store().newest(owner), await store().open(owner, id)]).toEqual([null, null]);
  });

  it('are few and not too long', async () => {
    for (let n = 0; n < 12; n++) {
      time += 1;
      await store().keep(owner, { path: `/${n}` });
    }
    expect(await connection().collection('keptForms').countDocuments(owner)).toBe(10);
    expect(await store().keep(owner, { path: 'x'.repeat(2_000_001) })).toBe(false);
  });
});
