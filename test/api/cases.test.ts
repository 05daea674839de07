import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { anAgency, aKey, aRound, aUser, password } from './city.js';
import { sampleEstimate } from '../builders/estimates.js';
import { testDatabase } from '../setup/database.js';
import { paper } from '../fakes/blankPrinter.js';
import { aServedCity, type Member, type ServedCity } from './served.js';

const database = testDatabase('Cases');
let city: ServedCity;
let officer: Member;

beforeAll(async () => {
  city = await aServedCity(database);
  await database.empty();
  await city.seed();
});
beforeEach(async () => {
  officer = await city.signIn('syt.chuyenvien');
});
afterAll(async () => {
  await city.close();
  await database.close();
});

/** What an agency types of a sample estimate: its head, and its lines without ids. */
const typed = (code: string) => {
  const { lines, ...header } = sampleEstimate(code).input;
  return { header, lines: lines.map(({ id: _id, ...line }) => line) };
};

const started = async () => {
  const { status, body } = await officer.post('/estimates', { round: 'dot-1-2025' });
  expect(status).toBe(201);
  return body as { id: string; seq: number; code: string };
};

const filled = async () => {
  const { id, seq } = await started();
  const { status, body } = await officer.edit('put', `/cases/${id}/draft`, 0, typed('DT-2025-003'));
  expect({ status, body }).toMatchObject({ status: 200, body: { rev: 1 } });
  return { id, seq };
};

const send = (who: Member, id: string, seq: number, event: object, key = aKey()) =>
  who.post(`/cases/${id}/events`, { seq, event }, key);

describe('starting', () => {
  it('gives a case with its place, its ETag and what is open', async () => {
    const { status, body, headers } = await officer.post('/estimates', { round: 'dot-1-2025' });
    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: `/api/v1/cases/${body.id}`, etag: '"1"' });
    expect(body).toMatchObject({ kind: 'estimate', owner: 'SYT', seq: 1, status: 'active' });
    expect(body.states).toContain('preparing.draft');
    const sendUp = body.options.find(({ event }: { event: string }) => event === 'SEND_UP');
    expect(sendUp).toMatchObject({ open: false, permitted: true, text: 'Trình trưởng phòng duyệt' });
    expect(sendUp.reasons.map(({ code }: { code: string }) => code)).toContain('draftHasRows');
  });

  it('is done once by a request sent twice, and refuses the key for another', async () => {
    const key = aKey();
    const first = await officer.post('/estimates', { round: 'dot-1-2025' }, key);
    const again = await officer.post('/estimates', { round: 'dot-1-2025' }, key);
    const other = await officer.post('/estimates', {}, key);
    expect(again.body.id).toBe(first.body.id);
    expect([first.status, again.status, other.status]).toEqual([201, 201, 422]);
  });

  it('is for who may', async () => {
    const clerk = await city.signIn('syt.vanthu');
    expect((await clerk.post('/estimates', {})).body.code).toBe('NOT_PERMITTED');
    const auditor = await city.signIn('kiemtoan');
    expect((await auditor.post('/estimates', {})).body).toMatchObject({
      code: 'NOT_PERMITTED',
      access: 'member',
    });
    const administrator = await city.signIn('quantri');
    expect((await administrator.post('/estimates', {})).body.code).toBe('NOT_PERMITTED');
  });

  it('needs a round that there is', async () => {
    const { status, body } = await officer.post('/estimates', { round: 'dot-9' });
    expect(status).toBe(400);
    expect(body.faults).toEqual([expect.objectContaining({ path: 'round', code: 'round.unknown' })]);
  });
});

describe('a draft', () => {
  it('is edited row by row, each edit on the revision that was read', async () => {
    const { id } = await started();
    const draft = `/cases/${id}/draft`;
    expect((await officer.get(draft)).headers.etag).toBe('"0"');
    const { header, lines } = typed('DT-2025-003');
    const head = await officer.edit('patch', draft, 0, { necessity: header.necessity });
    expect({ status: head.status, etag: head.headers.etag }).toEqual({ status: 200, etag: '"1"' });
    const first = await officer.edit('post', `${draft}/lines`, 1, { line: lines[0] });
    expect(first.body).toEqual({ part: 'content', rev: 2, order: ['l1'] });
    await officer.edit('post', `${draft}/lines`, 2, { line: lines[1] });
    const set = await officer.edit('patch', `${draft}/lines/l2`, 3, { unitPrice: 1000 });
    expect(set.body).toMatchObject({ rev: 4, order: ['l1', 'l2'], line: { id: 'l2', unitPrice: 1000 } });
    const moved = await officer.edit('post', `${draft}/lines/l2/move`, 4, { to: 1 });
    expect(moved.body.order).toEqual(['l2', 'l1']);
    const removed = await officer.edit('delete', `${draft}/lines/l1`, 5);
    expect(removed.body.order).toEqual(['l2']);
    expect((await officer.get(draft)).body).toMatchObject({ rev: 6, editors: ['syt.chuyenvien'] });
  });

  it('takes several edits at once, all or none', async () => {
    const { id } = await filled();
    const draft = `/cases/${id}/draft`;
    const send = (...ops: object[]) => officer.edit('patch', draft, 1, { ops });
    const wrong = await send(
      { op: 'setHeader', location: 'Cần Thơ' },
      { op: 'setLine', lineId: 'l1', unitPrice: 1.5 },
    );
    expect(wrong.status).toBe(400);
    expect(wrong.body.faults).toEqual([
      expect.objectContaining({ path: 'ops.1.unitPrice', code: 'number.integer' }),
    ]);
    expect((await send({ op: 'setLine', unitPrice: 1 })).body.faults[0].path).toBe('ops.0.lineId');
    expect((await send({ op: 'setVerdict', verdict: 'accept' })).status).toBe(400);
    expect((await send()).status).toBe(400);
    const { status, body } = await send(
      { op: 'setHeader', location: 'Cần Thơ' },
      { op: 'setLine', lineId: 'l1', unitPrice: 1000 },
      { op: 'addLine', line: { name: 'Mới' } },
    );
    expect({ status, rev: body.rev }).toEqual({ status: 200, rev: 2 });
    expect(body.order.at(-1)).not.toBe('l1');
    expect((await officer.get(draft)).body.body.header.location).toBe('Cần Thơ');
  });

  it('is saved half written: what is missing or too short stops sending up, not saving', async () => {
    const { id } = await filled();
    const halves = [
      [`/cases/${id}/draft`, { necessity: 'Ngắn', legalBases: [{ number: '73' }], chapterCode: '1' }],
      [`/cases/${id}/draft/lines/l1`, { name: 'M', justification: 'vì', quotations: [{ supplier: 'A' }] }],
      [`/cases/${id}/draft/lines/l1`, { quantity: 0, unit: '', loaiKhoan: '12', securityLevel: 9 }],
    ] as const;
    for (const [n, [path, fields]] of halves.entries())
      expect([path, (await officer.edit('patch', path, n + 1, fields)).status]).toEqual([path, 200]);
    const { findings } = (await officer.get(`/cases/${id}/insight`)).body;
    const paths = findings.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'necessity',
        'legalBases/0/title',
        'chapterCode',
        'lines/l1/name',
        'lines/l1/quotations/0/amount',
        'lines/l1/quantity',
        'lines/l1/securityLevel',
      ]),
    );
    const { seq } = (await officer.get(`/cases/${id}`)).body;
    const sent = await officer.post(`/cases/${id}/events`, { seq, event: { type: 'SEND_UP', rev: 4 } });
    expect([sent.status, sent.body.code]).toEqual([422, 'RULES_BROKEN']);
  });

  it('is not edited on an older revision, nor without one', async () => {
    const { id } = await filled();
    const stale = await officer.edit('patch', `/cases/${id}/draft`, 0, { location: 'Cần Thơ' });
    expect({ status: stale.status, body: stale.body }).toMatchObject({
      status: 412,
      body: { code: 'STALE_DRAFT', rev: 1 },
    });
    const without = await officer.post(`/cases/${id}/draft/lines`, { line: {} });
    expect({ status: without.status, code: without.body.code }).toEqual({
      status: 428,
      code: 'PRECONDITION_REQUIRED',
    });
    for (const tag of ['"x"', '*', '1', '"-1"']) {
      const agent = request(city.app);
      expect((await agent.patch(`/api/v1/cases/${id}/draft`).set('If-Match', tag)).status).toBe(401);
    }
  });

  it.each([
    ['an amount as text', { unitPrice: '1.000' }, 'unitPrice', 'number.base'],
    ['half a đồng', { unitPrice: 1.5 }, 'unitPrice', 'number.integer'],
    ['more decimals than a quantity has', { quantity: 1.23456 }, 'quantity', 'number.precision'],
    ['a total of one’s own', { total: 1 }, 'total', 'object.unknown'],
    ['nothing', {}, '', 'object.min'],
  ])('does not take %s', async (_, fields, path, code) => {
    const { id } = await filled();
    const { status, body } = await officer.edit('patch', `/cases/${id}/draft/lines/l1`, 1, fields);
    expect(status).toBe(400);
    expect(body.faults).toEqual([expect.objectContaining({ path, code, message: expect.any(String) })]);
  });

  it('has no line that it has not', async () => {
    const { id } = await filled();
    expect((await officer.edit('patch', `/cases/${id}/draft/lines/l99`, 1, { unitPrice: 1 })).status).toBe(
      404,
    );
  });

  it('is its agency’s: nobody else reads or edits it', async () => {
    const { id } = await filled();
    const stranger = await city.signIn('stp.chuyenvien');
    const reviewer = await city.signIn('skhcn.chuyenvien');
    for (const who of [stranger, reviewer]) {
      expect((await who.get(`/cases/${id}/draft`)).body.code).toBe('CASE_NOT_FOUND');
      expect((await who.edit('patch', `/cases/${id}/draft`, 1, { location: 'Cần Thơ' })).status).toBe(404);
    }
    const auditor = await city.signIn('kiemtoan');
    expect((await auditor.get(`/cases/${id}/draft`)).status).toBe(200);
    expect((await auditor.edit('patch', `/cases/${id}/draft`, 1, { location: 'Cần Thơ' })).body.code).toBe(
      'NOT_PERMITTED',
    );
  });

  it('has only the edits of its kind', async () => {
    const { id } = await filled();
    const { status } = await officer.edit('put', `/cases/${id}/appraisal/x`, 0, { amount: 1 });
    expect(status).toBe(404);
  });
});

describe('an event', () => {
  it('moves the case, is told apart when sent twice, and is stale after another', async () => {
    const { id, seq } = await filled();
    const key = aKey();
    const sent = await send(officer, id, seq, { type: 'SEND_UP', rev: 1 }, key);
    expect({ status: sent.status, faults: sent.body.findings ?? sent.body.reasons }).toEqual({
      status: 200,
      faults: undefined,
    });
    expect(sent.body).toMatchObject({
      seq: seq + 1,
      states: expect.arrayContaining(['preparing.unitReview']),
    });
    const again = await send(officer, id, seq, { type: 'SEND_UP', rev: 1 }, key);
    expect(again.body.seq).toBe(seq + 1);
    const stale = await send(officer, id, seq, { type: 'RECALL' });
    expect({ status: stale.status, body: stale.body }).toMatchObject({
      status: 409,
      body: { code: 'STALE_CASE', seq: seq + 1, since: [{ event: 'SEND_UP', by: expect.any(String) }] },
    });
    const edited = await officer.edit('patch', `/cases/${id}/draft`, 1, { location: 'Cần Thơ' });
    expect(edited.body.code).toBe('NOT_EDITABLE');
  });

  it('that is closed says why, in words', async () => {
    const { id, seq } = await started();
    const { status, body } = await send(officer, id, seq, { type: 'SEND_UP', rev: 1 });
    expect({ status, code: body.code }).toEqual({ status: 409, code: 'EVENT_REFUSED' });
    expect(body).toMatchObject({ event: 'SEND_UP', kind: 'estimate' });
    expect(body.detail).toMatch(/^Việc “Trình trưởng phòng duyệt” chưa thực hiện được/);
    expect(body.reasons).toContainEqual({
      code: 'draftHasRows',
      text: 'Bản nháp chưa có dòng nào. Thêm ít nhất một dòng.',
    });
  });

  it.each([
    ['of the system', { type: 'INCLUDE' }, 'event.type', 'any.only'],
    ['of nobody', { type: 'toString' }, 'event.type', 'any.only'],
    ['without what it must carry', { type: 'ABANDON' }, 'event.reason', 'any.required'],
    ['with a reason of three letters', { type: 'ABANDON', reason: 'abc' }, 'event.reason', 'string.min'],
    ['with facts of its own', { type: 'RECALL', facts: { rows: 9 } }, 'event.facts', 'object.unknown'],
    ['with an actor of its own', { type: 'RECALL', actor: { id: 'x' } }, 'event.actor', 'object.unknown'],
    ['without a type', {}, 'event.type', 'any.required'],
  ])('%s does not come from outside', async (_, event, path, code) => {
    const { id, seq } = await started();
    const { status, body } = await send(officer, id, seq, event);
    expect(status).toBe(400);
    expect(body.faults).toEqual([expect.objectContaining({ path, code })]);
  });

  it('to a case that is not there, or not one’s own, is not found', async () => {
    const { id, seq } = await started();
    const stranger = await city.signIn('stp.chuyenvien');
    expect((await send(stranger, id, seq, { type: 'RECALL' })).body.code).toBe('CASE_NOT_FOUND');
    expect((await send(officer, 'nothing', 1, { type: 'RECALL' })).body.code).toBe('CASE_NOT_FOUND');
  });
});

describe('another city', () => {
  it('sees nothing of this one', async () => {
    const { id } = await filled();
    await city.stores.tenants.save({
      id: 'hue',
      name: 'Thành phố Huế',
      place: 'Huế',
      hosts: ['hue.example'],
    });
    await city.stores.agencies.save(anAgency('SYT', { tenant: 'hue' }));
    await city.stores.rounds.save({ ...aRound, tenant: 'hue' });
    await city.stores.users.create(await aUser('syt.chuyenvien', { tenant: 'hue' }));
    const agent = request.agent(city.app);
    const signIn = { tenant: 'hue', username: 'syt.chuyenvien', password };
    expect((await agent.post('/api/v1/session').send(signIn)).status).toBe(200);
    for (const path of [
      '',
      '/history',
      '/draft',
      '/content',
      '/covered',
      '/documents',
      '/preview/estimateProposal',
      '/review',
      '/appraisal',
    ]) {
      const { status, body } = await agent.get(`/api/v1/cases/${id}${path}`);
      expect({ path, status, code: body.code }).toEqual({ path, status: 404, code: 'CASE_NOT_FOUND' });
    }
    expect((await agent.get('/api/v1/cases')).body.items).toEqual([]);
    expect((await agent.get('/api/v1/inbox')).body.items).toEqual([]);
    await database.db().collection<{ _id: string }>('tenants').deleteOne({ _id: 'hue' });
  });
});

describe('an estimate that was issued', () => {
  it('leaves a history, a frozen content and a paper, and waits in the receiver’s inbox', async () => {
    const { id, seq } = await filled();
    const hash = (await send(officer, id, seq, { type: 'SEND_UP', rev: 1 })).body.content as string;
    const reviewer = await city.signIn('skhcn.vanthu');
    expect((await reviewer.get(`/cases/${id}/content`)).status).toBe(404);
    const steps: [string, object][] = [
      ['syt.truongphong', { type: 'ENDORSE', hash }],
      ['syt.thutruong', { type: 'SIGN', hash }],
      ['syt.vanthu', { type: 'ISSUE', hash, date: '2025-09-25' }],
    ];
    let at = seq + 1;
    for (const [username, event] of steps) {
      const { status, body } = await send(await city.signIn(username), id, at, event);
      expect({ event, status, body: status === 200 ? undefined : body }).toEqual({
        event,
        status: 200,
        body: undefined,
      });
      at = body.seq;
    }
    await city.relay();

    const pages: { event: { type: string } }[] = [];
    let cursor = '';
    while (cursor !== 'end') {
      const { body } = await officer.get(`/cases/${id}/history?limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(...body.items);
      cursor = body.next ?? 'end';
    }
    expect(pages.map(({ event }) => event.type)).toEqual(['START', 'SEND_UP', 'ENDORSE', 'SIGN', 'ISSUE']);
    expect(JSON.stringify(pages)).not.toContain('"facts"');

    const content = await reviewer.get(`/cases/${id}/content`);
    expect(content.body).toMatchObject({
      hash,
      content: { kind: 'estimate', totals: { grandTotal: 49_694_000_000 } },
    });
    expect((await reviewer.get(`/cases/${id}/content?revision=1`)).body.hash).toBe(hash);
    expect((await reviewer.get(`/cases/${id}/content?revision=2`)).status).toBe(404);

    const papers = await reviewer.get(`/cases/${id}/documents`);
    expect(papers.body.items).toEqual([expect.objectContaining({ type: 'estimateProposal', revision: 1 })]);
    const address = (papers.body.items[0].address as string).replace('/api/v1', '');
    const file = await reviewer.get(address).buffer();
    expect(file.status).toBe(200);
    expect(file.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': expect.stringMatching(/^inline; filename="To trinh/),
    });
    expect(new Uint8Array(file.body as Buffer)).toEqual(paper);
    const stranger = await city.signIn('stp.chuyenvien');
    expect((await stranger.get(address)).status).toBe(404);

    const inbox = await reviewer.get('/inbox');
    expect(inbox.body.items).toContainEqual(
      expect.objectContaining({ case: id, state: 'submitted', owner: 'SYT' }),
    );
    const listed = await reviewer.get('/cases?kind=estimate&state=submitted&agency=SYT&limit=1');
    expect(listed.body.items).toEqual([expect.objectContaining({ case: id })]);
    expect((await stranger.get('/cases?agency=SYT')).body.items).toEqual([]);
    for (const code of ['syt', 'Syt'])
      expect((await reviewer.get(`/cases?agency=${code}`)).body.items).toContainEqual(
        expect.objectContaining({ case: id }),
      );
  });
});

describe('the outbox', () => {
  it('is read by auditors and administrators, and retried by administrators', async () => {
    expect((await officer.get('/deadLetters')).body.code).toBe('NOT_PERMITTED');
    const auditor = await city.signIn('kiemtoan');
    expect((await auditor.get('/deadLetters')).body).toEqual({ items: [], next: null });
    expect((await auditor.post('/deadLetters/x/retry')).body.code).toBe('NOT_PERMITTED');
    const administrator = await city.signIn('quantri');
    expect((await administrator.post('/deadLetters/x/retry')).status).toBe(404);
    expect((await officer.get('/batches/nothing')).status).toBe(404);
    const kind = { intent: 'render', cause: 'Error: no printer' };
    expect((await officer.get('/deadLetters/kinds')).body.code).toBe('NOT_PERMITTED');
    expect((await auditor.get('/deadLetters/kinds')).body).toEqual({ items: [] });
    expect((await auditor.post('/deadLetters/retry', kind)).body.code).toBe('NOT_PERMITTED');
    expect((await administrator.post('/deadLetters/retry', kind)).body).toEqual({ revived: 0 });
  });
});

describe('a filter by a code', () => {
  it.each([
    ['agency=XYZ', 'query.agency', 'agency.unknown', 'GET /agencies'],
    ['round=dot-9-2031', 'query.round', 'round.unknown', 'GET /rounds'],
    ['state=reviewd', 'query.state', 'state.unknown', 'reviewing'],
    ['kind=consolidation&state=submitted.nowhere', 'query.state', 'state.unknown', 'gathering'],
  ])('that no case can have is told, with how to find one: %s', async (query, path, code, told) => {
    const { status, body } = await officer.get(`/cases?${query}`);
    expect(status).toBe(400);
    expect(body.faults).toEqual([
      expect.objectContaining({ path, code, message: expect.stringContaining(told) }),
    ]);
  });

  it('finds an agency however its letters are typed', async () => {
    for (const code of ['sgdđt', 'SGDĐT', 'SGD\u00D0T'])
      expect((await officer.get(`/cases?agency=${encodeURIComponent(code)}`)).status).toBe(200);
  });
});

describe('JSON that would be taken otherwise than it is written', () => {
  it.each([
    ['{"seq":1,"seq":2,"event":{"type":"SEND_UP"}}', 'seq', 'json.twice'],
    ['{"seq":1,"event":{"type":"OWN_DECISION","amount":8999999999999999.7}}', 'event.amount', 'json.inexact'],
  ])('is refused: %s', async (text, path, code) => {
    const { body } = await officer.raw('/cases/x/events', text);
    expect(body).toMatchObject({ status: 400, code: 'BAD_INPUT' });
    expect(body.faults).toEqual([expect.objectContaining({ path, code })]);
  });
});
