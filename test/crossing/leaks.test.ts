import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { typed, sample } from '../../src/demo/acts.js';
import { Refused, type Somebody } from '../../src/demo/client.js';
import type { Role } from '../../workflows/vocabulary.js';
import { testDatabase } from '../setup/database.js';
import { aTown, type Town } from './town.js';

const database = testDatabase('Leaks');
let town: Town;
/** Every case that there is so far. */
const cases: string[] = [];

const parts = ['', '/history', '/content', '/draft', '/review', '/appraisal', '/documents', '/insight'];
const lists = ['/inbox', '/cases', '/agencies', '/rounds', '/me'];

/** Everything that somebody is told by any address of the API, refusals included. */
const readsAll = async (who: Somebody): Promise<string> => {
  const paths = [...lists, ...cases.flatMap((id) => parts.map((part) => `/cases/${id}${part}`))];
  const texts: string[] = [];
  for (const path of paths) {
    try {
      texts.push(JSON.stringify((await who.get(path)).body));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      expect({ path, status: error.status }).toEqual({ path, status: expect.any(Number) });
      expect(error.status).toBeLessThan(500);
      texts.push(JSON.stringify(error.problem));
    }
  }
  return texts.join('\n');
};

const watchers = {
  'văn thư của chính cơ quan': ['STP', 'clerk'],
  'văn thư của cơ quan khác': ['SXD', 'clerk'],
  'chuyên viên rà soát': ['SKHCN', 'officer'],
  'văn thư rà soát': ['SKHCN', 'clerk'],
  'chuyên viên thẩm định': ['STC', 'officer'],
  'văn thư thẩm định': ['STC', 'clerk'],
  'Công an': ['CATP', 'officer'],
  'Văn phòng': ['VP', 'officer'],
  'Ủy ban': ['UBND', 'leader'],
  'Hội đồng': ['HDND', 'clerk'],
} as const satisfies Record<string, readonly [string, Role]>;
type Watcher = keyof typeof watchers;

/** Who of all of them reads a text, the auditor left out, who reads everything. */
const readersOf = async (...canaries: readonly string[]): Promise<Watcher[]> => {
  expect(await readsAll(await town.people.named('kiemtoan'))).toContain(canaries[0]);
  const found: Watcher[] = [];
  for (const [name, [agency, role]] of Object.entries(watchers) as [Watcher, readonly [string, Role]][]) {
    const text = await readsAll(await town.people.as(agency, role));
    if (canaries.some((canary) => text.includes(canary))) found.push(name);
  }
  return found;
};
const everyParty: Watcher[] = (Object.keys(watchers) as Watcher[]).filter(
  (name) => name !== 'văn thư của cơ quan khác',
);
const own: Watcher[] = ['văn thư của chính cơ quan'];

beforeAll(async () => {
  town = await aTown(database);
}, 60_000);
afterAll(() => town.close());

// One estimate on its way; each test goes on where the one before stopped.
describe('what is not issued yet', () => {
  const estimate = sample('DT-2025-008');
  let id = '';
  let table = '';

  it('is a draft that only its agency reads', async () => {
    const { act, start, write } = town;
    ({ id } = await start('STP', 'estimates', 'one'));
    cases.push(id);
    const { header, lines } = typed(estimate);
    await write('STP', id, { header: { ...header, scale: 'Quy mô trong bản nháp thứ nhất' }, lines });
    await act('STP', 'officer', id, 'SEND_UP', { rev: 1 });
    await town.settle();
    expect(await readersOf('bản nháp thứ nhất', '5050800000')).toEqual(own);
  });

  it('is open to its parties once it is issued, and to nobody else', async () => {
    const { act } = town;
    await act('STP', 'unitHead', id, 'ENDORSE');
    await act('STP', 'leader', id, 'SIGN');
    await act('STP', 'clerk', id, 'ISSUE', { date: '2025-09-25' });
    await town.settle();
    expect(await readersOf('bản nháp thứ nhất', '5050800000')).toEqual(everyParty);
  });

  it('is a verdict that only the reviewer reads, until it is concluded', async () => {
    const { act, edit } = town;
    await act('SKHCN', 'clerk', id, 'REGISTER');
    const verdict = { verdict: 'return', reason: 'Nhận xét riêng của người rà soát' };
    await edit('SKHCN', 'officer', `/cases/${id}/review`, 'PUT', `/cases/${id}/review/l1`, verdict);
    expect(await readersOf('Nhận xét riêng')).toEqual(['chuyên viên rà soát']);
    await act('SKHCN', 'officer', id, 'CONCLUDE_LINES');
    expect(await readersOf('Nhận xét riêng')).toEqual(everyParty);
  });

  it('is a correction that the reviewer does not see growing, neither its text nor its sum', async () => {
    const { act, edit, sendUp } = town;
    await act('SKHCN', 'unitHead', id, 'RETURN', { reason: 'Đề nghị giảm số lượng', lines: ['l1'] });
    await act('STP', 'officer', id, 'REVISE');
    const draft = `/cases/${id}/draft`;
    const line = { specification: 'Yêu cầu kỹ thuật sửa lần hai', priority: 'TRUNG_BINH' };
    await edit('STP', 'officer', draft, 'PATCH', `${draft}/lines/l1`, line);
    expect(await readersOf('sửa lần hai')).toEqual(own);
    const before = await town.see('STP', 'officer', id);
    await sendUp('STP', id);
    await town.settle();
    expect(await readersOf('sửa lần hai')).toEqual(own);
    expect((await town.see('STP', 'clerk', id)).view['requested']).toBe(before.view['requested']);
    for (const [agency, role] of [watchers['chuyên viên rà soát'], watchers['Ủy ban']]) {
      expect((await town.see(agency, role, id)).view['requested']).toBeNull();
      const { body } = await (
        await town.people.as(agency, role)
      ).get<{ items: { amount: unknown }[] }>('/cases');
      expect(body.items.map(({ amount }) => amount)).toEqual([null]);
    }
  });

  it('is a table that only its makers read, and those who settle overlaps', async () => {
    const { act, edit, start } = town;
    await act('STP', 'unitHead', id, 'ENDORSE');
    await act('STP', 'leader', id, 'SIGN');
    await act('STP', 'clerk', id, 'ISSUE', { date: '2025-09-25' });
    await act('SKHCN', 'clerk', id, 'REGISTER');
    await edit('SKHCN', 'officer', `/cases/${id}/review`, 'PUT', `/cases/${id}/review/l1`, {
      verdict: 'accept',
    });
    await act('SKHCN', 'officer', id, 'CONCLUDE_LINES');
    await act('SKHCN', 'officer', id, 'ASK_OPINION');
    await act('CATP', 'officer', id, 'GIVE_OPINION', { verdict: 'agree', agreedLevel: 3 });
    await act('SKHCN', 'officer', id, 'ACCEPT');
    ({ id: table } = await start('SKHCN', 'consolidations', 'table'));
    await act('SKHCN', 'officer', table, 'ADD', { ids: [id] });
    await town.settle();
    cases.push(table);
    const makers: Watcher[] = ['chuyên viên rà soát', 'văn thư rà soát'];
    const settlers: Watcher[] = ['chuyên viên thẩm định', 'văn thư thẩm định', 'Văn phòng'];
    const readers = () => readersOf('TH-2025-01');
    expect(await readers()).toEqual([...makers, ...settlers]);
    await act('SKHCN', 'officer', table, 'FREEZE');
    await act('SKHCN', 'officer', table, 'SEND_UP');
    await act('SKHCN', 'unitHead', table, 'ENDORSE');
    await act('SKHCN', 'leader', table, 'SIGN');
    expect(await readers()).toEqual([...makers, ...settlers]);
    await act('SKHCN', 'clerk', table, 'ISSUE', { date: '2025-09-25' });
    await town.settle();
    // Owners of estimates are told what concerns theirs, not the whole table.
    expect(await readers()).toEqual(everyParty.filter((name) => name !== 'văn thư của chính cơ quan'));
  });

  it('is an appraisal that only its appraiser reads, until it is issued', async () => {
    const { act, edit } = town;
    await act('STC', 'clerk', table, 'RECEIVE');
    await town.settle();
    const part = `/cases/${table}/appraisal`;
    const appraised = { amount: 4_987_654_321, comment: 'Giảm theo đơn giá tham chiếu' };
    await edit('STC', 'officer', part, 'PUT', `${part}/${id}`, appraised);
    expect(await readersOf('4987654321', 'đơn giá tham chiếu')).toEqual(['chuyên viên thẩm định']);
    await act('STC', 'officer', table, 'CONCLUDE');
    await act('STC', 'leader', table, 'SIGN');
    await town.settle();
    // Who issues it must read it.
    expect(await readersOf('4987654321', 'đơn giá tham chiếu')).toEqual(['văn thư thẩm định']);
    await act('STC', 'clerk', table, 'ISSUE', { date: '2025-09-25' });
    await town.settle();
    expect(await readersOf('4987654321')).toEqual(everyParty);
  });

  it('is an allocation that only Finance reads, until it is issued', async () => {
    const { act, start, write, sendUp } = town;
    await act('VP', 'officer', table, 'PASS');
    await act('UBND', 'leader', table, 'APPROVE');
    await town.settle();
    const allocation = await start('STC', 'allocations', 'money');
    cases.push(allocation.id);
    const share = { estimate: id, source: 'NSTP_CTX', year: 2026, amount: 1_234_567_891 };
    await write('STC', allocation.id, { lines: [share] });
    await sendUp('STC', allocation.id);
    await town.settle();
    const finance: Watcher[] = ['chuyên viên thẩm định', 'văn thư thẩm định'];
    expect(await readersOf('1234567891', allocation.code)).toEqual(finance);
    await act('STC', 'unitHead', allocation.id, 'ENDORSE');
    await act('STC', 'leader', allocation.id, 'SIGN');
    await act('STC', 'clerk', allocation.id, 'ISSUE', { date: '2025-09-25' });
    await town.settle();
    expect(await readersOf('1234567891')).toEqual(
      everyParty.filter((name) => name !== 'văn thư của chính cơ quan'),
    );
  });

  it('nor anything else, is never addressed by an agency without a part in it', async () => {
    const stranger = await town.people.as('SXD', 'clerk');
    const { body } = await (
      await town.people.named('kiemtoan')
    ).get<{ items: { address: string }[] }>(`/cases/${id}/documents`);
    expect(body.items.length).toBeGreaterThan(1);
    const addresses = [
      ...cases.flatMap((one) => parts.map((part) => `/cases/${one}${part}`)),
      ...body.items.map(({ address }) => address.replace('/api/v1', '')),
      `/batches/${encodeURIComponent(`canTho/${table}/2/0`)}`,
    ];
    for (const path of addresses) {
      const problem = await stranger.get(path).catch((error: unknown) => error);
      expect({ path, problem }).toMatchObject({ path, problem: { status: 404 } });
    }
  });
});
