/**
 * What an intent that was not carried out says about its next try.
 * - `failed`: it uses up a try;
 * - `notNow`: the surroundings are away (browser, database, a release that knows the case's version): it waits, and no
 *   try is used up;
 * - `tooSlow`: it took longer than anybody waits: twice is for ever;
 * - `hopeless`: only a person can help.
 */
export type Fault = 'failed' | 'notNow' | 'tooSlow' | 'hopeless';

/** How an error is written down. */
export const says = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/**
 * What errors of one cause have in common: the text without what differs from case to case (ids, hashes, paths,
 * numbers, names in quotes), so that all of a cause can be taken up together.
 */
export const causeOf = (text: string): string =>
  text
    .replace(/"[^"]*"|'[^']*'|“[^”]*”/g, '…')
    .replace(/\S*\/\S*/g, '…')
    .replace(/[\p{L}\p{N}_-]*\p{N}[\p{L}\p{N}_-]*/gu, '…')
    .replace(/…[\s,.…]*(?=…)/g, '')
    .slice(0, 200);
