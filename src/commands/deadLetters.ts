import type { Command } from 'commander';
import { Complaint, say, tenantOf, within } from './running.js';

interface Asked {
  readonly retry?: boolean;
  readonly intent?: string;
  readonly cause?: string;
  readonly tenant?: string;
  readonly json?: boolean;
}

/** `dead-letters`: what was given up, by intent and cause, and trying it again together. */
export const addDeadLetters = (program: Command): void => {
  program
    .command('dead-letters')
    .description(
      'Lists what the relay gave up, counted by intent and cause. With --retry it is due again: all of it, or what --intent and --cause name. Exit code 1 when something is given up and was not taken up again.',
    )
    .option('--retry', 'makes them due again')
    .option('--intent <type>', 'only this intent')
    .option('--cause <text>', 'only this cause, as the list tells it')
    .option('--tenant <id>', 'the city, where there are several')
    .option('--json', 'prints the outcome as JSON')
    .action(async ({ retry = false, intent, cause, tenant, json }: Asked) => {
      await within(async (running) => {
        const { outbox } = running.stores;
        const city = await tenantOf(running, tenant);
        const found = (await outbox.deadKinds(city)).filter(
          (kind) =>
            (intent === undefined || kind.intent === intent) && (cause === undefined || kind.cause === cause),
        );
        if (found.length === 0 && (intent ?? cause) !== undefined)
          throw new Complaint('Không có việc nào như vậy đang chờ.');
        let revived = 0;
        if (retry) for (const kind of found) revived += await outbox.reviveAlike(city, kind);
        if (json) say(JSON.stringify({ kinds: found, revived }));
        else {
          for (const { intent: type, count, since, cause: why } of found)
            say(`${count} × ${type}, từ ${since}: ${why}`);
          if (retry) say(`Đã cho thử lại ${revived} việc.`);
          else if (found.length === 0) say('Không có việc nào chờ.');
        }
        if (!retry && found.length > 0) process.exitCode = 1;
      });
    });
};
