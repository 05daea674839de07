import { beforeAll, describe, expect, it } from '@jest/globals';
import { replay } from '../../src/engine/replay.js';
import { sumInQuestion } from '../../src/engine/sumInQuestion.js';
import { topOf } from '../../src/engine/shared.js';
import { estimateApi } from '../../src/estimates/api.js';
import { progressOf } from '../../src/inbox/progress.js';
import { historyView } from '../../src/pages/historyView.js';
import { frozenLinesView } from '../../src/pages/linesView.js';
import { createSay, type Say } from '../../src/pages/say.js';
import { summaryView } from '../../src/pages/summaryView.js';
import { createWording } from '../../src/wording.js';
import type { EstimateContent } from '../../workflows/content.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { aCity, type City } from '../builders/city.js';
import {
  eligibleEstimate,
  finance,
  gatheringOf,
  scienceAndTechnology,
  toAppraising,
} from '../builders/roads.js';

const reason = 'Một đơn vị làm cho cả thành phố';
const { officer } = scienceAndTechnology;

let say: Say;
beforeAll(async () => {
  say = createSay(await createWording(), true)('vi');
});

const estimateOf = async (city: City, id: string) =>
  (await city.load(id)).context as unknown as EstimateContext;
const rowOf = async (city: City, table: string, id: string) =>
  (await city.tables.of(await city.load(table))).rows.find((row) => row.case === id)!;

/** Two estimates that overlap, gathered and settled. */
const settled = async (fields: (group: { sides: readonly { agency: { id: string } }[] }) => object) => {
  const city = aCity();
  const one = (await eligibleEstimate(city, 'DT-2025-001')).id;
  const two = (await eligibleEstimate(city, 'DT-2025-010')).id;
  const { id: table } = await gatheringOf(city, [one, two]);
  const { groups } = await city.tables.standingOf(await city.load(table));
  const settle = async (how: typeof fields) => {
    for (const group of groups)
      await city.send(finance.officer, table, {
        ...{ type: 'SETTLE_OVERLAP', group: group.id, reason },
        ...how(group),
      });
  };
  await settle(fields);
  const group = groups[0]!;
  const lead = group.sides[0]!;
  const other = group.sides.find(({ agency }) => agency.id !== lead.agency.id)!;
  return { city, one, two, table, groups, group, lead, other, settle };
};
const merge = ({ sides }: { sides: readonly { agency: { id: string } }[] }) => ({
  decision: 'merge',
  lead: sides[0]!.agency.id,
});

const noticesOf = (city: City, notice: string) =>
  city.kept.flatMap(({ case: of, intent }) =>
    intent.type === 'notify' && intent.params.notice === notice ? [{ of, ...intent.params }] : [],
  );

describe('an estimate whose overlap is settled', () => {
  it('keeps what was settled and what remains, as its table reckons it, in its head, its list and its notice', async () => {
    const { city, table, group, lead, other } = await settled(merge);
    const found = await city.load(other.case);
    const context = await estimateOf(city, other.case);
    const { reviewed } = await rowOf(city, table, other.case);
    expect(context.overlaps.find((one) => one.group === group.id)).toMatchObject({
      ...{ name: group.name, decision: 'merge', lead: lead.agency.name, reason },
      lines: [{ lineId: other.lineId, lineName: other.lineName }],
    });
    expect(context.remaining).toBe(reviewed.grandTotal);
    expect(context.remaining).toBeLessThan(context.reviewed!);
    expect(sumInQuestion('estimate', topOf(found), found.context as never)).toEqual({
      name: 'remaining',
      amount: reviewed.grandTotal,
    });
    expect(progressOf(found, '', []).amount).toBe(reviewed.grandTotal);
    expect((await estimateOf(city, lead.case)).remaining).toBeNull();
    expect(noticesOf(city, 'overlapSettledLed').find(({ of }) => of === other.case)?.about).toMatchObject({
      reviewed: context.reviewed,
    });
  });

  it('tells it in its summary, on its line and in its history', async () => {
    const { city, table, group, lead, other } = await settled(merge);
    const found = await city.load(other.case);
    const context = await estimateOf(city, other.case);
    const view = await estimateApi(city.given).view(found, officer);
    const around = { round: '', lineName: String, seesTable: true, shares: [] };
    const facts = summaryView(found, view, around, say);
    const fact = (name: string) => facts.filter((one) => one.name === name).map(({ value }) => value);
    expect(fact('Phần trùng lặp').join()).toContain(`Đơn vị chủ trì: ${lead.agency.name}`);
    expect(fact('Phần trùng lặp').join()).toContain(other.lineName);
    expect(fact('Đưa ra khỏi bảng tổng hợp')).toEqual([
      `${new Intl.NumberFormat('vi-VN').format(context.reviewed! - context.remaining!)} đồng`,
    ]);

    const content = await city.contents.get<EstimateContent>(city.tenant, found.content!);
    const { rows } = frozenLinesView(content, null, {
      ...{ caption: '', systems: [], overlaps: context.overlaps, inWords: String, say },
    });
    const marked = rows.filter(({ remarks }) => remarks.length > 0).map(({ id }) => id);
    expect(marked).toEqual(context.overlaps.flatMap(({ lines }) => lines.map(({ lineId }) => lineId)));
    expect(rows.find(({ id }) => id === other.lineId)?.remarks[0]).toEqual({
      name: 'Đưa ra khỏi bảng tổng hợp',
      value: expect.stringContaining(lead.agency.name),
    });

    const agencies = new Map([[lead.agency.id, lead.agency]]) as never;
    for (const id of [other.case, table]) {
      const entries = await city.cases.journal.after({ tenant: city.tenant, id }, 0);
      const { entries: shown } = historyView(await city.load(id), entries, agencies, say);
      const said = shown.flatMap((entry) => entry.said).join('\n');
      expect(said).toContain(
        `“${group.name}”: Gộp, giao một đơn vị chủ trì. Đơn vị chủ trì: ${lead.agency.name}`,
      );
      expect(said).toContain(other.lineName);
    }
  });

  it('follows when it is settled anew', async () => {
    const { city, one, two, settle, table } = await settled(() => ({ decision: 'exclude' }));
    for (const id of [one, two])
      expect((await estimateOf(city, id)).remaining).toBe((await rowOf(city, table, id)).reviewed.grandTotal);
    await settle(() => ({ decision: 'keepSeparate' }));
    for (const id of [one, two]) {
      const { remaining, overlaps } = await estimateOf(city, id);
      expect(remaining).toBeNull();
      expect(new Set(overlaps.map(({ decision }) => decision))).toEqual(new Set(['keepSeparate']));
    }
  });

  it('forgets it when it leaves the table, and so do the others whose overlap is open again, who are told', async () => {
    const { city, one, two, table } = await settled(() => ({ decision: 'exclude' }));
    await city.send(officer, table, { type: 'REMOVE', ids: [one] });
    for (const id of [one, two])
      expect(await estimateOf(city, id)).toMatchObject({ overlaps: [], remaining: null });
    expect(noticesOf(city, 'overlapReopened').map(({ of }) => of)).toContain(two);
    expect((await city.load(table)).context).toMatchObject({ pending: 0, refused: [] });
  });

  it('forgets it when Finance returns the table and names it, and so do the others', async () => {
    const { city, one, two, table } = await settled(() => ({ decision: 'exclude' }));
    await toAppraising(city, table);
    expect((await estimateOf(city, two)).remaining).not.toBeNull();
    await city.send(finance.unitHead, table, { type: 'RETURN', reason, estimates: [one] });
    for (const id of [one, two])
      expect(await estimateOf(city, id)).toMatchObject({ overlaps: [], remaining: null });
  });

  it('keeps it when Finance returns the table and the sides stay', async () => {
    const { city, one, two, table } = await settled(() => ({ decision: 'exclude' }));
    const { id: third } = await eligibleEstimate(city, 'DT-2025-009');
    await city.send(officer, table, { type: 'ADD', ids: [third] });
    const before = (await estimateOf(city, two)).remaining;
    await toAppraising(city, table);
    await city.send(finance.unitHead, table, { type: 'RETURN', reason, estimates: [third] });
    expect((await estimateOf(city, two)).remaining).toBe(before);
    expect((await estimateOf(city, one)).overlaps.length).toBeGreaterThan(0);
  });

  it('is, from its journal alone, what it is', async () => {
    const { city, one, two, table } = await settled(() => ({ decision: 'exclude' }));
    await city.send(officer, table, { type: 'REMOVE', ids: [one] });
    for (const id of [one, two, table]) {
      const found = await city.load(id);
      const { state, context } = replay(await city.cases.journal.after(found, 0));
      expect({ state, context }).toEqual({ state: found.state, context: found.context });
    }
  });
});
