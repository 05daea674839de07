/** A name prepared for comparing: its folded text, and how often each letter occurs in it. */
export interface FoldedName {
  readonly text: string;
  /** Counts by character code modulo 64: an upper bound for what two names can share. */
  readonly letters: Uint16Array;
}

/**
 * A name as it is compared: stop words left out, marks stripped, đ→d, lower case, only letters and digits. Where
 * nothing else is left, the stop words stay.
 */
export const foldName = (name: string, stopWords: ReadonlySet<string> = new Set()): FoldedName => {
  const words =
    name
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const weighty = words.filter((word) => !stopWords.has(word));
  const text = (weighty.length > 0 ? weighty : words)
    .join(' ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/g, 'd');
  const letters = new Uint16Array(64);
  for (let i = 0; i < text.length; i += 1) letters[text.charCodeAt(i) & 63]! += 1;
  return { text, letters };
};

/**
 * Levenshtein distance of two strings, or `limit + 1` as soon as it must be more than `limit`. Only the band of
 * cells that can stay within the limit is filled.
 */
export const boundedDistance = (a: string, b: string, limit: number): number => {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const beyond = limit + 1;
  if (long.length - short.length > limit) return beyond;
  let before = Uint16Array.from({ length: short.length + 1 }, (_, column) => Math.min(column, beyond));
  let current = new Uint16Array(short.length + 1);
  for (let row = 1; row <= long.length; row += 1) {
    const from = Math.max(1, row - limit);
    const to = Math.min(short.length, row + limit);
    const letter = long.charCodeAt(row - 1);
    // The cells beside the band count as too far; the row before was filled one column less.
    current[from - 1] = from === 1 ? Math.min(row, beyond) : beyond;
    if (row + limit <= short.length) before[to] = beyond;
    let least = current[from - 1]!;
    for (let column = from; column <= to; column += 1) {
      const changed = before[column - 1]! + (letter === short.charCodeAt(column - 1) ? 0 : 1);
      const distance = Math.min(changed, before[column]! + 1, current[column - 1]! + 1, beyond);
      current[column] = distance;
      if (distance < least) least = distance;
    }
    if (least > limit) return beyond;
    [before, current] = [current, before];
  }
  return before[short.length]!;
};

/** At least so many changes are needed, by the letters alone. */
const lettersApart = (a: FoldedName, b: FoldedName): number => {
  let more = 0;
  let less = 0;
  for (let i = 0; i < 64; i += 1) {
    const difference = a.letters[i]! - b.letters[i]!;
    if (difference > 0) more += difference;
    else less -= difference;
  }
  return Math.max(more, less);
};

/**
 * 1 − Levenshtein distance / longer length where that reaches `threshold`, else undefined; two empty names are not
 * alike. Most pairs are told apart by their lengths or letters.
 */
export const similarityFrom = (threshold: number, a: FoldedName, b: FoldedName): number | undefined => {
  const longer = Math.max(a.text.length, b.text.length);
  // A hair is added because 1 - 0.85 is 0.15000000000000002 and 20 × 0.15 must stay 3.
  const limit = Math.floor((1 - threshold) * longer + 1e-9);
  if (longer === 0 || Math.abs(a.text.length - b.text.length) > limit || lettersApart(a, b) > limit)
    return undefined;
  const distance = boundedDistance(a.text, b.text, limit);
  return distance > limit ? undefined : 1 - distance / longer;
};
