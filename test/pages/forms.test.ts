import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import type { LineVerdict } from '../../workflows/content.js';
import { testDatabase } from '../setup/database.js';
import { aBrowsedCity, violationsOn, type BrowsedCity, type Visitor } from './browsing.js';

const database = testDatabase('PagesForms');
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

const valueOf = (visitor: Visitor, selector: string) =>
  visitor.page.$eval(selector, (input) => (input as unknown as { value: string }).value);
const act = async (visitor: Visitor, event: string) => {
  const isOpen = await visitor.page.$(`#act-${event}[open]`);
  if (!isOpen) await visitor.page.click(`#act-${event} summary`);
  return visitor.press(`#act-${event} form button`);
};
const clean = async (visitor: Visitor) => {
  await visitor.page.setBypassCSP(true);
  await visitor.page.setJavaScriptEnabled(true);
  await visitor.page.reload();
  const violations = await violationsOn(visitor.page);
  await visitor.page.setBypassCSP(false);
  await visitor.page.setJavaScriptEnabled(false);
  return violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]);
};

describe('the table of a draft', () => {
  it('saves all rows at once, asks about a number it could read in two ways, and keeps what was typed', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const officer = await city.visitor('syt.chuyenvien');
    await officer.open(`/cases/${id}/content`);
    await officer.type('#line-l1-unitPrice', '1,234');
    await officer.type('#line-l2-name', 'Máy trạm cho trạm y tế xã');
    expect(await officer.press('.bar button[value="save"]')).toBe(400);
    expect(await officer.text('.errors')).toContain('Đơn giá (đồng), dòng 1');
    expect(await officer.page.$eval('.errors a', (link) => link.getAttribute('href'))).toBe(
      '#line-l1-unitPrice',
    );
    expect(await valueOf(officer, '#line-l1-unitPrice')).toBe('1,234');
    await officer.shot('linesRefused');
    await officer.type('#line-l1-unitPrice', '13.000');
    expect(await officer.press('.bar button[value="save"]')).toBe(200);
    expect(await officer.text('.notice')).toBe('Đã lưu.');
    const { body } = await city.engine.draft({
      person: await city.person('syt.chuyenvien'),
      caseId: id,
      part: 'content',
    });
    const { lines } = body as { lines: { name: string; unitPrice: number }[] };
    expect([lines[0]?.unitPrice, lines[1]?.name]).toEqual([13_000, 'Máy trạm cho trạm y tế xã']);

    // Moved and removed without losing what stands typed in the other rows.
    await officer.type('#line-l1-unit', 'bản ghi');
    await officer.press('button[value="down:l1"]');
    expect(await officer.texts('tbody th')).toEqual(['1', '2']);
    expect(await valueOf(officer, 'tbody tr:nth-child(2) input')).toContain('hồ sơ sức khỏe');
    expect(await valueOf(officer, '#line-l1-unit')).toBe('bản ghi');
    await officer.press('button[value="remove:l1"]');
    expect(await officer.texts('tbody th')).toEqual(['1']);
    await officer.leave();
  });

  it('keeps no amounts that were stated over the API and are not what the line comes to', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const stated = async () => {
      const person = await city.person('syt.chuyenvien');
      const { body } = await city.engine.draft({ person, caseId: id, part: 'content' });
      return (body as { lines: Record<string, unknown>[] }).lines.map(
        ({ amount, vatAmount, amountAfterVat }) =>
          [amount, vatAmount, amountAfterVat].filter((value) => value !== undefined),
      );
    };
    const state = (lineId: string, fields: object) =>
      city.edit('syt.chuyenvien', id, 'content', 'setLine', { lineId, ...fields });
    await state('l1', { quantity: 3, unitPrice: 48_500_000, vatRate: 'KCT' });
    await state('l1', { amount: 145_500_000, vatAmount: 0, amountAfterVat: 145_500_000 });
    await state('l2', { amount: 1 });
    expect(await stated()).toEqual([[145_500_000, 0, 145_500_000], [1]]);

    const officer = await city.visitor('syt.chuyenvien');
    await officer.open(`/cases/${id}/content`);
    expect(await officer.text()).toMatch(/thành tiền ghi 1\sđồng/);
    await officer.type('#line-l1-quantity', '4');
    expect(await officer.press('.bar button[value="save"]')).toBe(200);
    expect(await stated()).toEqual([[], []]);
    expect(await officer.text()).not.toContain('thành tiền ghi');

    // By the API likewise: what is stated together with its figures is said of them, what was before is not.
    await state('l1', { quantity: 3, amount: 5 });
    expect(await stated()).toEqual([[5], []]);
    await state('l1', { unitPrice: 1 });
    expect(await stated()).toEqual([[], []]);
    await state('l1', { vatAmount: 7 });
    await officer.open(`/cases/${id}/lines/l1`);
    await officer.press('.bar button');
    expect(await stated()).toEqual([[], []]);
    await officer.leave();
  });

  it('shows lines that a return did not name read-only, with the reason', async () => {
    const id = await city.registered(await city.drafted('DT-2025-004', 'syt'), 'syt');
    const found = await city.load(id);
    const { lines } = await city.stores.contents.get<{ lines: { id: string }[] }>('canTho', found.content!);
    for (const { id: lineId } of lines)
      await city.edit('skhcn.chuyenvien', id, 'review', 'setVerdict', {
        lineId,
        ...(lineId === 'l1' ? { verdict: 'return', reason: 'Thiếu căn cứ đơn giá' } : { verdict: 'accept' }),
      });
    await city.send('skhcn.chuyenvien', id, { type: 'CONCLUDE_LINES' });
    const head = await city.visitor('skhcn.truongphong');
    await head.open(`/cases/${id}`);
    await head.page.click('#act-RETURN summary');
    await head.type('#RETURN-reason', 'Đề nghị làm rõ căn cứ đơn giá của dòng 1');
    await head.shot('returnForm');
    expect(await head.press('#act-RETURN form button')).toBe(200);
    await head.leave();
    await city.send('syt.chuyenvien', id, { type: 'REVISE' });
    const officer = await city.visitor('syt.chuyenvien');
    await officer.open(`/cases/${id}/content`);
    expect(await officer.text('.remark')).toContain('Thiếu căn cứ đơn giá');
    expect(await officer.page.$('#line-l1-name')).not.toBeNull();
    expect(await officer.page.$('#line-l2-name')).toBeNull();
    expect(await officer.text('#line-l2')).toContain('Không mở');
    expect(await officer.page.$('button[value="add"]')).toBeNull();

    // A closed line is shown whole, as text; of the head only what follows the lines can be written.
    await officer.open(`/cases/${id}/lines/l1`);
    expect(await officer.page.$('#detail-name')).not.toBeNull();
    await officer.open(`/cases/${id}/lines/l2`);
    expect(await officer.page.$('main form')).toBeNull();
    expect(await officer.text()).toContain('Không mở: không bị nêu tên khi trả lại');
    expect(await officer.text()).toContain('Máy trạm');
    await officer.shot('closedLine');
    await officer.open(`/cases/${id}/header`);
    const written = await officer.page.$$eval('form#edit .field :is(input, textarea, select)', (fields) =>
      fields.map((field) => field.getAttribute('name')),
    );
    expect(written).toEqual([
      'documentDate',
      expect.stringMatching(/^contingencyYearSplit/),
      expect.stringMatching(/^contingencyYearSplit/),
    ]);
    expect(await officer.text('form#edit')).toContain('Sự cần thiết');
    await officer.shot('closedHead');
    await officer.type('#head-documentDate', '05/09/2025');
    expect(await officer.press('.bar button')).toBe(200);
    const headOf = async () =>
      (
        await city.engine.draft({
          person: await city.person('syt.chuyenvien'),
          caseId: id,
          part: 'content',
        })
      ).body as { header: object };
    const before = await headOf();
    expect(before.header).toMatchObject({
      documentDate: '2025-09-05',
      necessity: expect.stringMatching(/\S/),
      legalBases: expect.arrayContaining([expect.anything()]),
    });

    // Typed while everything was open, sent when it is closed: told with what was typed.
    await officer.open(`/cases/${id}/header`);
    await officer.page.$eval('form#edit', (form) => {
      const area = '<textarea name="necessity">Viết lại khi mọi dòng còn mở</textarea>';
      (form as unknown as { insertAdjacentHTML(at: string, html: string): void }).insertAdjacentHTML(
        'beforeend',
        area,
      );
    });
    expect(await officer.press('.bar button')).toBe(409);
    expect(await officer.text('.errors')).toContain('Viết lại khi mọi dòng còn mở');
    expect(await officer.text('.errors')).toContain('chưa mở để sửa');

    // The page was made while little was open: what it did not have is left alone once all is.
    await officer.open(`/cases/${id}/header`);
    await officer.type('#head-documentDate', '06/09/2025');
    const leader = await city.visitor('syt.thutruong');
    await leader.open(`/cases/${id}`);
    expect(await act(leader, 'OPEN_ALL')).toBe(200);
    expect(await officer.press('.bar button')).toBe(200);
    expect((await headOf()).header).toEqual({ ...before.header, documentDate: '2025-09-06' });
    await leader.open(`/cases/${id}`);
    expect(await leader.text()).not.toContain('Mở tất cả các dòng');
    await leader.leave();
    await officer.leave();
  });

  it('of 200 lines keeps to its weight', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const { body } = await city.engine.draft({
      person: await city.person('syt.chuyenvien'),
      caseId: id,
      part: 'content',
    });
    const { header, lines } = body as { header: object; lines: { id: string }[] };
    const many = Array.from({ length: 200 }, (_, n) => {
      const { id: _id, ...line } = lines[n % lines.length] as { id: string; name: string };
      return { ...line, name: `${line.name} – hạng mục số ${n + 1}` };
    });
    await city.edit('syt.chuyenvien', id, 'content', 'replace', { header, lines: many });
    const officer = await city.visitor('syt.chuyenvien');
    const answer = await officer.page.goto(`${city.base}/cases/${id}/content`);
    const table = await officer.page.$eval('form#edit', (form) => form.outerHTML);
    expect(await officer.page.$$eval('tbody tr', (rows) => rows.length)).toBe(200);
    expect(gzipSync(table).length).toBeLessThanOrEqual(40_000);
    expect(answer?.headers()['content-encoding']).toMatch(/gzip|br|zstd|deflate/);
    await officer.leave();
  }, 60_000);
});

describe('the review', () => {
  it('takes verdicts line by line, and the rest at once', async () => {
    const id = await city.registered(await city.drafted('DT-2025-003', 'snnmt'), 'snnmt');
    const reviewer = await city.visitor('skhcn.chuyenvien');
    await reviewer.open(`/cases/${id}/content`);
    await reviewer.shot('review');
    await reviewer.page.click('#review-l2-verdict-1');
    await reviewer.type('#review-l2-unitPrice', '4.500.000.000');
    expect(await reviewer.press('.bar button[value="save"]')).toBe(200);
    expect(await reviewer.text('main')).toContain('Còn thiếu ý kiến rà soát');
    expect(await valueOf(reviewer, '#review-l2-unitPrice')).toBe('4.500.000.000');
    await reviewer.type('#review-l2-reason', 'Giảm theo giá trúng thầu tương tự');
    expect(await reviewer.press('button[value="acceptRest"]')).toBe(200);
    const { body } = await city.engine.draft({
      person: await city.person('skhcn.chuyenvien'),
      caseId: id,
      part: 'review',
    });
    const { verdicts } = body as { verdicts: Record<string, LineVerdict> };
    expect(
      Object.fromEntries(Object.entries(verdicts).map(([line, { verdict }]) => [line, verdict])),
    ).toEqual({ l1: 'accept', l2: 'reduce', l3: 'accept', l4: 'accept' });
    expect(verdicts.l2).toMatchObject({
      unitPrice: 4_500_000_000,
      reason: 'Giảm theo giá trúng thầu tương tự',
    });
    expect(await clean(reviewer)).toEqual([]);
    await reviewer.open(`/cases/${id}`);
    expect(await act(reviewer, 'CONCLUDE_LINES')).toBe(200);
    await reviewer.open(`/cases/${id}/content`);
    expect(await reviewer.text('table')).toContain('Đề nghị điều chỉnh: 1 × 4.500.000.000');
    await reviewer.shot('reviewConcluded');

    // The Police answer, once they are asked.
    await reviewer.open(`/cases/${id}`);
    expect(await act(reviewer, 'ASK_OPINION')).toBe(200);
    const police = await city.visitor('catp.chuyenvien');
    await city.relay();
    await police.open('/inbox');
    expect(await police.texts('td.todo')).toEqual(['Cho ý kiến an ninh']);
    await police.press('table.cases tbody a');
    await police.page.click('#act-GIVE_OPINION summary');
    await police.page.click('#GIVE_OPINION-verdict-1');
    await police.type('#GIVE_OPINION-agreedLevel', '3');
    expect(await police.press('#act-GIVE_OPINION form button')).toBe(400);
    expect(await police.text('.errors')).toContain('Điều kiện');
    await police.type('#GIVE_OPINION-conditions', 'Hoàn thành hồ sơ cấp độ trước khi vận hành');
    expect(await act(police, 'GIVE_OPINION')).toBe(200);
    await police.leave();
    await reviewer.leave();
  }, 60_000);
});

describe('from consolidation to allocation', () => {
  it('is done by the right people through the forms', async () => {
    const first = await city.eligible(await city.drafted('DT-2025-005', 'sxd'), 'sxd');
    const second = await city.eligible(await city.drafted('DT-2025-006', 'sct'), 'sct');
    const id = await city.gathering([]);
    const officer = await city.visitor('skhcn.chuyenvien');
    await officer.open(`/cases/${id}/content`);
    const ticks = await officer.page.$$('#ADD input[type=checkbox]');
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    for (const estimate of [first, second]) await officer.page.click(`#ADD input[value="${estimate}"]`);
    expect(await officer.press('#ADD form button')).toBe(200);
    await city.relay();
    await officer.open(`/cases/${id}/content`);
    expect(await officer.texts('.matrix tbody th')).toEqual(
      expect.arrayContaining([expect.stringContaining('Sở Xây dựng'), 'Tổng cộng']),
    );
    expect(await clean(officer)).toEqual([]);
    // Overlaps, where there are any, are settled each with a reason.
    while (await officer.page.$('.tag.waiting')) {
      const group = await officer.page.$eval('.card:has(.tag.waiting)', (card) => card.id);
      await officer.page.click(`#${group} summary`);
      await officer.page.click(`#${group}-decision-1`);
      await officer.type(`#${group}-reason`, 'Hai đơn vị phục vụ hai đối tượng khác nhau');
      expect(await officer.press(`#${group} form button`)).toBe(200);
    }
    await officer.shot('consolidation');
    await officer.open(`/cases/${id}`);
    expect(await act(officer, 'FREEZE')).toBe(200);
    await officer.leave();

    await city.issued(id, 'skhcn');
    await city.send('stc.vanthu', id, { type: 'RECEIVE' });
    const appraiser = await city.visitor('stc.chuyenvien');
    await appraiser.open(`/cases/${id}/content`);
    for (const estimate of [first, second]) {
      const reviewed = Number((await city.load(estimate)).context['reviewed']);
      await appraiser.type(`#appraisal-${estimate}-amount`, reviewed.toLocaleString('vi-VN'));
    }
    await appraiser.shot('appraisal');
    // Its criteria stand on a page of the row, and what was typed in the table is saved on the way there.
    expect(await appraiser.press(`#appraisal-${first} button`)).toBe(200);
    await appraiser.page.select('#appraised-criteria-TD05-result', 'KHONG_DAT');
    await appraiser.type('#appraised-criteria-TD06-comment', 'Khối lượng khớp');
    expect(await appraiser.press('.bar button[value="save"]')).toBe(400);
    expect(await appraiser.texts('.errors a')).toEqual([expect.stringContaining('TD06. Khối lượng')]);
    await appraiser.page.select('#appraised-criteria-TD06-result', 'KHONG_AP_DUNG');
    await appraiser.shot('appraisedRow');
    expect(await clean(appraiser)).toEqual([]);
    await appraiser.page.select('#appraised-criteria-TD05-result', 'KHONG_DAT');
    await appraiser.page.select('#appraised-criteria-TD06-result', 'KHONG_AP_DUNG');
    expect(await appraiser.press('.bar button[value="metRest"]')).toBe(200);
    expect(await appraiser.text('#appraisal')).toContain('đã ghi tiêu chí: 1/2');
    expect(await appraiser.text(`#appraisal-${first}`)).toContain('đạt 10, không đạt 1, không áp dụng 1');
    // A row saved in the table keeps its criteria.
    await appraiser.type(`#appraisal-${second}-comment`, 'Đúng định mức');
    await appraiser.type(`#appraisal-${first}-comment`, 'Phù hợp');
    expect(await appraiser.press('#appraisal .bar button')).toBe(200);
    expect(await appraiser.text('#appraisal')).toContain('2/2');
    expect(await clean(appraiser)).toEqual([]);
    const { amounts } = (
      await city.engine.draft({ person: await city.person('stc.chuyenvien'), caseId: id, part: 'appraisal' })
    ).body as { amounts: Record<string, { comment: string; criteria: { code: string; result: string }[] }> };
    expect(amounts[first]?.comment).toBe('Phù hợp');
    expect(amounts[first]?.criteria.map(({ code, result }) => `${code} ${result}`)).toEqual([
      'TD01 DAT',
      'TD02 DAT',
      'TD03 DAT',
      'TD04 DAT',
      'TD05 KHONG_DAT',
      'TD06 KHONG_AP_DUNG',
      'TD07 DAT',
      'TD08 DAT',
      'TD09 DAT',
      'TD10 DAT',
      'TD11 DAT',
      'TD12 DAT',
    ]);
    expect(amounts[second]?.criteria).toEqual([]);
    await appraiser.open(`/cases/${id}`);
    expect(await act(appraiser, 'CONCLUDE')).toBe(200);
    await city.send('stc.thutruong', id, { type: 'SIGN' });
    await city.send('stc.vanthu', id, { type: 'ISSUE', date: '2025-09-25' });
    await city.send('vp.chuyenvien', id, { type: 'PASS' });

    const authority = await city.visitor('ubnd.thutruong');
    await authority.open(`/cases/${id}`);
    await authority.page.click('#act-APPROVE_ADJUSTED summary');
    await authority.type('#APPROVE_ADJUSTED-reason', 'Giảm để cân đối nguồn vốn năm 2025');
    await authority.type(`#APPROVE_ADJUSTED-amounts-${first}`, '1.000.000.000');
    await authority.shot('approveAdjusted');
    expect(await authority.press('#act-APPROVE_ADJUSTED form button')).toBe(200);
    await authority.leave();
    await city.relay();
    expect((await city.load(first)).context).toMatchObject({ approved: 1_000_000_000 });

    await appraiser.open('/cases/new/allocation');
    await appraiser.page.click('#start-round input[value="dot-1-2025"]');
    expect(await appraiser.press('main form button')).toBe(200);
    const allocation = new URL(appraiser.page.url()).pathname.split('/')[2] ?? '';
    await appraiser.open(`/cases/${allocation}/content`);
    expect(await clean(appraiser)).toEqual([]);
    const rows = await appraiser.page.$$('.edit tbody tr');
    expect(rows.length).toBeGreaterThanOrEqual(2);
    await appraiser.type('.edit tbody tr:first-child input[name$=".amount"]', '5');
    expect(await appraiser.press('.bar button')).toBe(200);
    await appraiser.shot('allocation');
    const { body } = await city.engine.draft({
      person: await city.person('stc.chuyenvien'),
      caseId: allocation,
      part: 'content',
    });
    expect((body as { lines: { amount: number }[] }).lines[0]?.amount).toBe(5);
    await appraiser.press('.edit tbody tr:first-child button');
    expect(await appraiser.text('.notice')).toMatch(
      /^Đã xóa dòng 1 “DT-2025-\d+ – Sở .+ \(5\sđồng\)”\. Hoàn tác$/,
    );
    await appraiser.pressText('Hoàn tác');
    expect((await appraiser.page.$$('.edit tbody tr')).length).toBe(rows.length);
    await appraiser.press('.edit tbody tr:first-child button');
    expect((await appraiser.page.$$('.edit tbody tr')).length).toBe(rows.length - 1);
    await appraiser.leave();
  }, 120_000);
});
