import type { Connection } from 'mongoose';
import type { Attachments } from '../engine/attachments.js';
import { canonical, hashOf } from '../engine/journal.js';
import { frozenBy } from '../engine/draftSent.js';
import type { Case, Draft, Entry } from '../engine/ports.js';
import {
  contentsNamedBy,
  dueGiven,
  summariesNamedBy,
  verifyCase,
  type CaseFault,
  type DueAsked,
  type StoredIntent,
} from '../engine/verifyCase.js';
import type { Kind } from '../../workflows/vocabulary.js';
import { isOfRelay } from '../outbox/ports.js';
import { nameOf, usedNumbers } from '../outbox/usedNumbers.js';
import { collectionOf } from './connection.js';
import type { Contents } from './contents.js';
import { Damaged } from './damaged.js';
import type { FileStore } from './files.js';
import { hashesIn } from './hashesIn.js';
import type { Journal } from './journal.js';
import type { Claim, LedgerPart } from './ledgers.js';
import { storedNumbers, type RegisterDocument } from './registers.js';

/** What lies around the journal and is not as the journal has it, named. */
export type StoredFault =
  | CaseFault
  | {
      readonly tenant: string;
      /** `content/<hash>`, `summary/<hash>`, `paper/<id>`, `attachment/<case>/<hash>`, `number/<agency>/<type>/<year>/<n>`,
       * `claim/<round>/<lineage>/<ordinal>`, `draft/<case>/<part>` */
      readonly of: string;
      /**
       * - `missing`: an entry names it and it is not there;
       * - `damaged`: its bytes or rows do not give its hash;
       * - `changed`: it has other values than an entry says;
       * - `unknown`: it is there and no entry, or no step, gave rise to it.
       */
      readonly fault: 'missing' | 'damaged' | 'changed' | 'unknown';
    };

export interface VerifiedStored {
  /** How much was looked at. */
  readonly cases: number;
  readonly contents: number;
  readonly summaries: number;
  readonly papers: number;
  readonly attachments: number;
  readonly numbers: number;
  readonly claims: number;
  readonly faults: readonly StoredFault[];
}

/** Money that an approved allocation claims: `<source>/<year>`, estimate's code and `<code>:<source>` → đồng. */
export type ClaimOf = (content: unknown) => Claim['cells'];

interface Means {
  readonly cases: {
    ids(tenant: string): AsyncIterable<string>;
    load(ref: { tenant: string; id: string }): Promise<Case | null>;
  };
  readonly journal: Pick<Journal, 'after'>;
  readonly contents: Pick<Contents, 'get'>;
  readonly papers: Pick<FileStore, 'read'>;
  readonly attachments: Pick<Attachments, 'read'>;
  readonly claimOf: ClaimOf;
  readonly dueOf: DueAsked;
}

interface IntentRow {
  readonly _id: string;
  readonly intent: { readonly type: string };
  readonly state: string;
}

const damageOf = async (read: () => Promise<unknown>): Promise<Damaged['how'] | null> => {
  try {
    await read();
    return null;
  } catch (error) {
    if (error instanceof Damaged) return error.how;
    throw error;
  }
};

/**
 * Walks everything of a tenant that an entry names, and everything that no entry names: each case against its entries,
 * what it owes and carries out, contents, private work that was frozen, summaries, papers, numbers, claims. Not
 * checked: due days that rest on a date of the round or on a calendar of before, and the lists, which `rebuild` makes
 * anew.
 *
 * People work on meanwhile, and what is read late may belong to a step that came after its case was read: a fault is
 * what a second look finds as well.
 */
export async function verifyStored(
  connection: Connection,
  tenant: string,
  means: Means,
): Promise<VerifiedStored> {
  const first = await lookAt(connection, tenant, means);
  if (first.faults.length === 0) return first;
  const suspected = new Set(first.faults.map((fault) => canonical(fault)));
  const second = await lookAt(connection, tenant, means);
  return { ...second, faults: second.faults.filter((fault) => suspected.has(canonical(fault))) };
}

async function lookAt(
  connection: Connection,
  tenant: string,
  { cases, journal, contents, papers, attachments, claimOf, dueOf }: Means,
): Promise<VerifiedStored> {
  const faults: StoredFault[] = [];
  const tell = (of: string, fault: 'missing' | 'damaged' | 'changed' | 'unknown') =>
    faults.push({ tenant, of, fault });
  const intents = collectionOf<IntentRow>(connection, 'intents');
  const drafts = collectionOf<Draft & { _id: string }>(connection, 'drafts');

  const mustContents = new Set<string>();
  const mayContents = new Set<string>();
  const mustSummaries = new Set<string>();
  const numbersOf = new Map<string, string>();
  const mustPapers = new Set<string>();
  const mayPapers = new Set<string>();
  const mustAttachments = new Set<string>();
  /** Of each lineage the newest approved ordinal, and the case that it is. */
  const approved = new Map<string, { found: Case; ordinal: number; approval: Entry; isSettled: boolean }>();
  const lineages = new Set<string>();
  let count = 0;

  for await (const id of cases.ids(tenant)) {
    const found = await cases.load({ tenant, id });
    if (!found) continue;
    count += 1;
    const filed = (await journal.after(found, 0)).filter(({ seq }) => seq <= found.seq);
    const last = filed.at(-1)?.seq ?? 0;
    const owing = found.owed.flatMap((one) => ('entry' in one && one.entry.seq > last ? [one.entry] : []));
    const entries = [...filed, ...owing];

    const waiting = new Set(found.owed.map((one) => one.id));
    const carried: StoredIntent[] = [];
    const prefix = `${tenant}/${id}/`;
    for await (const { _id, intent, state } of intents.find({ tenant, case: id })) {
      const own = _id.slice(prefix.length);
      // A step is carried out only once its case has moved.
      if (seqOf(own) > found.seq && seqOf(own) <= ((await cases.load(found))?.seq ?? 0)) continue;
      if (state !== 'done') waiting.add(own);
      if (!isOfRelay(intent)) carried.push({ id: own, intent });
    }
    const { faults: own, replayed } = verifyCase(found, entries, carried);
    faults.push(...own);
    const given = replayed && (await dueGiven(found, replayed, dueOf));
    if (given && given.due !== found.due)
      faults.push({ tenant, case: id, fault: 'fieldsChanged', fields: ['due'] });

    for (const entry of entries) {
      for (const hash of contentsNamedBy(entry)) mustContents.add(hash);
      for (const hash of summariesNamedBy(entry)) mustSummaries.add(hash);
      for (const hash of hashesIn(entry)) mayContents.add(hash);
      const { file } = entry.event as { readonly file?: unknown };
      if (typeof file === 'string') mustAttachments.add(`${id}/${file}`);
    }
    for (const name of usedNumbers(entries)) numbersOf.set(name, id);
    for (const [at, intent] of replayed?.intents ?? []) {
      for (const hash of hashesIn(intent)) mayContents.add(hash);
      if (intent.type !== 'render') continue;
      const paper = `${id}/${intent.params.document}/${at.split('/')[0]}`;
      mayPapers.add(paper);
      if (!waiting.has(at)) mustPapers.add(paper);
    }
    if (found.kind === 'allocation') {
      const { lineage, ordinal } = found.context as unknown as { lineage: string; ordinal: number };
      lineages.add(`${found.round}/${lineage}/${ordinal}`);
      const approval = entries.find(({ event }) => event.type === 'APPROVE');
      const known = approved.get(`${found.round}/${lineage}`);
      if (approval && (known?.ordinal ?? 0) < ordinal)
        approved.set(`${found.round}/${lineage}`, {
          ...{ found, ordinal, approval },
          isSettled: waiting.size === 0,
        });
    }
    for await (const { _id, part, rev, editors } of drafts.find({
      tenant,
      _id: { $regex: `^${tenant}/${id}/` },
    }))
      if (editorsDiffer(found.kind, entries, { part, rev, editors }))
        tell(`draft/${_id.slice(tenant.length + 1)}`, 'changed');
  }

  // Contents and summaries: what is there gives its hash, what is named is there, what is there is named.
  let contentCount = 0;
  const rows = collectionOf<{ _id: string; named?: true }>(connection, 'contents');
  for await (const { _id, named } of rows.find({ tenant }, { projection: { named: 1 } })) {
    contentCount += 1;
    const hash = _id.slice(tenant.length + 1);
    mustContents.delete(hash);
    const damage = await damageOf(() => contents.get(tenant, hash));
    if (damage) tell(`content/${hash}`, damage);
    else if (named && !mayContents.has(hash)) tell(`content/${hash}`, 'unknown');
  }
  for (const hash of mustContents) tell(`content/${hash}`, 'missing');

  let summaryCount = 0;
  const summaries = collectionOf<{ _id: string; tenant: string; hash: string }>(connection, 'summaries');
  for await (const { _id, tenant: _tenant, hash, ...summary } of summaries.find({ tenant })) {
    summaryCount += 1;
    const named = _id.slice(tenant.length + 1);
    mustSummaries.delete(named);
    if (hash !== named || hashOf(summary) !== named) tell(`summary/${named}`, 'damaged');
  }
  for (const hash of mustSummaries) tell(`summary/${hash}`, 'missing');

  let attachmentCount = 0;
  const attached = collectionOf<{ _id: string; case: string; hash: string }>(connection, 'attachments');
  const known = { case: 1, hash: 1 } as const;
  for await (const { case: of, hash } of attached.find({ tenant }, { projection: known })) {
    attachmentCount += 1;
    const named = `${of}/${hash}`;
    mustAttachments.delete(named);
    const damage = await damageOf(() => attachments.read({ tenant, id: of }, hash));
    if (damage) tell(`attachment/${named}`, damage);
  }
  for (const named of mustAttachments) tell(`attachment/${named}`, 'missing');

  let paperCount = 0;
  const filedPapers = collectionOf<{ _id: string; case: string; type: string; seq: number }>(
    connection,
    'papers',
  );
  for await (const { _id, case: of, type, seq } of filedPapers.find({ tenant })) {
    paperCount += 1;
    const id = _id.slice(tenant.length + 1);
    const owed = `${of}/${type}/${seq}`;
    mustPapers.delete(owed);
    if (!mayPapers.has(owed)) tell(`paper/${id}`, 'unknown');
    const damage = await damageOf(() => papers.read(tenant, id));
    if (damage) tell(`paper/${id}`, damage);
  }
  for (const paper of mustPapers) tell(`paper/${paper}`, 'missing');

  // Numbers: each that a paper carries is held for its case, once, below the next one.
  let numberCount = 0;
  const given = new Map<string, string>();
  for await (const register of collectionOf<RegisterDocument>(connection, 'registers').find({ tenant })) {
    for (const { voided, key, ...number } of storedNumbers(register)) {
      numberCount += 1;
      const name = nameOf(number);
      if (given.has(name) || number.number >= register.next) tell(`number/${name}`, 'changed');
      given.set(name, key);
      const user = numbersOf.get(name);
      if (user !== undefined && (voided !== undefined || !key.startsWith(`${user}:`)))
        tell(`number/${name}`, 'changed');
      numbersOf.delete(name);
    }
  }
  for (const name of numbersOf.keys()) tell(`number/${name}`, 'missing');

  // Claims: what the newest approved allocation of each lineage gives, and what is held for a step to come. Until it is
  // confirmed, which drops them, the ones before it stand as well.
  let claimCount = 0;
  const held = new Set<string>();
  const rounds = collectionOf<{ _id: string; id: string; ledger?: LedgerPart }>(connection, 'rounds');
  for await (const { id: round, ledger } of rounds.find({ tenant }))
    for (const claim of ledger?.claims ?? []) {
      claimCount += 1;
      const key = `${round}/${claim.lineage}`;
      const of = `claim/${key}/${claim.ordinal}`;
      const newest = approved.get(key);
      held.add(`${key}/${claim.ordinal}`);
      if (!lineages.has(`${key}/${claim.ordinal}`)) tell(of, 'unknown');
      else if (newest?.ordinal === claim.ordinal) {
        const cells = newest.approval.content === null ? {} : await cellsAt(newest.approval.content);
        const isWhole = cells === null || canonical(claim.cells) === canonical(cells);
        if (!isWhole || (newest.isSettled && !claim.confirmed)) tell(of, 'changed');
      } else if (claim.confirmed && (newest?.isSettled ?? true)) tell(of, 'unknown');
    }
  for (const [key, { ordinal }] of approved)
    if (!held.has(`${key}/${ordinal}`)) tell(`claim/${key}/${ordinal}`, 'missing');

  /** Null where the content is lost, which is told already. */
  async function cellsAt(hash: string): Promise<Claim['cells'] | null> {
    try {
      return claimOf(await contents.get(tenant, hash));
    } catch (error) {
      if (error instanceof Damaged) return null;
      throw error;
    }
  }

  return {
    ...{
      cases: count,
      contents: contentCount,
      summaries: summaryCount,
      papers: paperCount,
      attachments: attachmentCount,
    },
    ...{ numbers: numberCount, claims: claimCount, faults },
  };
}

const seqOf = (intent: string) => Number(intent.split('/')[0]);

/** Who edited the revision that a step froze stands in its facts, and must stand in the draft while it has that one. */
const editorsDiffer = (
  kind: Kind,
  entries: readonly Entry[],
  draft: Pick<Draft, 'part' | 'rev' | 'editors'>,
): boolean => {
  const frozen = entries.findLast(
    ({ event }) => event['rev'] === draft.rev && frozenBy(kind, event.type) === draft.part,
  );
  const facts = frozen?.event['facts'] as { draft?: { editors?: readonly string[] } } | undefined;
  const editors = facts?.draft?.editors;
  return editors !== undefined && canonical(editors.toSorted()) !== canonical([...draft.editors].sort());
};
