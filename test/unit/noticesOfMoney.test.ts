import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSay, type Say } from '../../src/pages/say.js';
import { createWording } from '../../src/wording.js';
import { aCity, type City } from '../builders/city.js';
import {
  appraise,
  approvedEstimate,
  cityOffice,
  committee,
  council,
  eligibleEstimate,
  finance,
  gatheringOf,
  issue,
  toAppraising,
  toDecision,
} from '../builders/roads.js';

let vi: Say;
let en: Say;
beforeAll(async () => {
  const say = createSay(await createWording(), true);
  [vi, en] = [say('vi'), say('en')];
});

/** The notices of a case in words, oldest first; every one has them in both languages, with nothing left open. */
const noticesOf = async (city: City, id: string) => {
  const { code } = await city.load(id);
  return city.kept.flatMap(({ case: of, intent }) => {
    if (of !== id || intent.type !== 'notify') return [];
    const { notice, reason, about } = intent.params;
    const worded = (say: Say) => say(`notice.${notice}.body`, { ...about, code, reason });
    const body = worded(vi);
    expect(`${body} ${worded(en)}`).not.toMatch(/\{\{|undefined|NaN/);
    return [{ notice, title: vi(`notice.${notice}.title`, { code }), body: body.replaceAll('\u00a0', ' ') }];
  });
};
const newest = async (city: City, id: string) => (await noticesOf(city, id)).at(-1)!;

const oneBeforeTheAuthority = async (appraised = 3_000_000_000) => {
  const city = aCity();
  const { id: one } = await eligibleEstimate(city, 'DT-2025-006');
  const { id: table } = await gatheringOf(city, [one]);
  await toAppraising(city, table);
  await appraise(city, table, { [one]: appraised });
  await toDecision(city, table);
  return { city, one, table };
};

const allocated = async (city: City, lines: Readonly<Record<string, number>>, input: object = {}) => {
  const { id } = await city.start(finance.officer, 'allocation', input);
  await city.edit(finance.officer, id, 'replace', {
    lines: Object.entries(lines).map(([estimate, amount]) => ({
      ...{ estimate, amount, source: 'NSTP_CTX', year: 2026 },
    })),
  });
  await issue(city, id);
  await city.send(cityOffice.officer, id, { type: 'PASS' });
  await city.send(committee.leader, id, { type: 'APPROVE' });
  return city.load(id);
};

describe('a notice of a decision on money', () => {
  it('says what the reviewer leaves of what was asked for', async () => {
    const { city, one } = await oneBeforeTheAuthority();
    const accepted = (await noticesOf(city, one)).find(({ notice }) => notice === 'estimateAccepted');
    expect(accepted?.body).toContain('Đề nghị 3.077.225.000 đồng; sau rà soát 3.077.225.000 đồng.');
  });

  it('says the sum approved, what was asked for and appraised, and by which paper', async () => {
    const { city, one, table } = await oneBeforeTheAuthority();
    await city.send(committee.leader, table, { type: 'APPROVE' });
    expect((await newest(city, one)).body).toContain(
      'được phê duyệt 3.000.000.000 đồng theo văn bản số 01/QĐ-UBND ngày 25/09/2025; đề nghị 3.077.225.000 đồng, thẩm định 3.000.000.000 đồng.',
    );
    expect((await newest(city, table)).body).toContain(
      'Phê duyệt, theo văn bản số 01/QĐ-UBND ngày 25/09/2025. Thẩm định 3.000.000.000 đồng; phê duyệt 3.000.000.000 đồng.',
    );
  });

  it('says that a council gave another sum, and why', async () => {
    const { city, one, table } = await oneBeforeTheAuthority();
    await city.send(committee.leader, table, { type: 'REFER_TO_COUNCIL', reason: 'Vượt thẩm quyền' });
    await city.send(council.clerk, table, {
      ...{ type: 'RESOLVE', verdict: 'approveAdjusted', reason: 'Cân đối ngân sách' },
      ...{ number: '15/NQ-HĐND', date: '2025-09-25', signer: 'Chủ tịch HĐND' },
      amounts: [{ estimate: one, amount: 2_000_000_001, reason: 'Giảm phần thiết bị' }],
    });
    const { title, body } = await newest(city, one);
    expect(title).toContain('phê duyệt có điều chỉnh');
    expect(body).toContain(
      'được phê duyệt 2.000.000.001 đồng, khác số thẩm định 3.000.000.000 đồng, theo văn bản số 15/NQ-HĐND ngày 25/09/2025',
    );
    expect(body).toContain('Lý do: Giảm phần thiết bị');
    expect((await newest(city, table)).body).toContain('phê duyệt 2.000.000.001 đồng');
  });

  it('says what was declined, by which paper and why', async () => {
    const { city, one, table } = await oneBeforeTheAuthority();
    await city.send(committee.leader, table, { type: 'DECLINE', reason: 'Chưa cấp thiết' });
    expect((await newest(city, one)).body).toBe(
      `Dự toán ${(await city.load(one)).code} không được chấp thuận theo văn bản số 01/QĐ-UBND ngày 25/09/2025; đề nghị 3.077.225.000 đồng, thẩm định 3.000.000.000 đồng. Lý do: Chưa cấp thiết`,
    );
  });

  it('says what an allocation gives, what an adjustment makes of it, and which decision it replaces', async () => {
    const city = aCity();
    const { id: one } = await approvedEstimate(city, 'DT-2025-006');
    const { id: two } = await approvedEstimate(city, 'DT-2025-004');
    const first = await allocated(city, { [one]: 3_077_225_000, [two]: 100_000_000 });
    const given = await newest(city, one);
    expect(given.title).toContain('được phân bổ kinh phí');
    expect(given.body).toContain('được phân bổ 3.077.225.000 đồng theo Quyết định số 03/QĐ-UBND ngày');
    expect((await newest(city, first.id)).body).toContain('tổng 3.177.225.000 đồng');

    const second = await allocated(city, { [one]: 1_000_000_000, [two]: 100_000_000 }, { adjusts: first.id });
    const cut = await newest(city, one);
    expect(cut.title).toContain('được điều chỉnh');
    expect(cut.body).toMatch(
      /điều chỉnh từ 3\.077\.225\.000 đồng thành 1\.000\.000\.000 đồng theo Quyết định số 04\/QĐ-UBND ngày \S+, thay Quyết định số 03\/QĐ-UBND ngày/,
    );
    expect(cut.body).toContain('Tổng đã phân bổ: 1.000.000.000 đồng trên 3.077.225.000 đồng được phê duyệt');
    const kept = await newest(city, two);
    expect(kept.title).toContain('giữ nguyên');
    expect(kept.body).toContain('giữ nguyên: 100.000.000 đồng');
    expect((await newest(city, second.id)).body).toContain('thay quyết định của lần trước');

    await allocated(city, { [one]: 900_000_000 }, { adjusts: second.id });
    expect((await newest(city, two)).body).toContain('từ 100.000.000 đồng thành 0 đồng');
    const count = (await noticesOf(city, two)).length;
    const { id: third } = city.cases.all().find(({ code }) => code.endsWith('DC2'))!;
    await allocated(city, { [one]: 800_000_000 }, { adjusts: third });
    // Nothing was taken from it, and nothing given.
    expect(await noticesOf(city, two)).toHaveLength(count);
  });

  it('says which allocation was declined, and why', async () => {
    const city = aCity();
    const { id: one } = await approvedEstimate(city, 'DT-2025-006');
    const { id } = await city.start(finance.officer, 'allocation');
    await city.edit(finance.officer, id, 'replace', {
      lines: [{ estimate: one, amount: 5_000_000, source: 'NSTP_CTX', year: 2026 }],
    });
    await issue(city, id);
    await city.send(cityOffice.officer, id, { type: 'PASS' });
    await city.send(committee.leader, id, { type: 'DECLINE', reason: 'Chưa cân đối được' });
    expect((await newest(city, id)).body).toContain(
      'tổng 5.000.000 đồng, không được chấp thuận. Lý do: Chưa cân',
    );
  });
});
