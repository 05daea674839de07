import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createActs, sample, typed } from '../../src/demo/acts.js';
import { createPeople, type People, type SeenCase } from '../../src/demo/client.js';
import { nameOf } from '../../src/seed/people.js';
import { accountOf, canTho, demonstrationAgencies, planRound } from '../../src/seed/demonstration.js';
import type { Role } from '../../workflows/vocabulary.js';
import { testDatabase } from '../setup/database.js';
import { aProgram, aTown, refusal, type Town } from './town.js';
import { worldOf } from './world.js';

const database = testDatabase('Api');
let town: Town;
let people: People;
let acts: ReturnType<typeof createActs>;
let document: { paths: Record<string, Record<string, { operationId?: string }>> };

/** One case of each kind, none of them at its end. */
let estimate = '';
let table = '';
let money = '';
const hue = 'hue';

/** A second city: the same agencies, the same names of accounts, nothing but data. */
const secondCity = async () => {
  const { tenants, agencies, users, rounds } = town.stores;
  await tenants.save({ id: hue, name: 'thành phố Huế', place: 'Huế', hosts: ['hue.example'] });
  await Promise.all(
    demonstrationAgencies.slice(0, 20).map((agency) => agencies.save({ ...agency, tenant: hue })),
  );
  await rounds.save({ ...planRound, tenant: hue });
  const names = ['officer', 'unitHead', 'leader', 'clerk'] as const;
  const accounts = ['STP', 'SKHCN', 'STC'].flatMap((ref) => names.map((role) => accountOf(ref, role)));
  for (const username of [...accounts, 'kiemtoan', 'quantri']) {
    const user = (await users.find(canTho.id, username))!;
    await users.create({ ...user, tenant: hue });
  }
};

beforeAll(async () => {
  town = await aTown(database);
  await secondCity();
  people = createPeople(town.address, canTho.id);
  acts = createActs(people);
  document = (await (await fetch(`${town.address}/api/v1/openapi.json`)).json()) as typeof document;

  const { act, edit, start, write, sendOut } = acts;
  const accepted = async (name: string) => {
    const { id } = await start('STP', 'estimates', name);
    await write('STP', id, typed(sample('DT-2025-008')));
    await sendOut('STP', id, '2025-09-25');
    await act('SKHCN', 'clerk', id, 'REGISTER');
    return id;
  };
  estimate = await accepted('one');
  await edit('SKHCN', 'officer', `/cases/${estimate}/review`, 'PUT', `/cases/${estimate}/review/l1`, {
    verdict: 'accept',
  });
  ({ id: table } = await start('SKHCN', 'consolidations', 'table'));
  ({ id: money } = await start('STC', 'allocations', 'money'));
  await town.settle();
}, 60_000);
afterAll(() => town.close());

const parts = [
  '',
  '/history',
  '/content',
  '/covered',
  '/draft',
  '/review',
  '/appraisal',
  '/documents',
  '/documents/paper',
  '/preview/decision',
  '/insight',
];

describe('another city', () => {
  it('has no case of this one, at any address, by any request', async () => {
    const documents = (
      await (
        await people.named('kiemtoan')
      ).get<{ items: { address: string }[] }>(`/cases/${estimate}/documents`)
    ).body.items;
    expect(documents).toHaveLength(1);
    for (const username of ['kiemtoan', 'stp.chuyenvien', 'skhcn.chuyenvien', 'stc.vanthu']) {
      const ask = await aProgram(town.address, username, hue);
      for (const id of [estimate, table, money]) {
        const asked: [string, string, object?][] = [
          ...parts.map((part): [string, string] => ['get', `/cases/${id}${part}`]),
          ['post', `/cases/${id}/events`, { seq: 1, event: { type: 'RECALL' } }],
          ['put', `/cases/${id}/draft`, { header: {}, lines: [] }],
          ['patch', `/cases/${id}/draft`, { location: 'Huế' }],
          ['post', `/cases/${id}/draft/lines`, { line: {} }],
          ['patch', `/cases/${id}/draft/lines/l1`, { unit: 'bộ' }],
          ['delete', `/cases/${id}/draft/lines/l1`],
          ['post', `/cases/${id}/draft/lines/l1/move`, { to: 1 }],
          ['put', `/cases/${id}/review/l1`, { verdict: 'accept' }],
          ['put', `/cases/${id}/appraisal/${estimate}`, { amount: 1 }],
        ];
        for (const [method, path, body] of asked) {
          const { status } = await ask(method, path, body && JSON.stringify(body));
          const expected = username === 'kiemtoan' && method !== 'get' ? 403 : 404;
          expect({ username, method, path, status }).toEqual({ username, method, path, status: expected });
        }
      }
      for (const { address } of documents)
        expect((await ask('get', address.replace('/api/v1', ''))).status).toBe(404);
      for (const list of ['/cases', '/inbox'])
        expect(JSON.parse((await ask('get', list)).text)).toEqual({ items: [], next: null });
    }
  });

  it('numbers its cases and papers for itself, and this one does not see them', async () => {
    const theirs = createActs(createPeople(town.address, hue));
    const { id, code } = await theirs.start('STP', 'estimates', 'one');
    expect(code).toBe('DT-2025-001');
    expect(id).not.toBe(estimate);
    await theirs.write('STP', id, typed({ input: { ...sample('DT-2025-009').input } }));
    const auditor = await people.named('kiemtoan');
    expect(await refusal(auditor.get(`/cases/${id}`))).toMatchObject({ status: 404 });
    const { body } = await auditor.get<{ items: { case: string }[] }>('/cases');
    expect(body.items.map((row) => row.case)).not.toContain(id);
  });
});

describe('an auditor', () => {
  it('reads everything of the city', async () => {
    const ask = await aProgram(town.address, 'kiemtoan');
    const unread: unknown[] = [];
    for (const id of [estimate, table, money]) {
      for (const part of parts) {
        const { status, text } = await ask('get', `/cases/${id}${part}`);
        // What does not exist for a kind, or not yet, is not there for anybody.
        if (status !== 200 && !(status === 404 && text.includes('"NOT_FOUND"')))
          unread.push({ part, status });
      }
    }
    for (const list of ['/cases', '/inbox', '/agencies', '/rounds', '/accessEvents', '/deadLetters'])
      if ((await ask('get', list)).status !== 200) unread.push(list);
    expect(unread).toEqual([]);
    const review = await ask('get', `/cases/${estimate}/review`);
    expect(JSON.parse(review.text)).toMatchObject({
      rev: 1,
      body: { verdicts: { l1: { verdict: 'accept' } } },
    });
  });

  it('changes nothing, whatever it asks', async () => {
    const ask = await aProgram(town.address, 'kiemtoan');
    const before = await worldOf(town.connection);
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        if (method === 'get' || /session|\/me/.test(path)) continue;
        const address = path
          .replace('/cases/{id}', `/cases/${estimate}`)
          .replace(/\{estimateId\}/, estimate)
          .replace(/\{lineId\}/, 'l1')
          .replace(/\{\w+\}/, 'x');
        const { status } = await ask(method, address, JSON.stringify({ seq: 1, event: { type: 'RECALL' } }));
        expect({ method, path, status }).toEqual({ method, path, status: 403 });
      }
    }
    expect(await worldOf(town.connection)).toEqual(before);
  });
});

/** What each event carries when it is well formed. */
const reason = 'Lý do đủ dài để ghi vào nhật ký';
const hash = 'a'.repeat(64);
const fields: Readonly<Record<string, object>> = {
  SEND_UP: { rev: 1 },
  ENDORSE: { hash },
  ISSUE: { hash, date: '2025-09-25' },
  SEND_BACK: { reason },
  ABANDON: { reason },
  REFUSE_RECEIPT: { reason },
  WITHDRAW: { reason },
  GIVE_OPINION: { hash, verdict: 'agree', agreedLevel: 3 },
  REQUEST_SUPPLEMENT: { reason, due: '2025-09-30' },
  SUPPLY: { note: 'Đã gửi' },
  RETURN: { reason },
  OWN_DECISION: {
    verdict: 'approve',
    amount: 1,
    number: '01/QĐ-UBND',
    date: '2025-09-25',
    signer: 'Chủ tịch',
  },
  CONFIRM_CONDITIONS: { note: 'Đã đạt' },
  CLOSE: { reason },
  ADD: { ids: ['a'.repeat(20)] },
  REMOVE: { ids: ['a'.repeat(20)] },
  SETTLE_OVERLAP: { group: 'systemRef:X', decision: 'merge', lead: 'SYT', reason },
  APPROVE_ADJUSTED: { hash, reason, amounts: [{ estimate: 'a'.repeat(20), amount: 1 }] },
  REQUEST_EXPLANATION: { question: 'Vì sao tăng so với năm trước?' },
  EXPLAIN: { answer: 'Vì mở rộng phạm vi thực hiện' },
  REFER_TO_COUNCIL: { hash, reason },
  RESOLVE: {
    ...{ hash, verdict: 'approve', reason },
    ...{ number: '25/NQ-HĐND', date: '2025-09-25', signer: 'Chủ tịch', file: hash },
  },
  DECLINE: { hash, reason },
  SIGN: { hash },
  PASS: { hash },
  APPROVE: { hash },
  CONCLUDE_LINES: { rev: 1 },
  CONCLUDE: { rev: 0 },
  FREEZE: { table: hash },
};

const everybody: readonly (readonly [string, Role])[] = [
  'STP',
  'SKHCN',
  'STC',
  'CATP',
  'VP',
  'UBND',
  'HDND',
  'SXD',
].flatMap((agency) =>
  (['officer', 'unitHead', 'deputy', 'leader', 'clerk'] as const).map((role) => [agency, role] as const),
);

describe('an event of where a case stands', () => {
  it('is refused to everybody who may not send it, and the case stays where it is', async () => {
    const seqs = async () =>
      (
        await Promise.all(
          [estimate, table, money].map((id) => town.stores.cases.load({ tenant: canTho.id, id })),
        )
      ).map((found) => [found!.id, found!.seq] as const);
    const before = await seqs();
    for (const [agency, role] of everybody) {
      const ask = await aProgram(town.address, accountOf(agency, role));
      for (const [id, seq] of before) {
        const send = (event: object) => ask('post', `/cases/${id}/events`, JSON.stringify({ seq, event }));
        const { status, text } = await ask('get', `/cases/${id}`);
        if (status === 404) {
          const sent = await send({ type: 'RECALL' });
          expect({ agency, role, status: sent.status }).toEqual({ agency, role, status: 404 });
          continue;
        }
        const { options } = JSON.parse(text) as { options: { event: string; permitted: boolean }[] };
        for (const { event: type } of options.filter(({ permitted }) => !permitted)) {
          const sent = await send({ type, ...(type === 'REOPEN' ? { reason } : fields[type]) });
          expect({ agency, role, type, status: sent.status, text: sent.text }).toMatchObject({
            status: 403,
            text: expect.stringContaining('"NOT_PERMITTED"'),
          });
        }
      }
    }
    expect(await seqs()).toEqual(before);
  }, 60_000);

  it('without what it must carry is refused, and every field that is missing is named', async () => {
    const kinds = [
      [
        'stp.chuyenvien',
        estimate,
        ['SEND_UP', 'ENDORSE', 'ISSUE', 'RETURN', 'OWN_DECISION', 'GIVE_OPINION', 'ABANDON'],
      ],
      [
        'skhcn.chuyenvien',
        table,
        ['ADD', 'SETTLE_OVERLAP', 'ISSUE', 'APPROVE_ADJUSTED', 'RESOLVE', 'EXPLAIN'],
      ],
      ['stc.chuyenvien', money, ['SEND_UP', 'ENDORSE', 'ISSUE', 'DECLINE', 'SEND_BACK']],
    ] as const;
    for (const [username, id, types] of kinds) {
      const ask = await aProgram(town.address, username);
      for (const type of types) {
        const { status, text } = await ask(
          'post',
          `/cases/${id}/events`,
          JSON.stringify({ seq: 1, event: { type } }),
        );
        const { faults } = JSON.parse(text) as { faults: { path: string; code: string }[] };
        expect({ type, status }).toEqual({ type, status: 400 });
        expect(faults.length).toBeGreaterThan(0);
        for (const { path, code } of faults)
          expect({ type, path, code }).toEqual({
            type,
            path: expect.stringMatching(/^event\.\w+/),
            code: 'any.required',
          });
      }
    }
  });
});

describe('somebody who acts for another', () => {
  const delegate = async (more: object) =>
    (await people.named('quantri')).send<{ id: string }>(
      'POST',
      '/delegations',
      {
        from: 'stp.thutruong',
        to: 'stp.phothutruong',
        role: 'leader',
        capacity: 'KT',
        validFrom: '2025-09-25',
        validTo: '2025-09-26',
        basis: 'Quyết định phân công số 12/QĐ-STP',
        ...more,
      },
      { 'Idempotency-Key': `delegate-${JSON.stringify(more).length}-${Object.values(more).join('-')}` },
    );

  it('is named in the history beside whom they act for, in their capacity', async () => {
    await delegate({ from: 'snv.thutruong', to: 'snv.phothutruong' });
    const { id } = await acts.start('SNV', 'estimates', 'nil');
    await acts.act('SNV', 'officer', id, 'DECLARE_NIL');
    // Only the leader may sign that there is nothing, so the deputy signs for the leader.
    await acts.act('SNV', 'deputy', id, 'SIGN');
    const { body } = await (
      await people.as('SNV', 'officer')
    ).get<{ items: { actor: unknown; permit: string }[] }>(`/cases/${id}/history`);
    expect(body.items.at(-1)).toMatchObject({
      permit: 'leader@owner',
      actor: {
        id: 'snv.phothutruong',
        name: nameOf('snv.phothutruong'),
        actingFor: { id: 'snv.thutruong', name: nameOf('snv.thutruong'), role: 'leader', capacity: 'KT' },
      },
    });
  });

  it('may no more after the last day, nor before the first', async () => {
    const { id } = await acts.start('SNV', 'estimates', 'nil-later');
    await acts.act('SNV', 'officer', id, 'DECLARE_NIL');
    for (const day of ['2025-09-24', '2025-09-27']) {
      town.on(day);
      expect(await refusal(acts.act('SNV', 'deputy', id, 'SIGN'))).toMatchObject({
        status: 403,
        problem: { code: 'NOT_PERMITTED' },
      });
    }
    town.on('2025-09-26');
    expect((await acts.act('SNV', 'deputy', id, 'SIGN')).seq).toBe(3);
    town.on('2025-09-25');
  });

  it('still does not sign what they have endorsed themselves (R27)', async () => {
    await delegate({ from: 'stp.thutruong', to: 'stp.truongphong', role: 'leader', capacity: 'TUQ' });
    const { id } = await acts.start('STP', 'estimates', 'own-hand');
    await acts.write('STP', id, typed(sample('DT-2025-008')));
    await acts.sendUp('STP', id);
    await acts.act('STP', 'unitHead', id, 'ENDORSE');
    const seen = (
      await (await people.as('STP', 'unitHead')).get<SeenCase & { options: object[] }>(`/cases/${id}`)
    ).body;
    expect(seen.options).toContainEqual(
      expect.objectContaining({ event: 'SIGN', permitted: true, open: false }),
    );
    expect(await refusal(acts.act('STP', 'unitHead', id, 'SIGN'))).toMatchObject({
      status: 409,
      problem: { code: 'EVENT_REFUSED' },
    });
    expect((await acts.act('STP', 'deputy', id, 'SIGN')).states).toContain('preparing.issuing');
  });
});

describe('hostile input', () => {
  const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;
  const bodies = [
    '',
    'null',
    '[]',
    '"text"',
    '{"a":',
    '{}',
    deep,
    '{"$where":"sleep(1000)","seq":{"$gt":0},"event":{"$ne":null}}',
    '{"seq":1e309,"event":{"type":"RECALL"}}',
    '{"seq":-1,"event":{"type":"__proto__"}}',
    '{"seq":9007199254740993,"event":{"type":"constructor"}}',
    '{"__proto__":{"administrator":true},"constructor":{"prototype":{"a":1}}}',
    '{"round":"\\u0000","header":{"location":"\\ud800"},"lines":[{"name":"\\ud800\\u0000"}]}',
    '{"header":{},"lines":[{"quantity":1e308,"unitPrice":9007199254740991}]}',
    '{"line":{"yearSplit":[{"year":2025,"amount":-1}]},"to":0}',
  ];
  const ids = [
    'x',
    '..%2f..%2fetc',
    '%00',
    '%ff',
    '%7B%22%24ne%22%3Anull%7D',
    'a'.repeat(3_000),
    'Đ%E1%BB%93ng',
  ];

  it.each(['stp.chuyenvien', 'quantri'])(
    'of %s never comes to an answer of 5xx, and each refusal is a problem with a code',
    async (username) => {
      const wrong: unknown[] = [];
      const ask = await aProgram(town.address, username);
      const look = async (method: string, path: string, body?: string, headers?: Record<string, string>) => {
        const { status, type, text } = await ask(method, path, body, headers);
        const told =
          status < 400 || (type.startsWith('application/problem+json') && /"code":"[A-Z_]+"/.test(text));
        if (status >= 500 || !told) wrong.push({ method, path, body, headers, status, text });
      };
      for (const [path, methods] of Object.entries(document.paths)) {
        if (/session|password/.test(path)) continue;
        const real = path
          .replace('/cases/{id}', `/cases/${username === 'quantri' ? money : estimate}`)
          .replace('{estimateId}', estimate)
          .replace('{lineId}', 'l1')
          .replace('/rounds/{id}', '/rounds/dot-thu')
          .replace('/users/{username}', '/users/somebody.new')
          .replace(/\{\w+\}/, 'x');
        for (const method of Object.keys(methods)) {
          if (method !== 'get') for (const body of bodies) await look(method, real, body);
          await look(method, real, '{}', {
            'If-Match': '"x"',
            'Idempotency-Key': '$ne',
            'Accept-Language': '\\',
          });
          await look(method, `${real}?cursor=%24ne&limit=-1&limit=x&revision[$gt]=0`, '{}');
          await look(method, real, '<a/>', { 'Content-Type': 'application/xml' });
          await look(method, real, '{}', { 'Content-Type': 'application/json; charset=utf-9' });
          if (!path.includes('{')) continue;
          for (const id of ids) await look(method, path.replace(/\{\w+\}/g, id), '{}');
        }
      }
      expect(wrong).toEqual([]);
    },
    120_000,
  );
});
