import { createPrinter } from '../../src/documents/print.js';

/** A process with a warm browser, which says the browser's id and waits until somebody ends it. */
const printer = createPrinter({
  executablePath: process.argv[2] ?? '/usr/bin/chromium',
  started: (pid) => void process.stdout.write(`${pid}\n`),
});
await printer.warm();
process.stdout.write('warm\n');
setInterval(() => {}, 1_000);
