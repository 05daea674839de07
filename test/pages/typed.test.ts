import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DraftVerdict } from '../../src/estimates/verdicts.js';
import { demonstrationPassword } from '../../src/seed/demonstration.js';
import { testDatabase } from '../setup/database.js';
import { aBrowsedCity, type BrowsedCity, type Visitor } from './browsing.js';

const database = testDatabase('PagesTyped');
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

const officer = 'syt.chuyenvien';
const valueOf = (visitor: Visitor, selector: string) =>
  visitor.page.$eval(selector, (input) => (input as unknown as { value: string }).value);
const signIn = async (visitor: Visitor, username: string) => {
  await visitor.type('#username', username);
  await visitor.type('#password', demonstrationPassword);
  return visitor.press('main form button');
};
const save = (visitor: Visitor) => visitor.press('.bar button[value="save"]');
interface Body {
  readonly header: Readonly<Record<string, unknown>>;
  readonly lines: readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[];
  readonly verdicts: Readonly<Record<string, DraftVerdict>>;
  readonly amounts: Readonly<Record<string, { readonly amount?: number; readonly comment?: string }>>;
}
const draftOf = async (id: string, who = officer, part: 'content' | 'review' | 'appraisal' = 'content') => {
  const { body, rev } = await city.engine.draft({ person: await city.person(who), caseId: id, part });
  return { ...(body as Body), rev };
};
const lineOf = async (id: string, lineId: string) =>
  (await draftOf(id)).lines.find((line) => line.id === lineId) ?? {};
const set = (id: string, lineId: string, fields: object) =>
  city.edit(officer, id, 'content', 'setLine', { lineId, ...fields });
/** The newest edit of a content, as if a colleague had made it. */
const byAnother = (id: string) =>
  database
    .db()
    .collection<{ _id: string }>('drafts')
    .updateOne({ _id: `canTho/${id}/content` }, { $set: { 'edited.by': 'Nguyễn Văn Khác' } });
/** Who heads the reviewing unit, with a reason typed for returning an estimate and not sent. */
const whoTypes = async (reason: string): Promise<Visitor> => {
  const id = await city.registered(await city.drafted('DT-2025-004', 'syt'), 'syt');
  const head = await city.visitor('skhcn.truongphong');
  await head.open(`/cases/${id}`);
  await head.page.click('#act-RETURN summary');
  await head.type('#RETURN-reason', reason);
  return head;
};

describe('two people at one draft', () => {
  it('are brought together field by field: what somebody left alone is not taken back', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const other = await city.visitor(officer);
    await other.open(`/cases/${id}/content`);
    await set(id, 'l1', { unitPrice: 16_000 });
    await other.type('#line-l2-name', 'Máy trạm cho trạm y tế xã');
    expect(await save(other)).toBe(200);
    expect(await lineOf(id, 'l1')).toMatchObject({ unitPrice: 16_000 });
    expect(await lineOf(id, 'l2')).toMatchObject({ name: 'Máy trạm cho trạm y tế xã' });
    await other.leave();
  });

  it.each([
    ['in the table', (id: string) => `/cases/${id}/content`, '#line-l1-unitPrice'],
    ['on the page of one line', (id: string) => `/cases/${id}/lines/l1`, '#detail-unitPrice'],
  ])('that both change is overwritten by neither, and shown with both values, %s', async (_, page, field) => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const other = await city.visitor(officer);
    await other.open(page(id));
    await set(id, 'l1', { unitPrice: 16_000 });
    await byAnother(id);
    await other.type(field, '17.000');
    expect(await save(other)).toBe(400);
    expect(await other.text('.errors')).toMatch(/người khác.*16\.000.*17\.000/s);
    expect(await valueOf(other, field)).toBe('17.000');
    expect(await lineOf(id, 'l1')).toMatchObject({ unitPrice: 16_000 });
    // Knowing both, they decide.
    expect(await save(other)).toBe(200);
    expect(await lineOf(id, 'l1')).toMatchObject({ unitPrice: 17_000 });
    await other.leave();
  });

  it('who are one person at two windows are told of the other window', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    const page = `/cases/${id}/content`;
    await author.open(page);
    await set(id, 'l1', { unitPrice: 16_000 });
    await author.type('#line-l1-unitPrice', '17.000');
    expect(await save(author)).toBe(400);
    expect(await author.text('.errors')).toMatch(/cửa sổ khác của bạn.*16\.000.*17\.000/s);
    await author.open(page);
    await set(id, 'l1', { unit: 'chiếc' });
    await author.press('button[value="remove:l1"]');
    expect(await author.text('.errors')).toContain('cửa sổ khác của bạn');
    await author.open(page);
    await city.edit(officer, id, 'content', 'removeLine', { lineId: 'l2' });
    await author.type('#line-l2-unit', 'bộ máy trạm');
    expect(await save(author)).toBe(400);
    expect(await author.text('.errors')).toMatch(/cửa sổ khác của bạn.*bộ máy trạm/s);
    expect(await author.text('.errors')).not.toMatch(/người khác/i);
    await author.leave();
  });

  it('are told of a line that is gone with what they typed in it, and do not remove one they have not seen', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const other = await city.visitor(officer);
    await other.open(`/cases/${id}/content`);
    await set(id, 'l1', { unit: 'chiếc' });
    await byAnother(id);
    expect(await other.press('button[value="remove:l1"]')).toBe(400);
    expect(await other.text('.errors')).toContain('người khác vừa sửa dòng này');
    await city.edit(officer, id, 'content', 'removeLine', { lineId: 'l2' });
    await byAnother(id);
    await other.type('#line-l2-unit', 'bộ máy trạm');
    expect(await save(other)).toBe(400);
    expect(await other.text('.errors')).toMatch(/đã xóa dòng .*bộ máy trạm/s);
    await other.leave();
  });
});

describe('a line that was removed', () => {
  it('is named, and comes back whole where it stood, with what was typed meanwhile', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const before = (await draftOf(id)).lines;
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}/content`);
    expect(await author.press('button[value="remove:l2"]')).toBe(200);
    const name = String(before[1]?.name);
    expect(await author.text('.notice')).toBe(`Đã xóa dòng 2 “${name}”. Hoàn tác`);
    expect((await draftOf(id)).lines).toHaveLength(before.length - 1);
    await author.shot('lineRemoved');
    await author.type('#line-l1-unit', 'gói');
    expect(await author.pressText('Hoàn tác')).toBe(200);
    expect(await author.text('.notice')).toBe('Đã hoàn tác: dòng vừa xóa trở lại chỗ cũ, với mọi chi tiết.');
    expect((await draftOf(id)).lines).toEqual([{ ...before[0], unit: 'gói' }, ...before.slice(1)]);
    await author.leave();
  });

  it('comes back with what was typed in it when it was removed, unless that was wrong', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const before = (await draftOf(id)).lines;
    const author = await city.visitor(officer);
    for (const [typed, unitPrice] of [
      ['17.000', 17_000],
      ['17 0000', 17_000],
    ] as const) {
      await author.open(`/cases/${id}/content`);
      await author.type('#line-l2-unitPrice', typed);
      expect(await author.press('button[value="remove:l2"]')).toBe(200);
      expect((await draftOf(id)).lines).toHaveLength(before.length - 1);
      expect(await author.pressText('Hoàn tác')).toBe(200);
      expect(await lineOf(id, 'l2')).toMatchObject({ name: before[1]?.name, unitPrice });
    }
    await author.leave();
  });

  it('is put back once, also where that was asked for twice', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const before = (await draftOf(id)).lines;
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}/content`);
    await author.press('button[value="remove:l2"]');
    const again = await city.visitor(officer);
    await again.open(`/cases/${id}/content?done=REMOVED`);
    for (const visitor of [author, again]) {
      expect(await visitor.pressText('Hoàn tác')).toBe(200);
      expect(await visitor.text('.notice')).toContain('Đã hoàn tác');
      expect((await draftOf(id)).lines).toEqual(before);
      await visitor.leave();
    }
  });

  it('is gone for good once another was removed, which is told', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}/content`);
    await author.press('button[value="remove:l2"]');
    await city.edit(officer, id, 'content', 'removeLine', { lineId: 'l1' });
    expect(await author.pressText('Hoàn tác')).toBe(400);
    expect(await author.text('.errors')).toContain('Không hoàn tác được nữa');
    await author.open(`/cases/${id}/content?done=REMOVED`);
    expect(await author.text('.notice')).toMatch(/^Đã xóa dòng 1 “/);
    await author.leave();
  });
});

describe('a form of an allocation', () => {
  const rowsOf = async (id: string) => (await draftOf(id, 'stc.chuyenvien')).lines;

  it('is saved while a row names an estimate of another round, and names what was typed in one that is gone', async () => {
    const here = await city.drafted('DT-2025-004', 'syt');
    const elsewhere = await city.drafted('DT-2025-004', 'syt');
    const cases = database.db().collection<{ _id: string }>('cases');
    await cases.updateOne({ _id: `canTho/${elsewhere}` }, { $set: { round: 'dot-2-2025' } });
    const id = await city.start('stc.chuyenvien', 'allocation');
    for (const estimate of [here, elsewhere]) {
      const line = { estimate, source: 'NSTP_CTX', year: 2025, amount: 7_000 };
      await city.edit('stc.chuyenvien', id, 'content', 'addLine', { line });
    }
    const added = (await rowsOf(id)).at(-1)!;
    const author = await city.visitor('stc.chuyenvien');
    await author.open(`/cases/${id}/content`);
    await author.type(`#row-${added.id}-amount`, '8.000');
    expect(await save(author)).toBe(200);
    expect((await rowsOf(id)).at(-1)).toEqual({ ...added, amount: 8_000 });

    const name = await author.page.$eval(
      `#row-${added.id}-estimate option[value="${here}"]`,
      (option) => (option as unknown as { innerText: string }).innerText,
    );
    await author.page.select(`#row-${added.id}-estimate`, here);
    await city.edit('stc.chuyenvien', id, 'content', 'removeLine', { lineId: added.id });
    expect(await save(author)).toBe(400);
    expect(await author.text('.errors')).toContain(name);
    expect(await author.text('.errors')).not.toContain(here);
    await author.leave();
  }, 60_000);
});

describe('a form of many rows', () => {
  it('says which row is refused by name, and has written none', async () => {
    const id = await city.registered(await city.drafted('DT-2025-004', 'syt'), 'syt');
    const reviewer = await city.visitor('skhcn.chuyenvien');
    await reviewer.open(`/cases/${id}/content`);
    await reviewer.page.click('#review-l1-verdict-0');
    await reviewer.page.click('#review-l2-verdict-1');
    await reviewer.type('#review-l2-unitPrice', '9.000.000.000.000.000');
    await reviewer.type('#review-l2-reason', 'Theo báo giá mới nhất của nhà cung cấp');
    expect(await save(reviewer)).toBe(400);
    const [told = ''] = await reviewer.texts('.errors li');
    expect(told).toMatch(/^Đơn giá đề nghị \(đồng\), dòng 2 \(.+\)/);
    expect(await reviewer.page.$eval('.errors a', (link) => link.getAttribute('href'))).toBe(
      '#review-l2-unitPrice',
    );
    expect((await draftOf(id, 'skhcn.chuyenvien', 'review')).rev).toBe(0);
    await reviewer.leave();
  });

  it('keeps a verdict whose reason is still to come, and says that it is', async () => {
    const id = await city.registered(await city.drafted('DT-2025-004', 'syt'), 'syt');
    const reviewer = await city.visitor('skhcn.chuyenvien');
    await reviewer.open(`/cases/${id}/content`);
    await reviewer.page.click('#review-l1-verdict-2');
    expect(await save(reviewer)).toBe(200);
    expect(await reviewer.text('.notice')).toBe('Đã lưu.');
    expect(await reviewer.page.$('#review-l1-verdict-2:checked')).not.toBeNull();
    expect(await reviewer.text('main')).toContain('Còn thiếu ý kiến rà soát');
    await reviewer.page.click('#review-l1-verdict-1');
    await reviewer.type('#review-l1-reason', 'Theo báo giá mới nhất của nhà cung cấp');
    await reviewer.type('#review-l1-unitPrice', '9.000.000.000');
    expect(await save(reviewer)).toBe(200);
    expect(await reviewer.text('main')).toContain('Cao hơn đề nghị của đơn vị: còn thiếu lý do');
    await reviewer.leave();
  });

  it('keeps a remark without a verdict, and says so only of what it wrote', async () => {
    const id = await city.registered(await city.drafted('DT-2025-004', 'syt'), 'syt');
    const reviewer = await city.visitor('skhcn.chuyenvien');
    await reviewer.open(`/cases/${id}/content`);
    await reviewer.type('#review-l1-reason', 'Hỏi');
    expect(await save(reviewer)).toBe(200);
    expect(await reviewer.text('.notice')).toBe('Đã lưu.');
    expect(await valueOf(reviewer, '#review-l1-reason')).toBe('Hỏi');
    expect(await reviewer.text('form#edit')).toContain('Chưa có kết luận');
    expect(await save(reviewer)).toBe(200);
    expect(await reviewer.text('.notice')).toBe('Không có gì thay đổi so với bản đang lưu.');
    await reviewer.leave();
  });

  it('takes an amount away that was cleared', async () => {
    const estimate = await city.eligible(await city.drafted('DT-2025-004', 'syt'), 'syt');
    const id = await city.gathering([estimate]);
    await city.toAppraising(id);
    const appraiser = await city.visitor('stc.chuyenvien');
    await appraiser.open(`/cases/${id}/content`);
    const amount = `#appraisal-${estimate}-amount`;
    await appraiser.type(amount, '1.000.000');
    await appraiser.type(`#appraisal-${estimate}-comment`, 'Theo hồ sơ đã rà soát');
    expect(await save(appraiser)).toBe(200);
    expect(await appraiser.text('#appraisal')).toContain('1/1');
    await appraiser.type(amount, '');
    expect(await save(appraiser)).toBe(200);
    expect(await valueOf(appraiser, amount)).toBe('');
    expect(await appraiser.text('#appraisal')).toContain('0/1');
    const { amounts } = await draftOf(id, 'stc.chuyenvien', 'appraisal');
    expect(amounts[estimate]).toMatchObject({ comment: 'Theo hồ sơ đã rà soát' });
    expect(amounts[estimate]?.amount).toBeUndefined();
    await appraiser.leave();
  }, 60_000);
});

describe('a form with what no paper can carry', () => {
  it.each([
    ['the head', 'header', '#head-necessity', 'Cần thiết 😀 cho năm 2026', 'U+1F600'],
    ['the table', 'content', '#line-l1-name', 'Máy\u200b trạm', 'U+200B'],
    ['one line', 'lines/l1', '#detail-name', `Xem https://a.vn/${'a'.repeat(220)}`, '200'],
  ])('comes back as it was typed, with its fault at the field: %s', async (_, page, field, text, told) => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const before = await draftOf(id);
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}/${page}`);
    await author.type(field, text);
    expect(await save(author)).toBe(400);
    expect(await valueOf(author, field)).toBe(text);
    expect(await author.text('.errors')).toContain(told);
    expect(await author.page.$eval('.errors a', (link) => link.getAttribute('href'))).toBe(field);
    expect(await draftOf(id)).toEqual(before);
    await author.type(field, 'Máy trạm cho trạm y tế của xã');
    expect(await save(author)).toBe(200);
    await author.leave();
  });

  it('comes back where a decision is asked for', async () => {
    const head = await whoTypes('Làm rõ căn cứ ① của đơn giá');
    expect(await head.press('#act-RETURN form button')).toBe(400);
    expect(await valueOf(head, '#RETURN-reason')).toBe('Làm rõ căn cứ ① của đơn giá');
    expect(await head.text('.errors')).toContain('U+2460');
    await head.leave();
  });
});

describe('what is typed and not sent', () => {
  it('stands there again where somebody left by the address and goes back', async () => {
    const head = await whoTypes('Làm rõ căn cứ của đơn giá');
    await head.open('/inbox');
    await head.page.goBack();
    expect(await valueOf(head, '#RETURN-reason')).toBe('Làm rõ căn cứ của đơn giá');
    await head.leave();
  });
});

describe('a draft that is half written', () => {
  it('saves, tells what is missing field by field with the words of the labels, and links to the field', async () => {
    const id = await city.start(officer, 'estimate');
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}`);
    // A fresh case greets nobody with errors: what is to be filled in is one thing.
    expect(await author.page.$('.findings .level-error')).toBeNull();
    expect(await author.texts('.findings > ul > li')).toHaveLength(1);
    await author.open(`/cases/${id}/header`);
    await author.type('#head-necessity', 'Ngắn');
    expect(await save(author)).toBe(200);
    expect((await draftOf(id)).header).toMatchObject({ necessity: 'Ngắn' });
    expect(await author.text('.level-error + ul')).toContain('Sự cần thiết');

    await author.press('button[value="add"]');
    await author.press('button[value="add"]');
    const missing = await author.texts('.level-missing + ul > li');
    expect(missing).toHaveLength(3);
    expect(missing[1]).toMatch(/^Dòng 1: .*Nhóm, .*Thuyết minh/);
    // To a field of the table on this page, to any other on the page where it stands.
    const on = await author.page.$$eval('.findings a', (links) =>
      links.map((link) => link.getAttribute('href')),
    );
    expect(on).toContain('#line-l1-category');
    const off = await author.page.$$eval('.findings button', (ways) =>
      ways.map((way) => (way as unknown as { value: string }).value),
    );
    expect(off).toContain(`go:/cases/${id}/lines/l2#detail-justification`);
    expect(off).toContain(`go:/cases/${id}/header#head-objectives`);
    await author.press(`.findings button[value="go:/cases/${id}/lines/l2#detail-justification"]`);
    expect(await author.page.$('#detail-justification')).not.toBeNull();
    await author.leave();
  }, 60_000);
});

describe('unsaved fields', () => {
  it.each([
    ['the page of one line', 'button[aria-label="Chi tiết dòng 1"]', /\/lines\/l1$/],
    ['the head', 'button[value$="/header"]', /\/header$/],
    ['another tab', '.tabs button[value$="/history"]', /\/history$/],
    ['the other language', '.who button[lang="en"]', /\/content\?lng=en$/],
    ['another place', '.places button[value="go:/inbox"]', /\/inbox$/],
    ['the first page', '.top button[value="go:/"]', /\/inbox$/],
  ])('are saved on the way to %s', async (_, way, leadsTo) => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}/content`);
    await author.type('#line-l1-unit', 'bản ghi');
    await author.press(way);
    expect(author.page.url()).toMatch(leadsTo);
    expect(await lineOf(id, 'l1')).toMatchObject({ unit: 'bản ghi' });
    await author.leave();
  });

  it('stay where they are, with what is wrong, when they cannot be saved', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}/content`);
    await author.type('#line-l1-unitPrice', '10 5000000');
    await author.press('.tabs button[value$="/history"]');
    expect(await author.text('.errors')).toContain('phải là số đồng nguyên');
    expect(await valueOf(author, '#line-l1-unitPrice')).toBe('10 5000000');
    // Enter in a cell saves; it does not lead away.
    await author.type('#line-l1-unitPrice', '15.000');
    await Promise.all([author.page.waitForNavigation(), author.page.keyboard.press('Enter')]);
    expect(author.page.url()).toContain('/content?done=SAVED');
    await author.leave();
  });
});

describe('what is typed for an event', () => {
  it('comes along into the other language, while the form stands open', async () => {
    const id = await city.issued(await city.drafted('DT-2025-004', 'syt'), 'syt');
    const clerk = await city.visitor('skhcn.vanthu');
    await clerk.open(`/cases/${id}`);
    const isShown = async (selector: string) =>
      (await clerk.page.$eval(selector, (link) => link.getClientRects().length)) > 0;
    expect(await isShown('.top .language')).toBe(true);
    await clerk.page.click('#act-REFUSE_RECEIPT summary');
    // No way is left that would throw it away.
    expect(await isShown('.top .language')).toBe(false);
    await clerk.type('#REFUSE_RECEIPT-reason', 'Thiếu chữ ký');
    await clerk.shot('openForm');
    expect(await clerk.press('#act-REFUSE_RECEIPT form button.language')).toBe(200);
    expect(await clerk.page.$eval('html', (html) => html.getAttribute('lang'))).toBe('en');
    expect(await valueOf(clerk, '#REFUSE_RECEIPT-reason')).toBe('Thiếu chữ ký');
    expect(await clerk.page.$('.errors')).toBeNull();
    expect((await city.load(id)).state).toBe('submitted');
    // It is still the same form: too short a reason is told, a good one is taken.
    await clerk.type('#REFUSE_RECEIPT-reason', 'Thiếu chữ ký của thủ trưởng đơn vị');
    expect(await clerk.press('#act-REFUSE_RECEIPT form button:not(.language)')).toBe(200);
    expect((await city.load(id)).state).toBe('returned');
    await clerk.open('/inbox?lng=vi');
    await clerk.leave();
  });

  it('stays where several forms stand on one page, ticks too', async () => {
    const id = await city.eligible(await city.drafted('DT-2025-005', 'sxd'), 'sxd');
    const table = await city.gathering([]);
    const gatherer = await city.visitor('skhcn.chuyenvien');
    await gatherer.open(`/cases/${table}/content`);
    await gatherer.page.click(`#ADD input[value="${id}"]`);
    expect(await gatherer.press('#ADD form button.language')).toBe(200);
    expect(
      await gatherer.page.$eval(
        `#ADD input[value="${id}"]`,
        (tick) => (tick as unknown as { checked: boolean }).checked,
      ),
    ).toBe(true);
    await gatherer.open('/inbox?lng=vi');
    await gatherer.leave();
  });

  it('is saved with a draft before signing out', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    // Through the door, for a session of their own that may end.
    const author = await city.visitor();
    await author.open('/sign-in');
    await signIn(author, officer);
    await author.open(`/cases/${id}/content`);
    await author.type('#line-l1-unit', 'hồ sơ');
    expect(await author.pressText('Đăng xuất', '.top')).toBe(200);
    expect(await lineOf(id, 'l1')).toMatchObject({ unit: 'hồ sơ' });
    await author.shot('signOut');
    expect(await author.pressText('Đăng xuất', 'main')).toBe(200);
    expect(new URL(author.page.url()).pathname).toBe('/sign-in');
    await author.leave();
  });
});

describe('a form whose session is over', () => {
  const endSession = async ({ page }: Visitor) => page.deleteCookie(...(await page.cookies()));

  it('comes back filled after signing in, for the same person only, and is not sent by itself', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}/content`);
    await author.type('#line-l1-unit', 'bộ hồ sơ');
    await endSession(author);
    await save(author);
    expect(author.page.url()).toContain('/sign-in');
    expect(await author.text('.notice')).toContain('được giữ lại');
    // Somebody else finds nothing of it, neither by signing in there nor by its address.
    await signIn(author, 'syt.truongphong');
    expect(await author.text()).not.toContain('bộ hồ sơ');
    const kept = await city.stores.keptForms.newest({ tenant: 'canTho', username: officer });
    expect(await author.open(`/kept/${kept}`)).toBe(404);
    await endSession(author);
    await author.open('/sign-in');
    await signIn(author, officer);
    expect(author.page.url()).toContain('/kept/');
    expect(await author.text('.errors')).toContain('Biểu mẫu chưa được gửi');
    expect(await valueOf(author, '#line-l1-unit')).toBe('bộ hồ sơ');
    expect(await lineOf(id, 'l1')).not.toMatchObject({ unit: 'bộ hồ sơ' });
    expect(await save(author)).toBe(200);
    expect(await lineOf(id, 'l1')).toMatchObject({ unit: 'bộ hồ sơ' });
    await author.leave();
  }, 60_000);

  it('comes back also when it was sent with a file, without the file', async () => {
    const id = await city.issued(await city.drafted('DT-2025-011', '31135'), '31135');
    const leader = await city.visitor('31135.thutruong');
    const file = join(await mkdtemp(join(tmpdir(), 'totrinh-scan-')), 'QD.pdf');
    await writeFile(file, '%PDF-1.7\nstartxref\n0\n%%EOF');
    await leader.open(`/cases/${id}`);
    await leader.page.click('#act-OWN_DECISION summary');
    await leader.type('#OWN_DECISION-signer', 'Trần Văn Bình');
    const input = await leader.page.$('#OWN_DECISION-scan');
    await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(file);
    await endSession(leader);
    await leader.press('#act-OWN_DECISION button[value="OWN_DECISION"]');
    expect(await leader.text('.notice')).toContain('được giữ lại');
    await signIn(leader, '31135.thutruong');
    expect(await valueOf(leader, '#OWN_DECISION-signer')).toBe('Trần Văn Bình');
    expect(await leader.page.$('#act-OWN_DECISION[open]')).not.toBeNull();
    await leader.leave();
  });

  it('or that was made in another session of the same person comes back at once, with a fresh proof', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}`);
    await author.page.click('#act-ABANDON summary');
    await author.type('#ABANDON-reason', 'Không còn nhu cầu trong năm nay');
    await endSession(author);
    const tab = await author.page.browserContext().newPage();
    await tab.goto(`${city.base}/sign-in`);
    await tab.type('#username', officer);
    await tab.type('#password', demonstrationPassword);
    await Promise.all([tab.waitForNavigation(), tab.click('main form button')]);
    await author.page.bringToFront();
    expect(await author.press('#act-ABANDON form button')).toBe(403);
    expect(await valueOf(author, '#ABANDON-reason')).toBe('Không còn nhu cầu trong năm nay');
    expect((await city.load(id)).status).toBe('active');
    expect(await author.press('#act-ABANDON form button')).toBe(200);
    expect((await city.load(id)).status).toBe('done');
    await author.leave();
  });

  it('and that another person would now send is kept from them', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}/header`);
    await author.type('#head-location', 'Địa điểm chưa ai được biết');
    await endSession(author);
    const tab = await author.page.browserContext().newPage();
    await tab.goto(`${city.base}/sign-in`);
    await tab.type('#username', 'syt.truongphong');
    await tab.type('#password', demonstrationPassword);
    await Promise.all([tab.waitForNavigation(), tab.click('main form button')]);
    await author.page.bringToFront();
    expect(await save(author)).toBe(403);
    expect(await author.page.content()).not.toContain('chưa ai được biết');
    await endSession(author);
    await author.open('/sign-in');
    await signIn(author, officer);
    expect(await valueOf(author, '#head-location')).toBe('Địa điểm chưa ai được biết');
    await author.leave();
  });

  it('whose page is gone is told as a list, so that it can be copied', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}/lines/l2`);
    await author.type('#detail-justification', 'Thuyết minh dài đã gõ nửa giờ');
    await endSession(author);
    await save(author);
    await city.edit(officer, id, 'content', 'removeLine', { lineId: 'l2' });
    await signIn(author, officer);
    expect(await author.text()).toContain('Thuyết minh dài đã gõ nửa giờ');
    await author.leave();
  });
});

describe('an address', () => {
  it('with fields that a link gathered on its way opens as without them', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    for (const path of [`/cases/${id}`, `/cases/${id}/content`, '/inbox', '/account', '/cases'])
      expect([path, await author.open(`${path}?utm_source=zalo&fbclid=1`)]).toEqual([path, 200]);
    const agent = await city.signIn(officer);
    expect((await agent.get('/cases?utm_source=zalo')).status).toBe(400);
    await author.leave();
  });

  it('of a form, opened again, leads to its page', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    for (const [form, page] of [
      [`/cases/${id}/lines`, `/cases/${id}/content`],
      [`/cases/${id}/events/SEND_UP`, `/cases/${id}`],
      ['/inbox/notices', '/inbox?tab=notices'],
      ['/account/password', '/account'],
    ] as const) {
      expect([form, [200, 304].includes(await author.open(form))]).toEqual([form, true]);
      expect(author.page.url()).toBe(`${city.base}${page}`);
    }
    await author.leave();
  });
});

describe('what a step gave rise to', () => {
  it('is told while it is not done yet, and shown once it is', async () => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const author = await city.visitor(officer);
    await author.open(`/cases/${id}`);
    expect(await author.page.$('[role=status]')).toBeNull();
    await author.page.click('#act-SEND_UP summary');
    expect(await author.press('#act-SEND_UP form button')).toBe(200);
    expect(await author.text()).toContain('Hệ thống đang xử lý bước vừa thực hiện');
    await city.relay();
    await author.pressText('Tải lại trang');
    expect(await author.text()).not.toContain('Hệ thống đang xử lý');
    await author.leave();
  });
});
