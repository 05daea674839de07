import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { classOf, faces, type Face } from '../repertoire.js';

const require = createRequire(import.meta.url);

const cuts = [
  { weight: 400, style: 'normal' },
  { weight: 400, style: 'italic' },
  { weight: 700, style: 'normal' },
  { weight: 700, style: 'italic' },
] as const;
type Cut = (typeof cuts)[number];

/** Which cuts each family has; where one is missing the upright one is printed, never a made-up one. */
const cutsOf: Readonly<Record<string, readonly Cut[]>> = {
  tinos: cuts,
  'noto-sans-math': [cuts[0]],
  'noto-sans-symbols-2': [cuts[0]],
  'noto-serif-khmer': [cuts[0], cuts[2]],
};

/** The font files of a face, as they are embedded. */
export const filesOf = ({ from, subset }: Face): (Cut & { readonly path: string })[] =>
  cutsOf[from]!.map((cut) => ({
    ...cut,
    path: require.resolve(`@fontsource/${from}/files/${from}-${subset}-${cut.weight}-${cut.style}.woff2`),
  }));

/** A family each, named as in the print style: a browser looks for a cut first, then for a character in it. */
const cssOf = (face: Face): string => {
  const range = face.points
    .split(' ')
    .map((points) => `U+${points}`)
    .join(',');
  const family = face.from === 'tinos' ? 'Tinos' : face.from;
  return filesOf(face)
    .map(({ weight, style, path }) => {
      const file = readFileSync(path).toString('base64');
      return `@font-face{font-family:${family};font-style:${style};font-weight:${weight};unicode-range:${range};src:url(data:font/woff2;base64,${file}) format('woff2')}`;
    })
    .join('\n');
};

const css = new Map<Face, string>();
const needs = new Map(faces.map((face) => [face, new RegExp(`[${classOf(face.points)}]`, 'u')]));

/**
 * The faces that a text needs as `@font-face` rules with inlined fonts: Tinos (metric-compatible with Times New
 * Roman), and for what it lacks the faces of the repertoire.
 */
export const fontFaces = (text: string): string =>
  faces
    .filter((face) => needs.get(face)!.test(text))
    .map((face) => {
      const rules = css.get(face) ?? cssOf(face);
      css.set(face, rules);
      return rules;
    })
    .join('\n');
