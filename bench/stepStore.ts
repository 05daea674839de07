import type { Step } from '../src/engine/ports.js';
import type { CaseDocument } from '../src/store/cases.js';
import { collectionOf, keyOf } from '../src/store/connection.js';
import {
  aCity,
  idsOf,
  reviewingCase,
  reviewingContext,
  stepThrough,
  storeCases,
  tenant,
  type BenchCity,
} from './city.js';
import { compared, interleaved, median, rateOf, told, type Contest, type Row } from './contest.js';
import { startBpmnServer } from './peers/bpmnServer.js';

/** Steps that each case makes; few, since with the relay off what it owes stays in it. */
const stepsPerCase = 4;
const context = reviewingContext('DT-2025-900', 8 * 1024);

/** What the engine writes in its steps from each seq on, so that the bare driver can write the same bytes. */
const recordedSteps = async (city: BenchCity): Promise<Map<number, CaseDocument>> => {
  const [id = ''] = idsOf('probe', 1);
  await storeCases(city, [reviewingCase(id, context)]);
  const cases = collectionOf<CaseDocument>(city.connection, 'cases');
  const after = new Map<number, CaseDocument>();
  for (let seq = 1; seq <= stepsPerCase; seq += 1) {
    await stepThrough(city, id, seq);
    const found = await cases.findOne({ _id: keyOf(tenant, id) });
    if (found) after.set(seq, found);
  }
  return after;
};

/** The same read and the same conditional write, by the driver alone. */
const bareStep = (city: BenchCity, recorded: Map<number, CaseDocument>) => {
  const cases = collectionOf<CaseDocument>(city.connection, 'cases');
  const steps = new Map(
    [...recorded].map(
      ([seq, { state, status, context, content, due, reckoned, since, at, head, owed, seen }]) => {
        const ids = new Set(recorded.get(seq - 1)?.owed.map(({ id }) => id));
        const changed: Omit<Step, 'owed' | 'seen'> = {
          state,
          status,
          context,
          content,
          due,
          reckoned,
          since,
          at,
          head,
        };
        return [seq, { changed, owed: owed.filter(({ id }) => !ids.has(id)), seen: seen.at(-1)! }];
      },
    ),
  );
  return async (id: string, seq: number) => {
    const { changed, owed, seen } = steps.get(seq)!;
    const _id = keyOf(tenant, id);
    const found = await cases.findOne({ _id, tenant });
    const moved = await cases.findOneAndUpdate(
      { _id, tenant, seq: found!.seq },
      {
        $set: { ...changed, owes: true },
        $inc: { seq: 1 },
        $min: { unclosed: found!.seq + 1 },
        $push: { owed: { $each: owed }, seen: { $each: [seen], $slice: -32 } },
      },
      { projection: { _id: 1 } },
    );
    if (!moved) throw new Error(`The bare step of ${id} found another seq than it read.`);
  };
};

/** Every client takes one case through all its steps, then the next. */
const stepsOf = (
  clients: number,
  ids: readonly string[],
  step: (id: string, seq: number) => Promise<unknown>,
) =>
  rateOf(clients, ids, async (id) => {
    for (let seq = 1; seq <= stepsPerCase; seq += 1) await step(id, seq);
  }).then((rate) => rate * stepsPerCase);

/**
 * A step over the store, 8 KB context: `engine.send` against the bare driver and against bpmn-server on the same
 * database; and, told apart, what the relay writes because of a step.
 */
export const stepStore: Contest = async (setting) => {
  const { quick, say } = setting;
  const city = await aCity(setting, 'step');
  const peer = await startBpmnServer(setting);
  const rows: Row[] = [];
  try {
    const bare = bareStep(city, await recordedSteps(city));
    let made = 0;
    const fresh = async (count: number) => {
      const ids = idsOf(`s${++made}-`, count);
      await storeCases(
        city,
        ids.map((id) => reviewingCase(id, context)),
      );
      return ids;
    };
    const through = (id: string, seq: number) => stepThrough(city, id, seq);
    for (const clients of [1, 8, 16]) {
      say(`${clients} clients`);
      // Many short rounds: what else the machine does comes and goes in seconds.
      const rounds = quick ? 1 : 25;
      const cases = quick ? clients : clients === 1 ? 12 : 48;
      // All are stored before anything is timed, so that no side pays for what the database does with them later.
      const pools: (readonly string[])[] = [];
      for (let pool = 0; pool < 2 * (rounds + 1); pool += 1) pools.push(await fresh(cases));
      const next = () => pools.pop() ?? [];
      const { ours, baseline } = await interleaved(
        { rounds },
        {
          ours: () => stepsOf(clients, next(), through),
          baseline: () => stepsOf(clients, next(), bare),
        },
      );
      rows.push(
        compared(
          `step over the store, ${clients} clients, to the bare driver`,
          'steps/s',
          { ours, baseline },
          { atLeast: 0.8 },
        ),
      );
    }
    for (const clients of [1, 8, 16]) {
      say(`${clients} clients, bpmn-server`);
      const instances = quick ? 1 : clients * 2;
      const { ours, baseline } = await interleaved(
        { rounds: quick ? 1 : 5 },
        {
          ours: async () => stepsOf(clients, await fresh(quick ? clients : clients * 6), through),
          baseline: () => peer.steps({ clients, instances, steps: stepsPerCase }),
        },
      );
      rows.push(
        compared(
          `step over the store, ${clients} clients, to bpmn-server`,
          'steps/s',
          { ours, baseline },
          { atLeast: 5 },
        ),
      );
    }
    say('relay');
    const filing: number[] = [];
    for (let round = 0; round < (quick ? 1 : 5); round += 1) {
      const filed = await fresh(quick ? 4 : 64);
      await stepsOf(8, filed, through);
      filing.push(stepsPerCase * (await rateOf(8, filed, (id) => city.workflow.relay.drain({ tenant, id }))));
    }
    rows.push(
      told(
        'relay: filing what steps owe, 8 clients',
        median(filing),
        'steps/s',
        `${stepsPerCase} steps owed per case`,
      ),
    );
    return rows;
  } finally {
    await peer.end();
    await city.end();
  }
};
