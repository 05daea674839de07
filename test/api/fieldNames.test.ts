import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { faultText } from '../../src/http/faultText.js';
import { createWording, languages, templatesFolder } from '../../src/wording.js';
import { testDatabase } from '../setup/database.js';
import { aServedCity, type ServedCity } from './served.js';

const database = testDatabase('FieldNames');
let city: ServedCity;
interface Operation {
  readonly parameters?: readonly { name: string; in: string }[];
  readonly requestBody?: object;
}
let operations: readonly Operation[];

beforeAll(async () => {
  city = await aServedCity(database);
  const { body } = await request(city.app).get('/api/v1/openapi.json');
  const { paths } = body as { paths: Record<string, Record<string, Operation>> };
  operations = Object.values(paths).flatMap((methods) => Object.values(methods));
});
afterAll(async () => {
  await city.close();
  await database.close();
});

/** The names of all fields of a schema, however deep. */
const namesIn = (schema: unknown): string[] => {
  if (Array.isArray(schema)) return schema.flatMap(namesIn);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) =>
    key === 'properties'
      ? [...Object.keys(value as object), ...namesIn(Object.values(value as object))]
      : namesIn(value),
  );
};

const words = (language: string) =>
  JSON.parse(readFileSync(join(templatesFolder, 'messages', language, 'fields.json'), 'utf8')) as {
    fieldName: Record<string, string>;
    fieldIn: Record<string, Record<string, string>>;
    fieldForm: Record<string, string>;
  };

describe('a field of the API', () => {
  it('has a name in every language, wherever it is sent', () => {
    const sent = operations.flatMap(({ parameters = [], requestBody }) => [
      ...parameters.filter((one) => one.in !== 'header').map(({ name }) => name),
      ...namesIn(requestBody),
    ]);
    const unnamed = languages.flatMap((language) => {
      const { fieldName } = words(language);
      return [...new Set(sent)].filter((name) => !fieldName[name]).map((name) => `${language} ${name}`);
    });
    expect(sent.length).toBeGreaterThan(500);
    expect(unnamed).toEqual([]);
  });

  it('has the same names in both', () => {
    const [vi, en] = languages.map(words);
    for (const group of ['fieldName', 'fieldIn', 'fieldForm'] as const)
      expect(Object.keys(en![group]).sort()).toEqual(Object.keys(vi![group]).sort());
  });

  it('that is of a form has that form told in words', () => {
    const src = join(templatesFolder, '..', 'src');
    const forms = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== 'config.ts')
      .flatMap((file) => [
        ...readFileSync(join(src, file), 'utf8').matchAll(/(?:pattern|coded)\(\s*\/.*?\/u?,\s*'([^']+)'/g),
      ])
      .map(([, form = '']) => form);
    const english = [...new Set(forms)].filter((form) => /^[A-Z]?[a-z]+( |[A-Z]|$)/.test(form));
    const { fieldForm } = words('vi');
    expect(english.length).toBeGreaterThan(4);
    expect(english.filter((form) => !fieldForm[form])).toEqual([]);
  });

  it.each([
    ['submits', 'any.required', {}, 'Có lập dự toán: chưa nhập.'],
    ['deadlines.consolidation', 'any.required', {}, 'Hạn tổng hợp: chưa nhập.'],
    ['consolidation', 'any.required', {}, 'Bảng tổng hợp: chưa nhập.'],
    ['hosts.0', 'string.base', {}, 'Tên máy chủ thứ 1: phải là chữ.'],
    [
      'params.id',
      'string.pattern.name',
      { expected: 'An id' },
      /^Mã: không đúng dạng cần có \(chữ không dấu/,
    ],
  ])('is told by its name: %s %s', async (path, code, params, said) => {
    const { t } = await createWording();
    expect(faultText({ path, code, params }, t)).toMatch(
      typeof said === 'string' ? new RegExp(`^${said}$`) : said,
    );
  });
});
