import type {
  Case,
  CaseRef,
  CaseStore,
  ContentStore,
  Draft,
  DraftStore,
  Entry,
  JournalReader,
  Owed,
} from '../../src/engine/ports.js';
import type { CaseQueries } from '../../src/engine/shared.js';
import { canonical, hashOf } from '../../src/engine/journal.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';

const remembered = 32;
const keyOf = ({ tenant, id }: CaseRef) => `${tenant}/${id}`;

/** What a store holds is JSON, as it would come back from a database; it may not change in anybody's hands. */
const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Cases and their filed journal in memory; `file` does what the relay's filing does. */
export interface MemoryCases extends CaseStore {
  readonly queries: CaseQueries;
  readonly journal: JournalReader;
  all(): Case[];
  /** Every entry of a case, filed or owed. */
  entriesOf(ref: CaseRef): Entry[];
  /** Takes what a case owes: entries into the journal, intents to the caller. */
  file(ref: CaseRef): Exclude<Owed, { entry: Entry }>[];
}

export const memoryCases = (): MemoryCases => {
  const cases = new Map<string, Case>();
  const filed = new Map<string, Entry[]>();

  const load = (ref: CaseRef): Promise<Case | null> => Promise.resolve(cases.get(keyOf(ref)) ?? null);
  const entriesOf = (ref: CaseRef): Entry[] => [
    ...(filed.get(keyOf(ref)) ?? []),
    ...(cases.get(keyOf(ref))?.owed ?? []).flatMap((owed) => ('entry' in owed ? [owed.entry] : [])),
  ];
  const where = (wanted: (found: Case) => boolean): Promise<Case[]> =>
    Promise.resolve([...cases.values()].filter(wanted).sort((a, b) => (a.id < b.id ? -1 : 1)));

  return {
    load,
    create(born) {
      const known = cases.get(keyOf(born));
      if (!known) cases.set(keyOf(born), stored(born));
      return Promise.resolve(known ?? stored(born));
    },
    advance(found, { owed, seen, ...changed }) {
      const now = cases.get(keyOf(found));
      if (now?.seq !== found.seq || now.thaws !== found.thaws) return Promise.resolve(null);
      const next: Case = stored({
        ...now,
        ...changed,
        seq: now.seq + 1,
        owed: [...now.owed, ...owed],
        seen: [...now.seen, seen].slice(-remembered),
      });
      cases.set(keyOf(found), next);
      return Promise.resolve(next);
    },
    thaw(found) {
      const now = cases.get(keyOf(found));
      if (now?.seq !== found.seq || now.thaws !== found.thaws) return Promise.resolve(null);
      const next: Case = { ...now, thaws: (now.thaws ?? 0) + 1 };
      cases.set(keyOf(found), next);
      return Promise.resolve(next);
    },
    queries: {
      load,
      loadMany: async (tenant, ids) =>
        (await Promise.all(ids.map((id) => load({ tenant, id })))).filter((found) => found !== null),
      members: (tenant, consolidation) =>
        where(
          (found) =>
            found.tenant === tenant &&
            found.kind === 'estimate' &&
            (found.context as unknown as EstimateContext).consolidation === consolidation,
        ),
      inRound: (tenant, kind, round) =>
        where((found) => found.tenant === tenant && found.kind === kind && found.round === round),
      ofAgency: (tenant, agency, except) =>
        where(
          (found) =>
            found.tenant === tenant &&
            found.kind === 'estimate' &&
            found.status === 'active' &&
            found.owner === agency &&
            found.id !== except,
        ),
    },
    journal: {
      after: (ref, seq) => Promise.resolve(entriesOf(ref).filter((entry) => entry.seq > seq)),
      byCause: (ref, key) => Promise.resolve(entriesOf(ref).find(({ cause }) => cause.key === key) ?? null),
    },
    all: () => [...cases.values()],
    entriesOf,
    file(ref) {
      const found = cases.get(keyOf(ref));
      if (!found) return [];
      filed.set(keyOf(ref), entriesOf(ref));
      cases.set(keyOf(ref), { ...found, owed: [] });
      return found.owed.filter((owed) => 'intent' in owed);
    },
  };
};

/** Contents by hash, kept as their canonical text: written once, never changed. */
export const memoryContents = (): ContentStore & { readonly texts: ReadonlyMap<string, string> } => {
  const texts = new Map<string, string>();
  return {
    texts,
    put(tenant, body) {
      const hash = hashOf(body);
      const key = `${tenant}/${hash}`;
      if (!texts.has(key)) texts.set(key, canonical(body));
      return Promise.resolve(hash);
    },
    get<T>(tenant: string, hash: string) {
      const text = texts.get(`${tenant}/${hash}`);
      if (text === undefined) return Promise.reject(new Error(`no content ${hash}`));
      return Promise.resolve(JSON.parse(text) as T);
    },
  };
};

/** Drafts by case and part, with the same conditional save as the database's. */
export const memoryDrafts = (): DraftStore => {
  const drafts = new Map<string, Draft>();
  return {
    load: <Body>(ref: CaseRef, part: string) =>
      Promise.resolve((drafts.get(`${keyOf(ref)}/${part}`) as Draft<Body> | undefined) ?? null),
    save: <Body>(ref: CaseRef, draft: Draft<Body>, rev: number, frozenAt?: number) => {
      const key = `${keyOf(ref)}/${draft.part}`;
      const known = drafts.get(key);
      if ((known?.rev ?? 0) !== rev || known?.frozenAt !== frozenAt) return Promise.resolve(null);
      drafts.set(key, stored(draft));
      return Promise.resolve(draft);
    },
    freeze: <Body>(ref: CaseRef, part: string, rev: number, moment: number) => {
      const key = `${keyOf(ref)}/${part}`;
      const known = drafts.get(key) as Draft<Body> | undefined;
      if (known?.rev !== rev) return Promise.resolve(null);
      const frozen = { ...known, frozenAt: Math.max(known.frozenAt ?? 0, moment) };
      drafts.set(key, frozen);
      return Promise.resolve(frozen);
    },
  };
};
