import { createHash } from 'node:crypto';
import type { Case } from './ports.js';

/** How many causes a case remembers word for word. */
export const remembered = 32;

/** A thousand keys leave one in fifty that is looked up in vain. */
const bytes = 1024;
const bitsPerKey = 4;

const bitsOf = (key: string): number[] => {
  const digest = createHash('sha256').update(key).digest();
  return Array.from({ length: bitsPerKey }, (_, at) => digest.readUInt16LE(2 * at) % (8 * bytes));
};
const has = (filter: Buffer, bit: number) => ((filter[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;

type Remembering = Pick<Case, 'seq' | 'seen' | 'forgotten'>;

/**
 * The filter of a case after its next step, which pushes the oldest cause out of `seen`; undefined while nothing was
 * pushed out, and for good where causes went without a filter.
 */
export const forgottenAfter = ({ seq, seen, forgotten }: Remembering): string | undefined => {
  const [oldest] = seen;
  if (!oldest || seen.length < remembered) return forgotten;
  if (forgotten === undefined && seq > seen.length) return undefined;
  const filter = forgotten === undefined ? Buffer.alloc(bytes) : Buffer.from(forgotten, 'base64');
  for (const bit of bitsOf(oldest.key)) filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7));
  return filter.toString('base64');
};

/** Whether a case may have forgotten this cause, so that only the journal knows; false is certain. */
export const mayHaveForgotten = ({ seq, seen, forgotten }: Remembering, key: string): boolean => {
  if (seq <= seen.length) return false;
  if (forgotten === undefined) return true;
  const filter = Buffer.from(forgotten, 'base64');
  return bitsOf(key).every((bit) => has(filter, bit));
};
