import type { Connection } from 'mongoose';
import { chainCheck, type ChainFault } from '../engine/chain.js';
import { canonical, hashOf } from '../engine/journal.js';
import type { Change, Values } from '../people/ports.js';
import { accessJournal, type AccessEntry } from './accessJournal.js';
import { administration } from './administration.js';

/** What is wrong with an entry of a tenant's access journal. */
export type AccessChainFault = Pick<ChainFault, 'tenant' | 'seq' | 'fault'> & { readonly journal: 'access' };

/** What is stored but was not set so: it was changed past the journal. */
export interface SettingFault {
  readonly tenant: string;
  /** `user/syt.chuyenvien`, `agency/SYT`, `round/dot-1-2025`. */
  readonly of: string;
  /**
   * - `changed`: `fields` have other values than were set last;
   * - `unknown`: nobody made it;
   * - `gone`: it was made and is not there.
   */
  readonly fault: 'changed' | 'unknown' | 'gone';
  readonly fields?: readonly string[];
}

export interface VerifiedAccess {
  readonly entries: number;
  readonly settings: number;
  readonly faults: readonly (AccessChainFault | SettingFault)[];
}

const unhashed = ({ hash: _, ...rest }: AccessEntry) => rest;

const differing = (stored: Values, set: Values): string[] =>
  [...new Set([...Object.keys(stored), ...Object.keys(set)])].filter(
    (field) => canonical([stored[field]]) !== canonical([set[field]]),
  );

/**
 * Verifies a tenant's access journal, and what administrators set against it: the chain is walked to its end, which
 * is the head kept beside it or beyond; every city, agency, system, user, delegation, round, register
 * and paper must have the values that were set last. Passwords are not in the journal, so a changed one is not found here.
 */
export async function verifyAccess(connection: Connection, tenant: string): Promise<VerifiedAccess> {
  const journal = accessJournal(connection);
  const all = administration(connection);
  const faults: (AccessChainFault | SettingFault)[] = [];

  // Before the entries: whatever is filed meanwhile lies beyond it.
  const head = await journal.head(tenant);
  const check = chainCheck((seq, fault) => faults.push({ journal: 'access', tenant, seq, fault }));
  const set = new Map<string, Change>();
  let entries = 0;
  let last = 0;
  let atHead = '';
  for await (const entry of journal.all(tenant)) {
    entries += 1;
    check.take(
      entry.seq,
      entry.previous,
      entry.hash,
      entry.tenant === tenant && hashOf(unhashed(entry)) === entry.hash,
    );
    last = Math.max(last, entry.seq);
    if (entry.seq === head?.seq) atHead = entry.hash;
    if (entry.change) set.set(entry.change.of, entry.change);
  }
  const beyond = head === null || last > head.seq;
  check.end(beyond ? undefined : head);
  if (head && beyond && atHead !== head.head)
    faults.push({ journal: 'access', tenant, seq: head.seq, fault: 'head' });
  if (!head && entries > 0) faults.push({ journal: 'access', tenant, seq: last, fault: 'head' });

  let settings = 0;
  const suspects: { of: string; values: Values | null }[] = [];
  for await (const { of, values, owed } of all.stored(tenant)) {
    settings += 1;
    const change = owed ?? set.get(of);
    if (!change || differing(values, change.to).length > 0) suspects.push({ of, values });
    set.delete(of);
  }
  for (const of of set.keys())
    if (all.kinds.includes(of.slice(0, of.indexOf('/')))) suspects.push({ of, values: null });

  if (suspects.length > 0) {
    // Somebody may have set one between the two readings: look again at what is suspected.
    const now = new Map<string, { values: Values; owed: Change | null }>();
    const asked = new Set(suspects.map(({ of }) => of));
    for await (const { of, values, owed } of all.stored(tenant))
      if (asked.has(of)) now.set(of, { values, owed });
    for (const { of } of suspects) {
      const found = now.get(of);
      const change = found?.owed ?? (await journal.lastOf(tenant, of));
      if (!found) {
        faults.push({ tenant, of, fault: 'gone' });
        continue;
      }
      if (!change) {
        faults.push({ tenant, of, fault: 'unknown' });
        continue;
      }
      const fields = differing(found.values, change.to);
      if (fields.length > 0) faults.push({ tenant, of, fault: 'changed', fields });
    }
  }
  return { entries, settings, faults };
}
