import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Hash } from '../../workflows/vocabulary.js';
import { chainCheck, type ChainFault, type Head } from './chain.js';
import type { Entry } from './ports.js';

export { genesis } from './chain.js';

/**
 * The one way to write a value as text: RFC 8785 (sorted keys, no spaces) over NFC.
 * @throws when the value is not JSON: NaN, infinity, a lone surrogate, a circle, undefined.
 */
export function canonical(body: unknown): string {
  const text = canonicalize(body);
  if (text === undefined) throw new Error('undefined has no canonical form');
  const composed = text.normalize('NFC');
  // Composing may change the order of keys, so it comes before sorting; nearly all text is composed already.
  return composed === text ? text : (canonicalize(JSON.parse(composed)) as string);
}

/** SHA-256 over the canonical bytes. */
export const hashOf = (body: unknown): Hash => hash('sha256', canonical(body));

/** The entry as it is hashed: everything but its own hash, the hash before it included. */
export function unhashed({ hash: _hash, ...rest }: Entry): Omit<Entry, 'hash'> {
  return rest;
}

/** Links a draft to the entry before it; a case that begins gives `{ head: genesis, seq: 0 }`. */
export function entryAfter(previous: Head, draft: Omit<Entry, 'seq' | 'previous' | 'hash'>): Entry {
  const entry = { ...draft, seq: previous.seq + 1, previous: previous.head };
  return { ...entry, hash: hashOf(entry) };
}

/**
 * Checks the entries of one case in the order in which they are stored. An entry that was edited without its hash
 * is named itself; one that was edited together with its hash breaks the link of the next, which is named then.
 * @param expected where the case says it stands; without it a cut-off tail cannot be told.
 * @returns what is wrong, by entry; empty when the chain holds.
 */
export async function verifyChain(
  of: { readonly tenant: string; readonly case: string },
  entries: Iterable<Entry> | AsyncIterable<Entry>,
  expected?: Head,
): Promise<ChainFault[]> {
  const faults: ChainFault[] = [];
  const check = chainCheck((seq, fault) => faults.push({ tenant: of.tenant, case: of.case, seq, fault }));
  for await (const entry of entries) {
    const whole = entry.tenant === of.tenant && entry.case === of.case;
    check.take(entry.seq, entry.previous, entry.hash, whole && hashOf(unhashed(entry)) === entry.hash);
  }
  check.end(expected);
  return faults;
}
