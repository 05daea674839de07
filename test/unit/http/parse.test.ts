import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import Joi from 'joi';
import { Refusal, type FieldFault } from '../../../src/errors.js';
import { cleaned } from '../../../src/http/clean.js';
import { parse, parseValue } from '../../../src/http/parse.js';

const faultsOf = (act: () => unknown): readonly FieldFault[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.members['faults'] as FieldFault[];
    throw error;
  }
  return [];
};

describe('parse', () => {
  const schemas = {
    params: Joi.object({ id: Joi.string().max(3).required() }),
    query: Joi.object({ limit: Joi.number().integer().default(50) }),
    body: Joi.object({ amount: Joi.number().required(), note: Joi.string().trim() }),
  };

  it('returns values and writes on nothing', () => {
    const input = { params: { id: 'a' }, query: { limit: '7' }, body: { amount: 1, note: ' a ' } };
    const before = structuredClone(input);
    expect(parse(schemas, input)).toEqual({
      params: { id: 'a' },
      query: { limit: 7 },
      body: { amount: 1, note: 'a' },
    });
    expect(input).toEqual(before);
  });

  it('reads numbers from an address and from forms, never from JSON', () => {
    const input = { params: { id: 'a' }, query: {}, body: { amount: '1' } };
    expect(faultsOf(() => parse(schemas, input))).toEqual([
      { path: 'amount', code: 'number.base', params: { found: '1' } },
    ]);
    expect(parse(schemas, input, true)).toMatchObject({ body: { amount: 1 } });
  });

  it('tells the faults of address, query and body together', () => {
    const faults = faultsOf(() =>
      parse(schemas, { params: { id: 'abcd' }, query: { limit: 'x', a: '1' }, body: {} }),
    );
    expect(faults.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'params.id string.max',
      'query.limit number.base',
      'query.a object.unknown',
      'amount any.required',
    ]);
  });

  it('takes nothing where nothing is declared', () => {
    expect(faultsOf(() => parse({}, { params: {}, query: { a: '1' }, body: { b: 1 } }))).toHaveLength(1);
    expect(parse({}, { params: {}, query: {}, body: { b: 1 } })).toEqual({
      params: {},
      query: {},
      body: undefined,
    });
  });

  it('never repeats a secret', () => {
    const schema = Joi.object({ password: Joi.string().max(3) });
    const [fault] = faultsOf(() => parseValue(schema, { password: 'geheim' }, ''));
    expect(fault).toEqual({ path: 'password', code: 'string.max', params: { limit: 3, expected: 3 } });
  });

  it('trims only where a schema asks for it, before it counts', () => {
    const schema = Joi.object({ list: Joi.array().items(Joi.string().trim().min(2)), as: Joi.string() });
    expect(parseValue(schema, { list: [' ab '], as: ' a ' }, '')).toEqual({ list: ['ab'], as: ' a ' });
    expect(faultsOf(() => parseValue(schema, { list: [' a '] }, ''))).toEqual([
      expect.objectContaining({ path: 'list.0', code: 'string.min' }),
    ]);
  });

  it('leaves days as they are', () => {
    const schema = Joi.object({ day: Joi.string().isoDate() });
    expect(parseValue(schema, { day: '2025-09-25' }, '')).toEqual({ day: '2025-09-25' });
  });
});

describe('what comes in', () => {
  it('is any JSON in NFC, or a fault, and never an error', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 15 }), (value) => {
        const faults: FieldFault[] = [];
        const clean = cleaned(value, '', faults);
        if (faults.length > 0) return;
        expect(JSON.stringify(clean)).toBe(JSON.stringify(clean).normalize('NFC'));
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every Vietnamese letter and tabs, and has one line end, whoever typed it', () => {
    const faults: FieldFault[] = [];
    const text = 'Ắ ằ ẵ ử Ỹ đ Đ\tdòng 1\ndòng 2\n\n₫ “trích” – 2.350.400.000';
    for (const end of ['\n', '\r\n', '\r'])
      expect(cleaned(text.normalize('NFD').replaceAll('\n', end), '', faults)).toBe(text);
    expect(cleaned({ password: 'a\r\nb' }, '', faults)).toEqual({ password: 'a\r\nb' });
    expect(faults).toEqual([]);
  });
});
