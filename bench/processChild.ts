import { loadConfig } from '../src/config.js';
import { open, serve, work } from '../src/main.js';

// One of the product's processes, composed as the command line does, that tells its memory when it is asked.
const role = process.argv[2];
const config = loadConfig();
const running = await open(config);
const listening = role === 'serve' ? await serve(running, config) : null;
const worker = role === 'work' ? work(running) : null;

const megabytes = (bytes: number) => bytes / 2 ** 20;
const memory = async () => {
  // What the first run only marks for its finalizers the next ones free.
  for (let run = 0; run < 3; run += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: megabytes(heapUsed + external), rss: megabytes(rss) };
};

process.on('message', (asked: 'memory' | 'end') => {
  void (async () => {
    if (asked === 'memory') return process.send?.(await memory());
    await listening?.close();
    await worker?.stop();
    await running.close();
    process.exit(0);
  })();
});
process.send?.({ port: listening?.port ?? 0 });
