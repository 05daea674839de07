import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { StoredDelegation } from '../../src/people/ports.js';
import { demonstrationPassword } from '../../src/seed/demonstration.js';
import { testDatabase } from '../setup/database.js';
import { aServedCity, type ServedCity } from './served.js';

const database = testDatabase('AccountDelegations');
let city: ServedCity;
const leader = { id: 'syt.thutruong', name: 'Trưởng Thị Giao' };
const deputy = { id: 'syt.phothutruong', name: 'Phó Văn Nhận' };

const aDelegation = (id: string, more: Partial<StoredDelegation> = {}): StoredDelegation => ({
  ...{ tenant: 'canTho', id, from: leader, to: deputy, agency: 'SYT', role: 'leader', capacity: 'KT' },
  ...{ validFrom: '2025-09-01', validTo: '2025-09-30', kinds: [], basis: `Văn bản ${id}`, revokedAt: null },
  ...more,
});

beforeAll(async () => {
  city = await aServedCity(database);
  await database.empty();
  await city.seed();
  for (const one of [
    aDelegation('nay'),
    aDelegation('sau', { validFrom: '2025-10-01', validTo: '2025-10-31', kinds: ['estimate'] }),
    aDelegation('qua', { validTo: '2025-09-20' }),
    aDelegation('thu-hoi', { revokedAt: '2025-09-10T00:00:00.000Z' }),
    aDelegation('mat', { role: 'clerk', capacity: 'TL' }),
  ])
    await city.stores.delegations.create(one);
}, 60_000);
afterAll(async () => {
  await city.close();
  await database.close();
});

/** The page of somebody's account: each table by its id, as rows of texts. */
const accountOf = async (username: string, language = 'vi') => {
  const agent = request.agent(city.app);
  await agent.post('/api/v1/session').send({ username, password: demonstrationPassword });
  const { text } = await agent.get(`/account?lng=${language}`).set('Accept', 'text/html');
  const rowsOf = (id: string) =>
    [
      ...(text.split(`<table id="${id}">`)[1]?.split('</table>')[0] ?? '').matchAll(
        /<tr><th scope="row">.*?<\/tr>/g,
      ),
    ].map(([row]) => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell));
  return { text, toMe: rowsOf('delegated-to-me'), byMe: rowsOf('delegated-by-me') };
};

const rows = (who: string) => [
  [
    who,
    'Văn thư',
    'Thừa lệnh (TL.)',
    'Tất cả',
    '01/09/2025 – 30/09/2025',
    expect.stringMatching(/^Không có hiệu lực/),
    'Văn bản mat',
  ],
  [
    who,
    'Thủ trưởng',
    'Ký thay (KT.)',
    'Tất cả',
    '01/09/2025 – 30/09/2025',
    'Đang có hiệu lực',
    'Văn bản nay',
  ],
  [who, 'Thủ trưởng', 'Ký thay (KT.)', 'Dự toán', '01/10/2025 – 31/10/2025', 'Chưa đến ngày', 'Văn bản sau'],
];

describe('the delegations of an account', () => {
  it('are seen by who holds them, as they stand, and those that are over are not', async () => {
    const { toMe, byMe, text } = await accountOf(deputy.id);
    expect({ toMe, byMe }).toEqual({ toMe: rows(leader.name), byMe: [] });
    expect(text).toContain('Quản trị hệ thống của thành phố lập và thu hồi ủy quyền.');
  });

  it('are seen by who gave them', async () => {
    const { toMe, byMe } = await accountOf(leader.id);
    expect({ toMe, byMe }).toEqual({ toMe: [], byMe: rows(deputy.name) });
  });

  it('are nobody else’s to see, who is told that there are none', async () => {
    const { toMe, byMe, text } = await accountOf('stc.thutruong', 'en');
    expect([...toMe, ...byMe]).toEqual([]);
    expect(text).toContain('Nothing is delegated to you or by you.');
  });
});
