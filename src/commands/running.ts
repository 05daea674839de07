import { ConfigError, loadConfig, type Config } from '../config.js';
import { open, type Running } from '../main.js';

/** Tells a person something on standard output. */
export const say = (text: string) => console.log(text);

/** A mistake that a person can mend: told in a line, exit code 1, no stack. */
export class Complaint extends Error {}

/** The settings of the environment. @throws {Complaint} naming what is wrong in them */
export const configured = (): Config => {
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

/** Runs something over an open database and closes it again, whatever comes. @throws {Complaint} */
export const within = async (run: (running: Running, settings: Config) => Promise<void>): Promise<void> => {
  const settings = configured();
  const running = await connected(settings);
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
