import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { connect } from '../../src/store/connection.js';
import { faultPoints, type FaultPoint } from '../../src/store/faults.js';
import { migrate } from '../../src/store/migrations/index.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { playMainLine } from './mainLine.js';
import { composed, round, seedSmallCity, steppedClock, tenant } from './smallCity.js';
import { worldOf, type World } from './world.js';

/** A database of its own, so that two processes can be killed side by side. */
interface Lane {
  readonly database: TestDatabase;
  readonly connection: Connection;
}

/** How a process ended that was to die at a point, and what its successor made of what it left. */
interface Outcome {
  readonly signal: NodeJS.Signals | null;
  readonly world: World;
}

/** Points whose name begins so are tried each time that they are reached, which takes minutes; `c`, or `cases.advance`. */
const deep = process.env.TOTRINH_KILL_EVERY;

const player = fileURLToPath(new URL('./player.ts', import.meta.url));
/**
 * What an administrator sets is set before the main line begins, and no file is attached on it;
 * test/outbox/killed.test.ts dies there.
 */
const elsewhere: readonly FaultPoint[] = ['administered.put', 'accessJournal.append', 'attachments.put'];
const passed = faultPoints.filter((point) => !elsewhere.includes(point));
const faults = passed.flatMap((point) => [`${point}:before`, `${point}:after`]);

const asked = faults.filter((fault) => fault.startsWith(deep ?? ''));

/** Plays the main line in a process that dies at `fault`. */
const dieAt = async ({ database: { uri, dbName } }: Lane, fault: string) => {
  const child = spawn(process.execPath, ['--import', 'tsx', player, uri, dbName], {
    env: { ...process.env, NODE_ENV: 'test', NODE_OPTIONS: '', TOTRINH_FAULT: fault },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal;
};

const begin = async ({ database, connection }: Lane) => {
  await database.empty();
  await seedSmallCity(composed(connection, steppedClock().clock).stores);
};

/** A process dies; then the same requests come again, with the same keys, to one that knows only the database. */
const survive = async (lane: Lane, fault: string): Promise<Outcome> => {
  await begin(lane);
  const signal = await dieAt(lane, fault);
  await playMainLine(lane.connection);
  return { signal, world: await worldOf(lane.connection) };
};

describe('a process that is killed', () => {
  const lanes: Lane[] = [];
  const outcomes = new Map<string, Outcome>();
  let undisturbed: World;

  const surviveEach = async (lane: Lane, fault: string) => {
    outcomes.set(fault, await survive(lane, fault));
    if (deep === undefined || !fault.startsWith(deep)) return;
    for (let nth = 2; ; nth += 1) {
      const outcome = await survive(lane, `${fault}#${nth}`);
      if (outcome.signal === null) return;
      outcomes.set(`${fault}#${nth}`, outcome);
    }
  };

  beforeAll(
    async () => {
      for (const suffix of ['Killed1', 'Killed2']) {
        const database = testDatabase(suffix);
        const connection = await connect(database.uri, { dbName: database.dbName });
        await migrate(connection);
        lanes.push({ database, connection });
      }
      const queue = [...asked];
      await Promise.all(
        lanes.map(async (lane) => {
          for (let fault = queue.shift(); fault !== undefined; fault = queue.shift())
            await surviveEach(lane, fault);
        }),
      );
      const [lane] = lanes as [Lane];
      await begin(lane);
      await playMainLine(lane.connection);
      undisturbed = await worldOf(lane.connection);
    },
    deep === undefined ? 900_000 : 7_200_000,
  );

  afterAll(async () => {
    for (const { connection, database } of lanes) {
      await connection.dropDatabase();
      await connection.close();
      await database.close();
    }
  });

  it.each(asked)('at %s: whoever goes on comes to the end of one that lived', (fault) => {
    const { signal, world } = outcomes.get(fault)!;
    expect(signal).toBe('SIGKILL');
    expect(world).toEqual(undisturbed);
  });

  it('each time at the points that were asked for: the same', () => {
    const differing = [...outcomes].filter(
      ([, { world }]) => JSON.stringify(world) !== JSON.stringify(undisturbed),
    );
    expect(differing.map(([fault]) => fault)).toEqual([]);
    expect([...outcomes.values()].map(({ signal }) => signal)).toEqual([...outcomes].map(() => 'SIGKILL'));
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
