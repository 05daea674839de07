import { once } from 'node:events';
import type { Browser, HTTPRequest, Page } from 'puppeteer';
import { dropFolder, newFolder, sweepFolders } from './browserFolders.js';

/** There is no browser now; the document has no part in it. */
export class BrowserGone extends Error {
  constructor(cause: unknown) {
    super(`There is no browser to print with: ${cause instanceof Error ? cause.message : String(cause)}`);
    this.name = 'BrowserGone';
  }
}

/** The document takes longer than anybody waits for it. */
export class TooSlow extends Error {
  constructor(ms: number) {
    super(`The document was not printed in ${ms / 1000} s.`);
    this.name = 'TooSlow';
  }
}

/**
 * Where a document waits for its turn: one that was too slow once has a lane of its own, and holds up no other; drafts
 * that somebody only looks at hold up none that is issued.
 */
export type Lane = 'usual' | 'slow' | 'draft';

/** Prints self-contained HTML to PDF. */
export interface Printer {
  /**
   * A tagged PDF with outline, in the sizes its style asks for.
   * @throws {BrowserGone}
   * @throws {TooSlow} when it takes longer than its lane waits
   */
  print(html: string, lane?: Lane): Promise<Uint8Array>;
  /** Starts the browser before the first document needs it. */
  warm(): Promise<void>;
  /** Waits for what is being printed, then ends the browser. Later prints are refused. */
  close(): Promise<void>;
}

/** How long a document of each lane may take, in milliseconds; a thousand lines need a few seconds. */
const usualPatience: Readonly<Record<Lane, number>> = { usual: 60_000, slow: 180_000, draft: 60_000 };

/** What comes first: the work, or the end of patience. @throws {TooSlow} */
const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooSlow(ms)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

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
  await page.setContent(html, { timeout: 0 });
  return page.pdf({
    preferCSSPageSize: true,
    printBackground: true,
    tagged: true,
    outline: true,
    timeout: 0,
  });
};

/** Documents that one page prints before a fresh one takes its place, so that nothing can grow. */
const pageLife = 50;

/** A running browser, and its idle pages with the number of documents they have printed. */
interface Press {
  readonly browser: Browser;
  /** When the browser has ended and its folder is away. */
  readonly gone: Promise<void>;
  readonly idle: { readonly page: Page; readonly printed: number }[];
}

const printWith = async ({ browser, idle }: Press, html: string, patience: number): Promise<Uint8Array> => {
  const { page, printed } = idle.pop() ?? { page: await closedPage(browser), printed: 0 };
  try {
    const pdf = await within(patience, printOn(page, html));
    if (printed + 1 < pageLife) idle.push({ page, printed: printed + 1 });
    else await page.close();
    return pdf;
  } catch (error) {
    // It may be gone with its browser, or too busy to answer: nobody waits for it.
    void page.close().catch(() => undefined);
    throw error;
  }
};

/**
 * One warm Chromium. Pages without script, network and files are used again, since a new document leaves nothing of
 * the old one. A browser that crashed is started anew, and what it was printing is printed once more. It hangs on a
 * pipe to this process: however this process ends, the browser ends with it.
 */
export const createPrinter = ({
  executablePath,
  concurrency = 2,
  patience = usualPatience,
  started,
}: {
  /** The Chromium program. */
  executablePath: string;
  /** Documents printed at the same time. */
  concurrency?: number;
  /** How long one document of a lane may take, ms. */
  patience?: Readonly<Record<Lane, number>>;
  /** Told the process id of each browser that was started. */
  started?: (pid: number | undefined) => void;
}): Printer => {
  const queues = { usual: createQueue(concurrency), slow: createQueue(1), draft: createQueue(1) };
  const jobs = new Set<Promise<unknown>>();
  let starting: Promise<Press> | null = null;
  let closed = false;

  const start = async (): Promise<Press> => {
    await sweepFolders();
    const userDataDir = await newFolder();
    // Half a second to load, which a process that prints nothing has no use for.
    const { default: puppeteer } = await import('puppeteer');
    const launched = puppeteer.launch({
      executablePath,
      pipe: true,
      userDataDir,
      args: [
        '--disable-dev-shm-usage',
        // A headless shell fits letters to a screen's dots otherwise, and figures outgrow their columns.
        '--font-render-hinting=none',
        // Chromium's own sandbox refuses to run as root; containers often have no other user.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      // Its own end of patience would come in the middle of ours.
      protocolTimeout: 2 * Math.max(...Object.values(patience)),
    });
    const browser = await launched.catch(async (error: unknown) => {
      await dropFolder(userDataDir);
      throw new BrowserGone(error);
    });
    browser.once('disconnected', () => (starting = null));
    const ended = browser.process();
    const gone = ended ? once(ended, 'exit').then(() => dropFolder(userDataDir)) : Promise.resolve();
    started?.(browser.process()?.pid);
    return { browser, gone, idle: [{ page: await closedPage(browser), printed: 0 }] };
  };
  const pressNow = () =>
    (starting ??= start().catch((error: unknown) => {
      starting = null;
      throw error;
    }));

  const printOnce = async (html: string, ms: number): Promise<Uint8Array> => {
    const press = await pressNow();
    try {
      return await printWith(press, html, ms);
    } catch (error) {
      if (press.browser.connected) throw error;
      // Whoever takes two browsers down is at fault himself.
      return printWith(await pressNow(), html, ms);
    }
  };

  return {
    async print(html, lane = 'usual') {
      if (closed) throw new BrowserGone('the printer is closed');
      const job = queues[lane](() => printOnce(html, patience[lane]));
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
      await press?.gone;
    },
  };
};
