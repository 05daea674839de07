import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The subsets that Vietnamese needs, with the characters each of them holds (as @fontsource declares them). */
const subsets = ['latin', 'latin-ext', 'vietnamese'];
const faces = [
  { sheet: '400.css', weight: 400, style: 'normal' },
  { sheet: '400-italic.css', weight: 400, style: 'italic' },
  { sheet: '700.css', weight: 700, style: 'normal' },
  { sheet: '700-italic.css', weight: 700, style: 'italic' },
] as const;

const face = ({ sheet, weight, style }: (typeof faces)[number], subset: string): string => {
  const css = readFileSync(require.resolve(`@fontsource/tinos/${sheet}`), 'utf8');
  const block = css.split('/* ').find((part) => part.startsWith(`tinos-${subset}-${weight}-`));
  const range = /unicode-range:\s*([^;]+);/.exec(block ?? '')?.[1];
  if (!range) throw new Error(`Tinos has no ${subset} ${weight} ${style}.`);
  const file = readFileSync(
    require.resolve(`@fontsource/tinos/files/tinos-${subset}-${weight}-${style}.woff2`),
  );
  return `@font-face{font-family:Tinos;font-style:${style};font-weight:${weight};unicode-range:${range};src:url(data:font/woff2;base64,${file.toString('base64')}) format('woff2')}`;
};

let css: string | undefined;

/** Tinos (metric-compatible with Times New Roman) as `@font-face` rules with inlined fonts; built once. */
export const fontFaces = (): string =>
  (css ??= faces.flatMap((one) => subsets.map((subset) => face(one, subset))).join('\n'));
