import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { connect } from '../../src/store/connection.js';
import { faultPoints, type FaultPoint } from '../../src/store/faults.js';
import { migrate } from '../../src/store/migrations/index.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { dieAt } from '../setup/dying.js';
import { seed, sidesOf } from '../setup/trials.js';
import { playMainLine } from './mainLine.js';
import { composed, round, seedSmallCity, steppedClock, tenant } from './smallCity.js';
import { worldOf, type World } from './world.js';

/** A database of its own, so that two processes can be killed side by side. */
interface Lane {
  readonly database: TestDatabase;
  readonly connection: Connection;
}

/** Where processes died one after the other, and what they left when one came to the end. */
interface Outcome {
  readonly died: readonly string[];
  readonly world: World;
}

/**
 * Points whose name begins so are tried one by one and each time that they are reached, which takes minutes; `c`, or
 * `cases.advance`.
 */
const deep = process.env.TOTRINH_KILL_EVERY;

/**
 * What an administrator sets is set before the main line begins, and no file is attached on it;
 * test/outbox/killed.test.ts dies there.
 */
const elsewhere: readonly FaultPoint[] = ['administered.put', 'accessJournal.append', 'attachments.put'];
const passed = faultPoints.filter((point) => !elsewhere.includes(point));
const sides = [':before', ':after'].map((side) => sidesOf(passed).filter((fault) => fault.endsWith(side)));

const begin = async ({ database, connection }: Lane) => {
  await database.empty();
  await seedSmallCity(composed(connection, steppedClock().clock).stores);
};

/**
 * Processes die, one at each of `faults`; each time the same requests come again, with the same keys, to one that
 * knows only the database, and in the end to one that lives.
 */
const survive = async (lane: Lane, faults: readonly string[]): Promise<Outcome> => {
  await begin(lane);
  const died: string[] = [];
  while (died.length < faults.length) {
    const left = faults.filter((fault) => !died.includes(fault));
    const at = await dieAt('crossing/player', lane.database, ...left);
    if (at === null) break;
    died.push(at);
  }
  await playMainLine(lane.connection);
  return { died, world: await worldOf(lane.connection) };
};

describe(`a process that is killed (TRIALS_SEED=${seed})`, () => {
  const lanes: Lane[] = [];
  const outcomes: Outcome[] = [];
  let undisturbed: World;

  /** One by one, each time that a point is reached. */
  const surviveEach = async (lane: Lane, faults: readonly string[], begins: string) => {
    for (const fault of faults.filter((name) => name.startsWith(begins)))
      for (let nth = 1; ; nth += 1) {
        const outcome = await survive(lane, [`${fault}#${nth}`]);
        if (outcome.died.length === 0) break;
        outcomes.push(outcome);
      }
  };

  beforeAll(
    async () => {
      await Promise.all(
        sides.map(async (faults, n) => {
          const database = testDatabase(`Killed${n}`);
          const connection = await connect(database.uri, { dbName: database.dbName });
          const lane = { database, connection };
          lanes.push(lane);
          await migrate(connection);
          outcomes.push(await survive(lane, faults));
          if (deep !== undefined) await surviveEach(lane, faults, deep);
        }),
      );
      const [lane] = lanes as [Lane];
      await begin(lane);
      await playMainLine(lane.connection);
      undisturbed = await worldOf(lane.connection);
    },
    deep === undefined ? 300_000 : 7_200_000,
  );

  afterAll(async () => {
    for (const { connection, database } of lanes) {
      await connection.dropDatabase();
      await connection.close();
      await database.close();
    }
  });

  it.each(sides.flat())('dies at %s', (fault) => {
    expect(outcomes.flatMap(({ died }) => died)).toContain(fault);
  });

  it('has a successor that comes to the end of one that lived', () => {
    expect(outcomes.length).toBeGreaterThan(1);
    for (const { died, world } of outcomes) expect({ died, world }).toEqual({ died, world: undisturbed });
  });

  it('comes to an end that is right', async () => {
    const { connection } = lanes[0]!;
    const { clock } = steppedClock('2025-10-27T01:00:00.000Z');
    const { stores } = composed(connection, clock);
    const { journal, closings } = stores;
    const verified = await verifyJournal(connection, { tenant, at: clock.now(), journal, closings });
    expect(verified).toMatchObject({ cases: 4, faults: [] });
    expect(verified.closings).toBeGreaterThan(0);
    expect(await stores.outbox.backlog()).toEqual({ owing: 0, due: 0, dead: 0, oldest: null });

    const cases = undisturbed['cases'] as { code: string; state: unknown; seq: number; context: never }[];
    expect(Object.fromEntries(cases.map(({ code, state }) => [code, state]))).toEqual({
      'DT-2025-001': 'approved',
      'DT-2025-002': 'abandoned',
      'PB-2025-001': 'assigned',
      'TH-2025-01': 'closed',
    });
    expect(cases.map(({ context }) => (context as { pending?: number }).pending ?? 0)).toEqual([0, 0, 0, 0]);
    expect(cases.reduce((total, { seq }) => total + seq, 0)).toBe(verified.entries);

    // The money that a died approval had held is there once, confirmed with what was approved.
    const ledger = await stores.ledgers.load({ tenant, round });
    expect(ledger?.claims).toEqual([
      {
        lineage: 'PB-2025-001',
        ordinal: 1,
        cells: {
          'DT-2025-001': 3_000_000_000,
          'DT-2025-001:NSTP_CTX': 3_000_000_000,
          'NSTP_CTX/2025': 1_000_000_000,
          'NSTP_CTX/2026': 2_000_000_000,
        },
        seq: 13,
        confirmed: true,
      },
    ]);

    // Every number that was given stands on a paper or is void with a reason; none is given twice.
    const registers = undisturbed['registers'] as {
      _id: string;
      next: number;
      held: Record<string, number>;
      voided?: Record<string, unknown>;
    }[];
    for (const { next, held, voided = {} } of registers)
      expect([...Object.values(held), ...Object.keys(voided).map(Number)].toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: next - 1 }, (_, n) => n + 1),
      );
    expect(registers.filter(({ voided }) => voided).map(({ _id }) => _id)).toEqual([
      `${tenant}/STP/TTr/2025`,
    ]);

    const notices = undisturbed['notices'] as { id: string }[];
    expect(new Set(notices.map(({ id }) => id)).size).toBe(notices.length);
    const papers = undisturbed['papers'] as { case: string; type: string }[];
    expect(papers.map(({ type }) => type).toSorted()).toEqual([
      'allocationProposal',
      'allocationProposal',
      'appraisalReport',
      'approvalProposal',
      'consolidationReport',
      'decision',
      'decision',
      'estimateProposal',
    ]);
  });
});
