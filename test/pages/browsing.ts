import { AxePuppeteer } from '@axe-core/puppeteer';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import puppeteer, { type Browser, type CookieParam, type Page } from 'puppeteer';
import type { Case, Part } from '../../src/engine/ports.js';
import { listen } from '../../src/http/listen.js';
import { createPersonOf } from '../../src/people/personOf.js';
import { demonstrationPassword } from '../../src/seed/demonstration.js';
import { aServedCity, today } from '../api/served.js';
import { sampleEstimate } from '../builders/estimates.js';
import { naming, tableHashBy } from '../builders/naming.js';
import type { TestDatabase } from '../setup/database.js';

const executablePath = process.env.PUPPETEER_EXECUTABLE_PATH ?? '/usr/bin/chromium';

/** Somebody at a browser that runs no script. */
export interface Visitor {
  readonly page: Page;
  /** Opens an address of ours. @returns the status of the answer */
  open(path: string): Promise<number>;
  /** Presses what a selector finds, and waits for the page it leads to. @returns its status */
  press(selector: string): Promise<number>;
  /** Presses the button with these words. */
  pressText(text: string, within?: string): Promise<number>;
  type(selector: string, text: string): Promise<void>;
  text(selector?: string): Promise<string>;
  texts(selector: string): Promise<string[]>;
  /** Keeps a picture where `TOTRINH_SHOTS` names a folder. */
  shot(name: string): Promise<void>;
  /** Whoever sits down at the browser instead: with their session and no cookie of those before them. */
  become(username?: string): Promise<void>;
  /** Leaves the window to the next visitor. */
  leave(): Promise<void>;
}

/** What axe finds on a page; scripts must run there. */
export const violationsOn = async (page: Page) => {
  const { violations } = await new AxePuppeteer(page)
    // Our pages have no frames, for which alone it would open a page beside each.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .withTags(axeTags)
    .analyze();
  return violations;
};
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The served demonstration city with a browser before it. */
export const aBrowsedCity = async (database: TestDatabase) => {
  const city = await aServedCity(database);
  const server = await listen(city.app, 0, '127.0.0.1');
  const base = `http://127.0.0.1:${server.port}`;
  const browser: Browser = await puppeteer.launch({
    executablePath,
    // What somebody leaves can be gone back to, as in anybody's browser.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  const { engine } = city.workflow;
  const personOf = createPersonOf(city.stores);

  const person = async (username: string) => {
    const user = await city.stores.users.find('canTho', username);
    if (!user) throw new Error(`Nobody is called ${username}.`);
    return personOf(user, today);
  };
  const load = async (id: string): Promise<Case> => {
    const found = await city.stores.cases.load({ tenant: 'canTho', id });
    if (!found) throw new Error(`There is no case ${id}.`);
    return found;
  };

  let keys = 0;
  const names = naming({ drafts: city.stores.drafts, tableHash: tableHashBy(city.workflow.kinds) });
  const send = async (username: string, id: string, event: { type: string } & Record<string, unknown>) => {
    const found = await load(id);
    const { seq } = found;
    const named = await names(found, event.type);
    await engine.send({
      person: await person(username),
      caseId: id,
      seq,
      event: { ...named, ...event },
      key: `test-${++keys}`,
    });
    await city.relay();
    return load(id);
  };
  const edit = async (username: string, id: string, part: Part, op: string, input: object) => {
    const who = await person(username);
    const { rev } = await engine.draft({ person: who, caseId: id, part });
    return engine.edit({ person: who, caseId: id, part, op, input, rev });
  };
  const start = async (username: string, kind: Case['kind'], input: object = { round: 'dot-1-2025' }) => {
    const { id } = await engine.start({
      person: await person(username),
      kind,
      input,
      key: `start-${++keys}`,
    });
    await city.relay();
    return id;
  };

  /** A draft with a sample's lines. */
  const drafted = async (code: string, agency: string): Promise<string> => {
    const { lines, ...header } = sampleEstimate(code).input;
    const id = await start(`${agency}.chuyenvien`, 'estimate');
    const typed = lines.map(({ id: _id, ...line }) => line);
    await edit(`${agency}.chuyenvien`, id, 'content', 'replace', { header, lines: typed });
    await city.relay();
    return id;
  };
  /** From a draft to a paper with a number. */
  const issued = async (id: string, agency: string): Promise<string> => {
    const officer = await person(`${agency}.chuyenvien`);
    const { rev } = await engine
      .draft({ person: officer, caseId: id, part: 'content' })
      .catch(() => ({ rev: 0 }));
    const { kind } = await load(id);
    await send(`${agency}.chuyenvien`, id, { type: 'SEND_UP', ...(kind !== 'consolidation' && { rev }) });
    const { state } = await load(id);
    if (JSON.stringify(state).includes('unitReview'))
      await send(`${agency}.truongphong`, id, { type: 'ENDORSE' });
    await send(`${agency}.thutruong`, id, { type: 'SIGN' });
    await send(`${agency}.vanthu`, id, { type: 'ISSUE', date: today });
    return id;
  };
  const registered = async (id: string, agency: string): Promise<string> => {
    await issued(id, agency);
    await send('skhcn.vanthu', id, { type: 'REGISTER' });
    return id;
  };
  const eligible = async (id: string, agency: string): Promise<string> => {
    await registered(id, agency);
    const { content, context } = await load(id);
    const { lines } = await city.stores.contents.get<{ lines: { id: string }[] }>('canTho', content ?? '');
    for (const line of lines) {
      await edit('skhcn.chuyenvien', id, 'review', 'setVerdict', { lineId: line.id, verdict: 'accept' });
    }
    await send('skhcn.chuyenvien', id, { type: 'CONCLUDE_LINES' });
    if (context['systemConcerned'] === true) {
      await send('skhcn.chuyenvien', id, { type: 'ASK_OPINION' });
      await send('catp.chuyenvien', id, { type: 'GIVE_OPINION', verdict: 'agree', agreedLevel: 3 });
    }
    await send('skhcn.chuyenvien', id, { type: 'ACCEPT' });
    return id;
  };
  const gathering = async (ids: readonly string[]): Promise<string> => {
    const id = await start('skhcn.chuyenvien', 'consolidation');
    if (ids.length > 0) await send('skhcn.chuyenvien', id, { type: 'ADD', ids });
    return id;
  };
  const toAppraising = async (id: string) => {
    await send('skhcn.chuyenvien', id, { type: 'FREEZE' });
    await issued(id, 'skhcn');
    await send('stc.vanthu', id, { type: 'RECEIVE' });
  };
  const toDecision = async (id: string, estimates: readonly string[]) => {
    for (const estimateId of estimates) {
      const { context } = await load(estimateId);
      await edit('stc.chuyenvien', id, 'appraisal', 'setAppraisal', {
        estimateId,
        amount: context['reviewed'],
        criteria: [],
      });
    }
    await send('stc.chuyenvien', id, { type: 'CONCLUDE' });
    await send('stc.thutruong', id, { type: 'SIGN' });
    await send('stc.vanthu', id, { type: 'ISSUE', date: today });
    await send('vp.chuyenvien', id, { type: 'PASS' });
  };

  /** Everybody's session, begun through the API once: the door itself has tests of its own. */
  const sessions = new Map<string, Promise<CookieParam[]>>();
  const begun = async (username: string): Promise<CookieParam[]> => {
    const answer = await fetch(`${base}/api/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password: demonstrationPassword }),
    });
    if (answer.status !== 200) throw new Error(`${username} cannot sign in: ${await answer.text()}`);
    return answer.headers.getSetCookie().map((given) => {
      const [name = '', value = ''] = (given.split(';')[0] ?? '').split('=');
      return { name, value, url: base };
    });
  };
  const sessionOf = (username: string) => {
    const session = sessions.get(username) ?? begun(username);
    sessions.set(username, session);
    return session;
  };

  /** What somebody is answered at the address of a page, read and not drawn. */
  const read = async (username: string, path: string) => {
    const cookie = (await sessionOf(username)).map(({ name, value }) => `${name}=${value}`).join('; ');
    const answer = await fetch(`${base}${path}`, { headers: { cookie } });
    return { status: answer.status, html: await answer.text() };
  };

  /** Windows that nobody sits at; to open one takes longer than to visit several pages. */
  const windows: Page[] = [];
  const opened = async (): Promise<Page> => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setJavaScriptEnabled(false);
    await page.setViewport({ width: 1366, height: 768 });
    return page;
  };

  const visitor = async (username?: string): Promise<Visitor> => {
    const page = windows.pop() ?? (await opened());
    const context = page.browserContext();
    const waited = async (act: () => Promise<unknown>) => {
      const [answer] = await Promise.all([page.waitForNavigation(), act()]);
      return answer?.status() ?? 0;
    };
    const said: Visitor = {
      page,
      open: async (path) => (await page.goto(`${base}${path}`))?.status() ?? 0,
      press: (selector) => waited(() => page.click(selector)),
      pressText: (text, within = '') =>
        waited(() =>
          page.click(
            `${within} ::-p-xpath(.//*[self::button or self::a][normalize-space()=${JSON.stringify(text)}])`,
          ),
        ),
      type: async (selector, text) => {
        await page.click(selector, { count: 3 });
        // At once in place of what is chosen, as from a clipboard.
        if (text === '') await page.keyboard.press('Backspace');
        else await page.keyboard.sendCharacter(text);
      },
      text: (selector = 'main') =>
        page.$eval(selector, (element) => (element as unknown as { innerText: string }).innerText),
      texts: (selector) =>
        page.$$eval(selector, (elements) =>
          elements.map((element) => (element as unknown as { innerText: string }).innerText.trim()),
        ),
      shot: async (name) => {
        const folder = process.env.TOTRINH_SHOTS;
        if (!folder) return;
        await mkdir(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
      },
      become: async (whom) => {
        await context.deleteCookie(...(await context.cookies()));
        if (whom !== undefined) await page.setCookie(...(await sessionOf(whom)));
      },
      leave: async () => {
        for (const tab of await context.pages()) if (tab !== page) await tab.close();
        windows.push(page);
      },
    };
    await said.become(username);
    return said;
  };

  return {
    ...city,
    base,
    browser,
    engine,
    person,
    load,
    send,
    edit,
    start,
    drafted,
    issued,
    registered,
    eligible,
    gathering,
    toAppraising,
    toDecision,
    visitor,
    read,
    close: async () => {
      await browser.close();
      await server.close();
      await city.close();
    },
  };
};
export type BrowsedCity = Awaited<ReturnType<typeof aBrowsedCity>>;
