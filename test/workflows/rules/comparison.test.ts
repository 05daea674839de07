import { describe, expect, it } from '@jest/globals';
import projects from '../../../src/seed/canTho/projects.json' with { type: 'json' };
import type { EstimateInput, LineInput } from '../../../workflows/content.js';
import { comparisonFindings, contentFindings, summariesFindings } from '../../../workflows/rules/index.js';
import { priceOutliers } from '../../../workflows/rules/prices.js';
import type { NeighbourEstimate, NeighbourProject, Neighbours } from '../../../workflows/rules/shapes.js';
import { rulesetById } from '../../../workflows/rulesets.js';
import {
  contentOf,
  sampleCodes,
  sampleEstimate,
  sampleSummary,
  sampleSystems,
  withLine,
} from '../../builders/estimates.js';

const background = { ruleset: rulesetById('ND73_82_NQ04'), systems: sampleSystems };
const input = (code: string) => sampleEstimate(code).input;
const beside = (code: string, neighbours: Neighbours, row: EstimateInput = input(code)) =>
  comparisonFindings(contentOf(code, row), 'acceptance', { ...background, neighbours });

const neighbour = (code: string, row: EstimateInput): NeighbourEstimate => ({
  ...contentOf('DT-2025-006', row),
  code,
});
const stateProjects: NeighbourProject[] = projects.stateBudget.map(({ costBreakdown, ...project }) => ({
  ...project,
  contingency: costBreakdown.duPhong,
}));

/** A single upgrade of a system, `unitPrice` đồng without VAT. */
const upgrade = (unitPrice: number, change: Partial<LineInput> = {}): EstimateInput => {
  const row = { ...input('DT-2025-006'), contingencyRate: 0 };
  const line: Partial<LineInput> = {
    name: 'Nâng cấp phần mềm quản lý cán bộ',
    category: 'PHAN_MEM',
    spendForm: 'NANG_CAP',
    systemRef: 'CSDL-CBCCVC',
    route: 'A_PURCHASE',
    quantity: 1,
    unitPrice,
    vatRate: 'KCT',
    pricingBasis: 'QD_671',
    ...change,
  };
  return withLine({ ...row, lines: row.lines.slice(0, 1) }, 1, line);
};

describe('The clean sample estimates beside each other', () => {
  it.each(sampleCodes)('%s: show nothing against the projects of the city', (code) => {
    expect(beside(code, { projects: stateProjects })).toEqual([]);
  });
});

describe('R06 and R10: one agency, several estimates', () => {
  it('T13: two upgrades of 150 million of one system in one year are split and doubled', () => {
    const other = neighbour('DT-2025-106', upgrade(150_000_000));
    const row = upgrade(150_000_000);
    expect(contentFindings(row, 'preparing', background)).toEqual([]);
    expect(beside('DT-2025-006', { ownAgency: [other] }, row)).toEqual([
      {
        rule: 'R06',
        code: 'SYSTEM_IN_TWO_ESTIMATES',
        level: 'warning',
        path: 'lines/L1/systemRef',
        params: {
          line: 1,
          system: 'Cơ sở dữ liệu cán bộ, công chức, viên chức',
          otherCodes: 'DT-2025-106',
          otherCodesMore: 0,
        },
      },
      {
        rule: 'R10',
        code: 'TASK_SPLIT',
        level: 'warning',
        path: 'lines/L1/systemRef',
        params: {
          line: 1,
          system: 'Cơ sở dữ liệu cán bộ, công chức, viên chức',
          otherCodes: 'DT-2025-106',
          otherCodesMore: 0,
          total: 150_000_000,
          together: 300_000_000,
          limit: 200_000_000,
        },
      },
    ]);
  });

  it('nothing is split where together they stay under, one alone is over, the year differs, or it is investment', () => {
    const split = (own: EstimateInput, other: EstimateInput) =>
      beside('DT-2025-006', { ownAgency: [neighbour('DT-2025-106', other)] }, own).filter(
        ({ rule }) => rule === 'R10',
      );
    expect(split(upgrade(100_000_000), upgrade(100_000_000))).toEqual([]);
    expect(split(upgrade(100_000_000), upgrade(100_000_001))).toHaveLength(1);
    expect(split(upgrade(250_000_000), upgrade(150_000_000))).toEqual([]);
    expect(split(upgrade(8_000_000_000), upgrade(8_000_000_000))).toMatchObject([
      { params: { limit: 15_000_000_000 } },
    ]);
    expect(split(upgrade(150_000_000), { ...upgrade(150_000_000), fiscalYearFrom: 2026 })).toEqual([]);
    expect(split(upgrade(150_000_000), upgrade(150_000_000, { fundingSource: 'NSTP_DTPT' }))).toEqual([]);
    expect(split(upgrade(150_000_000), upgrade(150_000_000, { spendForm: 'VAN_HANH_BAO_TRI' }))).toEqual([]);
  });

  it('lines of different tasks with names alike are told, lines of one task never', () => {
    const name = 'Nâng cấp phần mềm tổng hợp dự toán – phần mềm nội bộ của Sở';
    const alike = withLine(input('DT-2025-002'), 1, { name });
    expect(beside('DT-2025-002', {}, alike)).toMatchObject([
      {
        rule: 'R06',
        code: 'LINES_ALIKE',
        level: 'warning',
        path: 'lines/L2/name',
        params: { lines: '1, 2', linesMore: 0 },
      },
    ]);
    expect(beside('DT-2025-002', {}, withLine(alike, 1, { systemRef: 'PM-DUTOAN' }))).toEqual([]);
  });

  it('twenty alike lines are one finding, in this estimate and beside another one', () => {
    const row = input('DT-2025-002');
    const alike = (n: number) => ({
      ...row.lines[0]!,
      id: `L${n}`,
      systemRef: null,
      name: 'Máy tính để bàn cho bộ phận một cửa',
    });
    const lines = Array.from({ length: 20 }, (_, i) => alike(i + 1));
    const told = beside('DT-2025-002', {}, { ...row, lines }).filter(({ rule }) => rule === 'R06');
    expect(told).toMatchObject([
      {
        code: 'LINES_ALIKE',
        params: { lines: '1, 2, 3, 4, 5, 6, 7, 8, 9, 10', linesMore: 10, percent: 100 },
      },
    ]);
    const other = neighbour('DT-2025-106', { ...row, lines });
    const both = beside('DT-2025-002', { ownAgency: [other] }, { ...row, lines });
    expect(both.filter(({ rule }) => rule === 'R06').map(({ code }) => code)).toEqual([
      'LINES_ALIKE',
      'LINE_ALIKE_ELSEWHERE',
    ]);
  });

  it('no finding grows with the number of lines that it speaks of', () => {
    const row = input('DT-2025-002');
    const many = (change: object) =>
      Array.from({ length: 1_000 }, (_, i) => ({ ...row.lines[0]!, id: `L${i + 1}`, ...change }));
    const big = { systemRef: 'PM-DUTOAN', route: 'B_OUTLINE', quantity: 1, unitPrice: 900_000_000 } as const;
    const findings = [
      ...contentFindings({ ...row, lines: many({ ...big, yearSplit: [] }) }, 'preparing', background),
      ...beside('DT-2025-002', { projects: stateProjects }, { ...row, lines: many(big) }),
      ...beside('DT-2025-002', { ownAgency: [neighbour('DT-2025-106', { ...row, lines: many({}) })] }),
    ];
    expect(new Set(findings.map(({ code }) => code))).toContain('TASK_ROUTE_WRONG');
    for (const { params } of findings) expect(JSON.stringify(params).length).toBeLessThan(600);
  });

  it('a name alike in another estimate is told with its code; the content itself is no neighbour', () => {
    const row = upgrade(150_000_000);
    const renamed = upgrade(90_000_000, { systemRef: 'PM-DUTOAN', name: 'nâng cấp Phần mềm quản lí cán bộ' });
    expect(beside('DT-2025-006', { ownAgency: [neighbour('DT-2025-106', renamed)] }, row)).toMatchObject([
      { code: 'LINE_ALIKE_ELSEWHERE', params: { otherCode: 'DT-2025-106', percent: 96 } },
    ]);
    expect(beside('DT-2025-006', { ownAgency: [neighbour('DT-2025-006', row)] }, row)).toEqual([]);
  });
});

describe('R09: estimates and investment projects of one scope', () => {
  it('T4: recurrent money for the scope of NS-2025-001', () => {
    const recurrent = [1, 2, 3].reduce(
      (row, order) => withLine(row, order, { fundingSource: 'NSTP_CTX', route: 'B_OUTLINE' }),
      input('DT-2025-007'),
    );
    expect(beside('DT-2025-007', { projects: stateProjects }, recurrent)).toEqual([
      {
        rule: 'R09',
        code: 'SCOPE_FUNDED_TWICE',
        level: 'error',
        path: 'lines/L1/fundingSource',
        params: expect.objectContaining({ project: 'NS-2025-001', lines: '1, 2, 3' }),
      },
    ]);
  });

  it('an unlinked project of the same system is told; running the system is not its scope', () => {
    const unlinked = stateProjects.map((project) => ({ ...project, linkedEstimates: [] }));
    expect(beside('DT-2025-007', { projects: unlinked })).toMatchObject([{ code: 'PROJECT_NOT_LINKED' }]);
    expect(beside('DT-2025-003', { projects: unlinked })).toMatchObject([
      { code: 'PROJECT_NOT_LINKED', params: { lines: '1, 2, 3' } },
    ]);
    const running = withLine(input('DT-2025-012'), 3, { systemRef: 'GIS-QHXD' });
    expect(beside('DT-2025-012', { projects: unlinked }, running)).toEqual([]);
  });

  it('a linked project agrees in total, contingency and years', () => {
    const changed = stateProjects.map((project) => ({
      ...project,
      totalInvestment: project.totalInvestment + 1,
      contingency: project.contingency + 1,
      capitalSchedule: [...project.capitalSchedule, { year: 2027, amount: 1 }],
    }));
    expect(beside('DT-2025-007', { projects: changed }).map(({ code, path }) => [code, path])).toEqual([
      ['PROJECT_TOTAL_DIFFERS', 'totals'],
      ['PROJECT_CONTINGENCY_DIFFERS', 'totals'],
      ['PROJECT_YEAR_DIFFERS', 'totals/byYear/2027'],
    ]);
  });
});

describe('R19: prices of one norm', () => {
  it('T16: 1.450 per page is an outlier among 1.150', () => {
    const dear = withLine(input('DT-2025-011'), 1, { unitPrice: 1_450 });
    const summaries = sampleCodes.map((code) =>
      sampleSummary(code, code === 'DT-2025-011' ? dear : input(code)),
    );
    expect(summariesFindings(summaries, 'freeze', background).filter(({ rule }) => rule === 'R19')).toEqual([
      {
        rule: 'R19',
        code: 'PRICE_OUTLIER',
        level: 'warning',
        path: 'estimates/case-DT-2025-011/lines/L1/unitPrice',
        params: {
          code: 'DT-2025-011',
          normRef: 'SO_HOA_A4',
          unit: 'trang A4',
          found: 1_450,
          median: 1_150,
          submissions: 3,
          percent: 20,
        },
      },
    ]);
  });

  it('needs three submissions, and 20 % off is still fine', () => {
    const price = (of: string, unitPrice: number) => ({
      case: of,
      code: of,
      lineId: 'L1',
      normRef: 'N',
      unit: 'm',
      unitPrice,
    });
    const outliers = (...prices: number[]) =>
      priceOutliers(
        prices.map((unitPrice, i) => price(`c${i}`, unitPrice)),
        background.ruleset,
      ).map(({ unitPrice }) => unitPrice);
    expect(outliers(100, 900)).toEqual([]);
    expect(outliers(100, 100, 120)).toEqual([]);
    expect(outliers(100, 100, 121)).toEqual([121]);
    expect(outliers(79, 100, 100)).toEqual([79]);
    expect(outliers(90, 100, 111, 200)).toEqual([200]);
    expect(outliers(9_000_000_000_000_000, 9_000_000_000_000_000, 1)).toEqual([1]);
    expect(priceOutliers([price('a', 1), price('a', 1), price('a', 9)], background.ruleset)).toEqual([]);
  });
});
