import { Refusal } from '../errors.js';

/** What a draft has rows of: named by an id that is never used again, in the order in which they are shown. */
export interface Rows<Row extends { readonly id: string }> {
  readonly lines: readonly Row[];
  /** Numbers the next row; only ever rises. */
  readonly nextLine: number;
  /** The row that was removed last, and where it stood, from 0: it can be put back. */
  readonly removed?: { readonly row: Row; readonly at: number } | null;
}

/**
 * The one bookkeeping of rows in drafts. Ids are `<prefix><n>`, given in the order of adding. Every way leaves the
 * other fields of the draft as they are.
 * @param most how many rows a draft may have
 */
export const rowsNamed = <Row extends { readonly id: string }>(prefix: string, most: number) => {
  type Fields = Omit<Row, 'id'>;

  const named = (rows: readonly Fields[], next: number): Row[] =>
    rows.map((row, at) => ({ ...row, id: `${prefix}${next + at}` }) as Row);

  const within = (found: number) => {
    if (found > most) throw new Refusal('LIMIT_EXCEEDED', { what: 'rows', found, limit: most });
  };

  /** @throws {Refusal} NOT_FOUND */
  const indexOf = ({ lines }: Rows<Row>, lineId: string): number => {
    const at = lines.findIndex(({ id }) => id === lineId);
    if (at < 0) throw new Refusal('NOT_FOUND', { line: lineId });
    return at;
  };

  return {
    indexOf,

    /** These rows instead of all others. @throws {Refusal} LIMIT_EXCEEDED */
    replace: <Draft extends Rows<Row>>(draft: Draft, rows: readonly Fields[]): Draft => {
      within(rows.length);
      const lines = named(rows, draft.nextLine);
      return { ...draft, lines, nextLine: draft.nextLine + rows.length, removed: null };
    },

    /** One row more, at a place from 0; at the end where none is given. @throws {Refusal} LIMIT_EXCEEDED */
    add: <Draft extends Rows<Row>>(draft: Draft, row: Fields, at = draft.lines.length): Draft => {
      within(draft.lines.length + 1);
      const lines = draft.lines.toSpliced(at, 0, ...named([row], draft.nextLine));
      return { ...draft, lines, nextLine: draft.nextLine + 1 };
    },

    /** Other values in one row. @throws {Refusal} NOT_FOUND */
    set: <Draft extends Rows<Row>>(draft: Draft, lineId: string, fields: Partial<Fields>): Draft => {
      const at = indexOf(draft, lineId);
      return { ...draft, lines: draft.lines.with(at, { ...draft.lines[at], ...fields, id: lineId } as Row) };
    },

    /** @throws {Refusal} NOT_FOUND */
    remove: <Draft extends Rows<Row>>(draft: Draft, lineId: string): Draft => {
      const at = indexOf(draft, lineId);
      const [row] = draft.lines.slice(at, at + 1);
      return { ...draft, lines: draft.lines.toSpliced(at, 1), removed: row && { row, at } };
    },

    /** The row that was removed last, whole, under its id and where it stood. @throws {Refusal} NOT_FOUND, LIMIT_EXCEEDED */
    restore: <Draft extends Rows<Row>>(draft: Draft, lineId: string): Draft => {
      const { removed } = draft;
      if (removed?.row.id !== lineId) throw new Refusal('NOT_FOUND', { line: lineId });
      within(draft.lines.length + 1);
      return { ...draft, lines: draft.lines.toSpliced(removed.at, 0, removed.row), removed: null };
    },

    /** The row at another place, from 1. @throws {Refusal} NOT_FOUND */
    move: <Draft extends Rows<Row>>(draft: Draft, lineId: string, to: number): Draft => {
      const at = indexOf(draft, lineId);
      return {
        ...draft,
        lines: draft.lines.toSpliced(at, 1).toSpliced(to - 1, 0, ...draft.lines.slice(at, at + 1)),
      };
    },
  };
};
