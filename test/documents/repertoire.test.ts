import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openSync, type Font } from 'fontkit';
import { filesOf, fontFaces } from '../../src/documents/fonts.js';
import { renderDocument } from '../../src/documents/render.js';
import { documentView } from '../../src/documents/documentSources.js';
import type { FieldFault } from '../../src/errors.js';
import { cleaned } from '../../src/http/clean.js';
import { textShape } from '../../src/http/shapes.js';
import { charactersOf, endlessWordIn, faces, strangerIn, visibleLength } from '../../src/repertoire.js';
import { samples } from './samples.js';

const faultsOf = (text: string) => {
  const faults: FieldFault[] = [];
  cleaned({ text }, '', faults);
  return faults;
};

/** Every text of a JSON value. */
const textsOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, part]) => [key, ...textsOf(part)])
      : [];

describe('the repertoire', () => {
  it.each(faces.map((face) => [`${face.from}, ${face.subset}`, face] as const))(
    'has of %s only what its files can draw, in every cut',
    (_name, face) => {
      for (const { path } of filesOf(face)) {
        const font = openSync(path) as Font;
        const lacking = charactersOf(face.points).filter(
          (character) => !font.hasGlyphForCodePoint(character.codePointAt(0)!),
        );
        expect({ path, lacking }).toEqual({ path, lacking: [] });
      }
    },
  );

  it('names each character once, and none that cannot be seen', () => {
    const all = faces.flatMap(({ points }) => charactersOf(points));
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((character) => /[\p{C}]/u.test(character))).toEqual([]);
    expect(
      all.filter((character) => /\p{M}/u.test(character) && !/\p{Script=Khmer}/u.test(character)),
    ).toEqual([]);
    expect(all.filter((character) => strangerIn(character.normalize('NFC')) !== null)).toEqual([]);
  });

  it('has what the templates say and what the city brings along', () => {
    const folders = [
      'templates/documents',
      'templates/documents/partials',
      'src/seed',
      'src/seed/canTho',
      'src/demo',
    ];
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.css'))
        .map(({ name }) => join(folder, name)),
    );
    const strangers = [...files, 'templates/messages/vi/documents.json'].flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const texts = file.endsWith('.json') ? textsOf(JSON.parse(text)) : [text];
      return texts.flatMap((one) => {
        const found = strangerIn(one.normalize('NFC'));
        return found ? [{ file, ...found }] : [];
      });
    });
    expect(files.length).toBeGreaterThan(15);
    expect(strangers).toEqual([]);
  });

  it.each([
    ['a zero-width space', '\u200b', 'U+200B'],
    ['a mark of direction', '\u200f', 'U+200F'],
    ['an Arabic mark', '\u061c', 'U+061C'],
    ['a soft hyphen', '\u00ad', 'U+00AD'],
    ['a word joiner', '\u2060', 'U+2060'],
    ['an empty Braille cell', '\u2800', 'U+2800'],
    ['a Hangul filler', '\u3164', 'U+3164'],
    ['a tag', '\u{e0041}', 'U+E0041'],
    ['private use', '\ue000', 'U+E000'],
    ['a noncharacter', '\ufdd0', 'U+FDD0'],
    ['what was no UTF-8', '\ufffd', 'U+FFFD'],
    ['a byte order mark', '\ufeff', 'U+FEFF'],
    ['half a character', '\ud800', 'U+D800'],
    ['a control character', '\u0000', 'U+0000'],
    ['a turn of direction', '\u202e', 'U+202E'],
    ['an unseen vowel', '\u17b4', 'U+17B4'],
    ['a mark without a letter', ' \u0301', 'U+0301'],
    ['Chinese', '中', '中 (U+4E2D)'],
    ['Cyrillic', 'а', 'а (U+0430)'],
    ['an emoji', '🙂', '🙂 (U+1F642)'],
    ['a circled number', '①', '① (U+2460)'],
    ['a Roman numeral sign', 'Ⅳ', 'Ⅳ (U+2163)'],
    ['a superscript that no face has', '⁴', '⁴ (U+2074)'],
  ])('refuses %s, named, with its place', (_name, character, name) => {
    const place = character.startsWith(' ') ? 5 : 4;
    expect(faultsOf(`Số ${character} hồ sơ`)).toEqual([
      { path: 'text', code: 'string.character', params: { character: name, place } },
    ]);
  });

  it.each([
    'CPU ≥ 16 nhân, độ trễ ≤ 5 ms',
    'a ≈ b ≠ c → d; √x, ∑, Ω, μ, №, □ ✓ ☑',
    'ត្រពាំងផ្លុង',
    'A\tb\r\nc',
    '1 m² ± 5 %, 10 µm, “ngoặc” – gạch…',
  ])('takes %s, and a paper prints it in its own faces', (text) => {
    expect(faultsOf(text)).toEqual([]);
    expect(strangerIn(text)).toBeNull();
  });

  it('takes letters with loose marks as letters with marks', () => {
    expect(faultsOf('Số hóa dữ liệu'.normalize('NFD'))).toEqual([]);
  });

  it('asks a secret for nothing that paper would, and repeats nothing of it', () => {
    const faults: FieldFault[] = [];
    cleaned({ password: '🙂🙂🙂中\u200b' }, '', faults);
    expect(faults).toEqual([]);
    cleaned({ password: 'a\u0000' }, '', faults);
    expect(faults).toEqual([{ path: 'password', code: 'string.control', params: {} }]);
  });
});

describe('what is asked for', () => {
  it.each(['\u00a0'.repeat(60), `a${' '.repeat(60)}b`, '\t\n'.repeat(40), '\u17b6'.repeat(60)])(
    '%j does not reach a least length',
    (text) => {
      expect(visibleLength(text)).toBeLessThan(3);
      expect(textShape(5000, 10).validate(text).error?.details[0]?.type).toMatch(/string\.(min|trim|empty)/);
      expect(textShape(5000, 10).required().validate('Trang bị máy chủ').error).toBeUndefined();
    },
  );
});

describe('a word', () => {
  it('that no column can lay out is refused, with its place', () => {
    expect(faultsOf(`Mã ${'1'.repeat(201)}`)).toEqual([
      { path: 'text', code: 'string.word', params: { limit: 200, place: 4 } },
    ]);
    expect(faultsOf(`Mã ${'1'.repeat(200)}`)).toEqual([]);
    expect(endlessWordIn('a '.repeat(5000))).toBeNull();
  });

  it('takes a time that grows with its length, whatever it is made of', () => {
    const proposal = samples.estimateProposal();
    const time = (scale: string) => {
      const view = documentView('estimateProposal', { ...proposal, content: { ...proposal.content, scale } });
      const began = performance.now();
      renderDocument('estimateProposal', view);
      return performance.now() - began;
    };
    time('a');
    for (const letter of ['1', 'A', '1.', '-', '&', '1/', '(']) {
      expect({ letter, quick: time(letter.repeat(500_000)) < 3_000 }).toEqual({ letter, quick: true });
    }
  });

  it('longer than a line is given places to break, a reference of HTML counting as one letter', () => {
    const letter = samples.returnLetter();
    const { html } = renderDocument(
      'returnLetter',
      documentView('returnLetter', { ...letter, reason: `${'x'.repeat(39)}&${'y'.repeat(41)}` }),
    );
    expect(html).toContain(`${'x'.repeat(39)}&amp;<wbr>${'y'.repeat(40)}<wbr>y`);
  });
});

describe('the faces of a paper', () => {
  it('are embedded where the text needs them', () => {
    const families = (text: string) => (fontFaces(text).match(/@font-face/g) ?? []).length;
    expect(families('abc')).toBe(4);
    expect(families('abc ≥')).toBe(5);
    expect(families('Sở Y tế, Ω, ខ្មែរ')).toBeGreaterThan(12);
  });
});
