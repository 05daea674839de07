import { Readable } from 'node:stream';
import type { Answer } from './route.js';

/**
 * A file that is at hand as a whole, as an answer.
 * @param hash of what is stored under it; what is made for one reader has none
 */
export const bytesAnswer = (
  bytes: Uint8Array,
  { name, mime, hash }: { readonly name: string; readonly mime: string; readonly hash?: string },
): Answer => ({
  file: { stream: Readable.from([bytes]), contentType: mime, name, size: bytes.length },
  ...(hash !== undefined && { headers: { 'X-Content-SHA256': hash } }),
});
