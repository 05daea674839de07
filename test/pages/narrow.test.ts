import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer';
import { templatesFolder } from '../../src/wording.js';

const css = readFileSync(join(templatesFolder, 'pages', 'pages.css'), 'utf8');
const figure = '2.230.889.999.999';
const html = `<style>${css}</style><body><main>
<dl class="facts head"><div><dt>Số tiền</dt><dd class="amount"><i class="figure">${figure}</i> <span class="words">${'hai nghìn '.repeat(20)}</span></dd></div></dl>
<div class="scroll"><table><caption>Một bảng rộng. Đơn vị tính: đồng</caption>
<tbody><tr>${`<td class="number"><i class="figure">${figure}</i></td>`.repeat(9)}</tr></tbody></table></div>
<dl class="totals"><div><dt>Tổng phân bổ của cả phương án (đồng)</dt><dd><i class="figure">${figure}</i></dd></div></dl>
</main>`;

let browser: Browser;
beforeAll(async () => {
  browser = await puppeteer.launch({
    executablePath: process.env.PUPPETEER_EXECUTABLE_PATH ?? '/usr/bin/chromium',
    args: ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
});
afterAll(() => browser.close());

describe('a page of 360 pixels', () => {
  it('breaks no figure, and shows the whole caption of a wide table wherever it is scrolled', async () => {
    const page = await browser.newPage();
    await page.setViewport({ width: 360, height: 700 });
    await page.setContent(html);
    const lines = await page.$$eval('.figure', (all) => all.map((one) => one.getClientRects().length));
    expect(lines.every((count) => count === 1)).toBe(true);
    const captionAt = (left: number) =>
      page.$eval(
        '.scroll',
        (scroll, to) => {
          scroll.scrollLeft = to;
          const box = scroll.querySelector('caption')!.getBoundingClientRect();
          return [Math.round(box.left), Math.round(box.right)];
        },
        left,
      );
    expect([await captionAt(0), await captionAt(300)]).toEqual([
      [0, 360],
      [0, 360],
    ]);
    const width = await page.$eval('html', (whole) => whole.scrollWidth);
    expect(width).toBe(360);
  });
});
