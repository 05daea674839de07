import type { Connection } from 'mongoose';
import { pino } from 'pino';
import { createStores, createWorkflow, type Stores, type Workflow } from '../../src/compose.js';
import { loadConfig } from '../../src/config.js';
import type { Clock, Person } from '../../src/engine/ports.js';
import { canTho, demonstrationAgencies, planRound } from '../../src/seed/demonstration.js';
import systems from '../../src/seed/canTho/systems.json' with { type: 'json' };
import type { Round } from '../../src/people/ports.js';
import type { Day, Money, Role } from '../../workflows/vocabulary.js';
import { blankPrinter, unread } from '../fakes/blankPrinter.js';

export const tenant = canTho.id;
export const round = planRound.id;

/**
 * A clock that each act sets: to the second the same in every process that plays the same acts. It never goes
 * back, so whoever takes over after a crash goes on at the moment of the crash.
 */
export const steppedClock = (floor = '') => {
  let at = floor;
  const clock: Clock = { set: true, now: () => at };
  return {
    clock,
    to: (day: Day, act: number) => {
      const next = new Date(Date.parse(`${day}T08:00:00+07:00`) + act * 1000).toISOString();
      if (next > at) at = next;
    },
  };
};

/** The sources of the round with this much for each year. */
export const withEnvelopes = (amount: Money): Round => ({
  ...planRound,
  envelopes: Object.fromEntries(
    Object.keys(planRound.envelopes).map((source) => [source, { 2025: amount, 2026: amount }]),
  ),
});

/** Agencies, round, systems and money of the demonstration city; nobody to sign in. */
export const seedSmallCity = async (stores: Stores, inRound: Round = withEnvelopes(90_000_000_000)) => {
  await stores.tenants.save(canTho);
  await Promise.all([
    ...demonstrationAgencies.slice(0, 30).map((agency) => stores.agencies.save(agency)),
    ...systems.systems.map((system) => stores.systems.save(tenant, system)),
    stores.rounds.save(inRound),
  ]);
};

/** Somebody of an agency with one role, as the engine knows them. */
export const somebody = (agency: string, role: Role, more: Partial<Person> = {}): Person => ({
  tenant,
  id: `${agency}.${role}`,
  name: `${role} ${agency}`,
  agency,
  roles: [role],
  delegations: [],
  auditor: false,
  administrator: false,
  ...more,
});

/** The real composition over a database; unless told otherwise, with a printer that prints nothing much. */
export const composed = (
  connection: Connection,
  clock: Clock,
  stores: Stores = createStores(connection, loadConfig({ NODE_ENV: 'test', MONGODB_URI: 'mongodb://given' })),
  printing: Pick<Parameters<typeof createWorkflow>[0], 'printer' | 'readBack'> = {
    printer: blankPrinter,
    readBack: unread,
  },
): { stores: Stores; workflow: Workflow } => {
  const log = pino({ level: 'silent' });
  return {
    stores,
    workflow: createWorkflow({
      connection,
      stores,
      clock,
      ...printing,
      log,
      keep: { doneIntents: 90, readNotices: 180 },
    }),
  };
};
