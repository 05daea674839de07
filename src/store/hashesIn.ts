import type { Hash } from '../../workflows/vocabulary.js';

/** What looks like a hash anywhere in a value: the contents that an entry or an intent may name. */
export function hashesIn(value: unknown): Hash[] {
  return [...new Set(JSON.stringify(value).match(/(?<=")[0-9a-f]{64}(?=")/g) ?? [])];
}
