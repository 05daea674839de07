/**
 * Widths of the columns of tables: a figure never breaks, so a column of figures is as wide as its longest one, and
 * where a page is too narrow for all of them the type gets smaller, then the table is parted.
 */

/** A column of a table. Widths in mm. */
export type Column =
  /** As wide as it is told. */
  | { readonly fixed: number }
  /** Takes what the others leave, at least this, and what the longest figure in its texts needs. */
  | { readonly text: number; readonly share?: number; readonly holds?: readonly string[] }
  /** At least as wide as the longest of its figures; up to `usual` where there is room. */
  | { readonly figures: readonly string[]; readonly usual: number; readonly least?: number };

/** How a table is laid: size of its letters and widths of its columns, as style. */
export interface Layout {
  readonly size: string;
  readonly widths: readonly string[];
}

/** Widths that tables may have between the margins, in mm: their outer border stands half outside. */
export const pageWidth = { portrait: 164.6, landscape: 256.6 } as const;

/** Sizes in points that tables are set in, from the usual one down. */
export const tableSizes = { text: [12, 11, 10, 9], annex: [11, 10, 9, 8] } as const;

/** Widths of the characters of figures in ems, in Tinos and its bold cut (digits are all alike). */
const em = (character: string): number =>
  /[.,\s]/.test(character)
    ? 0.25
    : /[\p{Lu}%]/u.test(character)
      ? 1
      : character === '-'
        ? 0.333
        : /\d/.test(character)
          ? 0.5
          : 0.56;
const mmPerPoint = 25.4 / 72;
/** Padding on both sides, the border, and what rounding takes; cells of text have more of it. */
const around = { figure: 2.1, text: 2.8 };
/** What a column's number and head need at the least. */
const leastColumn = 13;

/** What a figure needs in a cell, in mm. */
const figureWidth = (figure: string, size: number, padding: number = around.figure): number =>
  [...figure].reduce((width, character) => width + em(character), 0) * size * mmPerPoint + padding;

/** A figure in a text, with the unit that a line break never parts from it. */
const figureInText = /(?<!\S)[^ \t\n]*\d\.\d{3}[^ \t\n]*/g;
/** The longest that is thought of; what is longer is no amount. */
const longestFigure = 30;
const figuresOf = (text: string): string[] =>
  (text.match(figureInText) ?? []).filter(({ length }) => length <= longestFigure);

const leastOf = (column: Column, size: number): number => {
  if ('fixed' in column) return column.fixed;
  if ('text' in column) {
    const figures = (column.holds ?? []).flatMap(figuresOf);
    return Math.max(column.text, ...figures.map((figure) => figureWidth(figure, size, around.text)));
  }
  return Math.max(column.least ?? leastColumn, ...column.figures.map((figure) => figureWidth(figure, size)));
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How columns fit into `width` mm in the largest of `sizes` (points) that lets them; null: in none. */
export const layColumns = (
  width: number,
  columns: readonly Column[],
  sizes: readonly number[],
): Layout | null => {
  for (const size of sizes) {
    const least = columns.map((column) => leastOf(column, size));
    const room = width - sum(least);
    if (room < 0) continue;
    const wanted = columns.map((column, i) =>
      'figures' in column ? Math.max(0, column.usual - least[i]!) : 0,
    );
    const given = Math.min(1, room / (sum(wanted) || 1));
    const rest = room - given * sum(wanted);
    const shares = columns.map((column) => ('text' in column ? (column.share ?? 1) : 0));
    const widths = columns.map(
      (_, i) => least[i]! + given * wanted[i]! + (rest * shares[i]!) / (sum(shares) || 1),
    );
    return { size: `${size}pt`, widths: widths.map((mm) => `${Math.floor(mm * 100) / 100}mm`) };
  }
  return null;
};

/** The same, for tables that always fit. @throws {RangeError} when they do not */
export const layTable = (...asked: Parameters<typeof layColumns>): Layout => {
  const layout = layColumns(...asked);
  if (!layout) throw new RangeError('A table is wider than its page.');
  return layout;
};

/** One part of a table that is too wide for its page: which of the figure columns it has, from and to (exclusive). */
export interface Band extends Layout {
  readonly from: number;
  readonly to: number;
}

/**
 * Parts a table by its columns of figures into as few tables as fit, all in one size. `around` says which columns
 * stand before and after the figures of a part.
 * @throws {RangeError} when not even one column of figures fits
 */
export const layBands = (
  width: number,
  figures: readonly Column[],
  around: (band: { first: boolean; last: boolean }) => {
    readonly before: readonly Column[];
    readonly after: readonly Column[];
  },
  sizes: readonly number[],
): Band[] => {
  for (let parts = 1; parts <= figures.length; parts += 1) {
    const each = Math.ceil(figures.length / parts);
    const cuts = Array.from(
      { length: parts },
      (_, i) => [i * each, Math.min((i + 1) * each, figures.length)] as const,
    ).filter(([from, to]) => from < to);
    // The last sizes are for tables that need no parting: with a part of its own a column can have larger letters.
    for (const size of parts === 1 ? sizes : sizes.slice(0, -1)) {
      const bands = cuts.flatMap(([from, to]): Band[] => {
        const { before, after } = around({ first: from === 0, last: to === figures.length });
        const layout = layColumns(width, [...before, ...figures.slice(from, to), ...after], [size]);
        return layout ? [{ ...layout, from, to }] : [];
      });
      if (bands.length === cuts.length) return bands;
    }
  }
  throw new RangeError('A column of figures is wider than its page.');
};
