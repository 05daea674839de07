import { beforeAll, describe, expect, it } from '@jest/globals';
import type { FieldFault } from '../../src/errors.js';
import { cleaned } from '../../src/http/clean.js';
import { faultText } from '../../src/http/faultText.js';
import { readMoney, readNumber } from '../../src/pages/figures.js';
import { faultsShown, readForm, type Field } from '../../src/pages/form.js';
import { createSay, type Say } from '../../src/pages/say.js';
import { createWording } from '../../src/wording.js';

let vi: Say;
beforeAll(async () => {
  vi = createSay(await createWording(), true)('vi');
});

const told = (as: Field['as'], text: string): string | undefined => {
  const field: Field = { name: 'x', as, label: 'Số' };
  const { faults } = readForm([field], { x: text });
  return faultsShown(faults, [field], 'f', vi).lines[0]?.text;
};

describe('what is wrong with a figure', () => {
  it.each(['1,234', '12%', '1.5', '12,5', 'abc', '1.234 567'])(
    'is told of whole đồng with an example that is taken: %s',
    (text) => {
      const said = told('money', text) ?? '';
      expect(said).toMatch(/đồng nguyên/);
      const examples = said.replace(/Đang là.*/, '').match(/\d[\d.,]*\d/g) ?? [];
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(readMoney(example)).toHaveProperty('value');
    },
  );

  it.each(['12%', '1.5', 'abc', '1,234'])(
    'is told of a quantity with examples that are taken: %s',
    (text) => {
      const examples = (told('number', text) ?? '').replace(/Đang là.*/, '').match(/\d[\d.,]*\d/g) ?? [];
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(readNumber(example)).toHaveProperty('value');
    },
  );

  it.each(['money', 'number', 'integer'] as const)('is its sign where a %s is negative', (as) => {
    expect(told(as, '-100')).toBe('Số: không được âm. Đang là “-100”.');
  });

  it('is written as amounts are, but a year or the number of a paper as it is', () => {
    const fault = (path: string): FieldFault => ({
      path,
      code: 'number.max',
      params: { limit: 12_030, found: 20_266 },
    });
    expect(faultText(fault('lines.0.year'), vi.t)).toMatch(/12030.*20266/);
    expect(faultText(fault('fiscalYearFrom'), vi.t)).toMatch(/20266/);
    expect(faultText(fault('event.number'), vi.t)).toMatch(/20266/);
    expect(faultText(fault('amount'), vi.t)).toMatch(/12\.030.*20\.266/);
    expect(readForm([{ name: 'year', as: 'integer', label: 'Năm' }], { year: '20260001' })).toMatchObject({
      values: { year: 20_260_001 },
      faults: [],
    });
  });
});

describe('blanks between thousands', () => {
  it.each([' ', '\u00a0', '\u2007', '\u2009', '\u202f'])('are taken as sheets write them: %j', (blank) => {
    const faults: FieldFault[] = [];
    const text = cleaned(`1${blank}234${blank}567`, 'amount', faults);
    expect(faults).toEqual([]);
    expect(readMoney(text as string)).toEqual({ value: 1_234_567 });
  });

  it('are taken nowhere in a secret', () => {
    expect(cleaned('a\u202fb', 'password', [])).toBe('a\u202fb');
  });
});
