import type { FieldFault } from '../errors.js';

/** How deep what comes in may be nested, and how long one list of it may be. */
export const limits = { depth: 12, items: 20_000 } as const;

// Control characters but tab and line ends, halves of characters, and marks that turn the direction of reading:
// a paper must say what it seems to say.
const forbidden = /[^\P{Cc}\t\n\r]|\p{Cs}|[\u202A-\u202E\u2066-\u2069\uFEFF]/u;
const keyForbidden = /^(__proto__|constructor|prototype)$|^\$/;

const below = (path: string, step: string) => (path === '' ? step : `${path}.${step}`);

/**
 * What came in, with every text in NFC. Keys that would reach into objects or queries, control characters, too much
 * depth and lists without end are faults.
 */
export const cleaned = (value: unknown, path: string, faults: FieldFault[], depth = 0): unknown => {
  const fault = (code: string, params: FieldFault['params'] = {}) => {
    faults.push({ path, code, params });
    return undefined;
  };
  if (typeof value === 'string') {
    return forbidden.test(value) ? fault('string.control') : value.normalize('NFC');
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= limits.depth) return fault('depth.max', { limit: limits.depth });
  if (Array.isArray(value)) {
    if (value.length > limits.items) return fault('array.max', { limit: limits.items, found: value.length });
    return value.map((item, index) => cleaned(item, below(path, String(index)), faults, depth + 1));
  }
  const entries = Object.entries(value).map(([key, item]) => {
    const name = key.normalize('NFC');
    if (keyForbidden.test(name) || forbidden.test(name)) {
      faults.push({ path, code: 'key.forbidden', params: {} });
      return null;
    }
    return [name, cleaned(item, below(path, name), faults, depth + 1)] as const;
  });
  return Object.fromEntries(entries.filter((entry) => entry !== null));
};
