import { describe, expect, it } from '@jest/globals';
import { faultOf } from '../../src/compose.js';
import { createPrinter, TooSlow } from '../../src/documents/print.js';
import { causeOf, says } from '../../src/outbox/fault.js';
import { collectionOf, connect } from '../../src/store/connection.js';
import { Damaged } from '../../src/store/damaged.js';
import { JournalForked } from '../../src/store/journal.js';
import { ask } from '../../workflows/registry.js';
import { testDatabase } from '../setup/database.js';

const caught = async (act: () => unknown): Promise<unknown> => {
  try {
    await act();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
};

describe('a fault', () => {
  it('of the surroundings is told from one of the work itself', async () => {
    const { uri, dbName, close } = testDatabase('fault');
    const nobody = await caught(() =>
      connect('mongodb://127.0.0.1:1', { dbName, serverSelectionTimeoutMS: 100 }),
    );
    const closed = await connect(uri, { dbName });
    const things = collectionOf(closed, 'things');
    await things.insertOne({ _id: 'a' as never });
    const duplicate = await caught(() => things.insertOne({ _id: 'a' as never }));
    await closed.dropDatabase();
    await closed.close();
    const afterwards = await caught(() => things.findOne({}));
    await close();
    const noBrowser = await caught(() => createPrinter({ executablePath: '/nowhere' }).warm());
    const newer = await caught(() => ask({ kind: 'estimate', version: '99', state: 'draft', context: {} }));

    const faults = [nobody, afterwards, noBrowser, newer].map((error) => [says(error), faultOf(error)]);
    expect(faults.map(([, fault]) => fault)).toEqual(['notNow', 'notNow', 'notNow', 'notNow']);
    expect(faultOf(new TooSlow(1_000))).toBe('tooSlow');
    expect(faultOf(new JournalForked('a', 'b', 'c'))).toBe('hopeless');
    for (const error of [duplicate, new Damaged('content', 'canTho/a', 'missing'), new Error('no'), 'no'])
      expect(faultOf(error)).toBe('failed');
  });

  it.each([
    ['Damaged: The content canTho/aab0 is missing.', 'Damaged: The content canTho/77f1 is missing.'],
    [
      'Error: e5f0a1b2c3 does not take the answer of canTho/e5/4/0/1: notHere',
      'Error: 0011aabb22 does not take the answer of canTho/77/9/0/0: notHere',
    ],
    [
      'Error: Missing: the number of the proposal on TH-2025-01.',
      'Error: Missing: the number of the proposal on DT-2026-117.',
    ],
    ['TooSlow: The document was not printed in 60 s.', 'TooSlow: The document was not printed in 180 s.'],
  ])('has one cause whatever case it met: %s', (one, other) => {
    expect(causeOf(one)).toBe(causeOf(other));
    expect(causeOf(one)).not.toBe(causeOf('Error: no such agency'));
    expect(causeOf(one).length).toBeGreaterThan(20);
  });
});
