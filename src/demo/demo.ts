import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Day } from '../../workflows/vocabulary.js';
import { ConfigError, type Config } from '../config.js';
import type { Clock } from '../engine/ports.js';
import { open, prepare, serve } from '../main.js';
import { check, type Checked } from './check.js';
import { createPeople } from './client.js';
import { play } from './play.js';

/** A clock that the demonstration sets; what is entered under it says so. */
const settableClock = (): Clock & { on(day: Day): void } => {
  let day: Day = '2025-09-22';
  let minute = 0;
  return {
    set: true,
    // Each look is a second later, so that a history reads in order.
    now: () => new Date(Date.parse(`${day}T08:00:00+07:00`) + (minute += 1) * 1000).toISOString(),
    on: (next) => {
      day = next;
      minute = 0;
    },
  };
};

/** The database of the demonstration is emptied each time, so it must be one of its own. */
const isOwn = (name: string) => name.endsWith('_demo');

/**
 * Plays the round of the plan of 22/9/2025 from draft to allocation over HTTP, writes every paper to `folder`, and
 * checks the outcome to the đồng. @returns whether everything came out as it must
 */
export const demonstrate = async (
  config: Config,
  { folder, say }: { folder: string; say: (text: string) => void },
): Promise<boolean> => {
  const faults = [
    ...(config.environment === 'production'
      ? ['NODE_ENV must not be production: the demonstration empties its database']
      : []),
    ...(isOwn(config.database.name)
      ? []
      : ['TOTRINH_DB must end in _demo: the demonstration empties its database']),
  ];
  if (faults.length > 0) throw new ConfigError(faults);
  const clock = settableClock();
  const running = await open(config, { clock });
  try {
    await running.connection.dropDatabase();
    await prepare(running, config);
    const listening = await serve(running, { ...config, port: 0 });
    try {
      const people = createPeople(`http://127.0.0.1:${listening.port}`);
      const { relay } = running.workflow;
      const began = Date.now();
      const played = await play({
        people,
        on: (day) => clock.on(day),
        settle: async () => void (await relay.drainAll()),
        say: (text) => say(`[${((Date.now() - began) / 1000).toFixed(1)} s] ${text}`),
      });
      // The night after the last day closes every day of the round.
      clock.on('2025-11-03');
      await running.workflow.sweep();
      await relay.drainAll();

      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const checked = await check({ running, people, played });
      for (const { name, bytes } of checked.papers) await writeFile(join(folder, name), bytes);
      tell(checked, folder, say);
      return checked.faults.length === 0;
    } finally {
      await listening.close();
    }
  } finally {
    await running.close();
  }
};

const amount = (value: number | null) => (value === null ? '–' : value.toLocaleString('vi-VN')).padStart(16);

const tell = (
  { rows, totals, papers, entries, faults }: Checked,
  folder: string,
  say: (text: string) => void,
) => {
  say('');
  const titles = ['đề nghị', 'sau rà soát', 'thẩm định', 'phê duyệt', 'phân bổ'];
  say(
    `${'hồ sơ'.padEnd(12)} ${'trạng thái'.padEnd(11)}${titles.map((title) => title.padStart(16)).join(' ')}`,
  );
  for (const { code, state, amounts } of rows)
    say(`${code.padEnd(12)} ${state.padEnd(11)}${amounts.map(amount).join(' ')}`);
  say(`${'Tổng'.padEnd(12)} ${''.padEnd(11)}${totals.map(amount).join(' ')}`);
  say('');
  say(`${papers.length} văn bản trong ${folder}; ${entries} mục nhật ký đã kiểm tra.`);
  for (const fault of faults) say(`SAI: ${fault}`);
  say(faults.length === 0 ? 'Mọi số liệu, văn bản và nhật ký đều khớp.' : `${faults.length} chỗ không khớp.`);
};
