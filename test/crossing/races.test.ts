import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import type { Case } from '../../src/engine/ports.js';
import { Refusal } from '../../src/errors.js';
import { sampleEstimates } from '../../src/seed/sampleEstimates.js';
import { connect } from '../../src/store/connection.js';
import { migrate } from '../../src/store/migrations/index.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { testDatabase } from '../setup/database.js';
import { allocating } from './allocating.js';
import { placed, placedDecision } from './placed.js';
import {
  composed,
  round,
  seedSmallCity,
  somebody,
  steppedClock,
  tenant,
  withEnvelopes,
} from './smallCity.js';
import { until } from './until.js';

const database = testDatabase('Races');
let connection: Connection;
let city: ReturnType<typeof composed>;
const { clock, to } = steppedClock();
to('2025-10-20', 1);

beforeAll(async () => {
  connection = await connect(database.uri, { dbName: database.dbName, maxPoolSize: 60 });
  await migrate(connection);
});
beforeEach(async () => {
  await database.empty();
  city = composed(connection, clock);
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await database.close();
});

const billion = 1_000_000_000;
const many = <T>(n: number, make: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));

/** What a request came to: the case as it stands, or the refusal; anything else that is thrown is a bug. */
const outcome = (asked: Promise<Case>): Promise<Case | Refusal> =>
  asked.catch((error: unknown) => {
    if (error instanceof Refusal) return error;
    throw error;
  });
const refused = (outcomes: readonly unknown[]) => outcomes.filter((one) => one instanceof Refusal);
const codesOf = (outcomes: readonly unknown[]) => [...new Set(refused(outcomes).map(({ code }) => code))];

const approvedEstimate = async (nth: number, amount: number) =>
  (
    await placed(city.stores, {
      nth,
      amount,
      state: 'approved',
      context: {
        appraised: amount,
        approved: amount,
        consolidation: await placedDecision(city.stores, amount),
      },
    })
  ).id;

const expectSoundJournal = async () => {
  const { journal, closings } = city.stores;
  await closings.close(tenant, clock.now());
  const { faults } = await verifyJournal(connection, { tenant, at: clock.now(), journal, closings });
  expect(faults).toEqual([]);
};

describe('fifty who approve the same case at once', () => {
  it('one wins, and every other one is told who was faster', async () => {
    await seedSmallCity(city.stores);
    const { toDecide } = allocating(city);
    const found = await toDecide('a', [{ estimate: await approvedEstimate(1, billion), amount: billion }]);
    const outcomes = await many(50, (i) =>
      outcome(
        city.workflow.engine.send({
          person: somebody('UBND', 'leader', { id: `leader${i}`, name: `Lãnh đạo ${i}` }),
          caseId: found.id,
          seq: found.seq,
          event: { type: 'APPROVE' },
          key: `approve-${i}`,
        }),
      ),
    );
    expect(refused(outcomes)).toHaveLength(49);
    expect(codesOf(outcomes)).toEqual(['STALE_CASE']);
    const stands = (await city.stores.cases.load({ tenant, id: found.id }))!;
    expect(stands).toMatchObject({ state: 'approved', seq: found.seq + 1 });
    const [entry] = await city.stores.journal.after(stands, found.seq);
    for (const { status, members } of refused(outcomes)) {
      expect(status).toBe(409);
      expect(members).toEqual({
        seq: stands.seq,
        state: 'approved',
        since: [{ seq: stands.seq, event: 'APPROVE', by: entry!.actor.name, at: entry!.at, to: 'approved' }],
      });
    }
    await city.workflow.relay.drainAll();
    expect((await city.stores.ledgers.load({ tenant, round }))?.claims).toHaveLength(1);
    expect(await city.stores.papers.list(tenant, found.id)).toHaveLength(2);
    await expectSoundJournal();
  });
});

describe('twenty who approve twenty allocations for the last money of an envelope', () => {
  it('never overdraw it, and what is confirmed is what the estimates were told', async () => {
    await seedSmallCity(city.stores, withEnvelopes(7 * billion + 500_000_000));
    const { toDecide } = allocating(city);
    const cases: Case[] = [];
    for (let nth = 1; nth <= 20; nth += 1) {
      cases.push(
        await toDecide(`a${nth}`, [{ estimate: await approvedEstimate(nth, billion), amount: billion }]),
      );
    }
    const approveAll = (tried: readonly Case[]) =>
      Promise.all(
        tried.map(({ id, seq }) =>
          outcome(
            city.workflow.engine.send({
              person: somebody('UBND', 'leader', { id: `leader-${id}` }),
              caseId: id,
              seq,
              event: { type: 'APPROVE' },
              key: `approve-${id}`,
            }),
          ),
        ),
      );
    const outcomes = await approveAll(cases);
    expect(refused(outcomes)).toHaveLength(13);
    expect(codesOf(outcomes)).toEqual(['ENVELOPE_EXCEEDED']);
    for (const { members } of refused(outcomes))
      expect(members).toMatchObject({ cell: 'NSTP_CTX/2026', asked: billion, available: 500_000_000 });

    await city.workflow.relay.drainAll();
    // Those who came too late ask again, to no avail, and leave nothing behind.
    const late = cases.filter((_, at) => outcomes[at] instanceof Refusal);
    expect(refused(await approveAll(late))).toHaveLength(13);
    await city.workflow.relay.drainAll();

    const ledger = (await city.stores.ledgers.load({ tenant, round }))!;
    expect(ledger.claims).toHaveLength(7);
    expect(ledger.claims.every(({ confirmed }) => confirmed)).toBe(true);
    const estimates = await city.stores.queries.inRound(tenant, 'estimate', round);
    const told = estimates.flatMap(({ context }) =>
      Object.values(context['allocations'] as Record<string, { amount: number }>).map(({ amount }) => amount),
    );
    expect(told).toEqual(Array(7).fill(billion));
    expect(estimates.filter(({ state }) => state === 'allocated')).toHaveLength(7);
    await expectSoundJournal();
  });
});

describe('an approval that loses to a refusal', () => {
  it.each(['DECLINE', 'SEND_BACK'])(
    'leaves no money held, although it took it after the %s was carried out',
    async (event) => {
      await seedSmallCity(city.stores);
      let goOn: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (goOn = resolve));
      let waits: () => void = () => undefined;
      const reached = new Promise<void>((resolve) => (waits = resolve));
      const { ledgers } = city.stores;
      const hold: typeof ledgers.hold = async (asked) => {
        waits();
        await gate;
        return ledgers.hold(asked);
      };
      const slow = composed(connection, clock, { ...city.stores, ledgers: { ...ledgers, hold } });

      const { act, toDecide } = allocating(city);
      const { id, seq } = await toDecide('a', [
        { estimate: await approvedEstimate(1, billion), amount: billion },
      ]);
      const person = somebody('UBND', 'leader', { id: 'slow' });
      const approving = outcome(
        slow.workflow.engine.send({ person, caseId: id, seq, event: { type: 'APPROVE' }, key: 'late' }),
      );
      await reached;
      await act('UBND', 'leader', id, event, { reason: 'Chưa cân đối được nguồn' });
      await city.workflow.relay.drainAll();
      goOn();
      expect(await approving).toMatchObject({ code: 'STALE_CASE' });
      expect((await ledgers.load({ tenant, round }))?.claims).toEqual([]);
    },
  );
});

describe('an edit that meets a sending up', () => {
  it('never gets into what was frozen, and is told whenever it came too late', async () => {
    await seedSmallCity(city.stores);
    const { engine } = city.workflow;
    const { lines, ...header } = sampleEstimates.find(({ code }) => code === 'DT-2025-008')!.input;
    const typed = { header, lines: lines.map(({ id: _id, ...line }) => line) };
    const officer = somebody('STP', 'officer');
    const cases = await many(30, async (i) => {
      const found = await engine.start({
        person: officer,
        kind: 'estimate',
        input: { round },
        key: `race-${i}`,
      });
      await engine.edit({
        person: officer,
        caseId: found.id,
        part: 'content',
        op: 'replace',
        input: typed,
        rev: 0,
      });
      return found;
    });
    const seen = { sent: 0, edited: 0 };
    await Promise.all(
      cases.map(async ({ id, seq }, i) => {
        const event = { type: 'SEND_UP', rev: 1 };
        const sending = outcome(engine.send({ person: officer, caseId: id, seq, event, key: `send-${i}` }));
        const input = { location: `Nơi thực hiện ${i}` };
        const editing = engine
          .edit({ person: officer, caseId: id, part: 'content', op: 'setHeader', input, rev: 1 })
          .catch((error: unknown) => error as Refusal);
        const [sent, edited] = await Promise.all([sending, editing]);
        const draft = (await city.stores.drafts.load<{ header: { location: string } }>(
          { tenant, id },
          'content',
        ))!;
        if (sent instanceof Refusal) {
          // The edit was first, so what was named is no longer what there is.
          expect(sent.code).toBe('STALE_DRAFT');
          expect(edited).toMatchObject({ rev: 2 });
        } else {
          seen.sent += 1;
          const frozen = await city.stores.contents.get<{ location: string }>(tenant, sent.content!);
          expect(frozen.location).toBe(header.location);
        }
        if (edited instanceof Refusal) expect(['NOT_EDITABLE', 'STALE_DRAFT']).toContain(edited.code);
        else {
          seen.edited += 1;
          expect(draft).toMatchObject({ rev: 2, body: { header: { location: `Nơi thực hiện ${i}` } } });
        }
      }),
    );
    expect(seen.sent + seen.edited).toBeGreaterThanOrEqual(30);
    await expectSoundJournal();
  });
});

describe('one request sent twenty times at once', () => {
  it('is one case with one number, and one step', async () => {
    await seedSmallCity(city.stores);
    const { engine } = city.workflow;
    const officer = somebody('STP', 'officer');
    const born = await many(20, () =>
      engine.start({ person: officer, kind: 'estimate', input: { round }, key: 'same' }),
    );
    expect(new Set(born.map(({ id, code, seq }) => `${id} ${code} ${seq}`)).size).toBe(1);
    const [{ id }] = born as [Case];
    const outcomes = await many(20, () =>
      outcome(
        engine.send({ person: officer, caseId: id, seq: 1, event: { type: 'DECLARE_NIL' }, key: 'nil' }),
      ),
    );
    expect(refused(outcomes)).toEqual([]);
    const stands = (outcomes as Case[]).map(({ seq, state }) => JSON.stringify([seq, state]));
    expect(new Set(stands)).toEqual(new Set(['[2,"nilReturn"]']));
    expect(await city.stores.journal.after({ tenant, id }, 0)).toHaveLength(2);
    const next = await engine.start({ person: officer, kind: 'estimate', input: { round }, key: 'other' });
    expect(next.code).toBe('DT-2025-002');
  });

  it('with another body is refused, whoever comes first', async () => {
    await seedSmallCity(city.stores);
    const { engine } = city.workflow;
    const officer = somebody('STP', 'officer');
    const { id } = await engine.start({ person: officer, kind: 'estimate', input: { round }, key: 'same' });
    const events = [{ type: 'DECLARE_NIL' }, { type: 'ABANDON', reason: 'Không còn nhu cầu' }];
    const outcomes = await many(20, (i) =>
      outcome(engine.send({ person: officer, caseId: id, seq: 1, event: events[i % 2]!, key: 'key' })),
    );
    const entries = await city.stores.journal.after({ tenant, id }, 1);
    expect(entries).toHaveLength(1);
    expect(refused(outcomes)).toHaveLength(10);
    expect(codesOf(outcomes)).toEqual(['KEY_REUSED']);
  });
});

describe('two relays side by side', () => {
  it('tell everything, and nothing twice', async () => {
    await seedSmallCity(city.stores);
    const estimates = await many(120, (nth) => placed(city.stores, { nth, amount: billion }));
    const { act } = allocating(city);
    const { engine } = city.workflow;
    const person = somebody('SKHCN', 'officer');
    const table = await engine.start({ person, kind: 'consolidation', input: { round }, key: 'table' });
    await act('SKHCN', 'officer', table.id, 'ADD', { ids: estimates.map(({ id }) => id) });
    const other = composed(connection, clock);
    const relays = [city.workflow.relay, other.workflow.relay];
    for (const relay of relays) relay.start();
    await until(async () => {
      const { owing, due } = await city.stores.outbox.backlog();
      return owing + due === 0;
    });
    for (const relay of relays) await relay.stop();
    const stands = (await city.stores.cases.load(table))!;
    expect(stands.context).toMatchObject({ pending: 0, members: 120 });
    expect(stands.seq).toBe(4);
    const members = await city.stores.queries.members(tenant, table.id);
    expect(members.map(({ seq }) => seq)).toEqual(Array(120).fill(2));
    await expectSoundJournal();
  }, 60_000);
});
