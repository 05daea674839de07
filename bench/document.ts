import puppeteer from 'puppeteer';
import { documentView } from '../src/documents/documentSources.js';
import { readPdf } from '../src/documents/pdfText.js';
import { createPrinter } from '../src/documents/print.js';
import { renderDocument } from '../src/documents/render.js';
import { totalsOf } from '../workflows/totals.js';
import { samples } from '../test/documents/samples.js';
import { compared, interleaved, timed, type Contest } from './contest.js';

const estimateWith = (lineCount: number): string => {
  const proposal = samples.estimateProposal();
  const { lines: few } = proposal.content;
  const lines = Array.from({ length: lineCount }, (_, at) => ({ ...few[at % few.length]!, id: String(at) }));
  const content = { ...proposal.content, lines, totals: totalsOf({ ...proposal.content, lines }) };
  return renderDocument('estimateProposal', documentView('estimateProposal', { ...proposal, content })).html;
};

/** A letter that names so many points that it fills two pages. */
const twoPages = (): string => {
  const letter = samples.returnLetter();
  const points = Array.from({ length: 14 }, (_, at) => letter.points[at % letter.points.length]!);
  return renderDocument('returnLetter', documentView('returnLetter', { ...letter, points })).html;
};

/** What the printer asks of Chromium for every document. */
const options = {
  preferCSSPageSize: true,
  printBackground: true,
  tagged: true,
  outline: true,
  timeout: 120_000,
};

/** Printing on a warm browser, against `page.pdf()` on one page of a browser of its own, the same HTML and options. */
export const document: Contest = async ({ browser: executablePath, quick, say }) => {
  const printer = createPrinter({ executablePath });
  const bare = await puppeteer.launch({
    executablePath,
    args: ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  try {
    const page = await bare.newPage();
    const printBare = async (html: string) => {
      await page.setContent(html, { timeout: 120_000 });
      return page.pdf(options);
    };
    const row = async (name: string, html: string, rounds: number) => {
      const pages = (await readPdf(await printer.print(html))).pages.length;
      say(`${name}: ${pages} pages`);
      const taken = await interleaved(
        { rounds: quick ? 1 : rounds, warmUp: quick ? 1 : 3 },
        {
          ours: async () => (await timed(() => printer.print(html))) / pages,
          baseline: async () => (await timed(() => printBare(html))) / pages,
        },
      );
      return compared(`${name}, to bare page.pdf()`, 'ms/page', taken, { atMost: 1.15 }, `${pages} pages`);
    };
    return [
      await row('warm two-page PDF', twoPages(), 40),
      await row('estimate of 1,000 lines, per page', estimateWith(quick ? 100 : 1000), 5),
    ];
  } finally {
    await printer.close();
    await bare.close();
  }
};
