import { allocationChecks } from '../../src/allocations/checks.js';
import { allocationSlice } from '../../src/allocations/slice.js';
import { consolidationTables } from '../../src/consolidations/consolidationTables.js';
import { tableHash } from '../../src/consolidations/seen.js';
import { consolidationSlice } from '../../src/consolidations/slice.js';
import { createEngine } from '../../src/engine/engine.js';
import type { Case, Clock, ContentStore, DraftStore, Person } from '../../src/engine/ports.js';
import { estimateSlice } from '../../src/estimates/slice.js';
import { splitOrders, tellChunk } from '../../src/outbox/tellRows.js';
import type { Filed } from '../../src/outbox/ports.js';
import { rulesets } from '../../workflows/rulesets.js';
import type { Day, Intent, Kind } from '../../workflows/vocabulary.js';
import { autumnRound, memoryDirectory } from '../fakes/memoryDirectory.js';
import { memoryAttachments } from '../fakes/memoryAttachments.js';
import { memoryTurns, memoryLedgers, memoryRegisters, memorySummaries } from '../fakes/memoryBooks.js';
import { memoryCases, memoryContents, memoryDrafts } from '../fakes/memoryStores.js';
import type { Round } from '../../src/engine/shared.js';
import { naming } from './naming.js';
import { city as tenant } from './people.js';

/** A clock that stands still until it is set, at 9 in the morning of the city's day. */
export const setClock = (day: Day): Clock & { to(day: Day): void } => {
  let now = day;
  return { set: true, now: () => `${now}T02:00:00.000Z`, to: (next) => void (now = next) };
};

/** An intent that the fake relay has carried out or, where it reaches outside, kept for the test to read. */
export interface Kept {
  readonly case: string;
  readonly intent: Intent;
}

/**
 * The engine with the real machines and slices over stores in memory, and a relay that carries everything out at
 * once when `relay()` is called. `around` may replace a part, to lay a trap.
 */
export const aCity = ({
  day = '2025-09-25',
  round = autumnRound,
  numbersTyped = [],
  around = {},
}: {
  day?: Day;
  round?: Round;
  /** Agencies that number their papers themselves. */
  numbersTyped?: readonly string[];
  around?: {
    drafts?: (drafts: DraftStore) => DraftStore;
    contents?: (contents: ContentStore) => ContentStore;
  };
} = {}) => {
  const clock = setClock(day);
  const cases = memoryCases();
  const texts = memoryContents();
  const contents = around.contents?.(texts) ?? texts;
  const drafts = around.drafts?.(memoryDrafts()) ?? memoryDrafts();
  const directory = memoryDirectory(round, numbersTyped);
  const ledgers = memoryLedgers(round.envelopes);
  const given = {
    contents,
    drafts,
    directory,
    registers: memoryRegisters(),
    cases: cases.queries,
    summaries: memorySummaries(),
    attachments: memoryAttachments(),
    ruleset: (id: string) => {
      const found = rulesets.find((ruleset) => ruleset.id === id);
      if (!found) throw new Error(`no rule set ${id}`);
      return found;
    },
  };
  const kept: Kept[] = [];
  const waiting: { of: string; intents: ReturnType<typeof cases.file> }[] = [];
  const file = (id: string) => void waiting.push({ of: id, intents: cases.file({ tenant, id }) });
  const tables = consolidationTables({ ...given, journal: cases.journal });
  const checks = allocationChecks({ ...given, ledgers });
  const slices = {
    estimate: estimateSlice(given),
    consolidation: consolidationSlice({ ...given, turns: memoryTurns() }, tables),
    allocation: allocationSlice({ ...given, ledgers }, checks),
  };
  const engine = createEngine({
    cases,
    journal: cases.journal,
    drafts,
    clock,
    slices,
    roundOf: async ({ owner }) => ({
      dates: round.deadlines,
      commune: (await directory.agency(tenant, owner))?.kind === 'XA_PHUONG',
    }),
    drain: ({ id }) => Promise.resolve(file(id)),
  });

  const carryOut = async (of: string, id: string, intent: Intent): Promise<void> => {
    if (intent.type === 'ledger') ledgers[intent.params.act](intent.params);
    if (intent.type !== 'tellRows') return void kept.push({ case: of, intent });
    const base: Filed = { id, tenant, case: of, intent, at: clock.now(), state: 'due', tries: 1, nextAt: 0 };
    for (const chunk of await splitOrders(contents, base, intent)) {
      if (chunk.intent.type !== 'tellChunk') continue;
      const filed: Filed = { ...base, ...chunk };
      await tellChunk(
        { contents, tell: (told) => engine.tell(told), record: (result) => Promise.resolve(result) },
        filed,
        chunk.intent,
      );
    }
  };

  /** Files and carries out what all cases owe, until nothing is owed. */
  const relay = async (): Promise<void> => {
    for (;;) {
      for (const { id, owed } of cases.all()) if (owed.length > 0) file(id);
      const next = waiting.shift();
      if (!next) return;
      for (const { id, ...owed } of next.intents) {
        if ('intent' in owed) await carryOut(next.of, `${tenant}/${next.of}/${id}`, owed.intent);
      }
    }
  };

  const names = naming({
    drafts,
    tableHash: async (found) => {
      const { rows, groups } = await tables.standingOf(found);
      return tableHash(rows, groups);
    },
  });

  let asked = 0;
  const load = async (id: string): Promise<Case> => {
    const found = await cases.load({ tenant, id });
    if (!found) throw new Error(`no case ${id}`);
    return found;
  };

  /** Sends an event from where the case stands by now. */
  const sendOnly = async (
    person: Person,
    id: string,
    event: { type: string } & Record<string, unknown>,
  ): Promise<void> => {
    const found = await load(id);
    const { seq } = found;
    const named = await names(found, event.type);
    await engine.send({ person, caseId: id, seq, event: { ...named, ...event }, key: `send-${++asked}` });
  };

  return {
    tenant,
    clock,
    cases,
    contents,
    texts: texts.texts,
    drafts,
    directory,
    ledgers,
    slices,
    tables,
    checks,
    given,
    engine,
    kept,
    relay,
    load,
    start: (person: Person, kind: Kind, input: object = {}) =>
      engine.start({ person, kind, input, key: `start-${++asked}` }),
    sendOnly,
    /** The same, and the relay carries out what is owed. */
    send: async (person: Person, id: string, event: { type: string } & Record<string, unknown>) => {
      await sendOnly(person, id, event);
      await relay();
      return load(id);
    },
    edit: async (person: Person, id: string, op: string, input: object) => {
      const part = op === 'setVerdict' ? 'review' : op === 'setAppraisal' ? 'appraisal' : 'content';
      const { rev } = await engine.draft({ person, caseId: id, part });
      return engine.edit({ person, caseId: id, part, op, input, rev });
    },
  };
};
export type City = ReturnType<typeof aCity>;
