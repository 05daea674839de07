import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  categories,
  type EstimateInput,
  fundingSources,
  type LineInput,
  vatRates,
} from '../../workflows/content.js';
import { sum } from '../../workflows/money.js';
import {
  atContingencyRate,
  bySourceYearInProportion,
  computeLine,
  reviewedEstimate,
  totalsOf,
  yearSplitInProportion,
} from '../../workflows/totals.js';
import {
  contentOf,
  refitted,
  sampleCodes,
  sampleDecision,
  sampleDecisionTotals,
  sampleEstimate,
  sampleVerdicts,
} from '../builders/estimates.js';

const margin = (cells: Readonly<Record<string, number>>, part: 0 | 1) => {
  const sums: Record<string, number> = {};
  for (const [cell, amount] of Object.entries(cells)) {
    const key = cell.split('/')[part] ?? '';
    sums[key] = (sums[key] ?? 0) + amount;
  }
  return sums;
};
const withMoney = (amounts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== 0));

/** Estimates with any lines, sources and years, whose splits are complete. */
const anEstimate: fc.Arbitrary<EstimateInput> = fc
  .record({
    lines: fc.array(
      fc.record({
        category: fc.constantFrom(...categories),
        fundingSource: fc.constantFrom(...fundingSources),
        thousandths: fc.integer({ min: 0, max: 100_000 }),
        unitPrice: fc.integer({ min: 0, max: 999_999_999 }),
        vatRate: fc.constantFrom(...vatRates),
        weights: fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    rate: fc.integer({ min: 0, max: 2_000 }),
    base: fc.constantFrom('PRE_VAT' as const, 'POST_VAT' as const),
    weights: fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)),
  })
  .map(({ lines, rate, base, weights }) => {
    const split = (parts: readonly number[]) => parts.map((amount, i) => ({ year: 2025 + i, amount }));
    const [pattern] = sampleEstimate('DT-2025-001').input.lines as [LineInput];
    return refitted({
      ...sampleEstimate('DT-2025-001').input,
      fiscalYearTo: 2027,
      contingencyRate: rate / 100,
      contingencyBase: base,
      contingencyYearSplit: split(weights),
      lines: lines.map(({ thousandths, weights: own, ...line }, i) => {
        return { ...pattern, id: `L${i + 1}`, ...line, quantity: thousandths / 1_000, yearSplit: split(own) };
      }),
    });
  });

describe('Totals of an estimate', () => {
  it.each(sampleCodes)('%s: come out as the sample data say', (code) => {
    const { input, expected } = sampleEstimate(code);
    const totals = totalsOf({ ...input, lines: input.lines.map(computeLine) });
    expect(totals).toMatchObject(expected);
    expect(withMoney(margin(totals.bySourceYear, 0))).toEqual(totals.bySource);
    expect(withMoney(margin(totals.bySourceYear, 1))).toEqual(withMoney(totals.byYear));
  });

  it('of all twelve estimates are 116.815.775.000 đồng', () => {
    const totals = sampleCodes.map((code) => contentOf(code).totals.grandTotal);
    expect(sum(totals)).toBe(116_815_775_000);
  });

  it('never take over what a client typed', () => {
    const [line] = sampleEstimate('DT-2025-004').input.lines as [LineInput];
    expect(computeLine({ ...line, amount: 1, vatAmount: 1, amountAfterVat: 1 } as LineInput)).toMatchObject({
      amount: 2_160_000_000,
      vatAmount: 216_000_000,
      amountAfterVat: 2_376_000_000,
    });
  });

  it('count contingency after VAT where the head says so', () => {
    const { input } = sampleEstimate('DT-2025-004');
    const lines = input.lines.map(computeLine);
    const totals = totalsOf({ ...input, contingencyBase: 'POST_VAT', lines });
    expect(totals.contingencyAmount).toBe(206_580_000);
  });

  it('give the rest of the contingency to the largest source', () => {
    const row = sampleEstimate('DT-2025-006').input;
    const [first, second] = row.lines as [LineInput, LineInput];
    const lines = [
      { ...first, quantity: 1, unitPrice: 200, vatRate: 'KCT' as const },
      { ...second, quantity: 1, unitPrice: 100, fundingSource: 'XA_HOI_HOA' as const },
    ].map(computeLine);
    const { contingencyAmount, bySource } = totalsOf({ ...row, contingencyRate: 33.33, lines });
    expect(contingencyAmount).toBe(100);
    expect(bySource).toEqual({ NSTP_CTX: 267, XA_HOI_HOA: 133 });
  });

  it('cross-foot for any estimate whose splits are complete', () => {
    fc.assert(
      fc.property(anEstimate, (input) => {
        const totals = totalsOf({ ...input, lines: input.lines.map(computeLine) });
        expect(totals.grandTotal).toBe(totals.subtotal + totals.vatTotal + totals.contingencyAmount);
        expect(sum(Object.values(totals.bySource))).toBe(totals.grandTotal);
        expect(sum(Object.values(totals.byYear))).toBe(totals.grandTotal);
        expect(sum(Object.values(totals.byCategory))).toBe(totals.grandTotal - totals.contingencyAmount);
        expect(withMoney(margin(totals.bySourceYear, 0))).toEqual(withMoney(totals.bySource));
        expect(withMoney(margin(totals.bySourceYear, 1))).toEqual(withMoney(totals.byYear));
        expect(Math.min(0, ...Object.values(totals.bySourceYear))).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('do not depend on the order of the lines', () => {
    fc.assert(
      fc.property(anEstimate, (input) => {
        const lines = input.lines.map(computeLine);
        expect(totalsOf({ ...input, lines: [...lines].reverse() })).toEqual(totalsOf({ ...input, lines }));
      }),
    );
  });
});

describe('A reviewed estimate', () => {
  it.each(sampleCodes)('%s: is what the demonstration decides', (code) => {
    const decision = sampleDecision(code);
    const content = contentOf(code);
    const reviewed = reviewedEstimate(content, sampleVerdicts(code));
    expect(content.totals.grandTotal).toBe(decision.requested);
    expect(reviewed.totals.grandTotal).toBe(decision.reviewed);
    expect(sum(Object.values(reviewed.totals.byYear))).toBe(decision.reviewed);
    if (decision.path === 'cityMoney') {
      const appraised = atContingencyRate(
        { ...content, ...reviewed },
        decision.appraisedContingencyRate ?? content.contingencyRate,
      );
      expect(appraised.totals.grandTotal).toBe(decision.appraised);
    }
  });

  it('gives the appraised 48.857.600.000 of DT-2025-003 at a contingency of 8 %', () => {
    const { totals, contingencyYearSplit } = atContingencyRate(contentOf('DT-2025-003'), 8);
    expect(totals.grandTotal).toBe(48_857_600_000);
    expect(contingencyYearSplit).toEqual([
      { year: 2025, amount: 334_560_000 },
      { year: 2026, amount: 3_011_040_000 },
    ]);
  });

  it.each(sampleCodes.filter((code) => sampleDecision(code).allocated > 0))(
    '%s: what is allocated falls on the years in the reviewed proportions',
    (code) => {
      const { allocated, allocatedByYear = {} } = sampleDecision(code);
      const { totals } = reviewedEstimate(contentOf(code), sampleVerdicts(code));
      const cells = bySourceYearInProportion(allocated, totals);
      expect(withMoney(margin(cells, 1))).toEqual(withMoney(allocatedByYear));
    },
  );

  it('adds up over all estimates', () => {
    const reviewed = sampleCodes.map((code) => reviewedEstimate(contentOf(code), sampleVerdicts(code)));
    expect(sum(reviewed.map(({ totals }) => totals.grandTotal))).toBe(sampleDecisionTotals.reviewed);
  });

  it('counts lines without verdict, and lines to be returned, as requested', () => {
    const content = contentOf('DT-2025-004');
    const verdict = { lineId: 'L1', lineHash: '', by: 'reviewer' };
    expect(reviewedEstimate(content, [{ ...verdict, verdict: 'return' }]).totals).toEqual(content.totals);
    expect(reviewedEstimate(content, []).totals).toEqual(content.totals);
  });

  it('keeps the year proportions of a reduced line, the remainder in the last year', () => {
    const content = contentOf('DT-2025-010');
    const verdict = {
      lineId: 'L3',
      lineHash: '',
      by: 'reviewer',
      verdict: 'reduce' as const,
      unitPrice: 333_333_333,
    };
    const reduced = reviewedEstimate(content, [verdict]).lines[2];
    expect(reduced?.amountAfterVat).toBe(733_333_333);
    expect(reduced?.yearSplit).toEqual([
      { year: 2025, amount: 183_333_333 },
      { year: 2026, amount: 550_000_000 },
    ]);
  });

  it('splits any amount over the years without losing a đồng', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000_000),
        fc.array(fc.record({ year: fc.integer({ min: 2025, max: 2030 }), amount: fc.nat(1_000_000) }), {
          minLength: 1,
        }),
        (amount, split) => {
          expect(sum(yearSplitInProportion(amount, split).map((part) => part.amount))).toBe(amount);
        },
      ),
    );
  });
});
