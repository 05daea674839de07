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

const printOn = async (page: Page, html: string): Promise<Uint8Array> => {
  await page.setContent(html, { timeout: patience });
  return page.pdf({
    preferCSSPageSize: true,
    printBackground: true,
    tagged: true,
    outline: true,
    timeout: patience,
  });
};

/** Documents that one page prints before a fresh one takes its place, so that nothing can grow. */
const pageLife = 50;

/** A running browser, and its idle pages with the number of documents they have printed. */
interface Press {
  readonly browser: Browser;
  readonly idle: { readonly page: Page; readonly printed: number }[];
}

const printWith = async ({ browser, idle }: Press, html: string): Promise<Uint8Array> => {
  const { page, printed } = idle.pop() ?? { page: await closedPage(browser), printed: 0 };
  try {
    const pdf = await printOn(page, html);
    if (printed + 1 < pageLife) idle.push({ page, printed: printed + 1 });
    else await page.close();
    return pdf;
  } catch (error) {
    await page.close().catch(() => undefined); // it may be gone with its browser
    throw error;
  }
};

/**
 * One warm Chromium. Pages without script, network and files are used again, since a new document leaves nothing of
 * the old one. A browser that crashed is started anew, and what it was printing is printed once more.
 */
export const createPrinter = ({
  executablePath,
  concurrency = 2,
  started,
}: {
  /** The Chromium program. */
  executablePath: string;
  /** Documents printed at the same time. */
  concurrency?: number;
  /** Told the process id of each browser that was started. */
  started?: (pid: number | undefined) => void;
}): Printer => {
  const queue = createQueue(concurrency);
  const jobs = new Set<Promise<unknown>>();
  let starting: Promise<Press> | null = null;
  let closed = false;

  const start = async (): Promise<Press> => {
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
    started?.(browser.process()?.pid);
    return { browser, idle: [{ page: await closedPage(browser), printed: 0 }] };
  };
  const pressNow = () =>
    (starting ??= start().catch((error: unknown) => {
      starting = null;
      throw error;
    }));

  const printOnce = async (html: string): Promise<Uint8Array> => {
    const press = await pressNow();
    try {
      return await printWith(press, html);
    } catch (error) {
      if (press.browser.connected) throw error;
      return printWith(await pressNow(), html);
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
      await pressNow();
    },
    async close() {
      closed = true;
      await Promise.allSettled(jobs);
      const press = await starting?.catch(() => null);
      starting = null;
      await press?.browser.close();
    },
  };
};
