import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amountsOf } from '../../src/documents/amounts.js';
import { checkForm, checkPrinted } from '../../src/documents/checkForm.js';
import { layBands, layColumns } from '../../src/documents/columns.js';
import { documentView, type DocumentSources } from '../../src/documents/documentSources.js';
import { readPdf } from '../../src/documents/pdfText.js';
import { createPrinter, type Printer } from '../../src/documents/print.js';
import { printedFigures } from '../../src/documents/readFigures.js';
import { renderDocument } from '../../src/documents/render.js';
import type { DocumentType } from '../../workflows/vocabulary.js';
import { inForm, seed } from '../setup/trials.js';
import { atScale } from './amounts.js';
import { samples } from './samples.js';

let printer: Printer;
beforeAll(async () => {
  printer = createPrinter({ executablePath: process.env.PUPPETEER_EXECUTABLE_PATH ?? '/usr/bin/chromium' });
  await printer.warm();
}, 60_000);
afterAll(() => printer.close());

const made = <T extends DocumentType>(type: T, source: DocumentSources[T]) => ({
  html: renderDocument(type, documentView(type, source)).html,
  amounts: amountsOf(type, source),
  draft: false,
});
const wrongIn = async (paper: ReturnType<typeof made>, printed = paper.html) => {
  const { findings } = await checkPrinted(await printer.print(printed), paper);
  return findings.filter(({ ok }) => !ok);
};

describe('the figures of a paper', () => {
  it('come back whole and equal to the data, on A4, whatever their size, years and sources', async () => {
    const scales = fc.record({
      most: fc.oneof(fc.constant(9.0e15), fc.integer({ min: 1_000_000, max: 9_000_000_000_000_000 })),
      years: fc.integer({ min: 1, max: 10 }),
      sources: fc.integer({ min: 1, max: 7 }),
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(scales, async (scale) => {
        for (const [type, source] of Object.entries(atScale(scale))) {
          const wrong = await wrongIn(made(type as DocumentType, source as never));
          expect({ type, wrong }).toEqual({ type, wrong: [] });
        }
      }),
      {
        seed,
        // The largest first, then what chance gives.
        numRuns: inForm({ short: 2, whole: 20 }),
        examples: [[{ most: 9.0e15, years: 10, sources: 7, cuts: [0.1, 0.7, 0.3, 0.9, 0.2] }]],
      },
    );
  }, 600_000);

  it('stay whole where somebody writes them into a narrow column', async () => {
    const { content, ...source } = samples.estimateProposal();
    const lines = content.lines.map((line) => ({
      ...line,
      unit: '1.250.000 bản',
      name: 'Số hóa 8.999.999.999.999.999 trang',
    }));
    expect(await wrongIn(made('estimateProposal', { ...source, content: { ...content, lines } }))).toEqual(
      [],
    );
    const appraisal = samples.appraisalReport();
    const rows = appraisal.rows.map((row) => ({ ...row, reason: 'Giảm 1.234.567.890.123 đồng' }));
    expect(await wrongIn(made('appraisalReport', { ...appraisal, rows }))).toEqual([]);
  });

  const proposal = () => made('estimateProposal', samples.estimateProposal());

  it.each([
    [
      'a total changed by one đồng',
      (html: string) => html.replace(/49\.694\.000\.000(?=<\/td>)/, '49.694.000.001'),
    ],
    [
      'a line changed by one đồng',
      (html: string) => html.replace('3.850.000.000</td>', '3.850.000.001</td>'),
    ],
    ['a figure too many', (html: string) => html.replace('thẩm quyền./.', 'thẩm quyền 1.000.000./.')],
    ['a figure that is gone', (html: string) => html.replace('>49.694.000.000</td>', '>-</td>')],
    [
      'figures that break',
      (html: string) =>
        html.replace(
          '</style>',
          'td.figure{white-space:normal;overflow-wrap:anywhere;padding-left:15mm}</style>',
        ),
    ],
  ])('are told: %s', async (_name, broken) => {
    const paper = proposal();
    const html = broken(paper.html);
    expect(html).not.toBe(paper.html);
    const wrong = await wrongIn(paper, html);
    expect(wrong.map(({ rule }) => rule)).toContain('figures');
    const [first] = wrong.filter(({ rule }) => rule === 'figures');
    expect(`${first!.expected} ${first!.found}`).toMatch(/\d/);
  });

  it('are told with what stands there, what must, and the page', async () => {
    const paper = proposal();
    const html = paper.html.replace(/49\.694\.000\.000(?=<\/td>)/, '49.694.000.001');
    expect(await wrongIn(paper, html)).toEqual([
      { rule: 'figures', ok: false, expected: '49.694.000.000', found: '49.694.000.001', page: 2 },
    ]);
  });

  it('must be those of the data, not only those that were to be printed', async () => {
    const paper = proposal();
    const html = paper.html.replaceAll('49.694.000.000', '49.694.000.001');
    const wrong = await wrongIn({ ...paper, html });
    expect(wrong).toContainEqual(
      expect.objectContaining({ rule: 'figures', expected: '49.694.000.000', page: 0 }),
    );
  });

  it('say in words what they say in figures', async () => {
    const { html } = proposal();
    const { findings } = await checkForm(
      await printer.print(html.replace('Bốn mươi chín tỷ', 'Bốn mươi tám tỷ')),
    );
    expect(findings.filter(({ ok }) => !ok)).toEqual([
      expect.objectContaining({ rule: 'inWords', found: expect.stringContaining('Bốn mươi tám tỷ') }),
    ]);
  });

  it('torn over lines are told of any PDF', async () => {
    const { html } = proposal();
    const torn = html.replace('>49.694.000.000</td>', '>49.694.000.0<br>00</td>');
    const { findings } = await checkForm(await printer.print(torn));
    expect(findings.filter(({ ok }) => !ok)).toEqual([
      expect.objectContaining({ rule: 'figures', found: '"49.694.000.0"' }),
    ]);
  });
});

describe('columns', () => {
  const figures = (figure: string) => ({ figures: [figure], usual: 30 });

  it('are as wide as their longest figure, in smaller type before they are too wide for the page', () => {
    const columns = [
      { fixed: 11 },
      { text: 40 },
      ...Array.from({ length: 4 }, () => figures('9.000.000.000.000.000')),
    ];
    const widths = (width: number) => layColumns(width, columns, [12, 10, 8]);
    expect(widths(257)!.size).toBe('12pt');
    expect(widths(200)!.size).toBe('10pt');
    expect(widths(165)!.size).toBe('8pt');
    expect(widths(140)).toBeNull();
    for (const width of [257, 200, 165]) {
      const all = widths(width)!.widths.reduce((total, mm) => total + Number.parseFloat(mm), 0);
      expect(all).toBeLessThanOrEqual(width);
    }
  });

  it('are parted into tables where no type is small enough, and none is lost', () => {
    const columns = Array.from({ length: 11 }, () => figures('900.000.000.000.000'));
    const bands = layBands(257, columns, () => ({ before: [{ fixed: 80 }], after: [] }), [11, 10, 9, 8]);
    expect(bands.length).toBeGreaterThan(1);
    expect(bands.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual(
      columns.map((_, i) => i),
    );
    expect(new Set(bands.map(({ size }) => size)).size).toBe(1);
  });
});

describe('what people write', () => {
  const { content, ...source } = samples.estimateProposal();

  it('in words as long as they may be keeps no printer waiting', async () => {
    const long = `${'1'.repeat(200)} `.repeat(25).trim();
    const lines = Array.from({ length: 20 }, (_, i) => ({
      ...content.lines[i % content.lines.length]!,
      id: `d${i}`,
      specification: long,
    }));
    const { html } = renderDocument(
      'estimateProposal',
      documentView('estimateProposal', { ...source, content: { ...content, lines } }),
    );
    const began = performance.now();
    const pdf = await printer.print(html);
    expect(performance.now() - began).toBeLessThan(40_000);
    expect((await readPdf(pdf)).pages.length).toBeGreaterThan(10);
  }, 120_000);

  it('in signs and Khmer letters is set in embedded faces of the paper, also bold and in italics', async () => {
    const text = 'CPU ≥ 16 nhân, trễ ≤ 5 ms, a ≈ b ≠ c → √x, ∑, Ω, μ, №, □ ✓ ☑ ត្រពាំងផ្លុង';
    const lines = content.lines.map((line) => ({ ...line, name: text, specification: text }));
    const paper = made('estimateProposal', { ...source, content: { ...content, necessity: text, lines } });
    expect(await wrongIn(paper)).toEqual([]);
    const bold = { ...paper, html: paper.html.replace('I. SỰ CẦN THIẾT', `I. ${text}`) };
    expect(await wrongIn(bold)).toEqual([]);
  });
});

describe('a draft', () => {
  it('says DỰ THẢO whole on pages of both directions', async () => {
    const { issue, content } = samples.estimateProposal();
    const { html } = made('estimateProposal', {
      issue: { ...issue, number: null, day: null, signer: { name: null } },
      content,
    });
    const { pages } = await readPdf(await printer.print(html));
    expect(new Set(pages.map(({ width, height }) => width > height)).size).toBe(2);
    for (const { number, width, height, lines } of pages) {
      // Written upwards at 45 degrees: each letter is a line of its own when it is read back.
      const letters = lines.filter(({ size }) => size >= 40).toSorted((a, b) => a.x0 - b.x0);
      const inside = letters.every(({ x0, y }) => x0 > 20 && x0 + 60 < width && y < height - 20 && y > 60);
      const text = letters.map((letter) => letter.text).join('');
      expect({ number, text, inside }).toEqual({ number, text: 'DỰTHẢO', inside: true });
    }
  });
});

it('figures are read in the order of the paper', async () => {
  const pdf = await readPdf(await printer.print(made('decision', samples.decision()).html));
  const figures = printedFigures(pdf);
  expect(figures.length).toBeGreaterThan(20);
  expect(figures.map(({ page }) => page)).toEqual(figures.map(({ page }) => page).toSorted((a, b) => a - b));
});
