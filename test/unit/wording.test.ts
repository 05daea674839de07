import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { i18n } from 'i18next';
import { statusOf } from '../../src/errors.js';
import { faultText } from '../../src/http/faultText.js';
import { commonPasswords } from '../../src/people/commonPasswords.js';
import { passwordFaults } from '../../src/people/password.js';
import { createWording, templatesFolder } from '../../src/wording.js';

let wording: i18n;
beforeAll(async () => {
  wording = await createWording();
});

type Words = { [key: string]: string | Words };
const read = (language: string, file: string) =>
  JSON.parse(readFileSync(`${templatesFolder}/messages/${language}/${file}.json`, 'utf8')) as Words;
const leaves = (words: Words, at = ''): [string, string][] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${at}${key}`, value]] : leaves(value, `${at}${key}.`),
  );
const slots = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).sort();

describe.each(['errors', 'fields'])('the words of %s', (file) => {
  it('are the same keys with the same slots in both languages', () => {
    const [vi, en] = [leaves(read('vi', file)), leaves(read('en', file))];
    expect(vi.map(([key, text]) => [key, slots(text)])).toEqual(en.map(([key, text]) => [key, slots(text)]));
  });

  it('are in NFC', () => {
    for (const [key, text] of leaves(read('vi', file)))
      expect([key, text]).toEqual([key, text.normalize('NFC')]);
  });
});

describe('every refusal', () => {
  it.each([...Object.keys(statusOf), 'INTERNAL'])('%s has a heading and a text in both languages', (code) => {
    for (const lng of ['vi', 'en']) {
      for (const key of [`error.${code}`, `errorTitle.${code}`]) {
        expect(wording.exists(key, { lng, fallbackLng: [] })).toBe(true);
      }
    }
  });

  it('has no text of a code that is gone', () => {
    const codes = Object.keys(read('vi', 'errors')['error'] as Words);
    expect(codes.sort()).toEqual([...Object.keys(statusOf), 'INTERNAL'].sort());
  });
});

describe('what texts are filled with', () => {
  const filled = (text: string, values: object) =>
    wording.services.interpolator.interpolate(text, values, 'vi', {});

  it('is đồng with its unit, days and moments as they are shown here', () => {
    expect(filled('{{a, money}}', { a: 2_350_400_000 })).toBe('2.350.400.000\u00a0đồng');
    expect(filled('{{a, day}}', { a: '2025-09-05' })).toBe('05/09/2025');
    expect(filled('{{a, day}}', { a: '2025-09-04T18:00:00.000Z' })).toBe('05/09/2025');
    expect(filled('{{a, instant}}', { a: '2025-09-05T09:30:00.000Z' })).toBe('05/09/2025 16:30');
    expect(filled('{{a, day}}', { a: '…' })).toBe('…');
  });

  it('is a source of money with its year, or of an estimate', () => {
    const source = wording.t('documents:fundingSourceShort.NSTP_CTX');
    expect(filled('{{a, cell}}', { a: 'NSTP_CTX/2026' })).toBe(`${source}, 2026`);
    expect(filled('{{a, cell}}', { a: 'DT-2025-001:NSTP_CTX' })).toBe(`${source}, DT-2025-001`);
    expect(filled('{{a, cell}}', { a: 'DT-2025-001' })).toBe('DT-2025-001');
  });
});

describe('a fault', () => {
  const told = (path: string, code: string, params = {}, lng = 'vi') =>
    faultText({ path, code, params }, wording.getFixedT(lng));

  it('says which field of which line, what was found and what is expected', () => {
    expect(told('lines.3.unitPrice', 'number.integer', { found: 1.5 })).toBe(
      'Dòng 4, đơn giá: phải là số nguyên. Đang là “1,5”.',
    );
    expect(told('lines.0.quantity', 'number.max', { found: 9, limit: 5 }, 'en')).toBe(
      'Line 1, quantity: must be 5 at most. Found “9”.',
    );
    expect(told('roles.1', 'array.unique')).toBe('Vai trò thứ 2: bị trùng với mục khác; bỏ một mục.');
    expect(
      told('event.date', 'date.outside', { found: '2025-09-01', from: '2025-09-05', to: null }),
    ).toContain('ngày 01/09/2025 nằm ngoài khoảng được nhận: từ 05/09/2025 đến ….');
  });

  it('has words even for a code that nobody has worded', () => {
    expect(told('amount', 'some.new.code')).toBe('Số tiền: chưa đúng.');
  });
});

describe('the list of common passwords', () => {
  it('holds only what the length would let through, and refuses it however it is written', () => {
    for (const common of commonPasswords) {
      expect([...common].length).toBeGreaterThanOrEqual(12);
      const shouted = common.toUpperCase().replace(/A/g, 'Á');
      expect(passwordFaults(shouted, 'nobody').map(({ code }) => code)).toContain('password.common');
    }
  });
});
