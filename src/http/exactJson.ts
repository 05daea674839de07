import type { FieldFault } from '../errors.js';

const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]/g;

/** A decimal number as its digits without zeros around them, and where its point stands: `1.50e2` → `15`, 3. */
const decimal = (text: string): string => {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`;
  const significant = digits.replace(/^0+/, '');
  const point = whole.length + Number(exponent) - (digits.length - significant.length);
  const bare = significant.replace(/0+$/, '');
  return bare === '' ? '0' : `${sign}${bare}e${point}`;
};

/** Whether a number is held as it is written; money is never rounded on its way in. */
const isExact = (text: string) => {
  const held = Number(text);
  return Number.isFinite(held) && decimal(text) === decimal(String(held));
};

/**
 * What JSON.parse would take without a word: a key that stands twice in one object, of which it keeps the last, and
 * a number that it rounds.
 * @param text JSON that parses
 * @returns one fault per place, at most 20
 */
export const inexactness = (text: string): FieldFault[] => {
  const faults: FieldFault[] = [];
  /** Open objects (with the keys seen) and lists (with how far they are), outermost first. */
  const stack: { keys: Set<string> | null; step: string | number }[] = [];
  const pathWith = (last?: string) =>
    [...stack.map(({ step }) => step), ...(last === undefined ? [] : [last])]
      .filter((step) => step !== '')
      .join('.');
  let awaitsKey = false;
  for (const [found] of text.matchAll(token)) {
    if (faults.length >= 20) break;
    const top = stack.at(-1);
    if (found === '{' || found === '[') {
      stack.push(found === '{' ? { keys: new Set(), step: '' } : { keys: null, step: 0 });
      awaitsKey = found === '{';
    } else if (found === '}' || found === ']') {
      stack.pop();
      awaitsKey = false;
    } else if (found === ',') {
      if (top?.keys) awaitsKey = true;
      else if (top) top.step = Number(top.step) + 1;
    } else if (found === ':') awaitsKey = false;
    else if (found.startsWith('"')) {
      if (!awaitsKey || !top?.keys) continue;
      const key = (JSON.parse(found) as string).normalize('NFC');
      top.step = key;
      if (top.keys.has(key)) faults.push({ path: pathWith(), code: 'json.twice', params: {} });
      top.keys.add(key);
    } else if (!isExact(found)) {
      faults.push({ path: pathWith(), code: 'json.inexact', params: { found: found.slice(0, 40) } });
    }
  }
  return faults;
};
