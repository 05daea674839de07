import type { ReadBack } from '../../src/papers/makePaper.js';

/** A PDF by its first bytes; what papers say is tested where they are made. */
export const paper = new TextEncoder().encode('%PDF-1.7 giấy');

/** A printer that prints nothing much. */
export const blankPrinter = {
  print: () => Promise.resolve(paper),
  warm: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Finds nothing wrong with it. */
export const unread: ReadBack = () => Promise.resolve({ ok: true, findings: [] });
