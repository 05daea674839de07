import puppeteer, { type Browser, type HTTPRequest, type Page } from 'puppeteer';

/** Prints self-contained HTML to PDF. */
export interface Printer {
  /** A tagged PDF with outline, in the sizes its style asks for. @throws when the browser cannot be had */
  print(html: string): Promise<Uint8Array>;
  /** Starts the browser before the first document needs it. */
  warm(): Promise<void>;
  /** Waits for what is being printed, then ends the browser. Later prints are refused. */
  close(): Promise<void>;
}

/** How long one document may take, in milliseconds; a thousand lines need a few seconds. */
const patience = 120_000;

/** At most `limit` jobs at a time, the others wait in order. */
const createQueue = (limit: number) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(job: () => Promise<T>): Promise<T> => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
};

const harmless = (url: string) => url.startsWith('data:') || url.startsWith('about:');
const refuseNetwork = (request: HTTPRequest) =>
  harmless(request.url()) ? request.continue() : request.abort('blockedbyclient');

/** A page in which a document can do nothing but be laid out: no script, no network, no files. */
const closedPage = async (browser: Browser): Promise<Page> => {
  const page = await browser.newPage();
  page.on('request', (request) => void refuseNetwork(request).catch(() => undefined));
  await Promise.all([page.setJavaScriptEnabled(false), page.setRequestInterception(true)]);
  return page;
};

const printOn = async (browser: Browser, html: string): Promise<Uint8Array> => {
  const page = await closedPage(browser);
  try {
    await page.setContent(html, { timeout: patience });
    return await page.pdf({
      preferCSSPageSize: true,
      printBackground: true,
      tagged: true,
      outline: true,
      timeout: patience,
    });
  } finally {
    await page.close().catch(() => undefined); // it may be gone with its browser
  }
};

/**
 * One warm Chromium, a new page per document. A browser that crashed is started anew, and the document that was
 * being printed is printed once more.
 */
export const createPrinter = ({
  executablePath,
  concurrency = 2,
}: {
  /** The Chromium program. */
  executablePath: string;
  /** Documents printed at the same time. */
  concurrency?: number;
}): Printer => {
  const queue = createQueue(concurrency);
  const jobs = new Set<Promise<unknown>>();
  let starting: Promise<Browser> | null = null;
  let closed = false;

  const start = async (): Promise<Browser> => {
    const browser = await puppeteer.launch({
      executablePath,
      // Chromium's own sandbox refuses to run as root; containers often have no other user.
      args: ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      protocolTimeout: patience,
    });
    browser.once('disconnected', () => (starting = null));
    return browser;
  };
  const browserNow = () =>
    (starting ??= start().catch((error: unknown) => {
      starting = null;
      throw error;
    }));

  const printOnce = async (html: string): Promise<Uint8Array> => {
    const browser = await browserNow();
    try {
      return await printOn(browser, html);
    } catch (error) {
      if (browser.connected) throw error;
      return printOn(await browserNow(), html);
    }
  };

  return {
    async print(html) {
      if (closed) throw new Error('The printer is closed.');
      const job = queue(() => printOnce(html));
      jobs.add(job);
      try {
        return await job;
      } finally {
        jobs.delete(job);
      }
    },
    async warm() {
      await browserNow();
    },
    async close() {
      closed = true;
      await Promise.allSettled(jobs);
      const browser = await starting?.catch(() => null);
      starting = null;
      await browser?.close();
    },
  };
};
