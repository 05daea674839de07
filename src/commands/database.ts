import type { Command } from 'commander';
import { seedDemonstration } from '../seed/demonstration.js';
import { migrate } from '../store/migrations/index.js';
import { tellAccounts } from './accounts.js';
import { Complaint, say, tenantOf, within } from './running.js';

/** `migrate`, `seed` and `rebuild`: what is done to a database. */
export const addDatabase = (program: Command): void => {
  program
    .command('migrate')
    .description('Brings the database to what this version needs. Harmless when repeated.')
    .option('--json', 'prints the names of what ran as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      await within(async ({ connection }) => {
        const ran = await migrate(connection);
        say(
          json
            ? JSON.stringify({ ran })
            : ran.length > 0
              ? `Đã chạy: ${ran.join(', ')}.`
              : 'Cơ sở dữ liệu đã mới nhất.',
        );
      });
    });

  program
    .command('seed')
    .description(
      'Fills the database with the demonstration city. Refused in production; harmless when repeated.',
    )
    .action(async () => {
      await within(async (running, settings) => {
        if (settings.environment === 'production') {
          throw new Complaint('Không tạo thành phố thử nghiệm khi NODE_ENV=production.');
        }
        await migrate(running.connection);
        await seedDemonstration(running.stores, { now: running.clock.now() });
        await tellAccounts(true);
      });
    });

  program
    .command('rebuild')
    .description(
      'Builds the lists (inbox, progress) anew from the journal, and tells every case that is not where its journal leads, field by field; with --repair it puts such cases right. Exit code 1 when one differs and was not put right.',
    )
    .option('--tenant <id>', 'the city, where there are several')
    .option('--repair', 'sets the fields of cases that differ to what their journal gives')
    .option('--json', 'prints the outcome as JSON')
    .action(async ({ tenant, repair, json }: { tenant?: string; repair?: boolean; json?: boolean }) => {
      await within(async (running) => {
        const city = await tenantOf(running, tenant);
        const outcome = await running.workflow.rebuild(city, { repair: repair ?? false });
        const { cases, differing, listed } = outcome;
        if (json) say(JSON.stringify(outcome));
        else {
          say(
            `Đã dựng lại danh sách của ${cases} hồ sơ, ${listed.length} hồ sơ có dòng khác trước; ${differing.length} hồ sơ không khớp nhật ký.`,
          );
          for (const { case: id, fields, repaired, why } of differing)
            say(`  ${id}: ${why ?? fields.join(', ')}${repaired ? ' (đã sửa theo nhật ký)' : ''}`);
        }
        if (differing.some(({ repaired }) => !repaired)) process.exitCode = 1;
      });
    });
};
