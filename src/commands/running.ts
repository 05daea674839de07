import { ConfigError, loadConfig, type Config } from '../config.js';
import { isDatabaseAway } from '../databaseAway.js';
import { createProgress, type Progress } from '../demo/progress.js';
import { open, type Running } from '../main.js';

/** Tells a person something on standard output. */
export const say = (text: string) => console.log(text);

/** Progress on this process's screen, or line by line where there is none. */
export const progressOnScreen = (verbose: boolean): Progress =>
  createProgress({
    write: (text) => void process.stdout.write(text),
    width: process.stdout.isTTY ? process.stdout.columns : null,
    verbose,
  });

/** Names the file that the log lines went to. */
export const tellLog = ({ logFile }: Config): void => {
  if (logFile !== null) say(`Nhật ký kỹ thuật: ${logFile} (thêm "-- --verbose" để xem ngay trên màn hình).`);
};

/** A mistake that a person can mend: told in a line, exit code 1, no stack. */
export class Complaint extends Error {}

const files: Readonly<Record<string, string>> = {
  ENOENT: 'không có',
  EACCES: 'không được phép dùng',
  EISDIR: 'là một thư mục',
  ENOTDIR: 'nằm dưới một tệp',
  ENOSPC: 'không ghi được: hết chỗ trên đĩa',
};

/**
 * An error of the surroundings, whichever command met it, as what a person can mend: settings, files, database.
 * @throws the error itself when it is none: a bug, with its stack
 */
export const complaintOf = (error: unknown): Complaint => {
  if (error instanceof Complaint) return error;
  if (error instanceof ConfigError) return new Complaint(error.message);
  const { code, path } = error as NodeJS.ErrnoException;
  const said = files[code ?? ''];
  if (said !== undefined)
    return new Complaint(`${path === undefined ? 'Một tệp đã nêu' : `Tệp ${path}`} ${said}.`);
  if (isDatabaseAway(error)) {
    return new Complaint(
      'Không kết nối được cơ sở dữ liệu ở MONGODB_URI. Kiểm tra địa chỉ, mạng và tài khoản, hoặc chạy "npm start" để dùng cơ sở dữ liệu kèm theo.',
    );
  }
  throw error;
};

/** Runs something over an open database and closes it again, whatever comes. @throws {Complaint} */
export const within = async (run: (running: Running, settings: Config) => Promise<void>): Promise<void> => {
  const settings = loadConfig();
  const running = await open(settings);
  try {
    await run(running, settings);
  } finally {
    await running.close();
  }
};

/**
 * Production never runs beside accounts whose password everybody can read.
 * @throws {Complaint} naming them, and the ways out
 */
export const refuseDemonstration = async (
  { stores }: Running,
  { environment, database }: Config,
): Promise<void> => {
  if (environment !== 'production') return;
  const { count, some } = await stores.users.demonstration();
  if (count === 0) return;
  throw new Complaint(
    [
      `Cơ sở dữ liệu ${database.name} có ${count} tài khoản thử nghiệm (${some.join(', ')}${count > some.length ? ', …' : ''}), mật khẩu ai cũng biết; không chạy với NODE_ENV=production.`,
      'Dùng một cơ sở dữ liệu khác: đặt TOTRINH_DB (hoặc MONGODB_URI), rồi tạo thành phố và người quản trị đầu tiên bằng "totrinh init".',
      'Chỉ để xem thử: bỏ NODE_ENV=production.',
    ].join('\n'),
  );
};

/** The tenant that is named, or the only one. @throws {Complaint} that lists those there are */
export const tenantOf = async ({ stores }: Running, named: string | undefined): Promise<string> => {
  const tenants = await stores.tenants.list();
  const found = named === undefined ? tenants : tenants.filter(({ id }) => id === named);
  const [only] = found;
  if (only && found.length === 1) return only.id;
  const known = tenants.map(({ id }) => id).join(', ') || 'chưa có';
  throw new Complaint(`Chọn một thành phố bằng --tenant. Các thành phố trong cơ sở dữ liệu: ${known}.`);
};
