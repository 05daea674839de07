import type { Day } from '../../workflows/vocabulary.js';
import { longDate } from './format.js';

/** A legal text as an author names it. */
export interface LegalBasis {
  readonly number: string;
  readonly date: Day;
  readonly title: string;
}

/** Type and issuer of a text by what its number contains; the first that matches counts. */
const kindsByNumber: readonly [part: RegExp, type: string, issuer: string][] = [
  [/NĐ-CP/, 'Nghị định', ' của Chính phủ'],
  [/NQ-CP/, 'Nghị quyết', ' của Chính phủ'],
  [/NQ\/TW/, 'Nghị quyết', ' của Bộ Chính trị'],
  [/UBTVQH/, 'Nghị quyết', ' của Ủy ban Thường vụ Quốc hội'],
  [/TTg/, 'Quyết định', ' của Thủ tướng Chính phủ'],
  [/TT-BTTTT/, 'Thông tư', ' của Bộ trưởng Bộ Thông tin và Truyền thông'],
  [/TT-BKHCN/, 'Thông tư', ' của Bộ trưởng Bộ Khoa học và Công nghệ'],
  [/TT-BTC/, 'Thông tư', ' của Bộ trưởng Bộ Tài chính'],
  [/QĐ-BTTTT/, 'Quyết định', ' của Bộ trưởng Bộ Thông tin và Truyền thông'],
  [/NQ-HĐND/, 'Nghị quyết', ' của Hội đồng nhân dân thành phố'],
  [/QĐ-UBND/, 'Quyết định', ' của Ủy ban nhân dân thành phố'],
  [/KH-UBND/, 'Kế hoạch', ' của Ủy ban nhân dân thành phố'],
  [/TTr-/, 'Tờ trình', ''],
  [/BC-/, 'Báo cáo', ''],
];
const typeWords = /^(Luật|Nghị định|Nghị quyết|Thông tư|Quyết định|Kế hoạch|Tờ trình|Báo cáo|Văn bản)\s+/;

/**
 * One `Căn cứ` line without its end mark. A law has type, name and date; other texts have type, number, date,
 * issuer and subject (decree 30/2020).
 */
export const basisLine = ({ number, date, title }: LegalBasis): string => {
  const clean = title
    .normalize('NFC')
    .trim()
    .replace(/[.;]+$/, '');
  const on = longDate(date);
  if (/QH\d+/.test(number) && !/^Nghị quyết/.test(clean)) {
    return `Căn cứ ${clean.startsWith('Luật') ? clean : `Luật ${clean}`} ${on}`;
  }
  const [, type, issuer] = kindsByNumber.find(([part]) => part.test(number)) ?? [null, 'Văn bản', ''];
  const typed = typeWords.exec(clean)?.[1] ?? type;
  const rest = clean.replace(typeWords, '');
  const by = /^(của|do)\s/.test(rest) || rest.includes(issuer.trim()) ? '' : issuer;
  return `Căn cứ ${typed} số ${number} ${on}${by} ${rest.charAt(0).toLocaleLowerCase('vi')}${rest.slice(1)}`;
};

/** `Căn cứ` lines, each ending with a semicolon, the last with `end`. */
export const basisLines = (bases: readonly string[], end: '.' | ';' = '.'): string[] =>
  bases.map((line, i) => line + (i === bases.length - 1 ? end : ';'));
