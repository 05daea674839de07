import { beforeAll, describe, expect, it } from '@jest/globals';
import type { TFunction } from 'i18next';
import Joi from 'joi';
import { type Refusal, type FieldFault } from '../../../src/errors.js';
import { draftLine } from '../../../src/estimates/form.js';
import { editSchemas } from '../../../src/estimates/schemas.js';
import { faultText } from '../../../src/http/faultText.js';
import { parseValue } from '../../../src/http/parse.js';
import { dayShape } from '../../../src/http/shapes.js';
import { createWording } from '../../../src/wording.js';

let t: TFunction;
beforeAll(async () => {
  t = (await createWording()).getFixedT('vi');
});

const toldOf = (schema: Joi.Schema, value: unknown): string[] => {
  try {
    parseValue(schema, value, '');
    return [];
  } catch (error) {
    return ((error as Refusal).members.faults as FieldFault[]).map((fault) => faultText(fault, t));
  }
};

describe('what is wrong with a field', () => {
  it('is told once, by the first that explains it', () => {
    expect(toldOf(Joi.object({ validFrom: dayShape }), { validFrom: '01/12/2026' })).toEqual([
      'Từ ngày: không đúng dạng cần có (YYYY-MM-DD). Đang là “01/12/2026”.',
    ]);
  });

  it('names the type where the type is what is wrong', () => {
    expect(toldOf(draftLine, { vatRate: '10' })).toEqual([
      'Thuế suất GTGT: phải là số; trong JSON viết số không có dấu nháy. Đang là “10”.',
    ]);
    expect(toldOf(draftLine, { vatRate: '11' })[0]).toContain('chọn một trong: KCT, 0, 5, 8, 10');
  });

  it('repeats no more of a value than it takes to recognise it', () => {
    const [price = ''] = toldOf(draftLine, { unitPrice: 1e308 });
    expect(price).toContain('…');
    expect(price.length).toBeLessThan(120);
    expect(toldOf(draftLine, { vatRate: 'x'.repeat(99) })[0]).toContain(`“${'x'.repeat(40)}…”`);
  });

  it('names the field by its place: one name may mean two things', () => {
    const told = (path: string, code: string) => faultText({ path, code, params: {} }, t);
    expect(told('title', 'any.required')).toBe('Chức danh: chưa nhập.');
    expect(told('header.legalBases.0.title', 'any.required')).toBe('Trích yếu: chưa nhập.');
    expect(told('to', 'user.unknown')).toBe('Người được ủy quyền: không có người dùng này.');
    expect(told('to', 'number.base')).toMatch(/^Người được ủy quyền/);
    const moved = (input: object) => toldOf(editSchemas.moveLine.schema, input);
    expect(moved({})).toEqual(['Vị trí mới: chưa nhập.']);
    expect(moved({ to: 'x' })[0]).toMatch(/^Vị trí mới: phải là số/);
  });

  it('groups the digits of money that is too large to be a number', () => {
    const params = { found: '18014398509481982000', limit: Number.MAX_SAFE_INTEGER };
    const told = (code: string) => faultText({ path: 'amount', code, params }, t);
    for (const code of ['money.sum', 'money.product'])
      expect(told(code)).toMatch(
        /18\.014\.398\.509\.481\.982\.000\u00a0đồng.*9\.007\.199\.254\.740\.991\u00a0đồng/,
      );
  });
});
