import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkForm, type FormReport } from '../../src/documents/checkForm.js';
import { documentView } from '../../src/documents/documentSources.js';
import { readPdf } from '../../src/documents/pdfText.js';
import { BrowserGone, createPrinter, TooSlow, type Printer } from '../../src/documents/print.js';
import { renderDocument } from '../../src/documents/render.js';
import { totalsOf } from '../../workflows/totals.js';
import { documentTypes } from '../../workflows/vocabulary.js';
import { until } from '../crossing/until.js';
import { leashed } from '../setup/leashed.js';
import { inForm } from '../setup/trials.js';
import { samples } from './samples.js';

const executablePath = process.env.PUPPETEER_EXECUTABLE_PATH ?? '/usr/bin/chromium';
let printer: Printer;
beforeAll(async () => {
  printer = createPrinter({ executablePath });
  await printer.warm();
}, 60_000);
afterAll(() => printer.close());

const broken = ({ findings }: FormReport) => findings.filter(({ ok }) => !ok);
const brokenRules = async (html: string, options?: { draft?: boolean }) =>
  broken(await checkForm(await printer.print(html), options)).map(({ rule }) => rule);

const letterHtml = () =>
  renderDocument('returnLetter', documentView('returnLetter', samples.returnLetter())).html;
const proposal = samples.estimateProposal();
const proposalHtml = (source = proposal) =>
  renderDocument('estimateProposal', documentView('estimateProposal', source)).html;
const textOf = async (pdf: Uint8Array) =>
  (await readPdf(pdf)).pages.map(({ lines }) => lines.map(({ text }) => text).join('\n')).join('\n');

describe('a printed document', () => {
  it.each(documentTypes)('%s keeps the form of decree 30', async (type) => {
    const { html } = renderDocument(type, documentView(type, samples[type]() as never));
    expect(broken(await checkForm(await printer.print(html)))).toEqual([]);
  });

  it('of a commune keeps it, too', async () => {
    expect(await brokenRules(proposalHtml(samples.communeProposal()))).toEqual([]);
  });

  it('says DỰ THẢO on every page until it has its number', async () => {
    const issue = { ...proposal.issue, number: null, day: null, signer: { name: null } };
    const pdf = await printer.print(proposalHtml({ ...proposal, issue }));
    const { pages } = await readPdf(pdf);
    expect(pages.every(({ lines }) => lines.some(({ size }) => size > 40))).toBe(true);
    expect(broken(await checkForm(pdf, { draft: true }))).toEqual([]);
    expect(broken(await checkForm(pdf)).map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['number', 'placeAndDate', 'signerName', 'draft']),
    );
  });

  it('shows the totals of its content', async () => {
    const text = await textOf(await printer.print(proposalHtml()));
    expect(text).toContain('49.694.000.000 đồng (Bằng chữ: Bốn mươi chín tỷ sáu trăm');
    expect(text).toContain('4.969.400.000');
  });

  it('has the same text when it is printed again', async () => {
    const html = proposalHtml();
    const [first, second] = await Promise.all([printer.print(html), printer.print(html)]);
    expect(await readPdf(second)).toEqual(await readPdf(first));
  });

  it('of hundreds of lines repeats its table heads and numbers every page', async () => {
    const count = inForm({ short: 250, whole: 1000 });
    const { lines: few } = proposal.content;
    const lines = Array.from({ length: count }, (_, i) => ({ ...few[i % few.length]!, id: String(i) }));
    const content = { ...proposal.content, lines, totals: totalsOf({ ...proposal.content, lines }) };
    const pdf = await printer.print(proposalHtml({ ...proposal, content }));
    expect(broken(await checkForm(pdf))).toEqual([]);
    const { pages } = await readPdf(pdf);
    const landscape = pages.filter(({ width, height }) => width > height);
    expect(landscape.length).toBeGreaterThanOrEqual(count / 25);
    expect(landscape.every(({ lines: found }) => found.some(({ text }) => text.startsWith('(1)')))).toBe(
      true,
    );
  }, 120_000);

  it('never ends on a page that holds nothing but its end, wherever a page is full', async () => {
    const { lines: few } = proposal.content;
    const lastPages = async (count: number) => {
      const lines = Array.from({ length: count }, (_, i) => ({
        ...few[0]!,
        name: 'Máy trạm',
        id: String(i),
      }));
      const content = { ...proposal.content, lines, totals: totalsOf({ ...proposal.content, lines }) };
      const { pages } = await readPdf(await printer.print(proposalHtml({ ...proposal, content })));
      return pages
        .filter(({ lines: found }) => found.some(({ text }) => text.trim() === './.'))
        .map(({ lines: found }) => ({ count, holds: found.length }));
    };
    const counts = Array.from({ length: inForm({ short: 12, whole: 40 }) }, (_, n) => 20 + n);
    const found: object[] = [];
    for (const count of counts) found.push(...(await lastPages(count)).filter(({ holds }) => holds < 4));
    expect(found).toEqual([]);
  }, 120_000);

  it('of six years fits its columns on the page', async () => {
    const years = [2025, 2026, 2027, 2028, 2029, 2030];
    const split = (amount: number) =>
      years.map((year) => ({
        year,
        amount: year === 2030 ? amount - 5 * Math.floor(amount / 6) : Math.floor(amount / 6),
      }));
    const lines = proposal.content.lines.map((line) => ({ ...line, yearSplit: split(line.amountAfterVat) }));
    const head = {
      ...proposal.content,
      fiscalYearTo: 2030,
      contingencyRate: 0,
      contingencyYearSplit: split(0),
    };
    const content = { ...head, lines, totals: totalsOf({ ...head, lines }) };
    expect(await brokenRules(proposalHtml({ ...proposal, content }))).toEqual([]);
  });

  it('of every agency of the city, with money of many sources, stays readable', async () => {
    const source = samples.consolidationReport();
    const rows = Array.from({ length: 10 }, (_, i) =>
      source.rows.map((row) => ({ ...row, code: `${row.code}${i}` })),
    );
    const more = { NSTW: 1_000_000_000, XA_HOI_HOA: 1_000_000_000 };
    const [first, ...rest] = rows.flat();
    const { reviewed } = first!;
    const mixed = {
      ...first!,
      reviewed: {
        ...reviewed,
        grandTotal: reviewed.grandTotal + 2_000_000_000,
        bySource: { ...reviewed.bySource, ...more },
        byYear: { ...reviewed.byYear, 2027: 1_000_000_000, 2028: 1_000_000_000 },
        byCategory: { ...reviewed.byCategory, NHIEM_VU_KHAC: 2_000_000_000 },
      },
    };
    const view = documentView('consolidationReport', { ...source, rows: [mixed, ...rest] });
    expect(await brokenRules(renderDocument('consolidationReport', view).html)).toEqual([]);
  });

  it('survives hostile text: nothing runs, nothing leaves the page', async () => {
    const nasty = `<script>document.title = 'x'</script><style>*{display:none}</style> ${'Dài'.repeat(300)}`;
    const lines = proposal.content.lines.map((line) => ({ ...line, name: nasty, unit: 'W'.repeat(60) }));
    const content = { ...proposal.content, necessity: nasty, scale: nasty, lines };
    const pdf = await printer.print(proposalHtml({ ...proposal, content }));
    expect(broken(await checkForm(pdf))).toEqual([]);
    expect(await textOf(pdf)).toContain("<script>document.title = 'x'</script>");
  });
});

describe('a printer', () => {
  const heavy = `<table>${'<tr><td>0123456789</td></tr>'.repeat(20_000)}</table>`;
  const folders = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith(`totrinh-browser-${hostname()}-`));

  it('gives a document up that takes too long, and prints others meanwhile and afterwards', async () => {
    const impatient = createPrinter({
      executablePath,
      concurrency: 1,
      patience: { draft: 1_000, usual: 2_000, slow: 4_000 },
    });
    try {
      await impatient.warm();
      await impatient.print('<p>warm</p>');
      await expect(impatient.print(heavy.repeat(10))).rejects.toBeInstanceOf(TooSlow);
      // The second time it has a lane of its own: the only usual one is free.
      const again = impatient.print(heavy.repeat(10), 'slow').catch((error: unknown) => error);
      expect((await impatient.print('<p>other</p>')).length).toBeGreaterThan(500);
      expect(await again).toBeInstanceOf(TooSlow);
      expect((await impatient.print('<p>after</p>')).length).toBeGreaterThan(500);
    } finally {
      await impatient.close();
    }
  }, 60_000);

  it('without a browser says that it is gone, which is not the document’s fault', async () => {
    const none = createPrinter({ executablePath: '/nowhere/chromium' });
    await expect(none.print('<p>x</p>')).rejects.toBeInstanceOf(BrowserGone);
    await none.close();
    await expect(none.print('<p>x</p>')).rejects.toBeInstanceOf(BrowserGone);
  });

  it('that is killed leaves no browser, and the next one takes its folder away', async () => {
    const child = leashed(['--import', 'tsx', 'test/setup/printingProcess.ts', executablePath]);
    child.stderr.pipe(process.stderr);
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
    await until(async () => said.includes('warm'));
    const browser = Number(said.split('\n')[0]);
    expect(isRunning(browser)).toBe(true);
    const left = folders().filter((name) => name.includes(`-${child.pid}-`));
    expect(left).toHaveLength(1);

    child.kill('SIGKILL');
    await once(child, 'exit');
    await until(async () => !isRunning(browser), 20);
    const next = createPrinter({ executablePath });
    await next.warm();
    expect(folders()).not.toContain(left[0]);
    const ours = () => folders().filter((name) => name.includes(`-${process.pid}-`)).length;
    const before = ours();
    await next.close();
    expect(ours()).toBe(before - 1);
  }, 60_000);
});

/** Whether a process is there and has not ended already, waiting only to be buried. */
const isRunning = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
};

describe('the form check', () => {
  const withStyle = (html: string, css: string) => html.replace('</style>', `${css}</style>`);

  it.each([
    ['a narrow margin', 'margins', () => withStyle(letterHtml(), '@page{margin:20mm 15mm 20mm 20mm}')],
    ['another paper', 'pageSize', () => withStyle(letterHtml(), '@page{size:Letter}')],
    ['another font', 'fontFamily', () => letterHtml().replace('14pt/1.35 Tinos', '14pt/1.35 monospace')],
    [
      'a face that is drawn, not embedded',
      'fontEmbedded',
      () =>
        withStyle(
          letterHtml().replace(/@font-face\{font-family:Tinos;font-style:normal;font-weight:700[^}]*\}/g, ''),
          'body{font-synthesis:weight}',
        ),
    ],
    ['coloured text', 'textColour', () => withStyle(letterHtml(), '.text{color:#00f}')],
    ['small letters in the body', 'body', () => withStyle(letterHtml(), '.text{font-size:11pt}')],
    ['no motto', 'motto', () => letterHtml().replace('Độc lập - Tự do - Hạnh phúc', 'Tự do')],
    ['a motto without its line', 'mottoRule', () => withStyle(letterHtml(), '.nation .motto{border:0}')],
    [
      'a line as long as the agency’s name',
      'issuingBodyRule',
      () => withStyle(letterHtml(), '.issuer .own::after{width:100%}'),
    ],
    [
      'a number without its zero',
      'number',
      () => letterHtml().replace(/Số: <span class="one">215/, 'Số: <span class="one">5'),
    ],
    [
      'a month with a zero that it should not have',
      'placeAndDate',
      () => letterHtml().replace('ngày 01 tháng 10', 'ngày 01 tháng 09'),
    ],
    ['no addressee', 'addressee', () => letterHtml().replace('Kính gửi: Sở Y tế', 'Sở Y tế')],
    ['no end mark', 'ending', () => letterHtml().replace('./.', '.')],
    ['no recipients', 'boxOrder', () => letterHtml().replace('Nơi nhận:', 'Gửi:')],
    ['an academic title', 'signerName', () => letterHtml().replace('<p>Người Ký', '<p>TS. Người Ký')],
    ['a hole', 'placeholder', () => letterHtml().replace('nếu có vướng mắc', 'nếu có undefined')],
    // The browser composes them again, but in another font than the text around them.
    [
      'decomposed letters',
      'fontFamily',
      () => letterHtml().replace('Chuyển đổi số', 'Chuyển đổi số'.normalize('NFD')),
    ],
    [
      'a mark without a letter to stand on',
      'normalForm',
      () => letterHtml().replace('quan tâm', 'q\u0303uan tâm'),
    ],
    ['a foreign language', 'language', () => letterHtml().replace('lang="vi"', 'lang="en"')],
    ['no title', 'title', () => letterHtml().replace(/<title>.*<\/title>/, '<title></title>')],
  ])('finds %s', async (_name, rule, make) => {
    expect(await brokenRules(make())).toContain(rule);
  });

  it.each([
    [
      'page numbers at the foot',
      'pageNumber',
      () => proposalHtml().replaceAll('@top-center', '@bottom-center'),
    ],
    [
      'table heads that do not repeat',
      'tableHead',
      () => {
        const content = {
          ...proposal.content,
          lines: Array.from({ length: 40 }, () => proposal.content.lines[0]!),
        };
        return withStyle(proposalHtml({ ...proposal, content }), 'thead{display:table-row-group}');
      },
    ],
    [
      'annexes without numbers',
      'annex',
      () => proposalHtml().replace('<h1>Phụ lục II</h1>', '<h1>Phụ lục</h1>'),
    ],
    [
      'legal bases without semicolons',
      'legalBases',
      () => proposalHtml().replace('nhà nước;</p>', 'nhà nước</p>'),
    ],
    ['a paper without a type name', 'typeName', () => proposalHtml().replace('<h1>TỜ TRÌNH</h1>', '')],
  ])('finds %s', async (_name, rule, make) => {
    expect(await brokenRules(make())).toContain(rule);
  });

  it('says in Vietnamese what was found and what is asked for', async () => {
    const report = await checkForm(
      await printer.print(withStyle(letterHtml(), '.recipients{font-size:13pt}')),
    );
    expect(broken(report)[0]).toMatchObject({
      rule: 'recipients',
      page: 1,
      expected: expect.stringMatching(/cỡ 11/),
      found: expect.stringMatching(/cỡ 13/),
    });
  });
});

describe('the printer', () => {
  it('lets a document reach neither the network nor files, and runs no script', async () => {
    const asked: string[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(String(url));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const page = `<html lang="vi"><title>T</title><body><img src="http://127.0.0.1:${port}/a.png"><iframe src="file:///etc/hostname"></iframe>
      <link rel="stylesheet" href="http://127.0.0.1:${port}/b.css"><p id="p">yên</p><script>document.getElementById('p').textContent = 'đã chạy'</script></body></html>`;
    const text = await textOf(await printer.print(page));
    await new Promise((resolve) => server.close(resolve));
    expect(asked).toEqual([]);
    expect(text.trim()).toBe('yên');
  });

  it('keeps two documents apart that one page printed', async () => {
    const one = await textOf(await printer.print('<title>1</title><p>một</p>'));
    const two = await textOf(await printer.print('<title>2</title><p>hai</p>'));
    expect([one, two]).toEqual(['một', 'hai']);
  });

  it('starts a new browser after a crash', async () => {
    const started: (number | undefined)[] = [];
    const own = createPrinter({ executablePath, started: (pid) => started.push(pid) });
    try {
      await own.print('<title>1</title><p>một</p>');
      const crashed = own.print('<title>2</title><p>hai</p>'.padEnd(40_000, '<p>dòng</p>'));
      process.kill(started[0] ?? 0, 'SIGKILL');
      expect(await textOf(await crashed)).toContain('hai');
      expect(await textOf(await own.print('<title>3</title><p>ba</p>'))).toBe('ba');
      expect(started).toHaveLength(2);
    } finally {
      await own.close();
    }
  });

  it('refuses work after it was closed, and tells when there is no browser', async () => {
    const own = createPrinter({ executablePath });
    await own.close();
    await expect(own.print('<p></p>')).rejects.toThrow('closed');
    const none = createPrinter({ executablePath: '/nonexistent' });
    await expect(none.print('<p></p>')).rejects.toThrow();
    await none.close();
  });
});
