import { entryAfter, genesis } from '../../src/engine/journal.js';
import type { Entry } from '../../src/engine/ports.js';

type Of = { tenant: string; case: string };

/** What an entry says, before it is linked. */
export const anEntryDraft = (
  of: Of,
  n: number,
  changes: Partial<Entry> = {},
): Omit<Entry, 'seq' | 'previous' | 'hash'> => ({
  ...of,
  kind: 'estimate',
  version: '1',
  at: new Date(Date.UTC(2025, 8, 10, 2, 0, n)).toISOString(),
  clockSet: true,
  actor: { id: `person${n % 3}`, name: 'Chuyên viên Sở Y tế', agency: 'SYT', roles: ['officer'] },
  permit: 'officer@owner',
  event: { type: 'SEND_BACK', reason: `Bổ sung báo giá, ",\\"case\\":\\"x\\"" lần ${n}`, facts: { rows: n } },
  from: { preparing: 'unitReview' },
  to: { preparing: 'draft' },
  content: 'c'.repeat(64),
  cause: { key: `person/${of.case}/${n}`, body: 'b'.repeat(64) },
  ...changes,
});

/** A case's entries from its birth on. */
export function aHistory(length: number, of: Of = { tenant: 'canTho', case: 'case1' }): Entry[] {
  const entries: Entry[] = [];
  let head = { head: genesis, seq: 0 };
  for (let n = 1; n <= length; n += 1) {
    const entry = entryAfter(head, anEntryDraft(of, n));
    entries.push(entry);
    head = { head: entry.hash, seq: entry.seq };
  }
  return entries;
}
