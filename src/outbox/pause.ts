import { hash } from 'node:crypto';

const firstMs = 1_000;
const longestMs = 15 * 60_000;

/**
 * Milliseconds until an intent is tried again: 1 s after the first try, twice as long after each, at most 15 min.
 * Up to a quarter is taken off, by a hash of id and try, so that what failed together does not come back together.
 */
export function pauseAfter(tries: number, id: string): number {
  const whole = Math.min(firstMs * 2 ** (tries - 1), longestMs);
  const share = parseInt(hash('sha256', `${id}#${tries}`).slice(0, 8), 16) / 0xffffffff;
  return Math.round(whole * (1 - share / 4));
}
