/**
 * A name as it is compared: marks stripped, đ→d, lower case, only letters and digits, words without weight left out.
 * Where nothing else is left, the stop words stay.
 */
export const foldName = (name: string, stopWords: ReadonlySet<string> = new Set()): string => {
  const words =
    name
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/đ/g, 'd')
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const weighty = words.filter((word) => !stopWords.has(word));
  return (weighty.length > 0 ? weighty : words).join(' ');
};

/**
 * Levenshtein distance of two strings, or `limit + 1` as soon as it must be more than `limit`. Only the band of
 * cells that can stay within the limit is filled.
 */
export const boundedDistance = (a: string, b: string, limit: number): number => {
  if (a === b) return 0;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const beyond = limit + 1;
  if (long.length - short.length > limit) return beyond;
  if (short.length === 0) return long.length;
  let before = Array.from({ length: short.length + 1 }, (_, column) => Math.min(column, beyond));
  for (let row = 1; row <= long.length; row += 1) {
    const from = Math.max(1, row - limit);
    const to = Math.min(short.length, row + limit);
    const current = new Array<number>(short.length + 1).fill(beyond);
    if (from === 1) current[0] = Math.min(row, beyond);
    let least = current[0] ?? beyond;
    for (let column = from; column <= to; column += 1) {
      const differs = long.charCodeAt(row - 1) === short.charCodeAt(column - 1) ? 0 : 1;
      const distance = Math.min(
        (before[column - 1] ?? beyond) + differs,
        (before[column] ?? beyond) + 1,
        (current[column - 1] ?? beyond) + 1,
        beyond,
      );
      current[column] = distance;
      least = Math.min(least, distance);
    }
    if (least > limit) return beyond;
    before = current;
  }
  return before[short.length] ?? beyond;
};

/** 1 − Levenshtein distance / longer length, of two folded names; two empty ones are not alike. */
export const similarity = (a: string, b: string): number => {
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 0 : 1 - boundedDistance(a, b, longer) / longer;
};

/** The similarity of two folded names where it reaches `threshold`, else undefined; mostly told by lengths alone. */
export const similarityFrom = (threshold: number, a: string, b: string): number | undefined => {
  const longer = Math.max(a.length, b.length);
  if (longer === 0) return undefined;
  // A hair is added because 1 - 0.85 is 0.15000000000000002 and 20 × 0.15 must stay 3.
  const limit = Math.floor((1 - threshold) * longer + 1e-9);
  const distance = boundedDistance(a, b, limit);
  return distance > limit ? undefined : 1 - distance / longer;
};
