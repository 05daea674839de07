/**
 * The characters that text may have: those that the faces of the papers carry. What is typed is held against this
 * list when it comes in, so that a paper never prints a box, another face, or something that nobody can see.
 */

/** One font file of a package, and the characters that are taken from it, as ranges of code points. */
export interface Face {
  /** Under `@fontsource/`. */
  readonly from: string;
  readonly subset: string;
  readonly points: string;
}

/** By face: Latin with marks, Greek letters and symbols of measures, signs of mathematics, boxes and ticks, Khmer. */
export const faces: readonly Face[] = [
  {
    from: 'tinos',
    subset: 'latin',
    points:
      '20-7E A0-AC AE-FF 131 152-153 2013-2014 2018-201A 201C-201E 2022 2026 2032-2033 2039-203A 2044 20AC 2122 2191 2193 2212',
  },
  { from: 'tinos', subset: 'latin-ext', points: '100-130 132-151 154-17F 2020 2113' },
  { from: 'tinos', subset: 'vietnamese', points: '1A0-1A1 1AF-1B0 1EA0-1EF9 20AB' },
  { from: 'tinos', subset: 'greek', points: '391-3A1 3A3-3A9 3B1-3C9' },
  { from: 'tinos', subset: 'cyrillic', points: '2116' },
  {
    from: 'noto-sans-math',
    subset: 'latin',
    points:
      '2015 2190 2192 2194 21D0 21D2 21D4 2200 2202-2203 2205-2206 2208-2209 220F 2211 221A 221D-221E 2220 2225 2227-222B 223C 2248 2260-2261 2264-2265 2282-2283 2286-2287 22A5 25A0-25A1 25AA 25B2 25BA 25BC 25C4 25C6 25CB 25CF 2605-2606 2713',
  },
  { from: 'noto-sans-symbols-2', subset: 'symbols', points: '2610-2612 2714 2717 2794' },
  // Without the two vowels that are never seen (17B4, 17B5).
  { from: 'noto-serif-khmer', subset: 'khmer', points: '1780-17B3 17B6-17DD 17E0-17E9' },
];

const ranges = (points: string): [from: number, to: number][] =>
  points.split(' ').map((range) => {
    const [from, to = from] = range.split('-').map((hex) => Number.parseInt(hex, 16)) as [number, number?];
    return [from, to];
  });

/** Every character of some ranges. */
export const charactersOf = (points: string): string[] =>
  ranges(points).flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)),
  );

/** Some ranges as the inside of a character class of a regular expression. */
export const classOf = (points: string): string =>
  ranges(points)
    .map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`)
    .join('');

const outside = new RegExp(`[^\\t\\n\\r${faces.map(({ points }) => classOf(points)).join('')}]`, 'u');

/** Letters, digits and signs that leave ink. */
const seen = /^(?!\p{Default_Ignorable_Code_Point}|[\u2800\uFFFD])[\p{L}\p{N}\p{P}\p{S}]/u;

/** As people name a character: `① (U+2460)`, and `U+200B` where nothing is seen. */
const named = (character: string): string => {
  const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  return seen.test(character) ? `${character} (${code})` : code;
};

/** The first character of a text (in NFC) that no paper can carry: its name, and its place counted from 1. */
export const strangerIn = (text: string): { readonly character: string; readonly place: number } | null => {
  const found = outside.exec(text);
  if (!found) return null;
  return { character: named(found[0]), place: [...text.slice(0, found.index)].length + 1 };
};

/** So many characters one word may have; more do not fit on a line of any paper, and an address is not longer. */
export const longestWord = 200;
const endless = new RegExp(`\\S{${longestWord + 1}}`, 'u');

/** The place, from 1, of the first word that is longer than any paper can lay out. */
export const endlessWordIn = (text: string): number | null => {
  const found = endless.exec(text);
  return found ? [...text.slice(0, found.index)].length + 1 : null;
};

/** How many characters of a text can be seen; spaces, and marks without a letter of their own, do not count. */
export const visibleLength = (text: string): number => text.match(/[^\s\p{M}]/gu)?.length ?? 0;
