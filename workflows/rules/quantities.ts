import type { ContentFacts, Rule } from './shapes.js';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const plain = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();

/** Vietnamese writing: dots between thousands, comma before decimals. */
const toNumber = (text: string): number => Number(text.replace(/\./g, '').replace(',', '.'));

/** The numbers that stand directly before the unit, in the order of the text. */
export const quantitiesIn = (text: string, unit: string): number[] => {
  if (plain(unit) === '') return [];
  const number = String.raw`(?<![\p{L}\p{N}.,])(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)`;
  const pattern = new RegExp(`${number} ?${escaped(plain(unit))}(?![\\p{L}\\p{N}])`, 'gu');
  return [...plain(text).matchAll(pattern)].map(([, found = '']) => toNumber(found));
};

/** A number next to the line's unit in its texts is the quantity asked for. */
export const r05: Rule<ContentFacts> = {
  id: 'R05',
  source: 'TT 03/2020/TT-BTTTT: khối lượng trong thuyết minh khớp với bảng dự toán',
  stages: { preparing: 'warning', acceptance: 'warning', finance: 'warning' },
  codes: ['QUANTITY_IN_TEXT_DIFFERS'],
  check: ({ lines }) =>
    lines.flatMap(({ order, line }) =>
      (['specification', 'justification'] as const).flatMap((field) => {
        const found = quantitiesIn(line[field] ?? '', line.unit).find(
          (quantity) => quantity !== line.quantity,
        );
        if (found === undefined) return [];
        const params = { line: order, name: line.name, found, expected: line.quantity, unit: line.unit };
        return [{ code: 'QUANTITY_IN_TEXT_DIFFERS', path: `lines/${line.id}/${field}`, params }];
      }),
    ),
};
