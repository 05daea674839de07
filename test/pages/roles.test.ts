import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { testDatabase } from '../setup/database.js';
import { aBrowsedCity, violationsOn, type BrowsedCity, type Visitor } from './browsing.js';

const database = testDatabase('PagesRoles');
let city: BrowsedCity;
/** One case of each kind in a telling place. */
const ids = { draft: '', submitted: '', reviewing: '', eligible: '', gathering: '' };

beforeAll(async () => {
  city = await aBrowsedCity(database);
  await database.empty();
  await city.seed();
  ids.draft = await city.drafted('DT-2025-003', 'snnmt');
  ids.submitted = await city.issued(await city.drafted('DT-2025-002', 'sgddt'), 'sgddt');
  ids.reviewing = await city.registered(await city.drafted('DT-2025-004', 'syt'), 'syt');
  ids.eligible = await city.eligible(await city.drafted('DT-2025-005', 'sxd'), 'sxd');
  ids.gathering = await city.gathering([
    await city.eligible(await city.drafted('DT-2025-006', 'sct'), 'sct'),
  ]);
  await giveUp(['no printer 1', 'no printer 2', 'no such agency']);
}, 120_000);
afterAll(async () => {
  await city.close();
  await database.close();
});

/** Dead letters with these errors, of a case that is not there. */
const giveUp = async (errors: readonly string[]) => {
  const { outbox } = city.stores;
  const at = '2025-09-25T02:00:00.000Z';
  const intent = { type: 'render' as const, params: { document: 'decision' as const, data: {} } };
  for (const [n, error] of errors.entries()) {
    const id = `canTho/gone/1/${n}`;
    await outbox.insert([{ id, tenant: 'canTho', case: 'gone', intent, at }]);
    for (;;) {
      const claimed = await outbox.claimIntent({ token: 'test', ms: 60_000, whenever: true });
      if (!claimed) throw new Error('nothing to give up');
      if (claimed.id === id) {
        await outbox.bury(claimed, error);
        break;
      }
      await outbox.retry(claimed, { pauseMs: 60_000, error: '', fault: 'notNow' });
    }
  }
};

/** Everybody sits down at the same browser, one after another. */
let seated: Promise<Visitor> | undefined;
const as = async (username: string): Promise<Visitor> => {
  const visitor = await (seated ??= city.visitor());
  await visitor.become(username === '' ? undefined : username);
  return visitor;
};

const everybody = [
  'syt.chuyenvien',
  'syt.truongphong',
  'syt.thutruong',
  'syt.vanthu',
  'sgddt.chuyenvien',
  'sgddt.thutruong',
  'snnmt.chuyenvien',
  'skhcn.chuyenvien',
  'skhcn.truongphong',
  'skhcn.vanthu',
  'stc.chuyenvien',
  'catp.chuyenvien',
  'ubnd.thutruong',
  'kiemtoan',
];

/** What a page holds by a selector, text or an attribute of each, as the browser parses it and does not draw it. */
const parsed = async (html: string, wanted: Readonly<Record<string, readonly [string, string?]>>) => {
  const { page } = await (seated ??= city.visitor());
  return (await page.evaluate(
    `(() => {
      const found = new DOMParser().parseFromString(${JSON.stringify(html)}, 'text/html');
      return Object.fromEntries(Object.entries(${JSON.stringify(wanted)}).map(([name, [selector, attribute]]) => [
        name,
        [...found.querySelectorAll(selector)].map((each) =>
          attribute ? (each.getAttribute(attribute) ?? '') : each.textContent.trim(),
        ),
      ]));
    })()`,
  )) as Record<string, string[]>;
};

/** Events of a page, by where it lists them. */
const eventsOn = async (html: string) => {
  const {
    forms = [],
    elsewhere = [],
    closed = [],
    others = [],
  } = await parsed(html, {
    forms: ['.acts details.act', 'id'],
    elsewhere: ['.acts p > a.button', 'href'],
    closed: ['.closed li', 'data-event'],
    others: ['.others li', 'data-event'],
  });
  const linked = elsewhere.map((href) => href.split('#')[1] ?? '').filter(Boolean);
  return {
    open: [...forms.map((id) => id.replace('act-', '')), ...linked].sort(),
    closed: closed.sort(),
    others: others.sort(),
  };
};

describe('a case page', () => {
  it('offers each person what the machine lets them do, and tells the rest apart', async () => {
    for (const username of everybody) {
      const person = await city.person(username);
      for (const id of Object.values(ids)) {
        const found = await city.engine.read({ person, caseId: id }).catch(() => null);
        const { status, html } = await city.read(username, `/cases/${id}`);
        if (!found) {
          expect({ username, id, status }).toEqual({ username, id, status: 404 });
          continue;
        }
        const options = await city.engine.options({ person, found });
        const events = (kept: (option: (typeof options)[number]) => boolean) =>
          options
            .filter(kept)
            .map(({ event }) => event)
            .sort();
        expect({ username, ...(await eventsOn(html)) }).toEqual({
          username,
          open: events(({ open }) => open),
          closed: events(({ permitted, open }) => permitted && !open),
          others: events(({ permitted }) => !permitted),
        });
      }
    }
  }, 120_000);

  it('refuses what is closed with the reason, and keeps what was typed', async () => {
    const clerk = await as('skhcn.vanthu');
    await clerk.open(`/cases/${ids.submitted}`);
    await clerk.page.click('#act-REFUSE_RECEIPT summary');
    await clerk.type('#REFUSE_RECEIPT-reason', 'ngắn');
    expect(await clerk.press('#act-REFUSE_RECEIPT form button')).toBe(400);
    expect(await clerk.page.title()).toMatch(/^Lỗi: /);
    expect(await clerk.text('.errors')).toContain('Lý do');
    expect(await clerk.page.$eval('.errors a', (link) => link.getAttribute('href'))).toBe(
      '#REFUSE_RECEIPT-reason',
    );
    expect(
      await clerk.page.$eval(
        '#REFUSE_RECEIPT-reason',
        (area) => (area as unknown as { value: string }).value,
      ),
    ).toBe('ngắn');
    await clerk.shot('refusedField');

    // Somebody else is faster.
    await clerk.open(`/cases/${ids.submitted}`);
    await city.send('skhcn.vanthu', ids.submitted, {
      type: 'REFUSE_RECEIPT',
      reason: 'Thiếu chữ ký của thủ trưởng',
    });
    await clerk.page.click('#act-REGISTER summary');
    expect(await clerk.press('#act-REGISTER form button')).toBe(409);
    expect(await clerk.text('.errors')).toMatch(/Từ chối tiếp nhận|không thực hiện được/);
    await clerk.shot('refusedStale');
  });

  it('shows text as text, whatever somebody wrote', async () => {
    const hostile = '<script>alert(1)</script><img src=x onerror=alert(2)> "\' & {{constructor}}';
    await city.send('sgddt.chuyenvien', ids.submitted, { type: 'REVISE' });
    const { body } = await city.engine.draft({
      person: await city.person('sgddt.chuyenvien'),
      caseId: ids.submitted,
      part: 'content',
    });
    const [line] = (body as { lines: { id: string }[] }).lines;
    await city.edit('sgddt.chuyenvien', ids.submitted, 'content', 'setLine', {
      lineId: line?.id,
      name: hostile,
      unit: hostile.slice(0, 40),
    });
    const officer = await as('sgddt.chuyenvien');
    await officer.open(`/cases/${ids.submitted}/content`);
    expect(await officer.page.$$('main script, main img')).toEqual([]);
    expect(
      await officer.page.$eval(
        `#line-${line?.id}-name`,
        (input) => (input as unknown as { value: string }).value,
      ),
    ).toBe(hostile);
    await city.send('sgddt.chuyenvien', ids.submitted, { type: 'ABANDON', reason: hostile });
    await officer.open(`/cases/${ids.submitted}/history`);
    expect((await officer.texts('blockquote'))[0]).toBe(hostile);
    expect(await officer.page.$$('main script, main img')).toEqual([]);
  });

  it('of another agency, or of none, is not found', async () => {
    const other = await as('sxd.chuyenvien');
    expect(await other.open(`/cases/${ids.draft}`)).toBe(404);
    expect(await other.text('h1')).toBe('Không tìm thấy hồ sơ');
    await other.shot('notFound');
    expect(await other.open('/nothing-here')).toBe(404);
  });
});

describe('the inbox', () => {
  it('shows exactly what waits for each person, with the verb', async () => {
    for (const username of everybody.filter((name) => name !== 'kiemtoan')) {
      const { items } = await city.workflow.inbox(await city.person(username), { limit: 50 });
      const { html } = await city.read(username, '/inbox');
      const { codes, verbs } = await parsed(html, { codes: ['table.cases tbody th'], verbs: ['td.todo'] });
      expect({ username, codes }).toEqual({ username, codes: items.map(({ code }) => code) });
      expect(verbs?.filter((verb) => verb === '')).toEqual([]);
    }
    const reviewer = await as('skhcn.chuyenvien');
    await reviewer.open('/inbox');
    await reviewer.shot('inboxReviewer');
    expect(await reviewer.texts('td.todo')).toEqual(
      expect.arrayContaining(['Kết luận các dòng', 'Chốt số liệu']),
    );
    await reviewer.open('/inbox?tab=notices');
    await reviewer.shot('notices');
    await reviewer.open('/inbox?tab=agency');
    expect((await reviewer.texts('table.cases tbody th')).length).toBeGreaterThan(2);
  }, 60_000);
});

const pagesOf = (): readonly (readonly [who: string, path: string])[] => [
  ['', '/sign-in'],
  ['', '/nothing-here'],
  ['syt.chuyenvien', '/account'],
  ['skhcn.chuyenvien', '/inbox'],
  ['skhcn.chuyenvien', '/inbox?tab=overdue'],
  ['skhcn.chuyenvien', '/inbox?tab=agency'],
  ['skhcn.chuyenvien', '/inbox?tab=notices'],
  ['skhcn.chuyenvien', '/cases'],
  ['skhcn.chuyenvien', '/cases/new/consolidation'],
  ['snnmt.chuyenvien', `/cases/${ids.draft}`],
  ['snnmt.chuyenvien', `/cases/${ids.draft}/content`],
  ['snnmt.chuyenvien', `/cases/${ids.draft}/header`],
  ['snnmt.chuyenvien', `/cases/${ids.draft}/lines/l1`],
  ['skhcn.truongphong', `/cases/${ids.reviewing}`],
  ['skhcn.chuyenvien', `/cases/${ids.reviewing}/content`],
  ['syt.chuyenvien', `/cases/${ids.reviewing}/content`],
  ['syt.chuyenvien', `/cases/${ids.reviewing}/history`],
  ['syt.chuyenvien', `/cases/${ids.reviewing}/documents`],
  ['skhcn.chuyenvien', `/cases/${ids.gathering}/content`],
  ['skhcn.chuyenvien', `/cases/${ids.gathering}`],
  ['quantri', '/admin/dead-letters'],
];

describe('every page', () => {
  /** What each visit found; a page is opened once in each language, for both tests. */
  const found: object[] = [];
  const wide: object[] = [];

  const visit = async (visitor: Visitor, who: string, path: string, lng: string) => {
    const { page } = visitor;
    const violations = await violationsOn(page);
    found.push(
      ...violations.map(({ id, nodes }) => ({
        path,
        lng,
        id,
        where: nodes.map(({ target, failureSummary }) => [target, failureSummary]),
      })),
    );
    const name = `${who || 'nobody'}${path.replace(/[^\w]+/g, '-').replace(/[0-9a-f]{20}/, 'case')}`;
    if (lng === 'vi') await visitor.shot(name);
    await page.setViewport({ width: 320, height: 640 });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    if (Number(width) > 320) wide.push({ path, lng, width });
    if (lng === 'vi') await visitor.shot(`narrow-${name}`);
    await page.setViewport({ width: 1366, height: 768 });
  };

  beforeAll(async () => {
    for (const who of [...new Set(pagesOf().map(([name]) => name))]) {
      const visitor = await as(who);
      await visitor.page.setJavaScriptEnabled(true);
      await visitor.page.setBypassCSP(true);
      for (const [, path] of pagesOf().filter(([name]) => name === who)) {
        for (const lng of ['en', 'vi']) {
          await visitor.open(`${path}${path.includes('?') ? '&' : '?'}lng=${lng}`);
          await visit(visitor, who, path, lng);
        }
      }
      await visitor.page.setBypassCSP(false);
      await visitor.page.setJavaScriptEnabled(false);
    }
  }, 240_000);

  it('has nothing for axe to find, in both languages', () => expect(found).toEqual([]));

  it('needs no scrolling to the side at 320 pixels, but for tables in their own boxes', () =>
    expect(wide).toEqual([]));

  it('keeps to its weight', async () => {
    const visitor = await as('skhcn.chuyenvien');
    const weigh = async (path: string) => {
      const requests: string[] = [];
      const note = (request: { url(): string }) => void requests.push(request.url());
      visitor.page.on('request', note);
      await visitor.open(path);
      visitor.page.off('request', note);
      return { html: gzipSync(await visitor.page.content()).length, requests: requests.length };
    };
    const inbox = await weigh('/inbox');
    expect(inbox.requests).toBeLessThanOrEqual(6);
    expect(inbox.html).toBeLessThanOrEqual(25_000);
    expect((await weigh(`/cases/${ids.reviewing}`)).html).toBeLessThanOrEqual(15_000);
    const href = await visitor.page.$eval('link[rel=stylesheet]', (link) => link.getAttribute('href') ?? '');
    const style = await (await fetch(`${city.base}${href}`)).text();
    expect(gzipSync(style).length).toBeLessThanOrEqual(20_000);
  });

  it('is worked with the keyboard alone, from the door to sending up', async () => {
    const officer = await city.visitor();
    const { page } = officer;
    await officer.open('/sign-in');
    const enter = async () => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    const tabTo = async (selector: string) => {
      for (let steps = 0; steps < 80; steps++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
      }
      throw new Error(`${selector} cannot be reached with the Tab key.`);
    };
    await tabTo('#username');
    await page.keyboard.type('snnmt.chuyenvien');
    await tabTo('#password');
    await page.keyboard.type('thu-nghiem-to-trinh');
    await enter();
    await tabTo('table.cases tbody a');
    await enter();
    await tabTo('#act-SEND_UP summary');
    await page.keyboard.press('Enter');
    await tabTo('#act-SEND_UP form button');
    await enter();
    expect(await officer.text('.notice')).toContain('Trình trưởng phòng duyệt');
  });
});

describe('what was given up', () => {
  it('is shown by what it was and why, and tried again together', async () => {
    const administrator = await as('quantri');
    await administrator.open('/admin/dead-letters?lng=vi');
    const told = await administrator.text();
    expect(told).toContain('Làm văn bản');
    expect(told).toContain('no printer …');
    expect(await administrator.pressText('Thử lại cả 2 việc')).toBe(200);
    expect(await administrator.text()).toContain('no such agency');
    expect(await administrator.text()).not.toContain('no printer');
    expect(await city.stores.outbox.deadKinds('canTho')).toMatchObject([
      { cause: 'no such agency', count: 1 },
    ]);
  });
});
