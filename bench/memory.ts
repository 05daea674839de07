import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { seedDemonstration } from '../src/seed/demonstration.js';
import { newToken } from '../src/people/tokens.js';
import { contentOf } from '../test/documents/samples.js';
import {
  aCity,
  eventAt,
  idsOf,
  reviewer,
  reviewingCase,
  reviewingContext,
  storeCases,
  tenant,
  today,
} from './city.js';
import { rateOf, told, type Contest, type Row, type Setting } from './contest.js';

/** Memory of a process after it has collected its garbage, MB. */
interface Memory {
  readonly heap: number;
  readonly rss: number;
}

/** One of the product's two processes, as `totrinh serve` and `totrinh work` run it. */
const start = async (role: 'serve' | 'work', { uri }: Setting, database: string) => {
  const child = fork(fileURLToPath(new URL('processChild.ts', import.meta.url)), [role], {
    execArgv: [
      ...process.execArgv,
      '--expose-gc',
      `--import=${new URL('useShipped.mjs', import.meta.url).href}`,
    ],
    env: {
      ...process.env,
      MONGODB_URI: uri,
      TOTRINH_DB: database,
      TOTRINH_CLOCK: today,
      PORT: '0',
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { port } = (await heard(child)) as { port: number };
  return {
    port,
    async memory(): Promise<Memory> {
      child.send('memory');
      return (await heard(child)) as Memory;
    },
    async end() {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.send('end');
      await ended;
    },
  };
};

const heard = async (child: ChildProcess): Promise<unknown> => {
  const ended = new AbortController();
  const { signal } = ended;
  const told = await Promise.race([
    once(child, 'message', { signal }).then(([message]: unknown[]) => message),
    once(child, 'exit', { signal }).then(([code]) => new Error(`The process ended with ${String(code)}.`)),
  ]);
  ended.abort();
  if (told instanceof Error) throw told;
  return told;
};

/** Growth per thousand, MB, by least squares over the marks after the first, which is the warm-up. */
const slopeOf = (marks: readonly number[], thousands: number): number => {
  const after = marks.slice(1);
  const step = thousands / (marks.length - 1);
  const middle = (after.length - 1) / 2;
  const mean = after.reduce((sum, value) => sum + value, 0) / after.length;
  const above = after.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  const below = after.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return above / below / step;
};

const rowsOf = (name: string, marks: readonly Memory[], thousands: number): Row[] => {
  const row = (part: 'heap' | 'rss', label: string) => {
    const values = marks.map((mark) => mark[part]);
    const slope = slopeOf(values, thousands);
    // A megabyte in a thousand is a kilobyte each: what caches and the collector leave lying about.
    const flat = thousands < 1 ? 'too few to tell' : slope < 1 ? 'flat' : 'not flat';
    const list = values.map((value) => value.toFixed(0)).join(', ');
    return told(
      `${label} of ${name}`,
      values.at(-1) ?? Number.NaN,
      'MB',
      `at the quarters ${list}; ${slope.toFixed(2)} MB per 1,000: ${flat}`,
    );
  };
  return [row('heap', 'heap'), row('rss', 'resident memory')];
};

/** Memory of `serve` and `work` over 10,000 reading requests and 10,000 steps, at every quarter. */
export const memory: Contest = async (setting) => {
  const { quick, say } = setting;
  const count = quick ? 80 : 10_000;
  const quarters = 4;
  const clients = 8;
  const city = await aCity(setting, 'memory');
  const processes: Awaited<ReturnType<typeof start>>[] = [];
  try {
    await seedDemonstration(city.stores, { now: city.clock.now() });
    const at = new Date().toISOString();
    const wish = {
      tenant,
      user: reviewer.id,
      sessionsFrom: (await city.stores.users.find(tenant, reviewer.id))?.sessionsFrom ?? at,
      key: 'bench',
      name: 'bench',
      scopes: ['read', 'write'],
      days: 1,
      at,
    } as const;
    const { kept, text: token } = newToken(wish);
    await city.stores.tokens.create(kept);

    const stepsEach = 20;
    const ids = idsOf('m', count / stepsEach);
    const content = await city.stores.contents.put(tenant, contentOf('DT-2025-003'));
    const context = { ...reviewingContext('DT-2025-900', 2048), content };
    await storeCases(
      city,
      ids.map((id) => reviewingCase(id, context)),
    );

    for (const role of ['serve', 'work'] as const) processes.push(await start(role, setting, city.database));
    const [served, worker] = processes as [(typeof processes)[0], (typeof processes)[0]];
    const ask = async (method: 'GET' | 'POST', path: string, body?: object) => {
      const answer = await fetch(`http://127.0.0.1:${served.port}/api/v1${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body && { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const said = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${said}`);
    };

    const marksOf = async (
      process: { memory(): Promise<Memory> },
      quarter: (n: number) => Promise<unknown>,
    ) => {
      const marks = [await process.memory()];
      for (let n = 0; n < quarters; n += 1) {
        await quarter(n);
        marks.push(await process.memory());
      }
      return marks;
    };
    const share = count / quarters;
    const reads = ['/inbox', `/cases/${ids[0] ?? ''}`, '/me', `/cases/${ids[1] ?? ''}/history`];
    say(`${count} requests`);
    const reading = await marksOf(served, () =>
      rateOf(
        clients,
        Array.from({ length: share }, (_, n) => reads[n % reads.length] ?? ''),
        (path) => ask('GET', path),
      ),
    );

    say(`${count} steps`);
    const stepping: Memory[] = [await served.memory()];
    const working = await marksOf(worker, async (quarter) => {
      const some = ids.slice((quarter * ids.length) / quarters, ((quarter + 1) * ids.length) / quarters);
      await rateOf(clients, some, async (id) => {
        for (let seq = 1; seq <= stepsEach; seq += 1)
          await ask('POST', `/cases/${id}/events`, { seq, event: eventAt(seq) });
      });
      for (;;) {
        const { owing, due } = await city.stores.outbox.backlog();
        if (owing + due === 0) break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      stepping.push(await served.memory());
    });
    const thousands = count / 1000;
    return [
      ...rowsOf(`serve over ${count} requests`, reading, thousands),
      ...rowsOf(`serve over ${count} steps`, stepping, thousands),
      ...rowsOf(`work over ${count} steps`, working, thousands),
    ];
  } finally {
    for (const process of processes) await process.end();
    await city.end();
  }
};
