import type { FieldFault } from '../errors.js';
import { endlessWordIn, longestWord, strangerIn } from '../repertoire.js';

/** How deep what comes in may be nested, and how long one list of it may be. */
export const limits = { depth: 12, items: 20_000 } as const;

const keyForbidden = /^(__proto__|constructor|prototype)$|^\$/;

const below = (path: string, step: string) => (path === '' ? step : `${path}.${step}`);

/** Never echoed: where somebody typed a secret, no answer repeats any of it. */
export const isSecret = (path: string): boolean => /password|token|_csrf/i.test(path);

// Blanks of other widths, which sheets write between thousands: no paper has them, and each is a blank all the same.
const asBlank = (text: string): string =>
  text.replace(/[\u2007\u202f]/g, '\u00a0').replace(/[\u2000-\u200a\u205f\u3000]/g, ' ');

// What no typed secret has: control characters but tab and line ends, halves of characters.
const unspeakable = /[^\P{Cc}\t\n\r]|\p{Cs}/u;

/** What is wrong with one text; secrets are never printed, so they may have any character. */
const textFault = (text: string, path: string): Omit<FieldFault, 'path'> | null => {
  if (isSecret(path)) return unspeakable.test(text) ? { code: 'string.control', params: {} } : null;
  const stranger = strangerIn(text);
  if (stranger) return { code: 'string.character', params: { ...stranger } };
  const place = endlessWordIn(text);
  return place === null ? null : { code: 'string.word', params: { limit: longestWord, place } };
};

/**
 * What came in, with every text in NFC, `\n` at the end of its lines and no blanks but the two that papers have.
 * Characters that papers cannot carry, words without end, keys that would reach into objects or queries, too much depth
 * and lists without end are faults.
 */
export const cleaned = (value: unknown, path: string, faults: FieldFault[], depth = 0): unknown => {
  const fault = (code: string, params: FieldFault['params'] = {}) => {
    faults.push({ path, code, params });
    return undefined;
  };
  if (typeof value === 'string') {
    const composed = value.normalize('NFC');
    const text = isSecret(path) ? composed : asBlank(composed.replace(/\r\n?/g, '\n'));
    const wrong = textFault(text, path);
    return wrong ? fault(wrong.code, wrong.params) : text;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= limits.depth) return fault('depth.max', { limit: limits.depth });
  if (Array.isArray(value)) {
    if (value.length > limits.items) return fault('array.max', { limit: limits.items, found: value.length });
    return value.map((item, index) => cleaned(item, below(path, String(index)), faults, depth + 1));
  }
  const entries = Object.entries(value).map(([key, item]) => {
    const name = key.normalize('NFC');
    if (keyForbidden.test(name) || strangerIn(name)) {
      faults.push({ path, code: 'key.forbidden', params: {} });
      return null;
    }
    return [name, cleaned(item, below(path, name), faults, depth + 1)] as const;
  });
  return Object.fromEntries(entries.filter((entry) => entry !== null));
};
