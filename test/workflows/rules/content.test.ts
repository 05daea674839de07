import { describe, expect, it } from '@jest/globals';
import type { EstimateInput, LineInput } from '../../../workflows/content.js';
import { contentFindings } from '../../../workflows/rules/index.js';
import { quantitiesIn } from '../../../workflows/rules/quantities.js';
import type { CheckedEstimate, PoliceVerdict, Stage } from '../../../workflows/rules/shapes.js';
import { rulesetById } from '../../../workflows/rulesets.js';
import {
  contentOf,
  refitted,
  sampleCodes,
  sampleEstimate,
  sampleSystems,
  withLine,
} from '../../builders/estimates.js';

const background = { ruleset: rulesetById('ND73_82_NQ04'), systems: sampleSystems };
const found = (input: CheckedEstimate, stage: Stage = 'preparing', ruleset = background.ruleset) =>
  contentFindings(input, stage, { ...background, ruleset });
const input = (code: string) => sampleEstimate(code).input;

/** The input with fields of one line replaced and nothing recomputed. */
const typed = (estimate: EstimateInput, order: number, change: object): CheckedEstimate => ({
  ...estimate,
  lines: estimate.lines.map((line, i) => (i === order - 1 ? { ...line, ...change } : line)),
});

describe('The clean sample estimates', () => {
  it.each(sampleCodes.filter((code) => code !== 'DT-2025-005'))(
    '%s: nothing is found at any stage',
    (code) => {
      for (const stage of ['preparing', 'acceptance', 'freeze', 'finance', 'decision'] as const) {
        expect(
          contentFindings(contentOf(code), stage, { ...background, policeVerdict: 'THONG_NHAT' }),
        ).toEqual([]);
      }
    },
  );

  it('DT-2025-005: warn of VAT on rented software, and of nothing else', () => {
    expect(found(contentOf('DT-2025-005'))).toEqual([
      {
        rule: 'R20',
        code: 'SOFTWARE_WITH_VAT',
        level: 'warning',
        path: 'lines/L2/vatRate',
        params: expect.objectContaining({ line: 2, found: 10 }),
      },
    ]);
  });
});

describe('R01: amounts are the server’s', () => {
  it('T1: a typed amount that differs is reported, the computed one stored, and nothing remains', () => {
    const row = typed(input('DT-2025-004'), 2, { amount: 1_595_000_000 });
    expect(found(row)).toEqual([
      {
        rule: 'R01',
        code: 'LINE_AMOUNT_DIFFERS',
        level: 'error',
        path: 'lines/L2/amount',
        params: { line: 2, name: 'Máy trạm cho 95 trạm y tế', found: 1_595_000_000, expected: 1_596_000_000 },
      },
    ]);
    const stored = contentOf('DT-2025-004', row);
    expect(stored.lines[1]?.amount).toBe(1_596_000_000);
    expect(found(stored)).toEqual([]);
  });

  it('typed totals are compared as well, whatever their type', () => {
    const row = { ...input('DT-2025-001'), vatTotal: '585.000.000', grandTotal: 10_770_000_001 };
    expect(found(row).map(({ code, path }) => [code, path])).toEqual([
      ['VAT_TOTAL_DIFFERS', 'vatTotal'],
      ['GRAND_TOTAL_DIFFERS', 'grandTotal'],
    ]);
    const content = contentOf('DT-2025-001');
    const altered = { ...content, totals: { ...content.totals, subtotal: 1 } };
    expect(found(altered)).toMatchObject([{ code: 'SUBTOTAL_DIFFERS', path: 'totals/subtotal' }]);
  });
});

describe('R02: splits add up', () => {
  it('T7: a line 800.000 short in 2026 is one finding for the estimate', () => {
    const yearSplit = [
      { year: 2025, amount: 3_381_840_000 },
      { year: 2026, amount: 1_448_560_000 },
    ];
    expect(found(typed(input('DT-2025-008'), 1, { yearSplit }))).toEqual([
      {
        rule: 'R02',
        code: 'YEAR_SPLIT_DIFFERS',
        level: 'error',
        path: 'lines/L1/yearSplit',
        params: {
          lines: '1',
          linesMore: 0,
          line: 1,
          name: 'Số hóa sổ hộ tịch lịch sử',
          found: 4_830_400_000,
          expected: 4_831_200_000,
          difference: 800_000,
        },
      },
    ]);
  });

  it('two short lines and a short contingency are still one finding, which names the lines', () => {
    const yearSplit = [{ year: 2025, amount: 1 }];
    const short = {
      ...typed(typed(input('DT-2025-004'), 1, { yearSplit }), 2, { yearSplit }),
      contingencyYearSplit: [],
    };
    expect(found(short)).toMatchObject([{ code: 'YEAR_SPLIT_DIFFERS', params: { lines: '1, 2' } }]);
  });

  it('contingency is split to the đồng, too', () => {
    const row = input('DT-2025-004');
    const short = { ...row, contingencyYearSplit: row.contingencyYearSplit.slice(0, 1) };
    expect(found(short)).toMatchObject([
      { code: 'CONTINGENCY_SPLIT_DIFFERS', path: 'contingencyYearSplit', params: { difference: 93_900_000 } },
    ]);
  });

  it('money lies inside the budget years', () => {
    const later = input('DT-2025-009').lines[0]?.yearSplit.map(({ year, amount }) => ({
      year: year + 5,
      amount,
    }));
    expect(found(typed(input('DT-2025-009'), 1, { yearSplit: later }))).toMatchObject([
      { rule: 'R02', code: 'YEAR_OUTSIDE_RANGE', params: { year: 2030 } },
    ]);
  });
});

describe('R03 and R04: contingency', () => {
  it('T2: 12 % is an error where a task is an outline', () => {
    const raised = refitted({ ...input('DT-2025-002'), contingencyRate: 12 });
    expect(raised.contingencyYearSplit.map(({ amount }) => amount)).toEqual([109_056_000, 163_584_000]);
    expect(contentOf('DT-2025-002', raised).totals.grandTotal).toBe(2_647_840_000);
    expect(found(raised)).toEqual([
      {
        rule: 'R03',
        code: 'CONTINGENCY_ABOVE_CAP',
        level: 'error',
        path: 'contingencyRate',
        params: { rate: 12, cap: 10, amount: 272_640_000 },
      },
    ]);
  });

  it('without an outline it is a warning, and the cap itself is fine', () => {
    const raised = (rate: number) => refitted({ ...input('DT-2025-008'), contingencyRate: rate });
    expect(found(raised(10.01))).toMatchObject([{ rule: 'R03', level: 'warning' }]);
    expect(found(raised(10))).toEqual([]);
  });

  it('is not counted again inside software', () => {
    const sized = typed(input('DT-2025-001'), 1, { sizing: { contingency: 50_000_000 } });
    expect(found(sized)).toMatchObject([{ rule: 'R04', code: 'CONTINGENCY_TWICE', level: 'warning' }]);
    expect(found(refitted({ ...(sized as EstimateInput), contingencyRate: 0 }))).toEqual([]);
  });
});

describe('R05: quantities in the text', () => {
  it('reads Vietnamese numbers that stand next to the unit', () => {
    expect(quantitiesIn('Số hóa 1.250.000 trang A4, gồm 2,5 trang A4 phụ; 12 tháng', 'trang A4')).toEqual([
      1_250_000, 2.5,
    ]);
    expect(quantitiesIn('95 Bộ máy, 3 bộ-phận, 7 bộ', 'bộ')).toEqual([95, 3, 7]);
    expect(quantitiesIn('HD95 bộ, 12 bộn', 'bộ')).toEqual([]);
    expect(quantitiesIn('5 m² và 6 (cái)', '(cái)')).toEqual([6]);
    expect(quantitiesIn('12\u00a0tháng'.normalize('NFD'), 'tháng')).toEqual([12]);
    expect(quantitiesIn('12', ' ')).toEqual([]);
  });

  it('warns where the text asks for another quantity than the table', () => {
    const told = (specification: string) => found(withLine(input('DT-2025-004'), 2, { specification }));
    expect(told('Trang bị 95 bộ máy trạm cho 95 trạm y tế')).toEqual([]);
    expect(told('Trang bị 90 bộ máy trạm')).toMatchObject([
      {
        rule: 'R05',
        code: 'QUANTITY_IN_TEXT_DIFFERS',
        level: 'warning',
        params: { found: 90, expected: 95, unit: 'bộ' },
      },
    ]);
  });
});

describe('R11 and R12: the route of a task', () => {
  it('T3: task IOC declared A is an outline', () => {
    const declared = withLine(withLine(input('DT-2025-010'), 1, { route: 'A_PURCHASE' }), 2, {
      route: 'A_PURCHASE',
    });
    expect(found(declared)).toEqual([
      {
        rule: 'R11',
        code: 'TASK_ROUTE_WRONG',
        level: 'error',
        path: 'lines/L1/route',
        params: {
          task: 'IOC',
          lines: '1, 2',
          linesMore: 0,
          total: 8_445_000_000,
          declared: 'A',
          derived: 'B',
        },
      },
    ]);
  });

  it('one task has one route', () => {
    const mixed = withLine(input('DT-2025-010'), 2, { route: 'A_PURCHASE' });
    expect(found(mixed)).toMatchObject([
      { code: 'TASK_ROUTES_MIXED', path: 'lines/L2/route', params: { declared: 'B, A' } },
    ]);
  });

  it('T4: a recurrent task above 15 tỷ declared B must become a project, and R11 is silent', () => {
    const recurrent = [1, 2, 3].reduce(
      (row, order) => withLine(row, order, { fundingSource: 'NSTP_CTX', route: 'B_OUTLINE' }),
      input('DT-2025-007'),
    );
    expect(found(recurrent)).toEqual([
      {
        rule: 'R12',
        code: 'OUTLINE_TOO_BIG',
        level: 'error',
        path: 'lines/L1/route',
        params: {
          task: 'GIS-QHXD',
          lines: '1, 2, 3',
          linesMore: 0,
          total: 22_992_800_000,
          limit: 15_000_000_000,
        },
      },
    ]);
  });

  it('T12: 160.050.000 is route A, by kind and by size', () => {
    expect(found(input('DT-2025-009'))).toEqual([]);
    expect(found(withLine(input('DT-2025-009'), 1, { spendForm: 'NANG_CAP' }))).toEqual([]);
  });

  it.each([
    [200_000_000, 'A_PURCHASE'],
    [200_000_001, 'B_OUTLINE'],
    [15_000_000_000, 'B_OUTLINE'],
    [15_000_000_001, 'C_PROJECT'],
  ] as const)('building for %d đồng is %s', (unitPrice, route) => {
    const change: Partial<LineInput> = {
      quantity: 1,
      unitPrice,
      vatRate: 'KCT',
      pricingBasis: 'QD_671',
      route,
    };
    expect(
      found(withLine(input('DT-2025-002'), 2, change)).filter(({ rule }) => rule === 'R11' || rule === 'R12'),
    ).toEqual([]);
  });

  it('follows kind and source: rented E and D, investment F, lines without system alone', () => {
    const form = (spendForm: LineInput['spendForm']) =>
      found(withLine(input('DT-2025-005'), 2, { spendForm }));
    expect(form('THUE_DICH_VU_SAN_CO')).toMatchObject([
      { params: { declared: 'E', derived: 'D' } },
      { rule: 'R20' },
    ]);
    expect(form('VAN_HANH_BAO_TRI')).toMatchObject([{ params: { derived: 'A' } }, { rule: 'R20' }]);
    expect(found(withLine(input('DT-2025-002'), 2, { fundingSource: 'NSTP_DTPT' }))).toMatchObject([
      { params: { declared: 'B', derived: 'F' } },
    ]);
    const alone = [1, 2].reduce(
      (row, order) => withLine(row, order, { systemRef: null }),
      input('DT-2025-002'),
    );
    expect(found(alone)).toEqual([]);
  });

  it('is a project at any size since ND224', () => {
    const later = found(input('DT-2025-002'), 'preparing', rulesetById('ND224'));
    expect(later).toMatchObject([{ rule: 'R11', params: { declared: 'B', derived: 'C' } }]);
  });
});

describe('R18: prices stand on evidence', () => {
  it('T9: one old quotation is one warning', () => {
    const row = input('DT-2025-006');
    const [first, ...others] = row.lines[0]?.quotations ?? [];
    const quotations = [{ supplier: '', amount: 0, ...first, date: '2024-08-15' }, ...others];
    expect(found(withLine(row, 1, { quotations }))).toEqual([
      {
        rule: 'R18',
        code: 'PRICE_EVIDENCE_TOO_OLD',
        level: 'warning',
        path: 'lines/L1/quotations/0/date',
        params: expect.objectContaining({ line: 1, date: '2024-08-15', oldest: '2024-09-26', months: 12 }),
      },
    ]);
  });

  it('a price of exactly twelve months ago is still fresh', () => {
    const row = input('DT-2025-001');
    const evidence = (date: string) =>
      found(withLine(row, 3, { priceEvidence: [{ date, amount: 145_000_000 }] }));
    expect(evidence('2024-09-26')).toEqual([]);
    expect(evidence('2024-09-25')).toMatchObject([{ code: 'PRICE_EVIDENCE_TOO_OLD' }]);
  });

  it('warns of too few quotations, of a price above the lowest, and of missing evidence', () => {
    const row = input('DT-2025-009');
    const quotations = row.lines[0]?.quotations ?? [];
    expect(found(withLine(row, 1, { quotations: quotations.slice(0, 2) }))).toMatchObject([
      { code: 'QUOTATIONS_TOO_FEW', params: { found: 2, expected: 3 } },
    ]);
    const dearer = { unitPrice: 49_000_000 };
    expect(found(withLine(row, 1, dearer))).toMatchObject([
      { code: 'PRICE_ABOVE_LOWEST', params: { found: 49_000_000, lowest: 48_500_000 } },
    ]);
    expect(
      found(withLine(row, 1, { ...dearer, priceExplanation: 'Giá thấp nhất không gồm lắp đặt' })),
    ).toEqual([]);
    expect(found(withLine(input('DT-2025-001'), 3, { priceEvidence: [] }))).toMatchObject([
      { code: 'PRICE_EVIDENCE_MISSING' },
    ]);
    const none = typed(row, 1, { pricingBasis: undefined });
    expect(found(none)).toMatchObject([{ code: 'PRICING_BASIS_MISSING' }]);
  });
});

describe('R20: VAT', () => {
  it('T14: hardware that is not subject to VAT is an error', () => {
    expect(found(withLine(input('DT-2025-004'), 2, { vatRate: 'KCT' }))).toMatchObject([
      { rule: 'R20', code: 'HARDWARE_WITHOUT_VAT', level: 'error', path: 'lines/L2/vatRate' },
    ]);
  });

  it('bought security equipment counts as hardware, a rate counts only in its days', () => {
    expect(found(withLine(input('DT-2025-010'), 3, { vatRate: 'KCT' }))).toMatchObject([
      { code: 'HARDWARE_WITHOUT_VAT' },
    ]);
    expect(found(withLine(input('DT-2025-009'), 1, { vatRate: 8 }))).toEqual([]);
    const early = {
      ...withLine(input('DT-2025-009'), 1, { vatRate: 8, quotations: [], pricingBasis: 'DINH_MUC' }),
    };
    expect(
      found({ ...early, documentDate: '2025-06-30', legalBases: early.legalBases.slice(0, 1) }),
    ).toMatchObject([{ code: 'VAT_RATE_NOT_AVAILABLE', level: 'warning' }]);
  });
});

describe('R21: security', () => {
  it('T11: level 2 for city-wide infrastructure is too low, a must before Finance', () => {
    const low = withLine(input('DT-2025-001'), 3, { securityLevel: 2 });
    const expected = { rule: 'R21', code: 'SECURITY_LEVEL_TOO_LOW', path: 'lines/L3/securityLevel' };
    expect(found(low)).toMatchObject([{ ...expected, level: 'warning', params: { found: 2, expected: 3 } }]);
    expect(found(low, 'finance')).toMatchObject([{ ...expected, level: 'error' }]);
  });

  it('asks for a level and a known system where a system is concerned', () => {
    expect(found(withLine(input('DT-2025-001'), 3, { securityLevel: null }), 'finance')).toMatchObject([
      { code: 'SECURITY_LEVEL_MISSING', level: 'error' },
    ]);
    expect(found(withLine(input('DT-2025-009'), 1, { systemRef: 'KHONG-CO' }), 'finance')).toMatchObject([
      { code: 'SYSTEM_UNKNOWN', level: 'warning' },
    ]);
    expect(found(withLine(input('DT-2025-006'), 2, { systemRef: 'CSDL-CBCCVC' }))).toEqual([]);
  });

  it('a missing or contrary Police opinion stops before Finance, never a draft', () => {
    const at = (stage: Stage, policeVerdict?: PoliceVerdict) =>
      contentFindings(contentOf('DT-2025-009'), stage, {
        ...background,
        ...(policeVerdict && { policeVerdict }),
      });
    expect(at('finance', 'CHUA_CO')).toMatchObject([{ code: 'POLICE_OPINION_MISSING', level: 'error' }]);
    expect(at('finance', 'KHONG_THONG_NHAT')).toMatchObject([{ code: 'POLICE_DISAGREES', level: 'error' }]);
    expect(at('finance', 'CO_DIEU_KIEN')).toEqual([]);
    expect(at('preparing')).toEqual([]);
    const training = withLine(input('DT-2025-006'), 1, { systemRef: null });
    expect(contentFindings(training, 'finance', { ...background, policeVerdict: 'CHUA_CO' })).toEqual([]);
  });
});

describe('R25: legal bases in force', () => {
  const citing = (number: string, title = 'Nghị định', documentDate = '2025-09-26') =>
    found({ ...input('DT-2025-012'), documentDate, legalBases: [{ number, date: '2025-07-01', title }] });

  it('knows that three articles of NĐ 180 come into force on 01/10/2025', () => {
    expect(citing('180/2025/NĐ-CP')).toEqual([]);
    expect(citing('180/2025/NĐ-CP', 'Điều 5, 19 và Điều 22 Nghị định')).toMatchObject([
      {
        rule: 'R25',
        level: 'warning',
        code: 'LEGAL_ARTICLE_NOT_YET',
        params: { articles: '19, 22', from: '2025-10-01' },
      },
    ]);
    expect(citing('180/2025/NĐ-CP', 'Điều 19 Nghị định', '2025-10-01')).toEqual([]);
    expect(citing('180/2025/NĐ-CP', 'Điều 60 Nghị định')).toEqual([]);
  });

  it('tells what is not yet and no longer in force, and by what it was replaced', () => {
    expect(citing('224/2026/NĐ-CP')).toMatchObject([{ code: 'LEGAL_BASIS_NOT_YET', path: 'legalBases/0' }]);
    expect(citing('03/2020/TT-BTTTT')).toMatchObject([
      { code: 'LEGAL_BASIS_REPLACED', params: { replacedBy: '18/2024/TT-BTTTT' } },
    ]);
    expect(citing(' 73/2019/nđ-cp '.normalize('NFD'))).toEqual([]);
    expect(citing('999/2025/QĐ-UBND')).toEqual([]);
  });
});

describe('The form of an estimate', () => {
  it('asks for a description and a solution where a route needs them', () => {
    const texts = { currentState: '', technicalSolution: ' ' };
    expect(found({ ...input('DT-2025-001'), ...texts })).toMatchObject([
      {
        rule: 'M2A',
        code: 'TEXT_NEEDED_BY_ROUTE',
        level: 'error',
        path: 'currentState',
        params: { line: 1 },
      },
      { code: 'TEXT_NEEDED_BY_ROUTE', path: 'technicalSolution' },
    ]);
    expect(found({ ...input('DT-2025-009'), ...texts })).toEqual([]);
  });

  it('asks for a specification of infrastructure, and dates in order inside the budget years', () => {
    const codes = (row: EstimateInput) => found(row).map(({ code }) => code);
    const row = input('DT-2025-009');
    expect(codes(withLine(row, 1, { specification: '' }))).toEqual(['SPECIFICATION_NEEDED']);
    expect(codes({ ...row, startDate: '2026-12-31', endDate: '2025-10-01' })).toEqual(['DATES_NOT_IN_ORDER']);
    expect(codes({ ...row, endDate: '2027-01-01' })).toEqual(['DATES_OUTSIDE_YEARS']);
  });

  it('keeps a commune’s own money apart from city money', () => {
    const mixed = withLine(input('DT-2025-012'), 3, { fundingSource: 'NSTP_CTX' });
    expect(found(mixed)).toMatchObject([{ rule: 'M2A', code: 'OWN_MONEY_MIXED', level: 'error' }]);
  });
});
