#!/usr/bin/env node
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { ConfigError, loadConfig, type Config } from './config.js';
import { demonstrate } from './demo/demo.js';
import { checkForm } from './documents/checkForm.js';
import { verifyExport } from './engine/verifyExport.js';
import { open, prepare, serve, version, work, type Running } from './main.js';
import { accountSuffixes, demonstrationPassword, seedDemonstration } from './seed/demonstration.js';
import { exportJournal } from './store/exportJournal.js';
import { migrate } from './store/migrations/index.js';
import { verifyJournal } from './store/verifyJournal.js';

const say = (text: string) => console.log(text);

/** A mistake that a person can mend: told in a line, exit code 1, no stack. */
class Complaint extends Error {}

const config = (): Config => {
  try {
    return loadConfig();
  } catch (error) {
    if (error instanceof ConfigError) throw new Complaint(error.message);
    throw error;
  }
};

const connected = async (settings: Config): Promise<Running> => {
  try {
    return await open(settings);
  } catch (error) {
    if ((error as Error).name.startsWith('Mongo')) {
      throw new Complaint(
        'Không kết nối được cơ sở dữ liệu ở MONGODB_URI. Kiểm tra địa chỉ, mạng và tài khoản, hoặc chạy "npm start" để dùng cơ sở dữ liệu kèm theo.',
      );
    }
    throw error;
  }
};

/** Runs something over an open database and closes it again, whatever comes. */
const within = async (run: (running: Running, settings: Config) => Promise<void>): Promise<void> => {
  const settings = config();
  const running = await connected(settings);
  try {
    await run(running, settings);
  } finally {
    await running.close();
  }
};

/** Until somebody asks the process to end. */
const asked = () =>
  new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });

/** The tenant that is named, or the only one. */
const tenantOf = async ({ stores }: Running, named: string | undefined): Promise<string> => {
  const tenants = await stores.tenants.list();
  const found = named === undefined ? tenants : tenants.filter(({ id }) => id === named);
  const [only] = found;
  if (only && found.length === 1) return only.id;
  const known = tenants.map(({ id }) => id).join(', ') || 'chưa có';
  throw new Complaint(`Chọn một thành phố bằng --tenant. Các thành phố trong cơ sở dữ liệu: ${known}.`);
};

const program = new Command('totrinh')
  .description('Tờ Trình: quy trình dự toán chuyển đổi số của thành phố, từ bản nháp đến quyết định phân bổ.')
  .version(version)
  .showHelpAfterError();

program
  .command('serve')
  .description(
    'Serves the pages and the API on PORT (3000), after bringing the database up to date. Outside production an empty database is filled with the demonstration city, and this process also does the work of `totrinh work`.',
  )
  .action(async () => {
    await within(async (running, settings) => {
      // What the set-up took before this process began, and what it has taken since.
      const took = () =>
        `${((Number(process.env['TOTRINH_STARTED_MS'] ?? 0) + performance.now()) / 1000).toFixed(1)} giây`;
      const { migrated, seeded } = await prepare(running, settings);
      if (migrated.length > 0) say(`Cơ sở dữ liệu: đã chạy ${migrated.join(', ')}.`);
      const listening = await serve(running, settings).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
        throw new Complaint(
          `Cổng ${settings.port} đang bận hoặc không được phép dùng. Chọn cổng khác: PORT=3001 npm start`,
        );
      });
      const worker = settings.environment === 'production' ? null : work(running);
      say(`Tờ Trình ${version} sẵn sàng sau ${took()}: http://localhost:${listening.port}`);
      const demonstration = (await running.stores.tenants.list()).some(({ id }) => id === 'canTho');
      if (demonstration && settings.environment !== 'production') tellAccounts(seeded);
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
    await within(async (running) => {
      const worker = work(running);
      say('Đang làm việc. Ctrl-C để dừng.');
      await asked();
      await worker.stop();
    });
  });

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
      tellAccounts(true);
    });
  });

program
  .command('verify-journal')
  .description(
    'Checks the hash chain of one case or of all: finds any entry that was edited, deleted, inserted, swapped or cut off, and names it. With --file it checks an export with nothing but that file. Exit code 1 when anything is wrong.',
  )
  .argument('[case]', 'id or code of one case')
  .option('--file <path>', 'an export made by `totrinh export --journal`')
  .option('--tenant <id>', 'the city, where there are several')
  .option('--json', 'prints the outcome as JSON')
  .action(
    async (
      id: string | undefined,
      { file, tenant, json }: { file?: string; tenant?: string; json?: boolean },
    ) => {
      if (file !== undefined) {
        const verified = await verifyExport(createReadStream(file) as AsyncIterable<Buffer>);
        tellVerified(verified, json);
        return;
      }
      await within(async (running) => {
        const city = await tenantOf(running, tenant);
        const of = id === undefined ? undefined : await caseOf(running, city, id);
        tellVerified(await verifyJournal(running.connection, exportOf(running, city, of)), json);
      });
    },
  );

program
  .command('export')
  .description('Writes the journal of a city to a file (or standard output) that can be verified on its own.')
  .requiredOption('--journal', 'exports the journal')
  .option('--tenant <id>', 'the city, where there are several')
  .option('--out <path>', 'the file to write; standard output when absent')
  .action(async ({ tenant, out }: { tenant?: string; out?: string }) => {
    await within(async (running) => {
      const lines = exportJournal(running.connection, exportOf(running, await tenantOf(running, tenant)));
      const ended = (async function* () {
        for await (const line of lines) yield `${line}\n`;
      })();
      await pipeline(Readable.from(ended), out === undefined ? process.stdout : createWriteStream(out), {
        end: out !== undefined,
      });
    });
  });

program
  .command('rebuild')
  .description(
    'Builds the lists (inbox, progress) anew from the journal, and tells every case that is not where its journal leads. Exit code 1 when one differs.',
  )
  .option('--tenant <id>', 'the city, where there are several')
  .option('--json', 'prints the outcome as JSON')
  .action(async ({ tenant, json }: { tenant?: string; json?: boolean }) => {
    await within(async (running) => {
      const outcome = await running.workflow.rebuild(await tenantOf(running, tenant));
      if (json) say(JSON.stringify(outcome));
      else {
        say(
          `Đã dựng lại danh sách của ${outcome.cases} hồ sơ; ${outcome.differing.length} hồ sơ không khớp nhật ký.`,
        );
        for (const { case: id, why } of outcome.differing) say(`  ${id}: ${why}`);
      }
      if (outcome.differing.length > 0) process.exitCode = 1;
    });
  });

program
  .command('demo')
  .description(
    'Plays the round of the plan of 22/9/2025 through the API, from twelve drafts to the allocation, writes every paper to out/demo/ and checks the outcome to the đồng. Empties and uses a database of its own. Exit code 1 when anything differs.',
  )
  .option('--out <folder>', 'where papers are written', join('out', 'demo'))
  .action(async ({ out }: { out: string }) => {
    const settings = config();
    const right = await demonstrate(settings, { folder: out, say });
    if (!right) process.exitCode = 1;
  });

program
  .command('check-form')
  .description(
    'Reads PDF papers back and holds them against the form of decree 30/2020. Exit code 1 when one differs.',
  )
  .argument('<files...>', 'PDF files')
  .option('--json', 'prints all findings as JSON')
  .action(async (files: string[], { json }: { json?: boolean }) => {
    const findings = [];
    for (const file of files) {
      const { findings: found } = await checkForm(new Uint8Array(await readFile(file)));
      findings.push(...found.filter(({ ok }) => !ok).map((finding) => ({ file, ...finding })));
    }
    if (json) say(JSON.stringify(findings));
    else
      for (const { file, page, rule, found, expected } of findings)
        say(`${file}, trang ${page}: ${rule}: ${found}; cần ${expected}`);
    if (findings.length > 0) process.exitCode = 1;
    else if (!json) say(`${files.length} văn bản đúng thể thức.`);
  });

/** What an export holds: a city's journal, or one case's. */
const exportOf = ({ stores, clock }: Running, tenant: string, only?: string) => ({
  tenant,
  only,
  at: clock.now(),
  journal: stores.journal,
  closings: stores.closings,
});

const caseOf = async ({ stores }: Running, tenant: string, named: string): Promise<string> => {
  if (await stores.cases.load({ tenant, id: named })) return named;
  for await (const id of stores.cases.ids(tenant)) {
    const found = await stores.cases.load({ tenant, id });
    if (found?.code === named) return id;
  }
  throw new Complaint(`Không có hồ sơ ${named}.`);
};

const tellVerified = (verified: Awaited<ReturnType<typeof verifyExport>>, json: boolean | undefined) => {
  const { entries, cases, closings, dayHead, faults } = verified;
  if (json) say(JSON.stringify(verified));
  else {
    say(`Đã kiểm tra ${entries} mục của ${cases} hồ sơ, ${closings} ngày khóa sổ.`);
    if (dayHead) say(`Dấu của ngày khóa sổ gần nhất: ${dayHead}`);
    for (const fault of faults) say(`SAI: ${JSON.stringify(fault)}`);
    say(faults.length === 0 ? 'Nhật ký nguyên vẹn.' : `${faults.length} chỗ sai.`);
  }
  if (faults.length > 0) process.exitCode = 1;
};

const tellAccounts = (seeded: boolean) => {
  say(seeded ? 'Đã tạo thành phố thử nghiệm Cần Thơ.' : 'Thành phố thử nghiệm Cần Thơ đã có từ trước.');
  say(`Mọi tài khoản thử nghiệm có mật khẩu: ${demonstrationPassword}`);
  const { officer, unitHead, leader, deputy, clerk } = accountSuffixes;
  const rows = [
    [`syt.${officer}`, 'chuyên viên Sở Y tế: lập dự toán'],
    [`syt.${unitHead}`, 'trưởng phòng Sở Y tế: duyệt'],
    [`syt.${leader}, syt.${deputy}`, 'lãnh đạo Sở Y tế: ký'],
    [`syt.${clerk}`, 'văn thư Sở Y tế: cấp số, ban hành'],
    [
      `skhcn.${clerk}, skhcn.${officer}, skhcn.${unitHead}`,
      'Sở Khoa học và Công nghệ: tiếp nhận, rà soát, tổng hợp',
    ],
    [`catp.${officer}`, 'Công an thành phố: ý kiến an ninh'],
    [`stc.${clerk}, stc.${officer}, stc.${leader}`, 'Sở Tài chính: thẩm định, phân bổ'],
    [`vp.${officer}`, 'Văn phòng UBND: kiểm tra'],
    [`ubnd.${leader}`, 'lãnh đạo UBND thành phố: quyết định'],
    [`31135.${officer}`, 'UBND phường Ninh Kiều (mã xã, phường thay cho ký hiệu sở)'],
    ['kiemtoan', 'kiểm toán: xem tất cả, không sửa'],
    ['quantri', 'quản trị hệ thống'],
  ] as const;
  for (const [account, what] of rows) say(`  ${account.padEnd(48)} ${what}`);
};

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
