import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HeaderInput, LineInput } from '../../workflows/content.js';
import { dayText, money, quantity } from '../../src/pages/figures.js';
import { sampleEstimate } from '../builders/estimates.js';
import { testDatabase } from '../setup/database.js';
import { aBrowsedCity, type BrowsedCity, type Visitor } from './browsing.js';

const database = testDatabase('PagesRoad');
let city: BrowsedCity;
beforeAll(async () => {
  city = await aBrowsedCity(database);
  await database.empty();
  await city.seed();
}, 60_000);
afterAll(async () => {
  await city.close();
  await database.close();
});

const { lines, ...header } = sampleEstimate('DT-2025-003').input;

const fill = async (visitor: Visitor, form: string, values: object) => {
  for (const [name, value] of Object.entries(values) as [string, string | number | null | undefined][]) {
    if (value === undefined || value === null || value === '') continue;
    const selector = `#${form}-${name.replace(/[^\w-]/g, '-')}`;
    const isSelect = await visitor.page.$eval(selector, (element) => element.tagName === 'SELECT');
    if (isSelect) await visitor.page.select(selector, String(value));
    else await visitor.type(selector, String(value));
  }
};

const headTyped = ({ legalBases, contingencyYearSplit, ...rest }: HeaderInput) => ({
  ...rest,
  documentDate: dayText(rest.documentDate),
  startDate: dayText(rest.startDate),
  endDate: dayText(rest.endDate),
  contingencyRate: quantity(rest.contingencyRate),
  ...Object.fromEntries(
    contingencyYearSplit.map(({ year, amount }) => [`contingencyYearSplit.${year}`, money(amount)]),
  ),
  'legalBases.0.number': legalBases[0]?.number,
  'legalBases.0.date': dayText(legalBases[0]?.date),
  'legalBases.0.title': legalBases[0]?.title,
});

const lineTyped = (line: LineInput) => {
  const { id: _id, yearSplit, quotations = [], priceEvidence = [], sizing, ...rest } = line;
  return {
    ...rest,
    quantity: quantity(rest.quantity),
    unitPrice: money(rest.unitPrice),
    ...Object.fromEntries(yearSplit.map(({ year, amount }) => [`yearSplit.${year}`, money(amount)])),
    ...Object.fromEntries(
      quotations.slice(0, 2).flatMap(({ supplier, number, date, amount }, n) => [
        [`quotations.${n}.supplier`, supplier],
        [`quotations.${n}.number`, number],
        [`quotations.${n}.date`, dayText(date)],
        [`quotations.${n}.amount`, money(amount)],
      ]),
    ),
    ...Object.fromEntries(
      priceEvidence.slice(0, 2).flatMap(({ date, amount }, n) => [
        [`priceEvidence.${n}.date`, dayText(date)],
        [`priceEvidence.${n}.amount`, money(amount)],
      ]),
    ),
    ...(sizing?.contingency !== undefined && { 'sizing.contingency': money(sizing.contingency) }),
  };
};

/** Opens an event's form and confirms it. */
const act = async (visitor: Visitor, event: string) => {
  await visitor.page.click(`#act-${event} summary`);
  return visitor.press(`#act-${event} form button`);
};

describe('an estimate through the forms, without script', () => {
  it('is typed, sent up, endorsed, signed and issued by the right people', async () => {
    const officer = await city.visitor('syt.chuyenvien');
    await officer.open('/inbox');
    await officer.pressText('Lập dự toán', 'main');
    await officer.press('main form button');
    expect(await officer.text('.notice')).toContain('Đã lập hồ sơ');
    const id = new URL(officer.page.url()).pathname.split('/')[2] ?? '';
    await city.relay();
    await officer.shot('overviewDraft');
    expect(await officer.texts('.closed li')).toEqual(
      expect.arrayContaining([expect.stringContaining('Bản nháp chưa có dòng nào')]),
    );

    await officer.open(`/cases/${id}/header`);
    await officer.shot('header');
    await officer.type('#head-fiscalYearFrom', String(header.fiscalYearFrom));
    await officer.type('#head-fiscalYearTo', String(header.fiscalYearTo));
    await officer.press('form.detail button');
    await officer.open(`/cases/${id}/header`);
    await fill(officer, 'head', headTyped(header));
    await officer.press('form.detail button');
    expect(await officer.text('.notice')).toBe('Đã lưu.');

    for (const [at, line] of lines.entries()) {
      await officer.press('button[value="add"]');
      await officer.press(`tbody tr:nth-child(${at + 1}) button[aria-label^="Chi tiết"]`);
      await fill(officer, 'detail', lineTyped(line));
      if (at === 0) await officer.shot('lineDetail');
      expect(await officer.press('form.detail button')).toBe(200);
    }
    await officer.shot('linesDraft');
    const { body } = await city.engine.draft({
      person: await city.person('syt.chuyenvien'),
      caseId: id,
      part: 'content',
    });
    const drafted = body as { header: Partial<HeaderInput>; lines: LineInput[] };
    expect(drafted.lines.map(({ id: _id, ...line }) => line)).toEqual(
      lines.map(({ id: _id, ...line }) =>
        expect.objectContaining({
          name: line.name,
          quantity: line.quantity,
          unitPrice: line.unitPrice,
          yearSplit: line.yearSplit,
        }),
      ),
    );
    const { expected } = sampleEstimate('DT-2025-003');
    expect(await officer.text('.totals')).toContain(money(expected.grandTotal));

    await officer.open(`/cases/${id}`);
    await officer.shot('overviewReady');
    expect(await officer.texts('.findings h3.error')).toEqual([]);
    expect(await act(officer, 'SEND_UP')).toBe(200);
    expect(await officer.text('.notice')).toContain('Trình trưởng phòng duyệt');
    expect((await city.load(id)).state).toEqual({ preparing: 'unitReview' });
    await city.relay();

    for (const [who, event] of [
      ['syt.truongphong', 'ENDORSE'],
      ['syt.thutruong', 'SIGN'],
      ['syt.vanthu', 'ISSUE'],
    ] as const) {
      const visitor = await city.visitor(who);
      await visitor.open('/inbox');
      await visitor.press('table.cases tbody a');
      if (event === 'ISSUE') await visitor.page.click('#act-ISSUE summary');
      if (event === 'ISSUE') await visitor.shot('overviewIssue');
      expect(
        event === 'ISSUE' ? await visitor.press('#act-ISSUE form button') : await act(visitor, event),
      ).toBe(200);
      await city.relay();
      await visitor.leave();
    }
    const issued = await city.load(id);
    expect(issued.state).toBe('submitted');
    expect(issued.context).toMatchObject({ revision: 1, requested: expected.grandTotal });
    await officer.open(`/cases/${id}/history`);
    expect(await officer.texts('.timeline h3')).toEqual([
      'Cấp số và ban hành',
      'Ký tờ trình',
      'Duyệt và trình lãnh đạo',
      'Trình trưởng phòng duyệt',
      'Lập hồ sơ',
    ]);
    await officer.shot('history');
    await officer.open(`/cases/${id}/documents`);
    expect(await officer.texts('tbody td:nth-child(2)')).toEqual(['Tờ trình dự toán']);
    await officer.shot('documents');
    await officer.leave();
  }, 120_000);
});
