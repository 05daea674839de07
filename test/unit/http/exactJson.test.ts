import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inexactness } from '../../../src/http/exactJson.js';

const faults = (text: string) => inexactness(text).map(({ path, code }) => `${path} ${code}`);

describe('JSON that would be taken otherwise than it is written', () => {
  it.each([
    ['{"a":1,"a":2}', ['a json.twice']],
    ['{"a":1,"\\u0061":2}', ['a json.twice']],
    ['{"ô":1,"o\u0302":2}', ['ô json.twice']],
    ['{"x":[{"a":1},{"b":1,"c":{"d":1,"d":2}}]}', ['x.1.c.d json.twice']],
    ['{"amount":8999999999999999.7}', ['amount json.inexact']],
    ['{"amounts":[1,9007199254740993]}', ['amounts.1 json.inexact']],
    ['{"a":1.00000000000000000001}', ['a json.inexact']],
    ['[1e400]', ['0 json.inexact']],
    ['1e-400', [' json.inexact']],
  ])('is told by its place: %s', (text, expected) => {
    expect(JSON.parse(text)).toBeDefined();
    expect(faults(text)).toEqual(expected);
  });

  it.each([
    '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}',
    '{"a":"a","b":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":0.1,"b":1.50,"c":1e3,"d":1.5E+2,"e":-0,"f":0.000,"g":9000000000000000,"h":1000e-3}',
    '[true,false,null,"1e400"]',
    '{}',
  ])('is none of these: %s', (text) => {
    expect(faults(text)).toEqual([]);
  });

  it('is nothing that JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        const composed = text === text.normalize('NFC');
        expect(composed ? faults(text) : []).toEqual([]);
      }),
    );
  });

  it('of a megabyte is read in a moment', () => {
    const lines = Array.from({ length: 8_000 }, (_, at) => ({
      id: `l${at}`,
      name: 'x'.repeat(80),
      amount: at,
    }));
    const text = JSON.stringify({ lines });
    const began = performance.now();
    expect(faults(text)).toEqual([]);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
