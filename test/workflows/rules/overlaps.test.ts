import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EstimateSummary, OverlapKey } from '../../../workflows/content.js';
import { summariesFindings } from '../../../workflows/rules/index.js';
import { overlapGroups } from '../../../workflows/rules/overlaps.js';
import { rulesetById } from '../../../workflows/rulesets.js';
import { isOwnMoney, mixesOwnMoney, overlapKeysOf } from '../../../workflows/summary.js';
import {
  contentOf,
  sampleCodes,
  sampleEstimate,
  sampleSummary,
  sampleSystems,
  withLine,
} from '../../builders/estimates.js';

const background = { ruleset: rulesetById('ND73_82_NQ04'), systems: sampleSystems };
type Summary = Pick<EstimateSummary, 'case' | 'code' | 'agency' | 'overlapKeys'>;
const told = (summaries: readonly Summary[]) =>
  overlapGroups(summaries).map(({ id, sides }) => [id, sides.map(({ code, lineId }) => `${code}/${lineId}`)]);

const aKey: fc.Arbitrary<OverlapKey> = fc.record({
  by: fc.constantFrom('systemRef' as const, 'scopeKey' as const),
  key: fc.constantFrom('A', 'B', 'C'),
  lineId: fc.constantFrom('L1', 'L2', 'L3'),
  lineName: fc.constant('hạng mục'),
  spendForm: fc.constant('NANG_CAP' as const),
  years: fc.subarray([2025, 2026, 2027]),
  amount: fc.nat(1_000),
});
const someSummaries: fc.Arbitrary<Summary[]> = fc
  .array(
    fc.record({ agency: fc.constantFrom('SYT', 'SNV', 'STP'), keys: fc.array(aKey, { maxLength: 4 }) }),
    { maxLength: 7 },
  )
  .map((rows) =>
    rows.map(({ agency, keys }, i) => ({
      case: `c${i}`,
      code: `DT-${i}`,
      agency: { id: agency, name: agency, kind: 'SO_BAN_NGANH', order: 1 },
      overlapKeys: keys,
    })),
  );

/** Every pair of lines of different agencies, compared one by one. */
const pairwise = (summaries: readonly Summary[]): Record<string, string[]> => {
  const lines = summaries.flatMap(({ code, agency, overlapKeys }) =>
    overlapKeys.map((key) => ({ ...key, code, agency: agency.id })),
  );
  const groups: Record<string, Set<number>> = {};
  for (const [i, a] of lines.entries()) {
    for (const [j, b] of lines.entries()) {
      const overlaps =
        a.by === b.by &&
        a.key === b.key &&
        a.agency !== b.agency &&
        a.years.some((year) => b.years.includes(year));
      if (overlaps) (groups[`${a.by}:${a.key}`] ??= new Set()).add(i).add(j);
    }
  }
  return Object.fromEntries(
    Object.entries(groups).map(([id, members]) => [
      id,
      [...members].map((i) => `${lines[i]?.code}/${lines[i]?.lineId}`).sort(),
    ]),
  );
};

describe('R07: overlaps across agencies', () => {
  const clean = sampleCodes.map((code) => sampleSummary(code));

  it('the clean data have exactly three groups', () => {
    expect(told(clean)).toEqual([
      ['scopeKey:DAT_DAI', ['DT-2025-003/L1', 'DT-2025-011/L1']],
      ['scopeKey:HO_TICH', ['DT-2025-008/L1', 'DT-2025-012/L2']],
      ['systemRef:TTDL', ['DT-2025-001/L2', 'DT-2025-010/L3']],
    ]);
    expect(summariesFindings(clean, 'freeze', background)).toMatchObject([
      {
        rule: 'R07',
        level: 'warning',
        path: 'overlaps/scopeKey:DAT_DAI',
        params: { codes: 'DT-2025-003, DT-2025-011' },
      },
      { path: 'overlaps/scopeKey:HO_TICH' },
      {
        path: 'overlaps/systemRef:TTDL',
        params: { key: 'Trung tâm dữ liệu thành phố', years: '2025, 2026' },
      },
    ]);
  });

  it('T5: a second upgrade of the LGSP makes a group with row 1', () => {
    const health = withLine(sampleEstimate('DT-2025-004').input, 2, {
      name: 'Nền tảng tích hợp, chia sẻ dữ liệu',
      systemRef: 'LGSP',
      spendForm: 'NANG_CAP',
    });
    const summaries = sampleCodes.map((code) =>
      sampleSummary(code, code === 'DT-2025-004' ? health : undefined),
    );
    expect(told(summaries)).toContainEqual(['systemRef:LGSP', ['DT-2025-001/L1', 'DT-2025-004/L2']]);
    expect(told(summaries)).toHaveLength(4);
  });

  it('a line that the review excludes no longer overlaps', () => {
    const excluded = { lineId: 'L3', lineHash: '', verdict: 'exclude' as const, by: 'reviewer' };
    const summaries = sampleCodes.map((code) =>
      sampleSummary(code, undefined, code === 'DT-2025-010' ? [excluded] : []),
    );
    expect(told(summaries).map(([id]) => id)).toEqual(['scopeKey:DAT_DAI', 'scopeKey:HO_TICH']);
  });

  it('what a ministry provides is a group with one side as well', () => {
    const systems = sampleSystems.map((system) =>
      system.ref === 'GIS-QHXD' ? { ...system, providedBy: 'Bộ Xây dựng' } : system,
    );
    const findings = summariesFindings(clean, 'freeze', { ...background, systems });
    expect(findings.filter(({ code }) => code === 'OVERLAP_WITH_MINISTRY')).toMatchObject([
      { path: 'overlaps/systemRef:GIS-QHXD', params: { providedBy: 'Bộ Xây dựng', codes: 'DT-2025-007' } },
    ]);
  });

  it('needs different agencies and a year with money on both sides', () => {
    const side = (agency: string, years: number[]): Summary => ({
      case: agency + years.join(),
      code: agency,
      agency: { id: agency, name: agency, kind: 'SO_BAN_NGANH', order: 1 },
      overlapKeys: [
        { by: 'systemRef', key: 'X', lineId: 'L1', lineName: '', spendForm: 'MUA_SAM', years, amount: 1 },
      ],
    });
    expect(told([side('SYT', [2025]), side('SYT', [2025])])).toEqual([]);
    expect(told([side('SYT', [2025]), side('SNV', [2026])])).toEqual([]);
    expect(told([side('SYT', [2025]), side('SNV', [2026]), side('STP', [2025, 2026])])).toHaveLength(1);
  });

  it('finds what comparing every pair finds', () => {
    fc.assert(
      fc.property(someSummaries, (summaries) => {
        const ours = overlapGroups(summaries).map(({ id, sides }) => [
          id,
          sides.map(({ code, lineId }) => `${code}/${lineId}`).sort(),
        ]);
        expect(Object.fromEntries(ours)).toEqual(pairwise(summaries));
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of the summaries', () => {
    fc.assert(
      fc.property(
        someSummaries.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(told(shuffled)).toEqual(told(all));
        },
      ),
    );
  });

  it('grows with the number of keys, not with its square', () => {
    const many = (count: number): Summary[] =>
      Array.from({ length: count }, (_, i) => ({
        case: `c${i}`,
        code: `DT-${i}`,
        agency: { id: `A${i}`, name: `A${i}`, kind: 'SO_BAN_NGANH', order: i },
        overlapKeys: [
          {
            by: 'systemRef',
            key: 'X',
            lineId: 'L1',
            lineName: '',
            spendForm: 'MUA_SAM',
            years: [2025],
            amount: 1,
          },
        ],
      }));
    // Pair by pair, 200,000 sides of one key would be 2 × 10¹⁰ comparisons: minutes, not the test's time limit.
    expect(overlapGroups(many(200_000))[0]?.sides).toHaveLength(200_000);
  });
});

describe('Overlap keys of a content', () => {
  it('are of lines that build, upgrade, buy or rent; digitising counts by its scope alone', () => {
    const keys = (code: string) =>
      overlapKeysOf(contentOf(code)).map(({ by, key, lineId }) => [lineId, by, key]);
    expect(keys('DT-2025-001')).toEqual([
      ['L1', 'systemRef', 'LGSP'],
      ['L2', 'systemRef', 'TTDL'],
    ]);
    expect(keys('DT-2025-012')).toEqual([['L2', 'scopeKey', 'HO_TICH']]);
    expect(keys('DT-2025-005')).toEqual([['L2', 'systemRef', 'HOCBA']]);
  });

  it('carry only years with money', () => {
    expect(overlapKeysOf(contentOf('DT-2025-007'))[0]?.years).toEqual([2026]);
  });
});

describe('The summary of an accepted estimate', () => {
  it('holds requested and reviewed sums, the reasons, and what the lines say together', () => {
    const summary = sampleSummary('DT-2025-010');
    expect(summary).toMatchObject({
      code: 'DT-2025-010',
      agency: { id: 'VP', order: 3 },
      ownMoney: false,
      adjustmentReason: 'Dòng 2: Điều chỉnh theo nhu cầu thực tế',
      priority: 'CAP_BACH',
    });
    expect(summary.requested.grandTotal).toBe(10_497_000_000);
    expect(summary.reviewed.grandTotal).toBe(7_104_500_000);
    expect(summary.overlapKeys.map(({ lineId }) => lineId)).toEqual(['L1', 'L3']);
    expect(sampleSummary('DT-2025-011')).toMatchObject({
      ownMoney: true,
      norms: [{ normRef: 'SO_HOA_A4', unit: 'trang A4', unitPrice: 1_150, lineId: 'L1' }],
    });
  });

  it('tells own money from city money and from a mixture', () => {
    const lines = (code: string) => sampleEstimate(code).input.lines;
    expect([isOwnMoney(lines('DT-2025-012')), mixesOwnMoney(lines('DT-2025-012'))]).toEqual([true, false]);
    expect([isOwnMoney(lines('DT-2025-001')), mixesOwnMoney(lines('DT-2025-001'))]).toEqual([false, false]);
    const both = [...lines('DT-2025-001'), ...lines('DT-2025-012')];
    expect([isOwnMoney(both), mixesOwnMoney(both)]).toEqual([false, true]);
    expect(isOwnMoney([])).toBe(false);
  });
});
