import { describe, expect, it } from '@jest/globals';
import { forgottenAfter, mayHaveForgotten, remembered } from '../../src/engine/forgotten.js';
import type { Case } from '../../src/engine/ports.js';

type Remembering = Pick<Case, 'seq' | 'seen' | 'forgotten'>;

/** A case's memory after so many steps, the cause of each named by its number. */
const after = (steps: number): Remembering => {
  let found: Remembering = { seq: 0, seen: [] };
  for (let seq = 1; seq <= steps; seq += 1) {
    const forgotten = forgottenAfter(found);
    const seen = [...found.seen, { key: `cause-${seq}`, body: '', seq }].slice(-remembered);
    found = { seq, seen, ...(forgotten !== undefined && { forgotten }) };
  }
  return found;
};

describe('what a case forgot', () => {
  it('is nothing while all its causes are remembered', () => {
    const found = after(remembered);
    expect(found.forgotten).toBeUndefined();
    expect(mayHaveForgotten(found, 'cause-1')).toBe(false);
  });

  it('is every cause before those it remembers', () => {
    const found = after(1000);
    const old = Array.from({ length: 1000 - remembered }, (_, at) => `cause-${at + 1}`);
    expect(old.filter((key) => !mayHaveForgotten(found, key))).toEqual([]);
  });

  it('is seldom a cause that never came', () => {
    const found = after(1000);
    const strange = Array.from({ length: 1000 }, (_, at) => `strange-${at}`);
    expect(strange.filter((key) => mayHaveForgotten(found, key)).length).toBeLessThan(60);
  });

  it('may be anything where causes were pushed out without a filter', () => {
    const { seq, seen } = after(100);
    const found = { seq, seen };
    expect(forgottenAfter(found)).toBeUndefined();
    expect(mayHaveForgotten(found, 'strange')).toBe(true);
  });
});
