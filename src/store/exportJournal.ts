import type { Connection } from 'mongoose';
import type { Instant } from '../../workflows/vocabulary.js';
import { closedBefore } from '../engine/closing.js';
import { canonical } from '../engine/journal.js';
import type { Entry } from '../engine/ports.js';
import { entryLine, exportFormat, type ExportLine } from '../engine/verifyExport.js';
import type { CaseDocument } from './cases.js';
import type { Closings } from './closings.js';
import { collectionOf, keyOf } from './connection.js';
import type { Journal } from './journal.js';

const lineOf = (line: ExportLine) => canonical(line);

export interface ExportOptions {
  readonly tenant: string;
  /** One case instead of all; closed days are left out then, since they name other cases too. */
  readonly only?: string | undefined;
  readonly at: Instant;
  readonly journal: Journal;
  readonly closings: Closings;
}

/** Where the reading of a case's entries is: the last one up to where it stands, and those beyond. */
interface Current {
  readonly case: string;
  seq: number;
  readonly beyond: Entry[];
}

/**
 * A tenant's journal as lines of text without line ends, in the format that `verifyExport` reads. Where each case
 * stands is read first and its entries after that; what happens meanwhile is left for the next export.
 */
export async function* exportJournal(
  connection: Connection,
  { tenant, only, at, journal, closings }: ExportOptions,
): AsyncGenerator<string> {
  const whole = only === undefined;
  yield lineOf({ format: exportFormat, tenant, at, closedBefore: whole ? closedBefore(at) : null });

  // What cases remember of days before the days, and the days before the cases: a day that is closed meanwhile would
  // be remembered and not be here, or name entries that are not here.
  const closed = whole ? await closings.remembered(tenant) : new Map<string, number>();
  let days = 0;
  for await (const closing of whole ? closings.all(tenant) : []) {
    days += 1;
    yield lineOf({ closing });
    for await (const leaves of closings.leaves(closing)) yield lineOf({ leaves });
  }

  const standing = new Map<string, { seq: number; head: string; owed: readonly Entry[] }>();
  const cases = collectionOf<CaseDocument>(connection, 'cases');
  const asked = only === undefined ? { tenant } : { _id: keyOf(tenant, only), tenant };
  for await (const { _id, seq, head, owed } of cases.find(asked, {
    projection: { seq: 1, head: 1, owed: 1 },
  })) {
    const entries = owed.flatMap((each) => ('entry' in each ? [each.entry] : []));
    standing.set(_id.slice(tenant.length + 1), { seq, head, owed: entries });
  }

  let entries = 0;
  let ended = 0;
  let current: Current | null = null;

  /** What the case owed and the journal did not have yet, what no step of it wrote, then where the case stands. */
  async function* endOf({ case: id, seq: filed, beyond }: Current) {
    const stands = standing.get(id);
    // A history without a case gets no head, which is what the check then finds.
    if (!stands) return;
    for (const entry of stands.owed) {
      if (entry.seq <= filed) continue;
      entries += 1;
      yield entryLine(entry);
    }
    // An entry is filed only once its case has moved, so one beyond even now was put there by somebody else.
    const now =
      beyond.length > 0 ? await cases.findOne({ _id: keyOf(tenant, id) }, { projection: { seq: 1 } }) : null;
    for (const entry of beyond) {
      if (entry.seq <= (now?.seq ?? 0)) continue;
      entries += 1;
      yield entryLine(entry);
    }
    ended += 1;
    standing.delete(id);
    yield lineOf({ head: { case: id, seq: stands.seq, head: stands.head, closed: closed.get(id) ?? 0 } });
  }

  for await (const entry of journal.all(tenant, only)) {
    if (current && current.case !== entry.case) yield* endOf(current);
    const at: Current = current?.case === entry.case ? current : { case: entry.case, seq: 0, beyond: [] };
    current = at;
    const stands = standing.get(entry.case);
    if (stands && entry.seq > stands.seq) {
      at.beyond.push(entry);
      continue;
    }
    entries += 1;
    yield entryLine(entry);
    at.seq = entry.seq;
  }
  if (current) yield* endOf(current);
  for (const id of [...standing.keys()].sort()) yield* endOf({ case: id, seq: 0, beyond: [] });

  yield lineOf({ end: { cases: ended, closings: days, entries } });
}
