import { textOf } from './formBoxes.js';
import { say, type Seen } from './formMeasures.js';
import { money } from './format.js';
import type { PdfText } from './pdfText.js';
import { amountInWords } from './words.js';

/** A figure as papers write it: groups of three, or with decimals. Small whole numbers could be anything. */
const whole = /^-?(?:\d{1,3}(?:\.\d{3}){1,5}(?:,\d{1,3})?|\d{1,3},\d{1,3})$/;
/** What is left of a figure that was torn: its last group is too short, or missing. */
const torn = /^-?\d{1,3}(?:\.\d{3})*\.\d{0,2}$/;

/** A figure on a paper, and its page from 1. */
export interface PrintedFigure {
  readonly figure: string;
  readonly page: number;
}

const wordsOf = (text: string): string[] =>
  text.split(/\s+/).map((word) => word.replace(/^[([{“"]+/, '').replace(/[)\]}”"%,;:]+$/, ''));

/** The figures of a text, in order. A full stop may end a sentence behind one. */
const figuresIn = (text: string): string[] =>
  wordsOf(text)
    .map((word) => word.replace(/\.(?:\/\.)?$/, ''))
    .filter((word) => whole.test(word));

/** All figures of a paper as it was read back. */
export const printedFigures = ({ pages }: PdfText): PrintedFigure[] =>
  pages.flatMap((page) =>
    textOf(page).flatMap(({ text }) => figuresIn(text).map((figure) => ({ figure, page: page.number }))),
  );

/** All figures of a document as it was sent to the printer. */
export const renderedFigures = (html: string): string[] =>
  figuresIn(
    html
      .slice(html.indexOf('<body>'))
      .replace(/<wbr>|<\/?span[^>]*>/g, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/&nbsp;/g, ' ')
      .replace(/&#x27;|&quot;/g, '"'),
  );

/** A figure that goes on in another line, or that lost its end. */
export const tornFigure = ({ pages }: PdfText): Seen => {
  for (const page of pages) {
    for (const { text } of textOf(page)) {
      // `1.` numbers a heading; a sentence may end in `2025.`
      const found = wordsOf(text).find(
        (word) => torn.test(word) && word.includes('.', word.indexOf('.') + 1),
      );
      if (found) return say(false, `"${found}"`, page.number);
    }
  }
  return say(true, 'đủ chữ số');
};

/** Whether each amount says in words what it says in figures. */
export const inWords = ({ pages }: PdfText): Seen => {
  const told = pages.flatMap((page) => textOf(page).map(({ text }) => ({ text, page: page.number })));
  const text = told.map((line) => line.text).join(' ');
  for (const [found, figure, words] of text.matchAll(/(\d[\d.]*)\s+đồng\s+\(Bằng chữ:\s*([^)]+)\)/g)) {
    const amount = Number(figure!.replaceAll('.', ''));
    const expected = Number.isSafeInteger(amount) ? amountInWords(amount) : 'số tiền';
    if (words!.replace(/\s+/g, ' ').trim() !== expected) {
      const page = told.find((line) => line.text.includes(figure!))?.page ?? 1;
      return say(false, found.replace(/\s+/g, ' '), page);
    }
  }
  return say(true, 'khớp');
};

const counted = (figures: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const figure of figures) counts.set(figure, (counts.get(figure) ?? 0) + 1);
  return counts;
};

/** What of `some` is not in `others`, each as often as it is too many. */
const without = <T>(some: readonly T[], others: readonly string[], of: (one: T) => string): T[] => {
  const left = counted(others);
  return some.filter((one) => {
    const figure = of(one);
    const count = left.get(figure) ?? 0;
    left.set(figure, count - 1);
    return count <= 0;
  });
};

/** A figure that is not as it must be. */
export interface FigureFault {
  readonly expected: string;
  readonly found: string;
  /** From 1; 0 where it stands nowhere. */
  readonly page: number;
}

const nowhere = 'không thấy trên văn bản';

/**
 * Holds the figures of a printed paper against those that were to be printed, and against the amounts of the data
 * that it was made from: each must be there as often as it must, and no other.
 * @param amounts whole đồng
 */
export const compareFigures = (
  pdf: PdfText,
  { html, amounts }: { readonly html: string; readonly amounts: readonly number[] },
): FigureFault[] => {
  const printed = printedFigures(pdf);
  const rendered = renderedFigures(html);
  const missing = without(
    rendered,
    printed.map(({ figure }) => figure),
    (figure) => figure,
  );
  const strange = without(printed, rendered, ({ figure }) => figure);
  // Both come in the order of the paper, so what stands instead of a figure is at its place among the strange.
  const wrong = Array.from({ length: Math.max(missing.length, strange.length) }, (_, i) => ({
    expected: missing[i] ?? 'không có số nào',
    found: strange[i]?.figure ?? nowhere,
    page: strange[i]?.page ?? 0,
  }));
  const owed = amounts.map(money).filter((figure) => whole.test(figure));
  const untold = without(
    owed,
    printed.map(({ figure }) => figure),
    (figure) => figure,
  );
  return [
    ...wrong,
    ...untold
      .filter((figure) => !missing.includes(figure))
      .map((figure) => ({ expected: figure, found: nowhere, page: 0 })),
  ];
};
