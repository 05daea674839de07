import { describe, expect, it } from '@jest/globals';
import { draftFindings } from '../../src/estimates/findings.js';
import { findingText } from '../../src/pages/findingsView.js';
import { createSay } from '../../src/pages/say.js';
import { sampleEstimates } from '../../src/seed/sampleEstimates.js';
import { createWording, languages } from '../../src/wording.js';
import { rulesetOn } from '../../workflows/rulesets.js';

const limit = 9_007_199_254_740_991;
const { lines, ...header } = sampleEstimates[0]!.input;
const found = (changed: object, more: object = {}, whole = true) =>
  draftFindings(
    {
      header: { ...(whole && header), ...more },
      lines: lines.map(({ justification, ...line }) => ({
        ...line,
        ...(whole && { justification }),
        ...changed,
      })),
    },
    { ruleset: rulesetOn('2025-09-30'), systems: [] },
  ).filter(({ code }) => code.endsWith('TOO_LARGE'));

describe('findings of a draft', () => {
  it.each([true, false])(
    'tell each line whose amount is too large, whether or not it is complete: %s',
    (whole) => {
      const large = { quantity: 1e9, unitPrice: 9e15, vatRate: 'KCT' };
      expect(found(large, {}, whole)).toEqual(
        lines.map(({ id }, at) => ({
          ...{ rule: 'FORM', code: 'LINE_TOO_LARGE', level: 'error', path: `lines/${id}/unitPrice` },
          params: { line: at + 1, found: '9000000000000000000000000', limit },
        })),
      );
    },
  );

  it.each([true, false])('tell a sum of lines that is too large, each of which is not: %s', (whole) => {
    const large = { quantity: 1, unitPrice: 9e15, vatRate: 'KCT' };
    expect(found(large, { contingencyRate: 0 }, whole)).toMatchObject([
      {
        code: 'LINES_TOO_LARGE',
        path: `lines/${lines[0]!.id}/unitPrice`,
        params: {
          lines: lines.map((_, at) => at + 1).join(', '),
          found: String(9n * BigInt(lines.length) * 10n ** 15n),
        },
      },
    ]);
  });

  it('tell years whose amounts are too large', () => {
    const [first] = lines;
    const year = (amount: number) => ({ yearSplit: [2025, 2026].map((year) => ({ year, amount })) });
    expect(found(year(9e15), { contingencyYearSplit: [] })).toMatchObject(
      lines.map(({ id }) => ({ code: 'LINE_YEARS_TOO_LARGE', path: `lines/${id}/yearSplit` })),
    );
    expect(found(year(4.5e15), { contingencyYearSplit: [] })).toMatchObject(
      [2025, 2026].map((year) => ({
        ...{ code: 'YEAR_TOO_LARGE', path: `lines/${first!.id}/yearSplit` },
        params: { year: String(year) },
      })),
    );
    expect(found({}, { contingencyYearSplit: year(9e15).yearSplit })).toMatchObject([
      { code: 'CONTINGENCY_YEARS_TOO_LARGE', path: 'contingencyYearSplit' },
    ]);
  });

  it('tell amounts that cannot be reckoned exactly in whole words, in both languages', async () => {
    const [large] = found({ quantity: 1e12, unitPrice: 9e15 });
    const sayIn = createSay(await createWording(), true);
    for (const language of languages) {
      const text = findingText(large!, sayIn(language));
      expect(text).not.toMatch(/\{\{|field\.|problem\./);
      expect(text).toContain('9.007.199.254.740.991');
      expect(text).toMatch(/\d{1,3}(\.\d{3}){8}/);
    }
  });
});
