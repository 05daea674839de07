import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { checkPrinted } from '../../src/documents/checkForm.js';
import { createPrinter, type Printer } from '../../src/documents/print.js';
import { createReadBack, ReaderGone } from '../../src/documents/readBack.js';

const program = new URL('../../dist/src/documents/readBackThread.js', import.meta.url);
const whereBuilt = existsSync(program) ? describe : describe.skip;

whereBuilt('a paper that is read back', () => {
  const rows = Array.from({ length: 600 }, (_, at) => `<tr><td>${at}</td><td>${at}.123.456</td></tr>`);
  const made = {
    html: `<html lang="vi"><body><table>${rows.join('')}</table></body></html>`,
    amounts: [],
    draft: false,
  };
  const reader = createReadBack(program);
  let printer: Printer;
  let pdf: Uint8Array;
  beforeAll(async () => {
    printer = createPrinter({ executablePath: process.env.PUPPETEER_EXECUTABLE_PATH ?? '/usr/bin/chromium' });
    pdf = await printer.print(made.html);
  }, 60_000);
  afterAll(async () => {
    await reader.close();
    await printer.close();
  });

  it('is found as it is where it is read beside everything else, which goes on meanwhile', async () => {
    let turns = 0;
    let reading = true;
    const turn = () => {
      turns += 1;
      if (reading) setImmediate(turn);
    };
    turn();
    const report = await reader.readBack(pdf, made);
    reading = false;
    expect(report).toEqual(await checkPrinted(pdf, made));
    // Read here, it takes one turn for each page at most.
    expect(turns).toBeGreaterThan(1_000);
  });

  it('that is none is told, and the next one is read', async () => {
    const none = reader.readBack(new TextEncoder().encode('no paper'), made);
    await expect(none).rejects.toThrow(/PDF/);
    expect(pdf.length).toBeGreaterThan(0);
    await expect(reader.readBack(pdf, made)).resolves.toHaveProperty('findings');
  });

  it('that is never read is given up, and the next one is read by another thread', async () => {
    const idle = new URL('data:text/javascript,setInterval(() => {}, 1000)');
    const patient = createReadBack(idle, { patience: 50 });
    const both = [patient.readBack(pdf, made), patient.readBack(pdf, made)];
    for (const given of await Promise.allSettled(both))
      expect(given).toMatchObject({ status: 'rejected', reason: { name: 'ReaderGone' } });
    await expect(patient.readBack(pdf, made)).rejects.toBeInstanceOf(ReaderGone);
    await patient.close();
  });

  it('is read by another thread where one has ended', async () => {
    await reader.close();
    await expect(reader.readBack(pdf, made)).resolves.toHaveProperty('findings');
  });
});
