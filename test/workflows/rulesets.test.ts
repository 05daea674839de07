import { describe, expect, it } from '@jest/globals';
import { addCalendarDays } from '../../workflows/calendar.js';
import { rulesetById, rulesetOn, rulesets } from '../../workflows/rulesets.js';

describe('Rule sets', () => {
  it.each([
    ['2020-01-01', 'ND73'],
    ['2024-07-09', 'ND73'],
    ['2024-07-10', 'ND73_82'],
    ['2025-08-19', 'ND73_82'],
    ['2025-08-20', 'ND73_82_NQ04'],
    ['2025-09-22', 'ND73_82_NQ04'],
    ['2026-02-28', 'ND73_82_NQ04'],
    ['2026-03-01', 'ND45'],
    ['2026-06-30', 'ND45'],
    ['2026-07-01', 'ND224'],
    ['2030-01-01', 'ND224'],
  ])('on %s the set is %s', (day, id) => {
    expect(rulesetOn(day).id).toBe(id);
    expect(rulesetById(id)).toBe(rulesetOn(day));
  });

  it('follow each other without gap or overlap', () => {
    for (const [i, { to }] of rulesets.slice(0, -1).entries()) {
      expect(addCalendarDays(to ?? '', 1)).toBe(rulesets[i + 1]?.from);
    }
    expect(rulesets.at(-1)?.to).toBeNull();
  });

  it('refuse an unknown id and a day before the first, saying what there is', () => {
    expect(() => rulesetById('ND99')).toThrow(expect.objectContaining({ code: 'RULESET_UNKNOWN' }));
    expect(() => rulesetById('ND99')).toThrow(/"ND99".*ND73_82_NQ04/);
    expect(() => rulesetOn('2019-12-31')).toThrow(expect.objectContaining({ code: 'RULESET_NONE' }));
  });

  it('name a source for every threshold, deadline, rate and legal basis', () => {
    for (const { thresholds, deadlines, vatRates, legalBases } of rulesets) {
      const all = [...Object.values(thresholds), ...Object.values(deadlines), ...vatRates, ...legalBases];
      expect(all.filter(({ source }) => source.trim() === '')).toEqual([]);
    }
  });

  it('change what the law changed: design in one step, and no threshold since ND224', () => {
    const { thresholds } = rulesetById('ND73_82_NQ04');
    expect(thresholds.oneStepDesignUpTo.value).toBe(20_000_000_000);
    expect(rulesetById('ND73').thresholds.oneStepDesignUpTo.value).toBe(15_000_000_000);
    expect(thresholds.purchaseUpTo.value).toBe(200_000_000);
    expect(thresholds.outlineUpTo.value).toBe(15_000_000_000);
    expect(rulesetById('ND224').thresholds.outlineUpTo.value).toBeNull();
  });
});
