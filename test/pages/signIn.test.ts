import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { styleAddress } from '../../src/pages/assets.js';
import { testDatabase } from '../setup/database.js';
import { aBrowsedCity, type BrowsedCity, type Visitor } from './browsing.js';

const database = testDatabase('PagesSignIn');
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

const signIn = async (
  visitor: Awaited<ReturnType<BrowsedCity['visitor']>>,
  username: string,
  password: string,
) => {
  await visitor.type('#username', username);
  await visitor.type('#password', password);
  return visitor.press('main form button');
};

describe('signing in', () => {
  it('leads to the inbox, and back out', async () => {
    const officer = await city.visitor();
    await officer.open('/');
    expect(officer.page.url()).toBe(`${city.base}/sign-in`);
    await officer.shot('signIn');
    await signIn(officer, 'syt.chuyenvien', 'thu-nghiem-to-trinh');
    expect(officer.page.url()).toBe(`${city.base}/inbox`);
    expect(await officer.text('h1')).toBe('Việc của tôi');
    await officer.shot('inboxEmpty');
    await officer.press('.who button');
    expect(await officer.text('.notice')).toBe('Đã đăng xuất.');
    await officer.open('/inbox');
    expect(officer.page.url()).toBe(`${city.base}/sign-in?next=%2Finbox`);
    await officer.leave();
  });

  it.each([
    ['where somebody signs out', (officer: Visitor) => officer.press('.who button')],
    [
      'where they do in another window',
      async ({ page }: Visitor) => {
        const other = await page.browserContext().newPage();
        await other.goto(`${city.base}/account`);
        await Promise.all([other.waitForNavigation(), other.click('.who button')]);
        await page.goto(`${city.base}/sign-in`);
      },
    ],
  ])('leaves nothing behind to go back to, %s', async (_, signOut) => {
    const id = await city.drafted('DT-2025-004', 'syt');
    const { code } = await city.load(id);
    const officer = await city.visitor();
    await officer.open('/');
    await signIn(officer, 'syt.chuyenvien', 'thu-nghiem-to-trinh');
    await officer.open(`/cases/${id}`);
    for (const path of [`/cases/${id}/content`, `/cases/${id}/history`, '/inbox']) {
      await officer.open(path);
      expect(await officer.page.content()).toContain(code);
    }
    await signOut(officer);
    for (let back = 0; back < 4; back++) {
      await officer.page.goBack();
      expect(new URL(officer.page.url()).pathname).toBe('/sign-in');
      expect(await officer.page.content()).not.toContain(code);
    }
    await officer.leave();
  });

  it('lets browsers keep the style, and nothing that is about people and cases', async () => {
    const officer = await city.visitor('syt.chuyenvien');
    const id = await city.drafted('DT-2025-004', 'syt');
    const kept = async (path: string) =>
      (await officer.page.goto(`${city.base}${path}`))?.headers()['cache-control'];
    for (const path of ['/inbox', '/account', `/cases/${id}`, '/api/v1/me', `/api/v1/cases/${id}`])
      expect(await kept(path)).toBe('no-store');
    expect(await kept(styleAddress)).toContain('immutable');
    await officer.leave();
  });

  it('is shown before a paper that a page leads to, and what keeps a paper away is told on a page', async () => {
    const paper = '/api/v1/cases/unknown/preview/decision';
    const officer = await city.visitor();
    await officer.open(paper);
    expect(officer.page.url()).toBe(`${city.base}/sign-in?next=${encodeURIComponent(paper)}`);
    await officer.type('#username', 'syt.chuyenvien');
    await officer.type('#password', 'thu-nghiem-to-trinh');
    expect(await officer.press('main form button')).toBe(404);
    expect(await officer.text('h1')).toBe('Không tìm thấy hồ sơ');
    expect(await officer.open('/api/v1/cases/unknown/events')).toBe(405);
    const asked = await fetch(`${city.base}${paper}`);
    expect(asked.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    await officer.leave();
  });

  it('names the accounts of the demonstration city, each filled in by a press', async () => {
    const visitor = await city.visitor();
    await visitor.open('/cases?round=dot-1-2025');
    await visitor.press('a[href*="username=skhcn.truongphong"]');
    expect(await visitor.text('section')).toContain('thu-nghiem-to-trinh');
    await visitor.type('#password', 'thu-nghiem-to-trinh');
    await visitor.press('main form button');
    expect(visitor.page.url()).toBe(`${city.base}/cases?round=dot-1-2025`);
    await visitor.leave();
  });

  it('names none where nobody of the demonstration city is', async () => {
    const { users } = city.stores;
    const known = jest.spyOn(users, 'demonstration').mockResolvedValue({ count: 0, some: [] });
    const visitor = await city.visitor();
    await visitor.open('/sign-in');
    expect(await visitor.page.$('section')).toBeNull();
    known.mockRestore();
    await visitor.leave();
  });

  it('with a wrong password says so above the heading, keeps the name and not the password', async () => {
    const officer = await city.visitor();
    await officer.open('/sign-in');
    expect(await signIn(officer, 'syt.chuyenvien', 'sai mật khẩu')).toBe(401);
    expect(await officer.page.title()).toMatch(/^Lỗi: Đăng nhập/);
    expect(await officer.text('.errors')).toContain('Tên đăng nhập hoặc mật khẩu không đúng');
    expect(
      await officer.page.$eval('#username', (input) => (input as unknown as { value: string }).value),
    ).toBe('syt.chuyenvien');
    expect(
      await officer.page.$eval('#password', (input) => (input as unknown as { value: string }).value),
    ).toBe('');
    await officer.leave();
  });

  it('goes on to the page that was asked for, and to no other site', async () => {
    const officer = await city.visitor();
    await officer.open('/cases');
    await signIn(officer, 'syt.chuyenvien', 'thu-nghiem-to-trinh');
    expect(officer.page.url()).toBe(`${city.base}/cases`);
    await officer.leave();
    for (const next of ['//evil.example/', '/\\evil.example', 'https://evil.example/']) {
      const other = await city.visitor();
      await other.open(`/sign-in?next=${encodeURIComponent(next)}`);
      await signIn(other, 'syt.chuyenvien', 'thu-nghiem-to-trinh');
      expect(other.page.url()).toBe(`${city.base}/inbox`);
      await other.leave();
    }
  });

  it('keeps the language that was chosen', async () => {
    const officer = await city.visitor();
    await officer.open('/sign-in?lng=en');
    expect(await officer.text('h1')).toBe('Sign in');
    await signIn(officer, 'syt.chuyenvien', 'thu-nghiem-to-trinh');
    expect(await officer.text('h1')).toBe('My work');
    expect(await officer.page.$eval('html', (html) => html.getAttribute('lang'))).toBe('en');
    await officer.leave();
  });

  it('leads each to where they work', async () => {
    for (const [username, place] of [
      ['kiemtoan', '/cases'],
      ['quantri', '/admin/dead-letters'],
    ] as const) {
      const visitor = await city.visitor();
      await visitor.open('/sign-in');
      await signIn(visitor, username, 'thu-nghiem-to-trinh');
      expect(visitor.page.url()).toBe(`${city.base}${place}`);
      await visitor.leave();
    }
  });

  it('for the first time asks for another password before anything else', async () => {
    const { stores } = city;
    await stores.users.change('canTho', 'sgddt.phothutruong', { mustChange: true });
    const deputy = await city.visitor();
    await deputy.open('/sign-in');
    await signIn(deputy, 'sgddt.phothutruong', 'thu-nghiem-to-trinh');
    expect(deputy.page.url()).toBe(`${city.base}/account`);
    await deputy.open('/inbox');
    expect(deputy.page.url()).toBe(`${city.base}/account`);
    const change = async (current: string, next: string, again: string) => {
      await deputy.type('#password-currentPassword', current);
      await deputy.type('#password-newPassword', next);
      await deputy.type('#password-repeatedPassword', again);
      return deputy.press('form[action="/account/password"] button');
    };
    expect(await change('thu-nghiem-to-trinh', 'ngắn', 'ngắn')).toBe(400);
    expect(await deputy.text('.errors')).toMatch(/ít nhất/);
    expect(await change('thu-nghiem-to-trinh', 'một câu dài dễ nhớ 2025', 'một câu khác')).toBe(400);
    expect(await change('thu-nghiem-to-trinh', 'một câu dài dễ nhớ 2025', 'một câu dài dễ nhớ 2025')).toBe(
      200,
    );
    expect(await deputy.text('.notice')).toContain('Đã đổi mật khẩu');
    await deputy.open('/inbox');
    expect(await deputy.text('h1')).toBe('Việc của tôi');
    await deputy.leave();
  });
});

describe('looking at the door', () => {
  it('stores nothing, in whichever language, and the form still proves where it comes from', async () => {
    const sessions = database.db().collection('sessions');
    const before = await sessions.countDocuments();
    for (const path of ['/sign-in', '/sign-in?lng=en', '/inbox', '/nowhere'])
      await fetch(`${city.base}${path}`);
    expect(await sessions.countDocuments()).toBe(before);

    const fields = { username: 'syt.chuyenvien', password: 'thu-nghiem-to-trinh' };
    const opened = await fetch(`${city.base}/sign-in`);
    const proof = /name="_csrf" value="([0-9a-f]{64})"/.exec(await opened.text())?.[1] ?? '';
    const cookie = opened.headers
      .getSetCookie()
      .map((given) => given.split(';')[0])
      .join('; ');
    const send = (sent: Record<string, string>, headers: Record<string, string>) =>
      fetch(`${city.base}/sign-in`, {
        method: 'POST',
        body: new URLSearchParams({ ...fields, ...sent }),
        headers,
        redirect: 'manual',
      });
    expect((await send({}, { cookie })).status).toBe(403);
    expect((await send({ _csrf: proof }, {})).status).toBe(403);
    expect((await send({ _csrf: 'f'.repeat(64) }, { cookie })).status).toBe(403);
    expect(await sessions.countDocuments()).toBe(before);
    expect((await send({ _csrf: proof }, { cookie })).status).toBe(303);
    expect(await sessions.countDocuments()).toBe(before + 1);
  });
});
