import { describe, expect, it } from '@jest/globals';
import { createWording } from '../../../src/wording.js';
import en from '../../../templates/messages/en/findings.json' with { type: 'json' };
import vi from '../../../templates/messages/vi/findings.json' with { type: 'json' };
import { contentFindings, ruleTable, stepFindings } from '../../../workflows/rules/index.js';
import { listed } from '../../../workflows/rules/listed.js';
import { levels, stages } from '../../../workflows/rules/shapes.js';
import { rulesetById } from '../../../workflows/rulesets.js';
import { sampleEstimate, sampleSystems } from '../../builders/estimates.js';

const codes = ruleTable.flatMap((rule) => rule.codes);
/** What the schema of a complete estimate tells, field by field. */
const formCodes = [
  'ALLOCATION_ROW_TWICE',
  'CONTINGENCY_YEARS_TOO_LARGE',
  'ESTIMATE_NOT_APPROVED',
  'ESTIMATE_NOT_OF_ROUND',
  'FORM_FIELD_MISSING',
  'FORM_FIELD_WRONG',
  'FORM_LINE_FIELD_MISSING',
  'FORM_LINE_FIELD_WRONG',
  'LINES_TOO_LARGE',
  'LINE_TOO_LARGE',
  'LINE_YEARS_TOO_LARGE',
  'YEAR_TOO_LARGE',
];
const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name))].sort();

describe('The rules', () => {
  it('have the ids that were asked for, each once', () => {
    const wanted =
      'M2A R01 R02 R03 R04 R05 R06 R07 R09 R10 R11 R12 R18 R19 R20 R21 R22 R23 R24 R25 R26 R27 R28';
    expect(ruleTable.map(({ id }) => id).join(' ')).toBe(wanted);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('name a source, stages and levels', () => {
    for (const { source, stages: asked } of ruleTable) {
      expect(source.trim()).not.toBe('');
      expect(Object.keys(asked).length).toBeGreaterThan(0);
      expect(Object.keys(asked).every((stage) => (stages as readonly string[]).includes(stage))).toBe(true);
      expect(Object.values(asked).every((level) => levels.includes(level))).toBe(true);
    }
  });
});

describe('The wording of findings', () => {
  it.each([
    ['vi', vi],
    ['en', en],
  ])('%s: has a text for every code and for no other, in NFC', (_, messages) => {
    const { field: _field, problem: _problem, more: _more, ...texts } = messages;
    expect(Object.keys(texts).sort()).toEqual([...codes, ...formCodes].sort());
    for (const text of Object.values(texts)) expect(text).toBe(text.normalize('NFC'));
  });

  it('fills the same places in both languages', () => {
    const { field: _field, problem: _problem, more: _more, ...texts } = vi;
    for (const [code, text] of Object.entries(texts)) {
      expect([code, ...placeholders(en[code as keyof typeof texts])]).toEqual([code, ...placeholders(text)]);
    }
    expect(Object.keys(en.field)).toEqual(Object.keys(vi.field));
    expect(Object.keys(en.problem)).toEqual(Object.keys(vi.problem));
    expect(Object.keys(en.more)).toEqual(Object.keys(vi.more));
  });

  it('names ten of a long list and counts the others, in the words of each language', async () => {
    const wording = await createWording();
    const orders = Array.from({ length: 1_000 }, (_, i) => i + 1);
    const told = (count: number, lng: string) =>
      wording.t('findings:PROJECT_NOT_LINKED', {
        ...listed('lines', orders.slice(0, count)),
        project: 'NS-2025-001',
        projectName: 'Nền tảng số',
        lng,
      });
    expect(told(3, 'vi')).toContain('Dòng 1, 2, 3 cùng phạm vi');
    expect(told(1_000, 'vi')).toContain('Dòng 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 và 990 dòng khác cùng phạm vi');
    expect(told(11, 'en')).toContain('10 and one more');
    expect(told(1_000, 'en')).toContain('10 and 990 more');
  });

  it('leaves no place empty and writes money and days as people read them', async () => {
    const wording = await createWording();
    const { input } = sampleEstimate('DT-2025-004');
    const broken = {
      ...input,
      currentState: '',
      contingencyRate: 12.5,
      contingencyYearSplit: [],
      lines: input.lines.map((line) => ({ ...line, amount: 1, route: 'B_OUTLINE' as const, quotations: [] })),
    };
    const background = { ruleset: rulesetById('ND73_82_NQ04'), systems: sampleSystems };
    const findings = [
      ...contentFindings(broken, 'preparing', background),
      ...stepFindings({ deadline: { path: 'x', due: '2025-09-30', actual: '2025-10-06' } }, 'preparing'),
    ];
    expect(findings.length).toBeGreaterThan(8);
    const told = findings.map(({ code, params }) => wording.t(`findings:${code}`, params));
    for (const text of told) expect(text).not.toMatch(/\{\{|\$t|undefined|findings:/);
    expect(told).toContain(
      'Trễ 4 ngày làm việc (6 ngày): hạn 30/09/2025, thực hiện 06/10/2025. Hãy ghi lý do trễ.',
    );
    expect(told).toContainEqual(expect.stringContaining('Thiếu "Hiện trạng": tuyến của dòng 1'));
    expect(told).toContainEqual(expect.stringContaining('phải là 1.596.000.000\u00a0đồng'));
    expect(
      wording.t('findings:FORM_LINE_FIELD_WRONG', {
        line: 2,
        field: 'quantity',
        problem: 'number.greater',
        limit: 0,
      }),
    ).toBe('Dòng 2: "Số lượng" chưa đúng: phải lớn hơn 0. Hãy sửa lại.');
    expect(told).toContainEqual(expect.stringContaining('Tỷ lệ dự phòng 12,5%'));
  });
});
