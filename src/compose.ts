import type { Connection } from 'mongoose';
import { dayOf } from '../workflows/calendar.js';
import { UnknownVersion } from '../workflows/registry.js';
import { asksForRound } from '../workflows/deadlines.js';
import type { DocumentType } from '../workflows/vocabulary.js';
import { rulesetById } from '../workflows/rulesets.js';
import { allocationApi } from './allocations/api.js';
import { allocationChecks } from './allocations/checks.js';
import { claimedBy, type AllocationContent } from './allocations/content.js';
import { allocationSlice } from './allocations/slice.js';
import { createApp } from './app.js';
import type { Config } from './config.js';
import { consolidationApi } from './consolidations/api.js';
import { consolidationTables } from './consolidations/consolidationTables.js';
import { settlersOf } from './consolidations/settlers.js';
import { consolidationSlice } from './consolidations/slice.js';
import { BrowserGone, TooSlow, type Printer } from './documents/print.js';
import { amountInWords } from './documents/words.js';
import { ask } from '../workflows/registry.js';
import { consolidationOf } from './engine/contexts.js';
import { createEngine } from './engine/engine.js';
import { dueOf } from './engine/dueOf.js';
import type { Case, CaseRef, Clock, RoundOf, Person } from './engine/ports.js';
import { estimateApi } from './estimates/api.js';
import { estimateSlice } from './estimates/slice.js';
import { attachmentRoutes } from './http/attachmentRoutes.js';
import { createAuthentication, originOf } from './http/authenticate.js';
import { caseRoutes } from './http/caseRoutes.js';
import { draftRoutes } from './http/draftRoutes.js';
import { createKnownBrowsers } from './http/knownBrowsers.js';
import { insightRoutes } from './http/insightRoutes.js';
import type { KindApi } from './http/kind.js';
import { createMetrics, type Metrics } from './http/metrics.js';
import { outboxRoutes } from './http/outboxRoutes.js';
import { paperRoutes } from './http/paperRoutes.js';
import { createAwaitedOf, holdersOf } from './inbox/awaited.js';
import { createInbox } from './inbox/inbox.js';
import { progressOf } from './inbox/progress.js';
import type { Log } from './log.js';
import type { Fault } from './outbox/fault.js';
import { createHandlers } from './outbox/handlers.js';
import type { DueAsked } from './engine/verifyCase.js';
import { createRebuild } from './outbox/rebuild.js';
import { createRelay } from './outbox/relay.js';
import { dutiesOf } from './outbox/duties.js';
import { sweep } from './outbox/sweep.js';
import { createAuthors, type KeptForm } from './pages/formOwner.js';
import { tidying, type Keep } from './outbox/tidying.js';
import { voidPastYears } from './outbox/yearTurn.js';
import { createPages } from './pages/pages.js';
import { createSay } from './pages/say.js';
import { createPapers, type ReadBack } from './papers/makePaper.js';
import { previewData } from './papers/preview.js';
import { paperSources } from './papers/sources.js';
import { createAccount } from './people/account.js';
import { accountRoutes } from './people/accountRoutes.js';
import { administrationRoutes } from './people/administrationRoutes.js';
import { cityRoutes } from './people/cityRoutes.js';
import { registerRoutes } from './people/registerRoutes.js';
import { createPersonOf } from './people/personOf.js';
import { accessRecord, createSignIn } from './people/signIn.js';
import { administration } from './store/administration.js';
import { accessJournal } from './store/accessJournal.js';
import { attachmentStore } from './store/attachments.js';
import { createAgencyStore, createTenantStore } from './store/agencies.js';
import { isDatabaseAway } from './databaseAway.js';
import { demonstrationPassword } from './seed/demonstration.js';
import { demonstrationAccounts } from './seed/demonstrationAccounts.js';
import { caseQueries } from './store/caseQueries.js';
import { caseStore } from './store/cases.js';
import { closingStore } from './store/closings.js';
import { contentStore } from './store/contents.js';
import { databaseClock } from './store/databaseClock.js';
import { createDirectory, createSystemStore } from './store/directory.js';
import { draftStore } from './store/drafts.js';
import { fileStore } from './store/files.js';
import { dueDays } from './store/dueDays.js';
import { JournalForked, journalStore } from './store/journal.js';
import { keptFormStore } from './store/keptForms.js';
import { leaseStore } from './store/leases.js';
import { ledgerStore } from './store/ledgers.js';
import { noticeStore } from './store/notices.js';
import { outboxStore } from './store/outbox.js';
import { createDelegationStore, createUserStore } from './store/people.js';
import { progressStore } from './store/progress.js';
import { createReadiness } from './store/readiness.js';
import { registerStore } from './store/registers.js';
import { createRoundStore } from './store/rounds.js';
import { createSessionStore } from './store/sessions.js';
import { createSignInGuard } from './store/signInGuard.js';
import { summaryStore } from './store/summaries.js';
import { createTokenStore } from './store/tokens.js';
import { turnStore } from './store/turns.js';
import { verifyStored } from './store/verifyStored.js';
import { createWording } from './wording.js';

/** Everything that reads and writes the database. */
export const createStores = (connection: Connection, { signIn }: Pick<Config, 'signIn'>) => {
  const agencies = createAgencyStore(connection);
  const rounds = createRoundStore(connection);
  const systems = createSystemStore(connection);
  const contents = contentStore(connection);
  const journal = journalStore(connection);
  return {
    access: accessJournal(connection),
    administration: administration(connection),
    agencies,
    attachments: attachmentStore(connection),
    cases: caseStore(connection),
    closings: closingStore(connection),
    contents,
    delegations: createDelegationStore(connection),
    directory: createDirectory({ agencies, rounds, systems }),
    drafts: draftStore(connection),
    journal,
    keptForms: keptFormStore<KeptForm>(connection),
    leases: leaseStore(connection),
    ledgers: ledgerStore(connection),
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
    turns: turnStore(connection),
    users: createUserStore(connection),
  };
};
export type Stores = ReturnType<typeof createStores>;

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

/** How long a sweep is held by a process that does not live to give it back, in milliseconds. */
const sweepLease = 10_000;

/** What an intent that was not carried out says about its next try. */
export const faultOf = (error: unknown): Fault => {
  if (error instanceof BrowserGone || error instanceof UnknownVersion || isDatabaseAway(error))
    return 'notNow';
  if (error instanceof TooSlow) return 'tooSlow';
  return error instanceof JournalForked ? 'hopeless' : 'failed';
};

/** The workflow without HTTP: engine, relay, and what nobody asks for. */
export const createWorkflow = ({
  connection,
  stores,
  clock,
  printer,
  readBack,
  log,
  keep,
  moved,
}: {
  connection: Connection;
  stores: Stores;
  clock: Clock;
  printer: Pick<Printer, 'print'>;
  /** How printed papers are checked before they are issued; given only where nothing real is printed. */
  readBack?: ReadBack | undefined;
  log: Log;
  keep: Keep;
  moved?: (ref: CaseRef) => void;
}) => {
  const { attachments, cases, contents, directory, drafts } = stores;
  const { journal, ledgers, queries, registers, summaries } = stores;
  const given = {
    ...{ contents, drafts, directory, registers, summaries, attachments },
    cases: queries,
    ruleset: rulesetById,
  };
  const tables = consolidationTables({ ...given, journal });
  const checks = allocationChecks({ ...given, ledgers });

  const roundOf: RoundOf = async ({ tenant, round, owner }) => {
    const [found, agency] = await Promise.all([
      directory.round(tenant, round),
      directory.agency(tenant, owner),
    ]);
    if (!found) throw new Error(`The round ${round} of a case is gone.`);
    return { dates: found.deadlines, commune: agency?.kind === 'XA_PHUONG' };
  };

  const engine = createEngine({
    cases,
    journal,
    drafts,
    clock,
    slices: {
      estimate: estimateSlice(given),
      consolidation: consolidationSlice({ ...given, turns: stores.turns }, tables),
      allocation: allocationSlice({ ...given, ledgers }, checks),
    },
    roundOf,
    closedUntil: (tenant) => stores.closings.until(tenant),
    checkPapers: (found, intents) => papers.checkPapers(found, intents),
    drain: (ref) => relay.drain(ref),
    moved: (ref) => {
      relay.nudge();
      moved?.(ref);
    },
  });

  const history = (ref: CaseRef) => journal.after(ref, 0);
  const cityOf = async (tenant: string) => {
    const city = await stores.tenants.find(tenant);
    if (!city) throw new Error(`The tenant ${tenant} is gone.`);
    return { name: city.name, place: city.place };
  };
  const previewed = previewData({ contents, directory });
  const papers = createPapers({
    sources: paperSources({ contents, directory, cases: queries, cityOf }),
    printer,
    readBack,
  });

  const relay = createRelay({
    store: stores.outbox,
    contents,
    tell: (told) => engine.tell(told),
    handlers: createHandlers({
      clock,
      load: (ref) => cases.load(ref),
      history,
      notices: stores.notices,
      papers: stores.papers,
      registers,
      ledgers,
      make: (found, params, { slow = 0 }) =>
        papers.makePaper({ found, ...params }, slow > 0 ? 'slow' : 'usual'),
    }),
    project: (found) => project(found),
    faultOf,
    on: {
      failed: (type, id, error, tries, fault) =>
        log.warn({ type, id, err: error, tries, fault }, 'intent failed'),
      died: (type, id, error) => log.error({ type, id, err: error }, 'intent is dead'),
      stuck: (error) => log.error({ err: error }, 'relay is stuck'),
    },
  });

  const awaitedOf = createAwaitedOf({
    async settlers(found) {
      const { groups } = await tables.standingOf(found);
      return settlersOf(
        groups.filter(({ settled }) => !settled),
        consolidationOf(found).parties,
      );
    },
    async appraisedBy(found, agency) {
      const { rows } = await tables.of(found);
      return rows.filter((row) => row.appraiser === agency && !row.ownMoney).length;
    },
    async gatherer(tenant) {
      const agencies = await directory.agencies(tenant);
      return agencies.find(({ part }) => part === 'scienceAndTechnology')?.ref ?? null;
    },
  });
  const project = async (found: Case) => {
    const [owner, awaited] = await Promise.all([
      directory.agency(found.tenant, found.owner),
      awaitedOf(found),
    ]);
    await stores.progress.put(progressOf(found, owner?.issuer ?? found.owner, holdersOf(awaited)));
  };

  const dueAsked: DueAsked = async (found) => {
    const { paths } = ask(found);
    return asksForRound(found.kind, paths) ? undefined : dueOf(found, paths, roundOf);
  };
  const rebuild = createRebuild({
    cases,
    journal,
    progress: stores.progress,
    project,
    repair: (found, fields) => stores.cases.repair(found, fields),
    dueOf: dueAsked,
  });

  const due = dueDays(connection);
  const cities = async () => (await stores.tenants.list()).map(({ id }) => id);
  const duties = [
    ...dutiesOf({
      clock,
      cities,
      dueDays: due,
      async reckonAnew(found) {
        const anew = await dueOf(found, ask(found).paths, roundOf);
        // The lists first: should it end in between, the case still asks for it.
        await project({ ...found, ...anew });
        return due.set(found, anew);
      },
      administered: (tenant) => stores.users.administered(tenant),
      notices: stores.notices,
      tell: (told) => engine.tell(told),
      closings: stores.closings,
    }),
    ...tidying({
      keep,
      cities,
      contents,
      intents: stores.outbox,
      notices: stores.notices,
      papers: stores.papers,
      voidPastYears: (tenant) => voidPastYears({ clock, history, registers }, tenant),
    }),
  ];

  return {
    engine,
    relay,
    rebuild,
    /** Holds what lies around a tenant's journal against it. */
    verifyStored: (tenant: string) =>
      verifyStored(connection, tenant, {
        cases,
        journal,
        contents,
        papers: stores.papers,
        attachments,
        claimOf: (content) => claimedBy(content as AllocationContent),
        dueOf: dueAsked,
      }),
    awaitedOf,
    inbox: createInbox({
      listed: (asked) => stores.progress.inbox(asked),
      cases: queries,
      awaitedOf,
      clock,
    }),
    preview: async (found: Case, document: DocumentType, person: Person) => {
      const data = await previewed(found, document, { person, day: dayOf(clock.now()) });
      return papers.preview({ found, document, data });
    },
    kinds: [
      estimateApi(given),
      consolidationApi(given, tables, () => dayOf(clock.now())),
      allocationApi(checks),
    ] as const,
    /** Does what nobody asks for; one process of all at a time. @returns null where another is at it */
    sweep: () =>
      stores.leases.hold('sweep', sweepLease, (held) =>
        sweep(duties, {
          held,
          failed: (duty, item, error) => log.error({ duty, item, err: error }, 'sweep: a duty failed'),
        }),
      ),
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
    tenants,
    browsers: createKnownBrowsers(config.session.secret),
    personOf: createPersonOf({ users, agencies, delegations }),
    signIn: createSignIn({ tenants, users, guard: signInGuard, access }),
    clock,
    longest: config.session.longest,
  });
  const wording = await createWording();
  const readiness = createReadiness(connection);
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
    attachments: stores.attachments,
    outbox: stores.outbox,
    retried: ({ tenant, id }, about, req) => record(tenant, 'deadLetterRetried', id, about, originOf(req)),
    authentication,
    account: createAccount(people),
    cities: tenants,
    delegations,
    demonstration: async (tenant) =>
      config.environment !== 'production' && (await users.demonstration(tenant)).count > 0
        ? { password: demonstrationPassword, accounts: demonstrationAccounts }
        : null,
    kept: stores.keptForms,
    authors: createAuthors(config.session.secret),
    clock,
    say: createSay(wording, config.environment === 'test'),
    inWords: amountInWords,
    holdersOf: async (found) => holdersOf(await workflow.awaitedOf(found)),
    inbox: workflow.inbox,
  });
  return createApp({
    config,
    log,
    wording,
    pages,
    version,
    sessions: createSessionStore(connection, config.session),
    authentication,
    api: [
      ...accountRoutes(people),
      ...administrationRoutes({ users, agencies, delegations, tokens, access, leases: stores.leases, clock }),
      ...cityRoutes({ tenants, agencies, systems: stores.systems, rounds }),
      ...registerRoutes({ agencies, registers: stores.registers, access }),
      ...caseRoutes({
        engine,
        kinds,
        contents: stores.contents,
        lists: stores.progress,
        inbox: workflow.inbox,
        directory: stores.directory,
      }),
      ...draftRoutes({ engine, kinds }),
      ...insightRoutes({ engine, kinds }),
      ...paperRoutes({ engine, kinds, papers: stores.papers, preview: workflow.preview }),
      ...attachmentRoutes({ engine, kinds, attachments: stores.attachments, clock }),
      ...outboxRoutes({
        engine,
        outbox: stores.outbox,
        record: ({ tenant, by, about }, origin) => record(tenant, 'deadLetterRetried', by, about, origin),
      }),
    ],
    ready: { database: readiness.database },
    watched: { expiry: readiness.expiry },
    metrics,
  });
};

/** The database's clock; or a date set by hand, at noon in Asia/Ho_Chi_Minh, which entries then say. */
export const clockOf = async (
  { clock }: Pick<Config, 'clock'>,
  connection: Connection,
): Promise<Clock & { stop?(): void }> =>
  clock === null
    ? databaseClock(connection)
    : { now: () => new Date(`${clock}T12:00:00+07:00`).toISOString(), set: true };
