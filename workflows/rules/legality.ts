import type { LegalInstrument } from '../legalBases.js';
import type { ContentFacts, Found, Rule } from './shapes.js';

const plain = (number: string): string => number.normalize('NFC').replace(/\s+/gu, '').toUpperCase();

/** The articles that a citation names: `Điều 6, 19 và 22` → 6, 19, 22. */
const citedArticles = (title: string): number[] =>
  [
    ...title
      .normalize('NFC')
      .matchAll(/(?:điều|article)s?\s+(\d+(?:\s*(?:,|;|và|and)\s*(?:điều\s+)?\d+)*)/giu),
  ].flatMap(([, list = '']) => [...list.matchAll(/\d+/g)].map(([digits]) => Number(digits)));

const outOfForce = (
  basis: { number: string; title: string },
  law: LegalInstrument,
  day: string,
): Omit<Found, 'path'>[] => {
  const number = basis.number;
  if (day < law.from) return [{ code: 'LEGAL_BASIS_NOT_YET', params: { number, from: law.from, day } }];
  if (law.to !== null && day > law.to) {
    const params = { number, to: law.to, day, replacedBy: law.replacedBy ?? '' };
    return [{ code: law.replacedBy ? 'LEGAL_BASIS_REPLACED' : 'LEGAL_BASIS_EXPIRED', params }];
  }
  const later = law.laterArticles;
  const early = citedArticles(basis.title).filter((article) => later?.articles.includes(article));
  if (!later || day >= later.from || early.length === 0) return [];
  return [
    { code: 'LEGAL_ARTICLE_NOT_YET', params: { number, articles: early.join(', '), from: later.from, day } },
  ];
};

/** Every legal basis that is known is in force on the day of the document. */
export const r25: Rule<ContentFacts> = {
  id: 'R25',
  source: 'NĐ 180/2025/NĐ-CP (Điều 6, 19, 22 từ 01/10/2025) và điều khoản thi hành của từng văn bản',
  stages: { preparing: 'warning', acceptance: 'warning', finance: 'warning' },
  codes: ['LEGAL_BASIS_NOT_YET', 'LEGAL_BASIS_EXPIRED', 'LEGAL_BASIS_REPLACED', 'LEGAL_ARTICLE_NOT_YET'],
  check: ({ estimate, ruleset }) => {
    const known = new Map(ruleset.legalBases.map((law) => [plain(law.number), law]));
    return estimate.legalBases.flatMap((basis, i) => {
      const law = known.get(plain(basis.number));
      const path = `legalBases/${i}`;
      return law ? outOfForce(basis, law, estimate.documentDate).map((found) => ({ ...found, path })) : [];
    });
  },
};
