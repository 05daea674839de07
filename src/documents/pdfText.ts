/** A line of text on a page; lengths in points from the page's top left corner, `y` at the baseline. */
export interface TextLine {
  readonly text: string;
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
  /** Size of most of its characters. */
  readonly size: number;
  readonly bold: boolean;
  readonly italic: boolean;
}

/** A drawn horizontal line. */
export interface DrawnRule {
  readonly x0: number;
  readonly x1: number;
  readonly y: number;
}

/** One page as it was read back. */
export interface PageText {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly TextLine[];
  readonly rules: readonly DrawnRule[];
  /** Colours in which text is filled, `#rrggbb`. */
  readonly colours: readonly string[];
}

/** A PDF as it was read back: text with geometry, fonts, and what it says about itself. */
export interface PdfText {
  readonly pages: readonly PageText[];
  readonly fonts: readonly { readonly name: string; readonly embedded: boolean }[];
  readonly title: string;
  readonly language: string;
  readonly tagged: boolean;
  readonly outline: readonly string[];
}

interface Font {
  readonly name: string;
  readonly embedded: boolean;
}
interface Run extends TextLine {
  readonly font: Font;
}
type Matrix = readonly [number, number, number, number, number, number];

/** The bundled reader shrinks buffers by a method that Node 20 does not have yet. */
const addTransfer = () => {
  if ('transferToFixedLength' in ArrayBuffer.prototype) return;
  Object.defineProperty(ArrayBuffer.prototype, 'transferToFixedLength', {
    configurable: true,
    writable: true,
    value(this: ArrayBuffer, length = this.byteLength) {
      return this.slice(0, length);
    },
  });
};

const times = (a: Matrix, b: Matrix): Matrix => [
  a[0] * b[0] + a[2] * b[1],
  a[1] * b[0] + a[3] * b[1],
  a[0] * b[2] + a[2] * b[3],
  a[1] * b[2] + a[3] * b[3],
  a[0] * b[4] + a[2] * b[5] + a[4],
  a[1] * b[4] + a[3] * b[5] + a[5],
];

const most = <T>(parts: readonly { readonly value: T; readonly weight: number }[]): T => {
  const weights = new Map<T, number>();
  for (const { value, weight } of parts) weights.set(value, (weights.get(value) ?? 0) + weight);
  return [...weights].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
};

const joined = (runs: readonly Run[]): TextLine => {
  const weigh = <T>(of: (run: Run) => T): T =>
    most(runs.map((run) => ({ value: of(run), weight: run.text.length })));
  let text = '';
  let end = runs[0]!.x0;
  for (const run of runs) {
    if (run.x0 - end > run.size * 0.15) text += ' ';
    text += run.text;
    end = run.x1;
  }
  return {
    text: text.replace(/[ \t]+/g, ' ').trim(),
    x0: runs[0]!.x0,
    x1: Math.max(...runs.map(({ x1 }) => x1)),
    y: runs[0]!.y,
    size: weigh(({ size }) => size),
    bold: weigh(({ bold }) => bold),
    italic: weigh(({ italic }) => italic),
  };
};

/** Runs on one baseline make a line; a wide gap parts them, as between the columns of a table. */
const toLines = (runs: readonly Run[]): TextLine[] => {
  const ordered = [...runs].sort((a, b) => a.y - b.y || a.x0 - b.x0);
  const rows: Run[][] = [];
  for (const run of ordered) {
    const row = rows.at(-1);
    if (row && Math.abs(row[0]!.y - run.y) < 2) row.push(run);
    else rows.push([run]);
  }
  return rows.flatMap((row) => {
    const segments: Run[][] = [];
    for (const run of row.sort((a, b) => a.x0 - b.x0)) {
      const last = segments.at(-1)?.at(-1);
      if (last && run.x0 - last.x1 < run.size * 1.5) segments.at(-1)!.push(run);
      else segments.push([run]);
    }
    return segments.map(joined);
  });
};

/** What is used of the reader, whose own types are not published with it. */
interface PdfReader {
  readonly OPS: Readonly<Record<string, number>>;
}
interface PdfPage {
  readonly pageNumber: number;
  readonly view: readonly [number, number, number, number];
  readonly commonObjs: {
    get(name: string): {
      readonly name: string;
      readonly missingFile?: boolean;
      readonly isType3Font?: boolean;
    };
  };
  getOperatorList(): Promise<{
    readonly fnArray: readonly number[];
    readonly argsArray: readonly unknown[][];
  }>;
  getTextContent(how: {
    readonly disableNormalization: boolean;
  }): Promise<{ readonly items: readonly PdfItem[] }>;
  cleanup(): void;
}
interface PdfFile {
  readonly numPages: number;
  getPage(number: number): Promise<PdfPage>;
  getMetadata(): Promise<{ readonly info: { readonly Title?: string; readonly Language?: string } }>;
  getMarkInfo(): Promise<{ readonly Marked?: boolean } | null>;
  getOutline(): Promise<readonly { readonly title: string }[] | null>;
  destroy(): Promise<void>;
}

/** A piece of text as the reader gives it; other items mark structure. */
type PdfItem =
  | { readonly str: string; readonly transform: Matrix; readonly width: number; readonly fontName: string }
  | { readonly type: string };

/** What is drawn: the colours of text, and filled boxes so thin that they are lines. */
const drawn = async (page: PdfPage, { OPS }: PdfReader) => {
  const { fnArray, argsArray } = await page.getOperatorList();
  const stack: Matrix[] = [];
  const colours = new Set<string>();
  const rules: DrawnRule[] = [];
  const height = page.view[3];
  let at: Matrix = [1, 0, 0, 1, 0, 0];
  let fill = '#000000';
  let size = 0;
  for (const [i, operation] of fnArray.entries()) {
    const args = argsArray[i] ?? [];
    if (operation === OPS.save) stack.push(at);
    else if (operation === OPS.restore) at = stack.pop() ?? at;
    else if (operation === OPS.transform) at = times(at, args as unknown as Matrix);
    else if (operation === OPS.setFillRGBColor) fill = String(args[0]);
    else if (operation === OPS.setFont) size = Number(args[1]) * Math.hypot(at[2], at[3]);
    else if (operation === OPS.showText && size < watermarkSize) colours.add(fill);
    else if (operation === OPS.constructPath && args[2]) {
      const [left, top, right, bottom] = args[2] as [number, number, number, number];
      const from = times(at, [1, 0, 0, 1, left, top]);
      const to = times(at, [1, 0, 0, 1, right, bottom]);
      const thin = Math.abs(to[5] - from[5]) < 1.5;
      if (thin && Math.abs(to[4] - from[4]) > 5) {
        const y = height - (from[5] + to[5]) / 2;
        rules.push({ x0: Math.min(from[4], to[4]), x1: Math.max(from[4], to[4]), y });
      }
    }
  }
  return { colours: [...colours], rules };
};

/** From this size on, in points, text is a watermark and no part of the paper. */
export const watermarkSize = 40;

const readPage = async (page: PdfPage, reader: PdfReader, fonts: Map<string, Font>): Promise<PageText> => {
  const found = await drawn(page, reader); // loads the fonts, too
  const { items } = await page.getTextContent({ disableNormalization: true });
  const [, , width, height] = page.view;
  const runs = items.flatMap((item): Run[] => {
    if (!('str' in item) || item.str.trim() === '') return []; // spaces are told by the gaps
    const [a, b, c, d, x, y] = item.transform;
    const loaded = page.commonObjs.get(item.fontName);
    // Chromium draws a face that it lacks as shapes (Type 3): such text is not set in the font it names.
    const font = { name: loaded.name, embedded: !loaded.missingFile && !loaded.isType3Font };
    fonts.set(`${font.name} ${font.embedded}`, font);
    return [
      {
        text: item.str,
        x0: x,
        x1: x + item.width,
        y: height - y,
        size: Math.round(Math.max(Math.hypot(a, b), Math.hypot(c, d)) * 10) / 10,
        bold: /bold|black|heavy/i.test(font.name),
        italic: /italic|oblique/i.test(font.name),
        font,
      },
    ];
  });
  // A watermark crosses the lines of the text; its letters are none of theirs.
  const lines = [false, true].flatMap((behind) =>
    toLines(runs.filter(({ size }) => size >= watermarkSize === behind)),
  );
  return { number: page.pageNumber, width, height, lines, ...found };
};

/** Reads a PDF back. @throws when the bytes are no PDF */
export const readPdf = async (bytes: Uint8Array): Promise<PdfText> => {
  addTransfer();
  const { getDocumentProxy, getResolvedPDFJS } = await import('unpdf');
  const reader = (await getResolvedPDFJS()) as PdfReader;
  const copy = new Uint8Array(bytes); // the reader takes its bytes away
  const pdf = (await getDocumentProxy(copy)) as unknown as PdfFile;
  try {
    const fonts = new Map<string, Font>();
    const pages: PageText[] = [];
    for (let number = 1; number <= pdf.numPages; number += 1) {
      const page = await pdf.getPage(number);
      pages.push(await readPage(page, reader, fonts));
      page.cleanup();
    }
    const { info } = await pdf.getMetadata();
    const marks = await pdf.getMarkInfo();
    const outline = (await pdf.getOutline()) ?? [];
    return {
      pages,
      fonts: [...fonts.values()],
      title: info.Title ?? '',
      language: info.Language ?? '',
      tagged: marks?.Marked === true,
      outline: outline.map(({ title }) => title),
    };
  } finally {
    await pdf.destroy();
  }
};
