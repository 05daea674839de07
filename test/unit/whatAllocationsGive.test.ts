import { beforeAll, describe, expect, it } from '@jest/globals';
import { allocationApi } from '../../src/allocations/api.js';
import { estimateApi } from '../../src/estimates/api.js';
import type { Person } from '../../src/engine/ports.js';
import { createReads } from '../../src/pages/loadCase.js';
import { createSay, type Say } from '../../src/pages/say.js';
import { summaryView } from '../../src/pages/summaryView.js';
import { createWording } from '../../src/wording.js';
import { aCity, type City } from '../builders/city.js';
import { approvedEstimate, cityOffice, committee, finance, issue, peopleOf } from '../builders/roads.js';

let vi: Say;
beforeAll(async () => {
  vi = createSay(await createWording(), true)('vi');
});

const inForce = async (city: City, lines: readonly object[], input: object = {}) => {
  const { id } = await city.start(finance.officer, 'allocation', input);
  await city.edit(finance.officer, id, 'replace', { lines });
  await issue(city, id);
  await city.send(cityOffice.officer, id, { type: 'PASS' });
  return city.send(committee.leader, id, { type: 'APPROVE' });
};

const factsOf = async (city: City, person: Person, id: string) => {
  const found = await city.load(id);
  const reads = createReads(
    { engine: city.engine, cases: city.cases.queries, contents: city.contents } as never,
    { today: () => '2025-10-01' },
  );
  const api = found.kind === 'estimate' ? estimateApi(city.given) : allocationApi(city.checks);
  const shares = await reads.sharesOf(person, found);
  const around = { round: 'Đợt 1', lineName: String, seesTable: false, shares };
  return summaryView(found, await api.view(found, person), around, vi);
};

describe('what allocations give an estimate', () => {
  it('is told by source and year, with plan and decision; of the plan in force alone', async () => {
    const city = aCity();
    const { id, owner } = await approvedEstimate(city, 'DT-2025-006');
    const row = (year: number, amount: number) => ({ estimate: id, source: 'NSTP_CTX', year, amount });
    const first = await inForce(city, [row(2025, 1_000_000_000), row(2026, 500_000_000)]);
    const author = peopleOf(owner).officer;
    const given = (facts: Awaited<ReturnType<typeof factsOf>>) =>
      facts.flatMap(({ name, value, href }) => (/phân bổ|nguồn/i.test(name) ? [{ value, href }] : []));
    const texts = given(await factsOf(city, author, id)).map(({ value }) => value.replaceAll('\u00a0', ' '));
    expect(texts).toContain(first.code);
    expect(texts.filter((text) => /, 202[56]: /.test(text))).toEqual([
      expect.stringContaining(', 2025: 1.000.000.000 đồng'),
      expect.stringContaining(', 2026: 500.000.000 đồng'),
    ]);
    expect(texts.some((text) => text.includes('/QĐ-UBND'))).toBe(true);
    const linked = async (person: Person) =>
      given(await factsOf(city, person, id)).find(({ value }) => value === first.code)?.href;
    expect([await linked(finance.officer), await linked(author)]).toEqual([`/cases/${first.id}`, undefined]);

    const second = await inForce(city, [row(2026, 700_000_000)], { adjusts: first.id });
    const after = given(await factsOf(city, author, id)).map(({ value }) => value);
    expect(after).toContain(second.code);
    expect(after).not.toContain(first.code);
    expect(after.filter((text) => /, 202[56]: /.test(text))).toHaveLength(1);
    // The one that was adjusted leads to the one that is in force.
    expect(await factsOf(city, finance.officer, first.id)).toContainEqual({
      name: 'Được điều chỉnh bằng phương án',
      value: 'Mở hồ sơ',
      href: `/cases/${second.id}`,
    });
  });
});
