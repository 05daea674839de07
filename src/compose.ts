import type { Connection } from 'mongoose';
import { dayOf } from '../workflows/calendar.js';
import { rulesetById } from '../workflows/rulesets.js';
import { allocationApi } from './allocations/api.js';
import { allocationChecks } from './allocations/checks.js';
import { allocationSlice } from './allocations/slice.js';
import { createApp } from './app.js';
import type { Config } from './config.js';
import { consolidationApi } from './consolidations/api.js';
import { consolidationTables } from './consolidations/consolidationTables.js';
import { consolidationSlice } from './consolidations/slice.js';
import { documentView } from './documents/documentSources.js';
import type { Printer } from './documents/print.js';
import { renderDocument, templateVersion } from './documents/render.js';
import { amountInWords } from './documents/words.js';
import { createEngine } from './engine/engine.js';
import { envelopeCells } from './engine/cells.js';
import { Refusal } from './errors.js';
import { hashOf } from './engine/journal.js';
import type { Case, CaseRef, Clock } from './engine/ports.js';
import { replay } from './engine/replay.js';
import { estimateApi } from './estimates/api.js';
import { estimateSlice } from './estimates/slice.js';
import { createAuthentication, originOf } from './http/authenticate.js';
import { caseRoutes } from './http/caseRoutes.js';
import { draftRoutes } from './http/draftRoutes.js';
import { insightRoutes } from './http/insightRoutes.js';
import type { KindApi } from './http/kind.js';
import { createMetrics, type Metrics } from './http/metrics.js';
import { outboxRoutes } from './http/outboxRoutes.js';
import { paperRoutes } from './http/paperRoutes.js';
import { awaitedOf, holdersOf, progressOf } from './inbox/progress.js';
import type { Log } from './log.js';
import { createHandlers } from './outbox/handlers.js';
import { createRelay } from './outbox/relay.js';
import { sweep } from './outbox/sweep.js';
import { createPages } from './pages/pages.js';
import { createSay } from './pages/say.js';
import { paperNames, paperSources } from './papers/sources.js';
import { createAccount } from './people/account.js';
import { accountRoutes } from './people/accountRoutes.js';
import { administrationRoutes } from './people/administrationRoutes.js';
import { cityRoutes } from './people/cityRoutes.js';
import type { RoundStore } from './people/ports.js';
import { registerRoutes } from './people/registerRoutes.js';
import { createPersonOf } from './people/personOf.js';
import { accessRecord, createSignIn } from './people/signIn.js';
import { createAccessStore } from './store/accessEvents.js';
import { createAgencyStore, createTenantStore } from './store/agencies.js';
import { caseQueries } from './store/caseQueries.js';
import { caseStore } from './store/cases.js';
import { closingStore } from './store/closings.js';
import { contentStore } from './store/contents.js';
import { createDirectory, createSystemStore } from './store/directory.js';
import { draftStore } from './store/drafts.js';
import { fileStore } from './store/files.js';
import { journalStore } from './store/journal.js';
import { lateCases } from './store/lateCases.js';
import { ledgerStore } from './store/ledgers.js';
import { noticeStore } from './store/notices.js';
import { outboxStore } from './store/outbox.js';
import { createDelegationStore, createUserStore } from './store/people.js';
import { progressStore } from './store/progress.js';
import { registerStore } from './store/registers.js';
import { createRoundStore } from './store/rounds.js';
import { createSessionStore } from './store/sessions.js';
import { createSignInGuard } from './store/signInGuard.js';
import { summaryStore } from './store/summaries.js';
import { createTokenStore } from './store/tokens.js';
import { createWording } from './wording.js';

/** Everything that reads and writes the database. */
export const createStores = (connection: Connection, { signIn }: Pick<Config, 'signIn'>) => {
  const agencies = createAgencyStore(connection);
  const ledgers = ledgerStore(connection);
  const rounds = withLedger(createRoundStore(connection), ledgers);
  const systems = createSystemStore(connection);
  const contents = contentStore(connection);
  const journal = journalStore(connection);
  return {
    access: createAccessStore(connection),
    agencies,
    cases: caseStore(connection),
    closings: closingStore(connection),
    contents,
    delegations: createDelegationStore(connection),
    directory: createDirectory({ agencies, rounds, systems }),
    drafts: draftStore(connection),
    journal,
    ledgers,
    notices: noticeStore(connection),
    outbox: outboxStore(connection, { journal, contents }),
    papers: fileStore(connection),
    progress: progressStore(connection),
    queries: caseQueries(connection),
    registers: registerStore(connection),
    rounds,
    signInGuard: createSignInGuard(connection, signIn),
    summaries: summaryStore(connection),
    systems,
    tenants: createTenantStore(connection),
    tokens: createTokenStore(connection),
    users: createUserStore(connection),
  };
};
export type Stores = ReturnType<typeof createStores>;

/** A round is saved with its ledger: envelopes never shrink below what was promised from them. */
const withLedger = (rounds: RoundStore, ledgers: ReturnType<typeof ledgerStore>): RoundStore => ({
  ...rounds,
  async save(round) {
    const asked = { tenant: round.tenant, round: round.id, envelopes: envelopeCells(round) };
    await ledgers.open(asked);
    const held = await ledgers.resize(asked);
    if (!held.ok) {
      const { cell, available, asked: wanted } = held;
      throw new Refusal('ENVELOPE_EXCEEDED', { cell, available, asked: wanted, excess: wanted - available });
    }
    await rounds.save(round);
  },
});

/** Figures of this process, and of what waits in the database. */
export const createFigures = (
  { outbox }: Pick<Stores, 'outbox'>,
  { metricsToken, environment }: Pick<Config, 'metricsToken' | 'environment'>,
): Metrics => {
  // Both figures of one look come from one query.
  let asked: ReturnType<typeof outbox.backlog> | null = null;
  const backlog = () => {
    asked ??= outbox.backlog().finally(() => {
      asked = null;
    });
    return asked;
  };
  return createMetrics({
    counted: {
      async backlog() {
        const { owing, due } = await backlog();
        return owing + due;
      },
      deadLetters: async () => (await backlog()).dead,
    },
    token: metricsToken,
    open: environment !== 'production',
  });
};

/** The workflow without HTTP: engine, relay, and what nobody asks for. */
export const createWorkflow = ({
  connection,
  stores,
  clock,
  printer,
  log,
  moved,
}: {
  connection: Connection;
  stores: Stores;
  clock: Clock;
  printer: Pick<Printer, 'print'>;
  log: Log;
  moved?: (ref: CaseRef) => void;
}) => {
  const { cases, contents, directory, drafts, journal, ledgers, queries, registers, summaries } = stores;
  const given = { contents, drafts, directory, registers, cases: queries, ruleset: rulesetById, summaries };
  const tables = consolidationTables({ ...given, journal });
  const checks = allocationChecks(given);

  const engine = createEngine({
    cases,
    journal,
    drafts,
    clock,
    slices: {
      estimate: estimateSlice(given),
      consolidation: consolidationSlice(given, tables),
      allocation: allocationSlice({ ...given, ledgers }, checks),
    },
    async roundOf({ tenant, round, owner }) {
      const [found, agency] = await Promise.all([
        directory.round(tenant, round),
        directory.agency(tenant, owner),
      ]);
      if (!found) throw new Error(`The round ${round} of a case is gone.`);
      return { dates: found.deadlines, commune: agency?.kind === 'XA_PHUONG' };
    },
    drain: (ref) => relay.drain(ref),
    moved: (ref) => {
      relay.nudge();
      moved?.(ref);
    },
  });

  const cityOf = async (tenant: string) => {
    const city = await stores.tenants.find(tenant);
    if (!city) throw new Error(`The tenant ${tenant} is gone.`);
    return { name: city.name, place: city.place };
  };
  const sources = paperSources({ contents, directory, cases: queries, cityOf });

  const relay = createRelay({
    store: stores.outbox,
    contents,
    tell: (told) => engine.tell(told),
    handlers: createHandlers({
      clock,
      load: (ref) => cases.load(ref),
      history: (ref) => journal.after(ref, 0),
      notices: stores.notices,
      papers: stores.papers,
      registers,
      ledgers,
      async make(found, params) {
        const { document } = params;
        const { html } = renderDocument(document, documentView(document, await sources(found, params)));
        const name = `${paperNames[document]} ${found.code}.pdf`;
        return { bytes: await printer.print(html), name, templateVersion: templateVersion(document) };
      },
    }),
    project: (found) => project(found),
    on: {
      failed: (type, id, error, tries) => log.warn({ type, id, err: error, tries }, 'intent failed'),
      died: (type, id, error) => log.error({ type, id, err: error }, 'intent is dead'),
      stuck: (error) => log.error({ err: error }, 'relay is stuck'),
    },
  });

  const project = async (found: Case) => {
    const owner = await directory.agency(found.tenant, found.owner);
    await stores.progress.put(progressOf(found, owner?.issuer ?? found.owner));
  };

  /**
   * Builds the lists of a tenant anew from its journal, and holds each case against what its journal says.
   * @returns the cases that differ, with why
   */
  const rebuild = async (
    tenant: string,
  ): Promise<{ cases: number; differing: { case: string; why: string }[] }> => {
    const differing: { case: string; why: string }[] = [];
    let count = 0;
    await stores.progress.clear(tenant);
    for await (const id of cases.ids(tenant)) {
      const found = await cases.load({ tenant, id });
      if (!found) continue;
      count += 1;
      try {
        const { state, context, since, done } = replay(await journal.after(found, 0));
        if (hashOf({ state, context }) !== hashOf({ state: found.state, context: found.context })) {
          differing.push({ case: id, why: 'The stored case is not where its journal leads.' });
        }
        await project({ ...found, state, context, since, status: done ? 'done' : 'active' });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        differing.push({ case: id, why: error.message });
      }
    }
    return { cases: count, differing };
  };

  return {
    engine,
    relay,
    rebuild,
    kinds: [
      estimateApi(given),
      consolidationApi(given, tables, () => dayOf(clock.now())),
      allocationApi(checks),
    ] as const,
    /** Deadlines that passed, days to close, contents that nothing names. */
    sweep: () =>
      sweep({
        clock,
        tenants: async () => (await stores.tenants.list()).map(({ id }) => id),
        late: (today) => lateCases(connection, today),
        tell: (told) => engine.tell(told),
        drain: (ref) => relay.drain(ref),
        closings: stores.closings,
        contents,
      }),
  };
};
export type Workflow = ReturnType<typeof createWorkflow>;

/** The web application over a workflow. */
export const createWeb = async ({
  config,
  connection,
  stores,
  workflow,
  metrics,
  clock,
  log,
  version,
}: {
  config: Config;
  connection: Connection;
  stores: Stores;
  workflow: Workflow;
  metrics: Metrics;
  clock: Clock;
  log: Log;
  version: string;
}) => {
  const { users, tokens, access, agencies, rounds, delegations, signInGuard, tenants } = stores;
  const { engine } = workflow;
  const kinds: readonly KindApi[] = workflow.kinds;
  const record = accessRecord(access);
  const authentication = createAuthentication({
    users,
    tokens,
    personOf: createPersonOf({ users, delegations }),
    signIn: createSignIn({ tenants, users, guard: signInGuard, access }),
    clock,
    longest: config.session.longest,
  });
  const wording = await createWording();
  const people = { users, tokens, access, guard: signInGuard, authentication };
  const pages = createPages({
    engine,
    kinds,
    contents: stores.contents,
    lists: stores.progress,
    cases: stores.queries,
    directory: stores.directory,
    rounds,
    notices: stores.notices,
    papers: stores.papers,
    outbox: stores.outbox,
    retried: ({ tenant, id }, about, req) => record(tenant, 'deadLetterRetried', id, about, originOf(req)),
    authentication,
    account: createAccount(people),
    clock,
    say: createSay(wording, config.environment === 'test'),
    inWords: amountInWords,
    holdersOf,
    awaitedOf,
  });
  return createApp({
    config,
    log,
    wording,
    pages,
    version,
    sessions: createSessionStore(connection, config.session.idle),
    authentication,
    api: [
      ...accountRoutes(people),
      ...administrationRoutes({ users, agencies, delegations, tokens, access }),
      ...cityRoutes({ agencies, rounds, access }),
      ...registerRoutes({ agencies, registers: stores.registers, access }),
      ...caseRoutes({ engine, kinds, contents: stores.contents, lists: stores.progress }),
      ...draftRoutes({ engine, kinds }),
      ...insightRoutes({ engine, kinds }),
      ...paperRoutes({ engine, papers: stores.papers }),
      ...outboxRoutes({
        engine,
        outbox: stores.outbox,
        record: ({ tenant, by, about }, origin) => record(tenant, 'deadLetterRetried', by, about, origin),
      }),
    ],
    ready: {
      database: async () => {
        await connection.db?.admin().ping();
        return Number(connection.readyState) === 1;
      },
    },
    metrics,
  });
};

/** The time of day; or a date set by hand, at noon in Asia/Ho_Chi_Minh, which entries then say. */
export const clockOf = ({ clock }: Pick<Config, 'clock'>): Clock =>
  clock === null
    ? { now: () => new Date().toISOString(), set: false }
    : { now: () => new Date(`${clock}T12:00:00+07:00`).toISOString(), set: true };
