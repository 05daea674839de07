import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundedDistance, foldName, similarityFrom } from '../../workflows/similarity.js';

/** The textbook recursion over a full table. */
const distance = (a: string, b: string): number => {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => i || j),
  );
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const differs = a[i - 1] === b[j - 1] ? 0 : 1;
      const ways = [table[i - 1]?.[j - 1] ?? 0, table[i - 1]?.[j] ?? 0, table[i]?.[j - 1] ?? 0] as const;
      (table[i] ?? [])[j] = Math.min(ways[0] + differs, ways[1] + 1, ways[2] + 1);
    }
  }
  return table[a.length]?.[b.length] ?? 0;
};
const aWord = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 14 });

describe('Likeness of names', () => {
  it('folds marks, đ, case, punctuation and stop words away', () => {
    expect(foldName('Số hóa hồ sơ ĐẤT ĐAI – lưu trữ', new Set(['lưu'])).text).toBe(
      'so hoa ho so dat dai tru',
    );
    expect(foldName('Số hoá'.normalize('NFD')).text).toBe('so hoa');
    expect(foldName('Tài liệu tại phường', new Set(['tại'])).text).toBe('tai lieu phuong');
    expect(foldName('của', new Set(['của'])).text).toBe('cua');
  });

  it('is the textbook distance as far as the limit, and beyond it says so', () => {
    fc.assert(
      fc.property(aWord, aWord, fc.nat(16), (a, b, limit) => {
        expect(boundedDistance(a, b, limit)).toBe(Math.min(distance(a, b), limit + 1));
      }),
      { numRuns: 500 },
    );
  });

  it('is told from a threshold on exactly where it reaches it', () => {
    fc.assert(
      fc.property(aWord, aWord, fc.constantFrom(0.5, 0.8, 0.85, 0.9), (a, b, threshold) => {
        const longer = Math.max(a.length, b.length);
        const reaches = longer > 0 && longer - distance(a, b) >= threshold * longer - 1e-9;
        expect(similarityFrom(threshold, foldName(a), foldName(b))).toBe(
          reaches ? 1 - distance(a, b) / longer : undefined,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('counts 3 changes in 20 letters as 0.85', () => {
    expect(
      similarityFrom(0.85, foldName('abcdefghijklmnopqrst'), foldName('xyzdefghijklmnopqrst')),
    ).toBeCloseTo(0.85, 12);
    expect(
      similarityFrom(0.85, foldName('abcdefghijklmnopqrst'), foldName('xyzwefghijklmnopqrst')),
    ).toBeUndefined();
  });
});
