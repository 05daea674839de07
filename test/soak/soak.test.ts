import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { play, type Played } from '../../src/demo/play.js';
import { playSeason, seasonRounds } from '../../src/demo/season.js';
import { checkForm } from '../../src/documents/checkForm.js';
import { paperTypes } from '../../src/engine/numbers.js';
import { usedNumbers } from '../../src/outbox/usedNumbers.js';
import {
  accountOf,
  canTho,
  demonstrationPassword,
  planRound,
  seedDemonstration,
} from '../../src/seed/demonstration.js';
import { collectionOf } from '../../src/store/connection.js';
import { migrate } from '../../src/store/migrations/index.js';
import { verifyAccess } from '../../src/store/verifyAccess.js';
import { verifyJournal } from '../../src/store/verifyJournal.js';
import { age } from '../builders/ageing.js';
import { testDatabase } from '../setup/database.js';
import { aYear, type Year } from './year.js';

const tenant = canTho.id;
const dayMs = 86_400_000;
const leader = accountOf('SYT', 'leader');
const deputy = accountOf('SYT', 'deputy');
const reader = { tenant, agency: 'SYT', person: leader, roles: ['leader'] } as const;
const silent = { stage: () => undefined, tell: () => undefined };

describe('a city through a year', () => {
  const database = testDatabase('_soak');
  let year: Year;
  let played: Played;
  /** What somebody held at the year's beginning, all of which ends sooner or later. */
  let early: { readonly cookie: string; readonly short: string; readonly long: string };
  let printed: ReadonlyMap<string, string>;
  let held: number;

  const ask = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${year.address}/api/v1${path}`, { headers });
  const bearing = async (text: string) => (await ask('/me', { Authorization: `Bearer ${text}` })).status;
  const withCookie = async (Cookie: string) => (await ask('/me', { Cookie })).status;

  const signIn = async (username: string, password = demonstrationPassword) => {
    const answer = await fetch(`${year.address}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    const cookie = answer.headers
      .getSetCookie()
      .map((given) => given.split(';')[0])
      .join('; ');
    return { status: answer.status, cookie, body: (await answer.json()) as { csrfToken: string } };
  };
  const count = (name: string, filter: object = {}) =>
    collectionOf(year.running.connection, name).countDocuments(filter);

  /** Everything that ends by itself, begun. */
  const begin = async () => {
    const { stores } = year.running;
    const somebody = await year.people.named(leader);
    const token = async (days: number) =>
      (
        await somebody.send<{ token: string }>(
          'POST',
          '/me/tokens',
          { name: `${days} ngày`, scopes: ['read'], days },
          { 'Idempotency-Key': `token-of-${days}-days` },
        )
      ).token;
    const { cookie } = await signIn(leader);
    early = { cookie, short: await token(30), long: await token(366) };

    const administrator = await year.people.named('quantri');
    await administrator.send(
      'POST',
      '/delegations',
      {
        from: leader,
        to: deputy,
        role: 'leader',
        capacity: 'KT',
        validFrom: '2025-09-22',
        validTo: '2025-10-31',
        kinds: [],
        basis: 'Quyết định phân công 15/QĐ-SYT',
      },
      { 'Idempotency-Key': 'delegation-of-the-autumn' },
    );
    for (let n = 0; n < 6; n += 1) await signIn('sct.chuyenvien', 'sai mật khẩu');
    await ask('/me');
    await fetch(`${year.address}/sign-in`);
    await stores.keptForms.keep({ tenant, username: leader }, { fields: {} } as never);
    await stores.contents.put(tenant, { nobody: 'names this' });
    await stores.notices.put({
      tenant,
      id: 'read-once',
      agency: 'SYT',
      roles: [],
      notice: 'deadlineNear',
      case: 'none',
      params: {},
      at: '2025-09-22T01:00:00.000Z',
    });
    await stores.notices.markRead(reader, ['read-once']);
    // A process that died while it swept.
    expect(await stores.leases.take('sweep', 10_000)).not.toBeNull();
    expect(await year.sweep()).toBeNull();
  };

  beforeAll(async () => {
    year = await aYear(database, '2025-09-22');
    await year.running.connection.dropDatabase();
    await migrate(year.running.connection);
    await seedDemonstration(year.running.stores, { now: '2025-09-22T01:00:00.000Z', rounds: [planRound] });
    await begin();
  }, 60_000);
  afterAll(async () => {
    await year.running.connection.dropDatabase();
    await year.close();
    await database.close();
  });

  it('holds, on its first day, all that will end', async () => {
    expect((await signIn('sct.chuyenvien')).status).toBe(429);
    expect([await withCookie(early.cookie), await bearing(early.short), await bearing(early.long)]).toEqual([
      200, 200, 200,
    ]);
    expect(await year.running.stores.keptForms.newest({ tenant, username: leader })).not.toBeNull();
    const { body } = await (await year.people.named(deputy)).get<{ delegations: object[] }>('/me');
    expect(body.delegations).toHaveLength(1);
  });

  it('has let a sign-in, a session, a kept form and a dead process go by the next morning', async () => {
    const orphans = await count('contents');
    await year.on('2025-09-23');
    expect((await signIn('sct.chuyenvien')).status).toBe(200);
    expect(await withCookie(early.cookie)).toBe(401);
    expect(await year.running.stores.keptForms.newest({ tenant, username: leader })).toBeNull();
    expect(await bearing(early.short)).toBe(200);
    await year.on('2025-09-24');
    expect(await count('contents')).toBeLessThan(orphans);
  });

  it('ends a session that is used all the time after a day', async () => {
    const { cookie } = await signIn(leader);
    for (let hours = 7; hours < 24; hours += 7) {
      await age(year.running.connection, 7 * 3_600_000);
      expect(await withCookie(cookie)).toBe(200);
    }
    await age(year.running.connection, 4 * 3_600_000);
    expect(await withCookie(cookie)).toBe(401);
  });

  it('brings twelve estimates from their drafts to their money, each day with its own sessions', async () => {
    played = await play({
      ...silent,
      people: year.people,
      on: (day) => void year.on(day),
      settle: year.settle,
    });
    await year.settle();
    const auditor = await year.people.named('kiemtoan');
    const { body } = await auditor.get<{ states: string[] }>(`/cases/${played.allocation}`);
    expect(body.states).toEqual(['assigned']);
    printed = await year.papers();
    expect(printed.size).toBeGreaterThan(20);
  }, 240_000);

  it('ends what was given for the autumn', async () => {
    await year.until('2025-12-29', 10);
    expect([await bearing(early.short), await bearing(early.long)]).toEqual([401, 200]);
    const { body } = await (await year.people.named(deputy)).get<{ delegations: object[] }>('/me');
    expect(body.delegations).toEqual([]);
  }, 60_000);

  it('voids, after the turn of the year, a number that somebody held and did not use', async () => {
    const { registers } = year.running.stores;
    const id = played.estimates.get('DT-2025-004')!;
    held = await registers.hold({ tenant, agency: 'SYT', type: 'TTr', year: 2025, key: `${id}:TTr:99` });
    const voided = async () =>
      (await registers.heldBy({ tenant, agency: 'SYT', case: id })).filter((one) => one.voided);
    await year.on('2026-01-15');
    expect(await voided()).toEqual([]);
    await year.on('2026-02-10');
    expect((await voided()).map(({ number, voided: why }) => [number, why?.reason])).toEqual([
      [held, 'yearTurned'],
    ]);
  });

  it('is played on by another process, in three more rounds', async () => {
    await year.restart();
    await year.until('2026-05-20', 20);
    const today = '2026-09-18';
    for (const round of Object.values(seasonRounds(today))) await year.running.stores.rounds.save(round);
    await playSeason({
      ...silent,
      people: year.people,
      today,
      on: (day) => void year.on(day),
      settle: year.settle,
    });
    await year.on(today);
    await year.on('2026-09-24');
  }, 240_000);

  it('does not do a second time what was asked for a year ago', async () => {
    const id = played.estimates.get('DT-2025-001')!;
    const officer = await year.people.as('SKHCN', 'officer');
    const before = (await officer.get<{ seq: number; code: string }>(`/cases/${id}`)).body;
    const again = await officer.send<{ id: string; code: string }>(
      'POST',
      '/estimates',
      { round: planRound.id },
      { 'Idempotency-Key': 'demo-start-DT-2025-001' },
    );
    expect([again.id, again.code]).toEqual([id, 'DT-2025-001']);
    const { body } = await officer.get<{
      items: { seq: number; event: { type: string; hash: string; date: string } }[];
    }>(`/cases/${id}/history`);
    const issued = body.items.find(({ event }) => event.type === 'ISSUE')!;
    const { hash, date } = issued.event;
    const clerk = await year.people.as('SKHCN', 'clerk');
    const seq = issued.seq - 1;
    const answered = await clerk.send<{ id: string }>(
      'POST',
      `/cases/${id}/events`,
      { seq, event: { type: 'ISSUE', hash, date } },
      { 'Idempotency-Key': `demo-${id}-${seq}-ISSUE` },
    );
    expect(answered.id).toBe(id);
    expect((await officer.get<{ seq: number }>(`/cases/${id}`)).body.seq).toBe(before.seq);
  });

  it('lets people in and out at its end', async () => {
    for (const username of [leader, 'sct.chuyenvien', 'kiemtoan', 'quantri']) {
      const { status, cookie, body } = await signIn(username);
      expect([status, await withCookie(cookie)]).toEqual([200, 200]);
      const out = await fetch(`${year.address}/api/v1/session`, {
        method: 'DELETE',
        headers: { Cookie: cookie, 'X-CSRF-Token': body.csrfToken },
      });
      expect([out.status, await withCookie(cookie)]).toEqual([204, 401]);
    }
    expect(await bearing(early.long)).toBe(401);
  });

  it('keeps nothing whose time has passed', async () => {
    const before = Date.now();
    expect(await count('intents')).toBeGreaterThan(0);
    expect(await count('intents', { case: played.allocation })).toBe(0);
    expect(await count('notices', { id: 'read-once' })).toBe(0);
    expect(await count('intents', { state: 'done', doneAt: { $lt: before - 91 * dayMs } })).toBe(0);
    expect(await count('notices', { readAt: { $lt: new Date(before - 181 * dayMs) } })).toBe(0);
    expect(await count('uploads', { at: { $lt: new Date(before - 2 * dayMs) } })).toBe(0);
  });

  it('is swept to the end, and nothing ever failed in it', async () => {
    const swept = await year.sweep();
    expect(Object.values(swept ?? {}).filter(({ failed }) => failed > 0)).toEqual([]);
    expect(year.failures).toEqual([]);
    const { outbox } = year.running.stores;
    expect(await outbox.backlog()).toEqual({ owing: 0, due: 0, dead: 0, oldest: null });
  });

  it('is whole: journal, days, settings, lists', async () => {
    const { connection, stores, clock, workflow } = year.running;
    const { journal, closings } = stores;
    const verified = await verifyJournal(connection, { tenant, at: clock.now(), journal, closings });
    expect(verified.faults).toEqual([]);
    const days = new Set(
      (await collectionOf<{ _id: string; at: string }>(connection, 'journal').find().toArray()).map(
        ({ at }) => at.slice(0, 10),
      ),
    );
    // Each day on which something happened is closed, but for the one that lasts.
    days.delete(year.today);
    expect(verified.closings).toBe(days.size);
    expect((await verifyAccess(connection, tenant)).faults).toEqual([]);
    expect((await workflow.rebuild(tenant)).differing).toEqual([]);
  });

  it('gave every number once and without a gap, in each year from one on', async () => {
    const { connection, stores } = year.running;
    const registers = await collectionOf<{
      _id: string;
      agency: string;
      type: string;
      year: number;
      next: number;
      held: Record<string, number>;
      voided?: Record<string, object>;
    }>(connection, 'registers')
      .find()
      .toArray();
    const used = new Set<string>();
    for await (const id of stores.cases.ids(tenant))
      for (const name of usedNumbers(await stores.journal.after({ tenant, id }, 0))) {
        expect(used.has(name)).toBe(false);
        used.add(name);
      }
    for (const { agency, type, year: of, next, held: given, voided = {} } of registers) {
      const numbers = [...Object.values(given), ...Object.keys(voided).map(Number)].toSorted((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: next - 1 }, (_, n) => n + 1));
      if (!(paperTypes as readonly string[]).includes(type)) continue;
      for (const number of numbers)
        expect([number, used.has(`${agency}/${type}/${of}/${number}`) || String(number) in voided]).toEqual([
          number,
          true,
        ]);
    }
    expect(new Set(registers.map(({ year: of }) => of))).toEqual(new Set([2025, 2026]));
    expect(registers.flatMap(({ voided = {} }) => Object.keys(voided))).toEqual([String(held)]);
  });

  it('keeps the papers of its first weeks as they were, and they can be read', async () => {
    const now = await year.papers();
    expect(now.size).toBeGreaterThan(printed.size);
    for (const [id, hash] of printed) expect([id, now.get(id)]).toEqual([id, hash]);
    const auditor = await year.people.named('kiemtoan');
    const { body } = await auditor.get<{ items: { address: string }[] }>(
      `/cases/${played.consolidation}/documents`,
    );
    for (const { address } of body.items) {
      const { findings } = await checkForm(await auditor.download(address.replace('/api/v1', '')));
      expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    }
  }, 60_000);
});
