import { entryAfter, genesis, hashOf } from '../../src/engine/journal.js';
import type { Case, Entry, Owed, Step } from '../../src/engine/ports.js';
import type { Intent } from '../../workflows/vocabulary.js';
import { anEntryDraft } from './histories.js';

export const tenant = 'canTho';

const owedBy = (entry: Entry, intents: readonly Intent[]): Owed[] => [
  { id: `${entry.seq}`, entry },
  ...intents.map((intent, n) => ({
    id: `${entry.seq}/${n}`,
    intent,
    cause: `${entry.case}/${entry.seq}/${n}`,
  })),
];

/** A case that was just born, as the store keeps it; only what the store reads of it is true to life. */
export function aCase(id: string, intents: readonly Intent[] = [], changes: Partial<Case> = {}): Case {
  const entry = entryAfter({ head: genesis, seq: 0 }, anEntryDraft({ tenant, case: id }, 0));
  return {
    tenant,
    id,
    kind: 'estimate',
    version: '1',
    ruleset: 'ND73_82_NQ04',
    code: `DT-${id}`,
    owner: 'SYT',
    round: 'd1',
    seq: 1,
    head: entry.hash,
    state: { preparing: 'draft' },
    status: 'active',
    context: {
      parties: {
        owner: 'SYT',
        reviewer: 'SKHCN',
        appraiser: 'STC',
        security: 'CATP',
        authority: 'UBND',
        council: 'HDND',
        cityOffice: 'VPUB',
        substitute: 'VPUB',
      },
      content: null,
    },
    content: null,
    due: null,
    reckoned: null,
    since: entry.at,
    at: entry.at,
    owed: owedBy(entry, intents),
    seen: [{ ...entry.cause, seq: 1 }],
    ...changes,
  };
}

/** The next step of a case, with what it owes. */
export function aStep(found: Case, intents: readonly Intent[] = [], changes: Partial<Entry> = {}): Step {
  const entry = entryAfter(found, anEntryDraft({ tenant: found.tenant, case: found.id }, found.seq, changes));
  return {
    state: entry.to,
    status: 'active',
    context: { ...found.context, steps: found.seq },
    content: entry.content,
    due: found.due,
    reckoned: found.reckoned,
    since: entry.at,
    at: entry.at,
    head: entry.hash,
    owed: owedBy(entry, intents),
    seen: { key: entry.cause.key, body: hashOf(entry.event), seq: entry.seq },
  };
}

export const aNotice = (notice: string): Intent => ({ type: 'notify', params: { to: 'owner', notice } });
