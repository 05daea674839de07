import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { connect } from '../../src/store/connection.js';
import { faultPoints } from '../../src/store/faults.js';
import { migrate } from '../../src/store/migrations/index.js';

import { testDatabase, type TestDatabase } from '../setup/database.js';
import { playMainLine } from './mainLine.js';
import { composed, round, seedSmallCity, steppedClock, tenant } from './smallCity.js';
import { worldOf } from './world.js';

/** A database of its own, so that two processes can be killed side by side. */
interface Lane {
  readonly database: TestDatabase;
  readonly connection: Connection;
}

/** How a process ended that was to die at a point, and what its successor made of it. */
interface Outcome {
  readonly signal: NodeJS.Signals | null;
  readonly world: Record<string, unknown[]>;
}

/** TOTRINH_KILL_EVERY: each time that each point is reached, not only the first and a later one; takes minutes. */
const every = process.env.TOTRINH_KILL_EVERY !== undefined;

const player = fileURLToPath(new URL('./player.ts', import.meta.url));
const phases = faultPoints.flatMap((point) => [`${point}:before`, `${point}:after`]);

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

/** A process dies at `fault`; then the same requests come again, with the same keys, to one that knows nothing. */
const survive = async (lane: Lane, fault: string): Promise<Outcome> => {
  await begin(lane);
  const signal = await dieAt(lane, fault);
  await playMainLine(lane.connection);
  return { signal, world: await worldOf(lane.connection) };
};

describe('a process that is killed', () => {
  const lanes: Lane[] = [];
  const outcomes = new Map<string, Outcome>();
  let undisturbed: Record<string, unknown[]>;

  beforeAll(async () => {
    for (const suffix of ['Killed1', 'Killed2']) {
      const database = testDatabase(suffix);
      const connection = await connect(database.uri, { dbName: database.dbName });
      await migrate(connection);
      lanes.push({ database, connection });
    }
    const [lane] = lanes as [Lane];
    await begin(lane);
    await playMainLine(lane.connection);
    undisturbed = await worldOf(lane.connection);

    const queue = every ? [...phases] : phases.flatMap((phase) => [`${phase}#1`]);
    await Promise.all(
      lanes.map(async (mine) => {
        for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
          if (!every) {
            outcomes.set(fault, await survive(mine, fault));
            continue;
          }
          for (let nth = 1; ; nth += 1) {
            const outcome = await survive(mine, `${fault}#${nth}`);
            if (nth > 1 && outcome.signal === null) break;
            outcomes.set(`${fault}#${nth}`, outcome);
          }
        }
      }),
    );
  }, every ? 3_600_000 : 300_000);

  afterAll(async () => {
    for (const { connection, database } of lanes) {
      await connection.close();
      await database.close();
    }
  });

  it.each(phases.map((phase) => [`${phase}#1`]))('dies at %s, and whoever goes on comes to the same end', (fault) => {
    const { signal, world } = outcomes.get(fault)!;
    expect(signal).toBe('SIGKILL');
    expect(world).toEqual(undisturbed);
  });
});
