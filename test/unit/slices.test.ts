import { describe, expect, it } from '@jest/globals';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { aCity, type City } from '../builders/city.js';
import {
  appraise,
  cityOffice,
  committee,
  council,
  eligibleEstimate,
  finance,
  gatheringOf,
  peopleOf,
  scienceAndTechnology,
  toAppraising,
  toDecision,
} from '../builders/roads.js';

const estimateOf = async (city: City, id: string) =>
  (await city.load(id)).context as unknown as EstimateContext;
const tableOf = async (city: City, id: string) =>
  (await city.load(id)).context as unknown as ConsolidationContext;
const stateOf = async (city: City, id: string) => (await city.load(id)).state;
const refusal = (code: string, members: object = {}) => ({ code, members: expect.objectContaining(members) });
const { officer } = scienceAndTechnology;
const reason = 'Lý do đủ dài cho quyết định này';

/** Two estimates of city money and one of a commune's own, appraised by Finance or waiting for it. */
const threeAtFinance = async () => {
  const city = aCity();
  const [one, two, own] = [
    (await eligibleEstimate(city, 'DT-2025-006')).id,
    (await eligibleEstimate(city, 'DT-2025-009')).id,
    (await eligibleEstimate(city, 'DT-2025-011')).id,
  ] as const;
  const table = (await gatheringOf(city, [one, two, own])).id;
  await toAppraising(city, table);
  return { city, one, two, own, table };
};

const threeBeforeTheAuthority = async () => {
  const given = await threeAtFinance();
  await appraise(given.city, given.table, { [given.one]: 3_000_000_000, [given.two]: 160_050_000 });
  await toDecision(given.city, given.table);
  return given;
};

describe('the consolidation of estimates', () => {
  it('freezes rows that add up to the đồng, city money and own money apart', async () => {
    const { city, table, one, own } = await threeAtFinance();
    expect(await tableOf(city, table)).toMatchObject({
      members: 3,
      pending: 0,
      rows: { count: 3, city: 2, own: 1 },
      sums: { requested: 3_389_075_000, reviewed: 3_389_075_000 },
    });
    expect([await stateOf(city, one), await stateOf(city, own)]).toEqual(['appraising', 'consolidated']);
  });

  it('sends back the named rows and holds back the others, whose amounts are kept', async () => {
    const { city, one, two, own, table } = await threeAtFinance();
    await appraise(city, table, { [one]: 3_000_000_000, [two]: 160_050_000 });
    await city.send(finance.officer, table, { type: 'RETURN', reason, estimates: [two] });
    expect(await stateOf(city, table)).toBe('gathering');
    expect(await tableOf(city, table)).toMatchObject({ members: 2, pending: 0, pass: 1, refused: [] });
    expect(await stateOf(city, one)).toBe('consolidated');
    expect(await stateOf(city, own)).toBe('consolidated');
    expect(await stateOf(city, two)).toMatchObject({ reviewing: { lines: 'open' } });

    await toAppraising(city, table);
    const facts = await city.slices.consolidation.facts({
      found: await city.load(table),
      day: '2025-10-10',
      events: ['CONCLUDE'],
    });
    expect(facts).toMatchObject({ appraisalDraft: { missing: 0 } });
  });

  it('is not concluded before every row of city money has its amount', async () => {
    const { city, one, table } = await threeAtFinance();
    await appraise(city, table, { [one]: 3_000_000_000 });
    await expect(city.send(finance.officer, table, { type: 'CONCLUDE' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['amountsComplete'] }),
    );
  });

  it('takes no amount above the reviewed one, none for own money, and none of a stranger', async () => {
    const { city, one, own, table } = await threeAtFinance();
    const set = (person: typeof officer, estimateId: string, amount: number) =>
      city.edit(person, table, 'setAppraisal', { estimateId, amount, comment: 'Không đổi', criteria: [] });
    await expect(set(finance.officer, one, 3_077_225_001)).rejects.toMatchObject(refusal('BAD_INPUT'));
    await expect(set(finance.officer, own, 1)).rejects.toMatchObject(refusal('NOT_FOUND'));
    await expect(set(cityOffice.officer, one, 1)).rejects.toMatchObject(
      refusal('NOT_PERMITTED', { agency: 'STC' }),
    );
    await expect(set(officer, one, 1)).rejects.toMatchObject(refusal('NOT_PERMITTED'));
  });

  it('lets the substitute appraise the row of Finance itself', async () => {
    const city = aCity();
    const { id } = await eligibleEstimate(city, 'DT-2025-002');
    const { id: table } = await gatheringOf(city, [id]);
    await toAppraising(city, table);
    await expect(
      city.edit(finance.officer, table, 'setAppraisal', {
        estimateId: id,
        amount: 1,
        comment: 'Giảm',
        criteria: [],
      }),
    ).rejects.toMatchObject(refusal('NOT_PERMITTED', { agency: 'VP' }));
    await appraise(city, table, { [id]: 2_488_800_000 });
    expect((await city.send(finance.officer, table, { type: 'CONCLUDE' })).state).toBe('financeLeader');
  });

  it('has each overlap settled once, by somebody who owns no side of it', async () => {
    const city = aCity();
    const first = (await eligibleEstimate(city, 'DT-2025-001')).id;
    const second = (await eligibleEstimate(city, 'DT-2025-010')).id;
    const { id: table } = await gatheringOf(city, [first, second]);
    await expect(city.send(officer, table, { type: 'FREEZE' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['overlapsSettled'] }),
    );
    const { rows } = { rows: await city.tables.membersOf(await city.load(table)) };
    const groups = await city.tables.groupsOf(await city.load(table), rows);
    const settle = (person: typeof officer, group: string) =>
      city.send(person, table, { type: 'SETTLE_OVERLAP', group, decision: 'complementary', reason });
    expect(groups.length).toBeGreaterThan(0);
    for (const { id } of groups) {
      // Science & Technology and the city office own a side each, so Finance settles.
      for (const person of [officer, cityOffice.officer]) {
        await expect(settle(person, id)).rejects.toMatchObject(
          refusal('EVENT_REFUSED', { reasons: ['ownsASide'] }),
        );
      }
      await settle(finance.officer, id);
    }
    expect((await city.send(officer, table, { type: 'FREEZE' })).state).toBe('frozen');
  });
});

describe('a decision', () => {
  it('approves what was appraised, notes what is own money, and closes when all have answered', async () => {
    const { city, one, two, own, table } = await threeBeforeTheAuthority();
    await city.send(committee.leader, table, { type: 'APPROVE' });
    expect(await stateOf(city, table)).toBe('closed');
    expect((await estimateOf(city, one)).approved).toBe(3_000_000_000);
    expect((await estimateOf(city, two)).approved).toBe(160_050_000);
    expect(await stateOf(city, own)).toEqual({ noted: 'awaitingOwn' });
    const decided = await city.send(peopleOf('31135').leader, own, {
      type: 'OWN_DECISION',
      verdict: 'approve',
      amount: 151_800_000,
      number: '12/QĐ-UBND',
      date: '2025-09-25',
    });
    expect(decided).toMatchObject({ state: { noted: 'done' }, status: 'done' });
  });

  it('adjusts single rows, declines those it gives nothing, and never goes above what was appraised', async () => {
    const { city, one, two, table } = await threeBeforeTheAuthority();
    const adjust = (amounts: { estimate: string; amount: number }[]) =>
      city.send(committee.leader, table, { type: 'APPROVE_ADJUSTED', reason, amounts });
    await expect(adjust([{ estimate: one, amount: 3_000_000_001 }])).rejects.toMatchObject(
      refusal('RULES_BROKEN'),
    );
    await expect(adjust([{ estimate: table, amount: 1 }])).rejects.toMatchObject(refusal('BAD_INPUT'));
    await adjust([
      { estimate: one, amount: 2_500_000_000 },
      { estimate: two, amount: 0 },
    ]);
    expect(await estimateOf(city, one)).toMatchObject({ approved: 2_500_000_000 });
    expect(await stateOf(city, two)).toBe('declined');
    expect((await tableOf(city, table)).decision).toMatchObject({
      verdict: 'approveAdjusted',
      approved: 2_500_000_000,
    });
  });

  it('declines all rows of city money, and still notes the others', async () => {
    const { city, one, own, table } = await threeBeforeTheAuthority();
    await city.send(committee.leader, table, { type: 'DECLINE', reason });
    expect([await stateOf(city, one), await stateOf(city, own), await stateOf(city, table)]).toEqual([
      'declined',
      { noted: 'awaitingOwn' },
      'closed',
    ]);
  });

  it('is made by the council where it was referred to it', async () => {
    const { city, one, table } = await threeBeforeTheAuthority();
    await city.send(committee.leader, table, { type: 'REFER_TO_COUNCIL', reason });
    await city.send(council.clerk, table, { type: 'RESOLVE', verdict: 'approve', reason });
    expect(await stateOf(city, one)).toBe('approved');
    expect((await tableOf(city, table)).decision?.number).toMatchObject({ type: 'NQ', agency: 'HDND' });
  });
});

describe('a supplementary consolidation', () => {
  it('may be opened once the first one was sent, with the next ordinal', async () => {
    const { city } = await threeAtFinance();
    const late = (await eligibleEstimate(city, 'DT-2025-004')).id;
    const second = await gatheringOf(city, [late]);
    expect([second.code, await stateOf(city, late)]).toEqual(['TH-2025-02', 'consolidated']);
  });
});
