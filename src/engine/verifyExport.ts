import { hash as digest } from 'node:crypto';
import { dayOf } from '../../workflows/calendar.js';
import type { Hash, Instant } from '../../workflows/vocabulary.js';
import { chainCheck, type ChainCheck, type ChainFault, type Head } from './chain.js';
import { checkClosing, leavesHash, type Closing, type DayFault, type Leaf } from './closing.js';
import { canonical, unhashed } from './journal.js';
import type { Entry } from './ports.js';

export const exportFormat = 'totrinh-journal-2';

/**
 * The lines of an export file, in this order: one `format`; a `closing` per closed day, each followed by its
 * `leaves`; the entries, those of a case by seq, and a `head` behind the last of each case; one `end`.
 */
export type ExportLine =
  | {
      readonly format: typeof exportFormat;
      readonly tenant: string;
      readonly at: Instant;
      /** Entries from before this moment must be closed; null where the file has no closings. */
      readonly closedBefore: Instant | null;
    }
  | { readonly closing: Closing }
  | { readonly leaves: readonly Leaf[] }
  | { readonly head: Standing }
  | { readonly end: { readonly cases: number; readonly closings: number; readonly entries: number } };

/** Where a case stands, and up to which seq the city's days have its entries as it remembers (0: none). */
export interface Standing extends Leaf {
  readonly closed: number;
}

/** A line of the file that stands for no entry, or a count that does not agree: by line number, from 1. */
export interface FileFault {
  readonly line: number;
  readonly fault: 'unreadable' | 'noEnd' | 'counts' | 'noHead' | 'format';
  readonly case?: string;
}

export interface Verified {
  readonly entries: number;
  readonly cases: number;
  readonly closings: number;
  /** Head of the newest closed day: what a copy kept elsewhere is compared with. */
  readonly dayHead: Hash | null;
  readonly faults: readonly (ChainFault | DayFault | FileFault)[];
}

/** An entry's line: its canonical bytes as they were hashed, then the hash; canonical JSON as a whole. */
export const entryLine = (entry: Entry): string =>
  `{"entry":${canonical(unhashed(entry))},"hash":"${entry.hash}"}`;

/** What stands before the hashed bytes, between them and the hash, and at the end of an entry's line. */
const opens = '{"entry":';
const between = ',"hash":"';
const closes = '"}';
const before = opens.length;
const behind = between.length + 64 + closes.length;
const keys = {
  case: ',"case":"',
  previous: ',"previous":"',
  seq: '","seq":',
  tenant: ',"tenant":"',
} as const;
const instantLength = '2025-09-10T00:00:00.000Z'.length;
const quote = 0x22;
const zero = 0x30;

interface Chain extends ChainCheck {
  /** Leaves of closed days that this case must still meet, latest first. */
  readonly leaves: { readonly day: string; readonly leaf: Leaf }[];
  /** The seq up to which closings have this case. */
  covered: number;
  /** The moment of the first entry that no closing has. */
  open: Instant | undefined;
}

/**
 * Verifies an export file with nothing but the file. Checked is, by hashing the very bytes of each line: that every
 * entry gives its hash, names the hash of the entry before it in its case and follows it by number; that each case
 * ends where its `head` line says and each has one; that the closed days are chained, give their heads, and name
 * the entries that stand in the file; that no entry lacks a closing although its case remembers one or it is old; that
 * the counts at the end agree.
 *
 * Of an entry only tenant, at, case, seq and previous are read, straight from the canonical text: in canonical JSON an
 * unescaped quote cannot stand inside a string, so `,"case":"` is always the member itself, the first of that name
 * (no member that sorts before it has one); `at` stands right before it, and `previous`, `seq` and `tenant` stand side by side near the end. A
 * text laid out otherwise reads as broken, never as whole.
 *
 * Who rewrites entries, heads and days alike is found only by a day's head that was kept elsewhere.
 * @param pieces the file's bytes, in pieces of any length.
 */
export async function verifyExport(pieces: AsyncIterable<Buffer>): Promise<Verified> {
  const faults: (ChainFault | DayFault | FileFault)[] = [];
  const chains = new Map<string, Chain>();
  let tenant = '';
  let mustBeClosed: Instant = '';
  let line = 0;
  let entries = 0;
  let heads = 0;
  let closings = 0;
  let closing: Closing | undefined;
  let dayHead: Hash = '';
  let leavesSeen = 0;
  let ended = false;

  let lastId: string | undefined;
  let lastChain: Chain;
  const chainOf = (id: string): Chain => {
    // An export goes case by case: the chain asked for is nearly always the one before.
    if (id === lastId) return lastChain;
    let chain = chains.get(id);
    if (!chain) {
      // The text was read byte by byte; in a fault it is shown as what it is.
      const name = Buffer.from(id, 'latin1').toString();
      const check = chainCheck((seq, fault) => faults.push({ tenant, case: name, seq, fault }));
      chain = { ...check, leaves: [], covered: 0, open: undefined };
      // A copy: a piece of a line would keep the whole line.
      chains.set(Buffer.from(id, 'latin1').toString('latin1'), chain);
    }
    lastId = id;
    lastChain = chain;
    return chain;
  };

  const meet = (chain: Chain, seq: number, hash: Hash) => {
    // A closing may name what the one before it named already.
    for (let next = chain.leaves.at(-1); next && next.leaf.seq <= seq; next = chain.leaves.at(-1)) {
      chain.leaves.pop();
      if (next.leaf.seq !== seq || next.leaf.head !== hash) entryChanged(next);
    }
  };
  const entryChanged = ({ day, leaf }: Chain['leaves'][number]) =>
    faults.push({ tenant, day, fault: 'entryChanged', case: leaf.case });

  const takeEntry = (buffer: Buffer, text: string, start: number, end: number): boolean => {
    const close = end - behind;
    if (!text.startsWith(opens, start) || !text.startsWith(between, close)) return false;
    if (!text.startsWith(closes, end - closes.length)) return false;
    const atCase = text.indexOf(keys.case, start) + keys.case.length;
    const endCase = text.indexOf('"', atCase);
    const atPrevious = text.lastIndexOf(keys.previous, close) + keys.previous.length;
    // What is not in this line is found, if at all, in another.
    if (atCase < start + keys.case.length || endCase < 0 || endCase > close) return false;
    if (atPrevious < start + keys.previous.length) return false;
    // The first entry of a case names none before it.
    const afterPrevious = text.charCodeAt(atPrevious) === quote ? atPrevious : atPrevious + 64;
    if (!text.startsWith(keys.seq, afterPrevious)) return false;

    let at = afterPrevious + keys.seq.length;
    let seq = 0;
    for (
      let digit = text.charCodeAt(at) - zero;
      digit >= 0 && digit <= 9;
      digit = text.charCodeAt(at) - zero
    ) {
      seq = seq * 10 + digit;
      at += 1;
    }
    if (!Number.isSafeInteger(seq) || seq < 1) return false;
    const id = text.slice(atCase, endCase);
    const previous = text.slice(atPrevious, afterPrevious);
    const given = text.slice(end - closes.length - 64, end - closes.length);

    const computed = digest('sha256', buffer.subarray(start + before, close));
    const whole = computed === given;
    // What a chain keeps is a text of its own: a slice would keep the whole piece of the file.
    const hash = whole ? computed : Buffer.from(given, 'latin1').toString('latin1');
    const chain = chainOf(id);
    chain.take(seq, previous, hash, whole && text.startsWith(tenantText, at));
    meet(chain, seq, hash);
    if (seq > chain.covered && chain.open === undefined) {
      const endAt = atCase - keys.case.length - 1;
      chain.open = Buffer.from(text.slice(endAt - instantLength, endAt), 'latin1').toString('latin1');
    }
    return true;
  };
  let tenantText = '';

  const takeOther = (text: string) => {
    let read: ExportLine;
    try {
      read = JSON.parse(text) as ExportLine;
    } catch {
      faults.push({ line, fault: 'unreadable' });
      return;
    }
    if ('format' in read) {
      if (read.format !== exportFormat || line !== 1) faults.push({ line, fault: 'format' });
      tenant = read.tenant;
      mustBeClosed = read.closedBefore ?? '';
      tenantText = Buffer.from(`${keys.tenant}${tenant}"`).toString('latin1');
    } else if ('closing' in read) {
      endLeaves();
      closing = read.closing;
      faults.push(...checkClosing(closing, dayHead));
      dayHead = closing.head;
      closings += 1;
      leavesSeen = 0;
    } else if ('leaves' in read) takeLeaves(read.leaves);
    else if ('head' in read) takeHead(read.head);
    else if ('end' in read) {
      ended = true;
      const { end } = read;
      if (end.entries !== entries || end.cases !== heads || end.closings !== closings)
        faults.push({ line, fault: 'counts' });
    } else faults.push({ line, fault: 'unreadable' });
  };

  const takeLeaves = (leaves: readonly Leaf[]) => {
    const day = closing?.day ?? '';
    if (leavesHash(leaves) !== closing?.chunks[leavesSeen])
      faults.push({ tenant, day, fault: 'leavesEdited' });
    leavesSeen += 1;
    // Days come in order, so a case's later leaf goes in front: the next one to meet is the last.
    for (const leaf of leaves) {
      const chain = chainOf(Buffer.from(leaf.case).toString('latin1'));
      chain.leaves.unshift({ day, leaf });
      chain.covered = Math.max(chain.covered, leaf.seq);
    }
  };

  const endLeaves = () => {
    if (closing && leavesSeen !== closing.chunks.length)
      faults.push({ tenant, day: closing.day, fault: 'leavesEdited' });
    closing = undefined;
  };

  const takeHead = ({ case: id, seq, head, closed }: Standing) => {
    const key = Buffer.from(id).toString('latin1');
    const chain = chainOf(key);
    chain.end({ seq, head } satisfies Head);
    for (const leaf of chain.leaves) entryChanged(leaf);
    const { open, covered } = chain;
    // A moment that is none was edited, which its entry's hash tells.
    if (open !== undefined && (open < mustBeClosed || covered < closed) && !Number.isNaN(Date.parse(open)))
      faults.push({ tenant, day: dayOf(open), fault: 'notClosed', case: id });
    heads += 1;
    chains.delete(key);
    lastId = undefined;
  };

  const takeLine = (buffer: Buffer, text: string, start: number, end: number) => {
    line += 1;
    // `{"entry` differs from all other lines in these two letters.
    if (buffer[start + 2] === 0x65 && buffer[start + 4] === 0x74 && end - start > before + behind) {
      entries += 1;
      if (!takeEntry(buffer, text, start, end)) faults.push({ line, fault: 'unreadable' });
    } else takeOther(buffer.toString('utf8', start, end));
  };

  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const buffer = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    // One character per byte, so that places in the text are places in the bytes.
    const text = buffer.toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      takeLine(buffer, text, start, end);
      start = end + 1;
    }
    rest = buffer.subarray(start);
  }
  if (rest.length > 0) takeLine(rest, rest.toString('latin1'), 0, rest.length);

  endLeaves();
  if (!ended) faults.push({ line, fault: 'noEnd' });
  for (const [key, chain] of chains) {
    chain.end();
    faults.push({ line, fault: 'noHead', case: Buffer.from(key, 'latin1').toString() });
  }
  return { entries, cases: heads, closings, dayHead: dayHead === '' ? null : dayHead, faults };
}
