import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase } from '../setup/database.js';
import { aBrowsedCity, type BrowsedCity, type Visitor } from './browsing.js';

const database = testDatabase('PagesSettling');
let city: BrowsedCity;
let gatherer: Visitor;
let table: string;
let amounts: readonly number[];

/** An estimate whose first line stands for the same data as those of others. */
const overlapping = async (code: string, agency: string) => {
  const id = await city.drafted(code, agency);
  await city.edit(`${agency}.chuyenvien`, id, 'content', 'setLine', { lineId: 'l1', scopeKey: 'HO_TICH' });
  return city.eligible(id, agency);
};

beforeAll(async () => {
  city = await aBrowsedCity(database);
  await database.empty();
  await city.seed();
  table = await city.gathering([
    await overlapping('DT-2025-005', 'sxd'),
    await overlapping('DT-2025-006', 'sct'),
  ]);
  gatherer = await city.visitor('skhcn.chuyenvien');
  await gatherer.open(`/cases/${table}/content`);
  amounts = (await gatherer.texts('#SETTLE_OVERLAP li')).map((side) =>
    Number(/([\d.]+)\sđồng/.exec(side)?.[1]?.replaceAll('.', '')),
  );
}, 60_000);
afterAll(async () => {
  await city.close();
  await database.close();
});

const dong = (amount: number) => `${amount.toLocaleString('vi-VN')}\u00a0đồng`;
const send = () => gatherer.press('#group-0 form button:not(.language)');

describe('an overlap that is to be settled', () => {
  it('says of each way what becomes of the figures, and of each agency what it would keep', async () => {
    await gatherer.page.click('#group-0 summary');
    const [first = 0, second = 0] = amounts;
    const all = dong(first + second);
    const ways = await gatherer.texts('#group-0-decision .choice');
    expect(ways).toEqual([
      `Bổ sung cho nhau: giữ dòng của mọi đơn vị, ${all}; số liệu không đổi.`,
      `Giữ riêng: giữ dòng của mọi đơn vị, ${all}; số liệu không đổi.`,
      expect.stringMatching(/^Gộp, .*dòng của các đơn vị khác ra khỏi bảng tổng hợp/),
      expect.stringContaining(`Để trống ô đó thì dòng của mọi đơn vị ra khỏi bảng, ${all}`),
      `Loại: dòng của mọi đơn vị ra khỏi bảng, ${all}; còn lại 0\u00a0đồng. Không có đơn vị chủ trì.`,
    ]);
    expect(await gatherer.texts('#group-0-lead option')).toEqual([
      '',
      `Sở Xây dựng (giữ ${dong(first)}, đưa ra ${dong(second)})`,
      `Sở Công Thương (giữ ${dong(second)}, đưa ra ${dong(first)})`,
    ]);
    await gatherer.shot('settling');
  });

  it('tells a leading agency that nothing is left to by its name, and says what to do', async () => {
    await gatherer.page.click('#group-0-decision-4');
    await gatherer.page.select('#group-0-lead', 'SCT');
    await gatherer.type('#group-0-reason', 'Thành phố đã có hệ thống dùng chung');
    expect(await send()).toBe(400);
    const told = await gatherer.texts('.errors li');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/“Loại” không có đơn vị chủ trì; để trống ô này \(đang chọn “Sở Công Thương”\)/);
    expect(await gatherer.text('#group-0-lead-error')).toContain(told[0]);
    expect(await gatherer.page.$eval('.errors a', (link) => link.getAttribute('href'))).toBe('#group-0-lead');
    await gatherer.shot('settlingRefused');
  });

  it('says in one way what was not chosen, above the page and at its field', async () => {
    await gatherer.open(`/cases/${table}/content`);
    await gatherer.page.click('#group-0 summary');
    await gatherer.page.select('#group-0-lead', 'SCT');
    await gatherer.type('#group-0-reason', 'Thành phố đã có hệ thống dùng chung');
    expect(await send()).toBe(400);
    expect(await gatherer.texts('.errors li')).toEqual(['Cách xử lý: chưa chọn.']);
    expect(await gatherer.text('#group-0-decision')).toContain('Cách xử lý: chưa chọn.');
    await gatherer.page.click('#group-0-decision-2');
    await gatherer.page.select('#group-0-lead', '');
    expect(await send()).toBe(400);
    expect(await gatherer.texts('.errors li')).toEqual(['Đơn vị chủ trì: chưa chọn.']);
  });

  it('by leaving out leaves nothing of either side', async () => {
    await gatherer.page.click('#group-0-decision-4');
    expect(await send()).toBe(200);
    expect(await gatherer.texts('#group-0 li .tag')).toHaveLength(2);
    await gatherer.leave();
  });
});
