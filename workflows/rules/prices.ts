import { monthsBefore } from '../calendar.js';
import type { Ruleset } from '../rulesets.js';
import type { Money } from '../vocabulary.js';
import { groupBy } from './groupBy.js';
import type { ContentFacts, Found, NumberedLine, Rule, SummariesFacts } from './shapes.js';

const oldEvidence = ({ order, line }: NumberedLine, { estimate, ruleset }: ContentFacts): Found[] => {
  const months = ruleset.thresholds.priceEvidenceMonths.value;
  const oldest = monthsBefore(estimate.documentDate, months);
  return (['quotations', 'priceEvidence'] as const).flatMap((field) =>
    (line[field] ?? [])
      .map(({ date }, i) => ({ date, path: `lines/${line.id}/${field}/${i}/date` }))
      .filter(({ date }) => date < oldest)
      .map(({ date, path }) => ({
        code: 'PRICE_EVIDENCE_TOO_OLD',
        path,
        params: { line: order, name: line.name, date, months, oldest },
      })),
  );
};

const quotedPrice = ({ order, line }: NumberedLine, { estimate, ruleset }: ContentFacts): Found[] => {
  if (line.pricingBasis !== 'BAO_GIA') return [];
  const { quotations: wanted, priceEvidenceMonths } = ruleset.thresholds;
  const quotations = line.quotations ?? [];
  const oldest = monthsBefore(estimate.documentDate, priceEvidenceMonths.value);
  // A price that is too old to count as evidence is too old to compare with.
  const comparable = quotations.filter(({ date }) => date >= oldest).map(({ amount }) => amount);
  const lowest = comparable.reduce((a, b) => Math.min(a, b), Infinity);
  const base = { line: order, name: line.name };
  const found: Found[] = [];
  if (quotations.length < wanted.value) {
    const params = { ...base, found: quotations.length, expected: wanted.value };
    found.push({ code: 'QUOTATIONS_TOO_FEW', path: `lines/${line.id}/quotations`, params });
  }
  if (line.unitPrice > lowest && (line.priceExplanation ?? '').trim() === '') {
    const params = { ...base, found: line.unitPrice, lowest };
    found.push({ code: 'PRICE_ABOVE_LOWEST', path: `lines/${line.id}/unitPrice`, params });
  }
  return found;
};

const missingBasis = ({ order, line }: NumberedLine): Found[] => {
  const params = { line: order, name: line.name };
  // Content read from a file may lack what the type promises.
  if (!(line.pricingBasis as string | undefined)) {
    return [{ code: 'PRICING_BASIS_MISSING', path: `lines/${line.id}/pricingBasis`, params }];
  }
  const evidenceNeeded = line.pricingBasis === 'TRUNG_THAU_TUONG_TU' && !line.priceEvidence?.length;
  return evidenceNeeded
    ? [{ code: 'PRICE_EVIDENCE_MISSING', path: `lines/${line.id}/priceEvidence`, params }]
    : [];
};

/** Every price stands on a basis, fresh enough, and is not above the lowest quotation without saying why. */
export const r18: Rule<ContentFacts> = {
  id: 'R18',
  source: 'TT 03/2020/TT-BTTTT; thông lệ lấy ba báo giá',
  stages: { preparing: 'warning', acceptance: 'warning', finance: 'warning' },
  codes: [
    'PRICING_BASIS_MISSING',
    'PRICE_EVIDENCE_MISSING',
    'PRICE_EVIDENCE_TOO_OLD',
    'QUOTATIONS_TOO_FEW',
    'PRICE_ABOVE_LOWEST',
  ],
  check: (facts) =>
    facts.lines.flatMap((entry) => [
      ...missingBasis(entry),
      ...quotedPrice(entry, facts),
      ...oldEvidence(entry, facts),
    ]),
};

/** A unit price (before VAT, đồng) of a line that follows a norm. */
export interface NormPrice {
  readonly case: string;
  readonly code: string;
  readonly lineId: string;
  readonly normRef: string;
  readonly unit: string;
  readonly unitPrice: Money;
}

/** A price that lies too far from the median of all submissions with the same norm and unit. */
export interface PriceOutlier extends NormPrice {
  readonly median: Money;
  readonly submissions: number;
}

/** Prices further from their median than the rule set allows, where enough submissions can be compared (R19). */
export const priceOutliers = (prices: readonly NormPrice[], { thresholds }: Ruleset): PriceOutlier[] => {
  const groups = groupBy(prices, ({ normRef, unit }) => JSON.stringify([normRef, unit]));
  return [...groups.values()].flatMap((group) => {
    const submissions = new Set(group.map((price) => price.case)).size;
    if (submissions < thresholds.priceOutlierSubmissions.value) return [];
    const sorted = group
      .map(({ unitPrice }) => BigInt(unitPrice))
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    // Twice the median, so that an even count stays a whole number.
    const twice = (sorted[(sorted.length - 1) >> 1] ?? 0n) + (sorted[sorted.length >> 1] ?? 0n);
    return group
      .filter(({ unitPrice }) => {
        const off = 2n * BigInt(unitPrice) - twice;
        return (
          (off < 0n ? -off : off) * 10_000n >
          BigInt(Math.round(thresholds.priceOutlierPercent.value * 100)) * twice
        );
      })
      .map((price) => ({ ...price, median: Number((twice + 1n) / 2n), submissions }));
  });
};

/** Unit prices of one norm are alike across submissions. */
export const r19: Rule<SummariesFacts> = {
  id: 'R19',
  source: 'Đề xuất thiết kế: so đơn giá với trung vị của các hồ sơ',
  stages: { acceptance: 'warning', freeze: 'warning' },
  codes: ['PRICE_OUTLIER'],
  check: ({ summaries, ruleset }) => {
    const prices = summaries.flatMap(({ norms, code, case: of }) =>
      norms.map((norm) => ({ ...norm, code, case: of })),
    );
    return priceOutliers(prices, ruleset).map((outlier) => ({
      code: 'PRICE_OUTLIER',
      path: `estimates/${outlier.case}/lines/${outlier.lineId}/unitPrice`,
      params: {
        code: outlier.code,
        normRef: outlier.normRef,
        unit: outlier.unit,
        found: outlier.unitPrice,
        median: outlier.median,
        submissions: outlier.submissions,
        percent: ruleset.thresholds.priceOutlierPercent.value,
      },
    }));
  },
};
