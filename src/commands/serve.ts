import type { Command } from 'commander';
import { prepare, serve, version, work } from '../main.js';
import { tellAccounts } from './accounts.js';
import { firstStart } from '../demo/firstStart.js';
import { Complaint, progressOnScreen, refuseDemonstration, say, tellLog, within } from './running.js';

/** `serve` and `work`: the processes that run until somebody ends them. */
export const addServing = (program: Command): void => {
  program
    .command('serve')
    .description(
      'Serves the pages and the API on PORT (3000), after bringing the database up to date. Outside production an empty database is filled with the demonstration city, and this process also does the work of `totrinh work`.',
    )
    .option('--verbose', 'log lines on standard output')
    .action(async ({ verbose = false }: { verbose?: boolean }) => {
      await within(async (running, settings) => {
        // What the set-up took before this process began, and what it has taken since.
        const took = () =>
          `${((Number(process.env['TOTRINH_STARTED_MS'] ?? 0) + performance.now()) / 1000).toFixed(1)} giây`;
        await refuseDemonstration(running, settings);
        const filled =
          settings.environment !== 'production' &&
          (await firstStart(running, settings, progressOnScreen(verbose)));
        const { migrated } = await prepare(running, settings);
        if (migrated.length > 0) say(`Cơ sở dữ liệu: đã chạy ${migrated.join(', ')}.`);
        const listening = await serve(running, settings).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
          throw new Complaint(
            `Cổng ${settings.port} đang bận hoặc không được phép dùng. Chọn cổng khác: PORT=3001 npm start`,
          );
        });
        const worker = settings.environment === 'production' ? null : work(running);
        say(`Tờ Trình ${version} sẵn sàng sau ${took()}: http://localhost:${listening.port}`);
        tellLog(settings);
        if ((await running.stores.users.demonstration()).count > 0) await tellAccounts(filled);
        await asked();
        await listening.close();
        await worker?.stop();
      });
    });

  program
    .command('work')
    .description(
      'Files journal entries, carries out what cases owe (notices, papers, events to other cases), sweeps deadlines and closes the day. Any number of these run side by side.',
    )
    .action(async () => {
      await within(async (running, settings) => {
        await refuseDemonstration(running, settings);
        const worker = work(running);
        say('Đang làm việc. Ctrl-C để dừng.');
        await asked();
        await worker.stop();
      });
    });
};

/** Until somebody asks the process to end. */
const asked = () =>
  new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
