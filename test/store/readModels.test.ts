import { describe, expect, it } from '@jest/globals';
import type { EstimateSummary } from '../../workflows/content.js';
import { noticeStore, type Notice } from '../../src/store/notices.js';
import type { Progress } from '../../src/engine/shared.js';
import { progressStore } from '../../src/store/progress.js';
import { summaryStore } from '../../src/store/summaries.js';
import { tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';

describe('the progress of cases', () => {
  const connection = aDatabase('progress');
  const store = () => progressStore(connection());
  const progressOf = (id: string, changes: Partial<Progress> = {}): Progress => ({
    tenant,
    case: id,
    code: `DT-${id}`,
    kind: 'estimate',
    title: 'Dự toán chuyển đổi số',
    owner: 'SYT',
    round: 'd1',
    state: 'submitted',
    status: 'active',
    since: '2025-09-10T02:00:00.000Z',
    due: null,
    dueSure: true,
    amount: 1_000_000,
    waitsFor: ['clerk@SKHCN'],
    agencies: ['SYT', 'SKHCN'],
    seq: 1,
    ...changes,
  });
  const clerk = { tenant, agency: 'SKHCN', roles: ['clerk', 'officer'] };
  const ids = ({ items }: { items: readonly Progress[] }) => items.map((item) => item.case);

  it('applies only what is newer, in whatever order it arrives', async () => {
    for (const seq of [2, 1, 3, 3, 2]) await store().put(progressOf('a', { seq, state: `state${seq}` }));
    expect(await store().get(tenant, 'a')).toEqual(progressOf('a', { seq: 3, state: 'state3' }));
  });

  it('keeps the newest when many arrive at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => store().put(progressOf('a', { seq: n + 1 }))));
    expect((await store().get(tenant, 'a'))?.seq).toBe(20);
  });

  it('shows an agency what waits for its roles, by deadline, without deadline last', async () => {
    await store().put(progressOf('none'));
    await store().put(progressOf('late', { due: '2025-10-03' }));
    await store().put(progressOf('soon', { due: '2025-09-12', waitsFor: ['officer@SKHCN', 'clerk@SKHCN'] }));
    await store().put(progressOf('elsewhere', { waitsFor: ['clerk@STC'] }));
    await store().put(progressOf('leader', { waitsFor: ['leader@SKHCN'] }));
    await store().put(progressOf('foreign', { tenant: 'haNoi' }));
    expect(ids(await store().inbox(clerk))).toEqual(['soon', 'late', 'none']);
  });

  it('leaves the inbox of those it no longer waits for, and comes again', async () => {
    await store().put(progressOf('a', { due: '2025-09-12' }));
    await store().put(progressOf('a', { seq: 2, waitsFor: ['officer@SKHCN', 'clerk@STC'] }));
    expect(ids(await store().inbox({ ...clerk, roles: ['clerk'] }))).toEqual([]);
    expect(ids(await store().inbox({ ...clerk, roles: ['officer'] }))).toEqual(['a']);
    await store().put(progressOf('a', { seq: 3, due: '2025-09-30' }));
    await store().put(progressOf('a', { seq: 2, waitsFor: ['leader@SKHCN'] }));
    expect(ids(await store().inbox({ ...clerk, roles: ['leader', 'officer'] }))).toEqual([]);
    expect(ids(await store().inbox(clerk))).toEqual(['a']);
  });

  it('moves to another place, and stands there once, when its due day is worked out anew', async () => {
    await store().put(progressOf('a', { due: '2027-02-11', dueSure: false }));
    await store().put(progressOf('b', { due: '2027-02-12' }));
    await store().put(progressOf('a', { due: '2027-02-15' }));
    const { items } = await store().inbox(clerk);
    expect(items.map(({ case: id, due, dueSure }) => [id, due, dueSure])).toEqual([
      ['b', '2027-02-12', true],
      ['a', '2027-02-15', true],
    ]);
  });

  it('stands in the right inbox after any race, and after a process that died between its two writes', async () => {
    for (let round = 0; round < 10; round += 1) {
      const at = (n: number) =>
        progressOf(`r${round}`, { seq: n, waitsFor: [`${n % 2 ? 'clerk' : 'officer'}@SKHCN`] });
      await Promise.all(Array.from({ length: 10 }, (_, n) => store().put(at(n + 1))));
    }
    expect(ids(await store().inbox({ ...clerk, roles: ['clerk'] }))).toEqual([]);
    expect(ids(await store().inbox({ ...clerk, roles: ['officer'] }))).toHaveLength(10);

    await connection().db!.collection('waiting').deleteMany({});
    await store().put(progressOf('r0', { seq: 10, waitsFor: ['officer@SKHCN'] }));
    expect(ids(await store().inbox({ ...clerk, roles: ['officer'] }))).toEqual(['r0']);
  });

  it('is read page by page, every case once', async () => {
    for (let n = 0; n < 25; n += 1)
      await store().put(progressOf(`c${n}`, { due: n % 3 ? `2025-09-1${n % 3}` : null }));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await store().inbox({ ...clerk, after, limit: 10 });
      expect(page.items.length).toBeLessThanOrEqual(10);
      seen.push(...ids(page));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });

  it('is found by agency, round, kind, owner and state, and counted by state', async () => {
    await store().put(progressOf('a'));
    await store().put(progressOf('b', { state: 'reviewing', owner: 'SGDDT', agencies: ['SGDDT', 'SKHCN'] }));
    await store().put(progressOf('c', { round: 'd2', kind: 'allocation', state: 'drafting' }));
    expect(ids(await store().list({ tenant, agency: 'SYT' }))).toEqual(['a', 'c']);
    expect(ids(await store().list({ tenant, round: 'd1', state: 'reviewing' }))).toEqual(['b']);
    expect(ids(await store().list({ tenant, kind: 'allocation', owner: 'SYT' }))).toEqual(['c']);
    expect(await store().counts({ tenant, round: 'd1' })).toEqual([
      { kind: 'estimate', state: 'reviewing', count: 1 },
      { kind: 'estimate', state: 'submitted', count: 1 },
    ]);
  });

  it('of one city can be forgotten, to be built anew', async () => {
    await store().put(progressOf('a'));
    await store().put(progressOf('a', { tenant: 'haNoi' }));
    await store().clear(tenant);
    expect(await store().get(tenant, 'a')).toBeNull();
    expect(await store().get('haNoi', 'a')).not.toBeNull();
  });
});

describe('notices', () => {
  const connection = aDatabase('notices');
  const store = () => noticeStore(connection());
  const reader = { tenant, agency: 'SYT', person: 'p1', roles: ['officer' as const] };
  const notice = (id: string, changes: Partial<Notice> = {}): Notice => ({
    tenant,
    id,
    agency: 'SYT',
    roles: [],
    notice: 'returned',
    case: 'a',
    params: { reason: 'Thiếu báo giá' },
    at: `2025-09-10T02:00:0${id}.000Z`,
    ...changes,
  });

  it('told twice are seen once, newest first, by their agency and roles', async () => {
    for (const id of ['1', '2', '2', '1']) await store().put(notice(id));
    await store().put(notice('3', { roles: ['leader'] }));
    await store().put(notice('4', { roles: ['officer', 'clerk'] }));
    await store().put(notice('5', { agency: 'STC' }));
    expect((await store().list(reader)).items.map(({ id }) => id)).toEqual(['4', '2', '1']);
    const first = await store().list({ ...reader, limit: 2 });
    expect((await store().list({ ...reader, after: first.next! })).items.map(({ id }) => id)).toEqual(['1']);
  });

  it('are read by each person for himself', async () => {
    await store().put(notice('1'));
    await store().put(notice('2'));
    await store().markRead(reader, ['1']);
    await store().markRead({ ...reader, agency: 'STC' }, ['2']);
    expect(await store().unread(reader)).toBe(1);
    expect(await store().unread({ ...reader, person: 'p2' })).toBe(2);
    expect((await store().list(reader)).items.map(({ read }) => read)).toEqual([false, true]);
  });

  it('that were read go after their time, those that nobody has read stay', async () => {
    await store().put(notice('1'));
    await store().put(notice('2'));
    await store().markRead(reader, ['1']);
    const read = new Date();
    await store().markRead({ ...reader, person: 'p2' }, ['1']);
    expect(await store().clear(new Date(0))).toBe(0);
    // Counted from when it was read first.
    expect(await store().clear(new Date(read.getTime() + 1))).toBe(1);
    expect((await store().list(reader)).items.map(({ id }) => id)).toEqual(['2']);
  });
});

describe('summaries', () => {
  const connection = aDatabase('summaries');
  const store = () => summaryStore(connection());
  const totals = (n: number): EstimateSummary['requested'] => ({
    subtotal: n * 10,
    vatTotal: n,
    contingencyAmount: 0,
    grandTotal: n * 11,
    byCategory: { PHAN_MEM: n * 11 },
    bySource: { NSTP_CTX: n * 11 },
    byYear: { '2026': n * 5, '2027': n * 6 },
    bySourceYear: { 'NSTP_CTX/2026': n * 5, 'NSTP_CTX/2027': n * 6 },
  });
  const summary = (n: number, changes: Partial<EstimateSummary> = {}): EstimateSummary => ({
    case: `e${n}`,
    code: `DT-${n}`,
    agency: { id: 'SYT', name: 'Sở Y tế', kind: 'SO_BAN_NGANH', order: n },
    ownMoney: false,
    content: 'c'.repeat(64),
    incoming: { number: '1', day: '2025-09-10' },
    requested: totals(n),
    reviewed: totals(n - 1),
    adjustmentReason: '',
    priority: 'CAO',
    policeVerdict: 'CHUA_CO',
    overlapKeys: [],
    norms: [],
    ...changes,
  });

  it('come back in the order asked for, and put twice are one', async () => {
    const hashes = [];
    for (const n of [3, 1, 2, 1]) hashes.push(await store().put(tenant, summary(n)));
    expect(hashes[3]).toBe(hashes[1]);
    expect(await store().get(tenant, hashes.slice(0, 3))).toEqual([summary(3), summary(1), summary(2)]);
    await expect(store().get('haNoi', hashes)).rejects.toThrow('is missing');
  });

  it('are added up by the database, to the đồng and block by block', async () => {
    const commune = { id: 'P1', name: 'Phường', kind: 'XA_PHUONG' as const, order: 30 };
    const all = [
      summary(3),
      summary(4),
      summary(500_000_000_000_000, { agency: commune }),
      summary(7, { agency: commune, ownMoney: true }),
    ];
    const hashes = [];
    for (const each of all) hashes.push(await store().put(tenant, each));
    await store().put(tenant, summary(99));

    expect(await store().sums(tenant, hashes)).toEqual({
      requested: 5_500_000_000_000_154,
      reviewed: 5_500_000_000_000_110,
    });
    expect(await store().sums(tenant, [])).toEqual({ requested: 0, reviewed: 0 });
    const blocks = await store().blocks(tenant, hashes, [2026, 2027]);
    expect(blocks.map(({ ownMoney, commune: xa, count }) => [ownMoney, xa, count])).toEqual([
      [false, false, 2],
      [false, true, 1],
      [true, true, 1],
    ]);
    expect(blocks[0]?.requested).toMatchObject({
      grandTotal: 77,
      vatTotal: 7,
      byCategory: { PHAN_MEM: 77, HA_TANG: 0 },
      bySourceYear: { 'NSTP_CTX/2026': 35, 'NSTP_CTX/2027': 42, 'NS_XA/2026': 0 },
      byYear: { '2026': 35, '2027': 42 },
    });
  });
});
