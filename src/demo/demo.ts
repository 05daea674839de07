import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, type Config } from '../config.js';
import { open, prepare, serve } from '../main.js';
import { check, type Checked } from './check.js';
import { settableClock } from './clock.js';
import { createPeople } from './client.js';
import { play } from './play.js';
import type { Progress } from './progress.js';
import { demonstrationWords, type DemonstrationWords } from './words.js';

/** The database of the demonstration is emptied each time, so it must be one of its own. */
const isOwn = (name: string) => name.endsWith('_demo');

/**
 * Plays the round of the plan of 22/9/2025 from draft to allocation over HTTP, writes every paper to `folder`, and
 * checks the outcome to the đồng. @returns whether everything came out as it must
 */
export const demonstrate = async (
  config: Config,
  { folder, say, progress }: { folder: string; say: (text: string) => void; progress: Progress },
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
  const words = await demonstrationWords();
  try {
    progress.stage('Chuẩn bị thành phố thử nghiệm Cần Thơ');
    await running.connection.dropDatabase();
    await prepare(running, config);
    const listening = await serve(running, { ...config, port: 0 });
    try {
      const people = createPeople(`http://127.0.0.1:${listening.port}`);
      const { relay } = running.workflow;
      const played = await play({
        people,
        on: (day) => clock.on(day),
        settle: async () => void (await relay.drainAll()),
        stage: (text) => {
          progress.stage(text);
        },
        tell: (act) => {
          progress.step(words.who(act), words.what(act));
        },
      });
      // The night after the last day closes every day of the round.
      clock.on('2025-11-03');
      await running.workflow.sweep();
      await relay.drainAll();

      progress.stage('Đọc lại số liệu, văn bản và nhật ký');
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      const checked = await check({ running, people, played });
      for (const { name, bytes } of checked.papers) await writeFile(join(folder, name), bytes);
      progress.end();
      tell(checked, { folder, say, words });
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
  { folder, say, words }: { folder: string; say: (text: string) => void; words: DemonstrationWords },
) => {
  say('');
  const titles = ['đề nghị', 'sau rà soát', 'thẩm định', 'phê duyệt', 'phân bổ'];
  const states = rows.map(({ state }) => words.state('estimate', state));
  const wide = Math.max(...states.map(({ length }) => length), 'trạng thái'.length) + 1;
  const line = (code: string, state: string, figures: string) =>
    say(`${code.padEnd(12)} ${state.padEnd(wide)}${figures}`);
  line('hồ sơ', 'trạng thái', titles.map((title) => title.padStart(16)).join(' '));
  for (const [at, { code, amounts }] of rows.entries())
    line(code, states[at] ?? '', amounts.map(amount).join(' '));
  line('Tổng', '', totals.map(amount).join(' '));
  say('');
  say(`${papers.length} văn bản trong ${resolve(folder)}; ${entries} mục nhật ký đã kiểm tra.`);
  for (const fault of faults) say(`SAI: ${fault}`);
  say(faults.length === 0 ? 'Mọi số liệu, văn bản và nhật ký đều khớp.' : `${faults.length} chỗ không khớp.`);
};
