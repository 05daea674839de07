import { CommandFailed, Refusal } from './refusal.mjs';

const list = (/** @type {readonly string[]} */ lines) => lines.map((line) => `  - ${line}`).join('\n');

/** @param {string} found */
export const wrongNode = (found) =>
  new Refusal(
    'WRONG_NODE',
    `Phiên bản Node.js không phù hợp: máy có ${found}, cần từ 20.19 trở lên.\n` +
      `Cách khắc phục: cài Node.js 20.19 trở lên (bản hỗ trợ dài hạn), hoặc dùng nvm: nvm install && nvm use.`,
  );

/** @param {string} found */
export const badPort = (found) =>
  new Refusal(
    'BAD_PORT',
    `Biến PORT không hợp lệ: "${found}"; cần một số nguyên từ 1 đến 65535.\nVí dụ: PORT=3000 npm start`,
  );

/** @param {number} port */
export const portTaken = (port) =>
  new Refusal(
    'PORT_TAKEN',
    `Cổng ${port} đang có chương trình khác dùng.\nCách khắc phục:\n` +
      list([
        `chọn cổng khác: PORT=${port === 65535 ? port - 1 : port + 1} npm start`,
        `hoặc tắt chương trình đang giữ cổng (tìm bằng: ss -ltnp 'sport = :${port}').`,
      ]),
  );

/** @param {number} port */
export const portForbidden = (port) =>
  new Refusal(
    'PORT_FORBIDDEN',
    `Không được phép mở cổng ${port}: cổng dưới 1024 cần quyền quản trị.\n` +
      `Cách khắc phục: chọn cổng từ 1024 trở lên, ví dụ PORT=3000 npm start`,
  );

/** @param {readonly string[]} looked one line per way that was tried, with what was found */
export const noDatabase = (looked) =>
  new Refusal(
    'NO_DATABASE',
    `Không tìm thấy cơ sở dữ liệu. Đã tìm theo thứ tự:\n${list(looked)}\nBa cách khắc phục:\n` +
      list([
        'chỉ ra máy chủ MongoDB sẵn có: MONGODB_URI=mongodb://may-chu:27017/ npm start',
        'cài MongoDB 7 trở lên để lệnh mongod có trong PATH, hoặc mở mạng để tải về tự động',
        'chạy trên Debian với quyền root và Go 1.25 trở lên để tự dựng DocumentDB trên PostgreSQL.',
      ]),
  );

/** @param {string} uri without its password */
export const databaseUnreachable = (uri) =>
  new Refusal(
    'DATABASE_UNREACHABLE',
    `MONGODB_URI chỉ tới ${uri} nhưng không máy chủ nào ở đó trả lời trong 5 giây.\nCách khắc phục:\n` +
      list([
        'kiểm tra máy chủ đang chạy, đúng tên máy, đúng cổng, không bị tường lửa chặn',
        'hoặc bỏ biến MONGODB_URI để Tờ Trình tự tìm hay tự dựng cơ sở dữ liệu.',
      ]),
  );

/** @param {string} problem */
export const badDatabaseUri = (problem) =>
  new Refusal(
    'BAD_DATABASE_URI',
    `Biến MONGODB_URI không hợp lệ: ${problem}.\n` +
      `Cần dạng mongodb://may-chu:27017/ hoặc mongodb+srv://may-chu/`,
  );

export const productionNeedsDatabase = () =>
  new Refusal(
    'PRODUCTION_NEEDS_DATABASE',
    `NODE_ENV=production nhưng chưa có MONGODB_URI: khi vận hành thật, Tờ Trình không tự dựng cơ sở dữ liệu.\n` +
      `Cách khắc phục: đặt MONGODB_URI tới cụm MongoDB của đơn vị, hoặc bỏ NODE_ENV=production để chạy thử.`,
  );

/** @param {readonly string[]} looked */
export const noBrowser = (looked) =>
  new Refusal(
    'NO_BROWSER',
    `Không tìm thấy trình duyệt để in PDF. Đã tìm theo thứ tự:\n${list(looked)}\nCách khắc phục:\n` +
      list([
        'cài Chromium (Debian, Ubuntu: apt-get install chromium, với quyền root)',
        'hoặc chỉ ra trình duyệt có sẵn: PUPPETEER_EXECUTABLE_PATH=/duong/dan/chromium npm start',
      ]),
  );

/** @param {string} path */
export const browserMissing = (path) =>
  new Refusal(
    'BROWSER_MISSING',
    `Biến PUPPETEER_EXECUTABLE_PATH chỉ tới ${path} nhưng ở đó không có tệp chạy được.\n` +
      `Cách khắc phục: sửa đường dẫn, hoặc bỏ biến này để Tờ Trình tự tìm.`,
  );

/** @param {string} folder */
export const diskFull = (folder) =>
  new Refusal(
    'DISK_FULL',
    `Ổ đĩa đã đầy khi đang ghi vào ${folder}; lần dựng đầu tiên cần khoảng 2 GB trống.\nCách khắc phục:\n` +
      list([
        'giải phóng chỗ trống rồi chạy lại (phần dựng dở sẽ được dọn, không bị dùng nhầm)',
        'hoặc đặt dữ liệu ở ổ khác: TOTRINH_DATA=/o-khac/totrinh npm start',
      ]),
  );

/** @param {string} folder */
export const notWritable = (folder) =>
  new Refusal(
    'NOT_WRITABLE',
    `Không ghi được vào ${folder}.\nCách khắc phục: cấp quyền ghi cho thư mục này, hoặc chọn nơi khác ` +
      `bằng TOTRINH_DATA=/thu-muc/khac npm start`,
  );

/** @param {CommandFailed} failure */
export const stepFailed = (failure) =>
  new Refusal(
    'STEP_FAILED',
    `${failure.step ?? 'Một bước chuẩn bị'}: không xong. Những dòng cuối:\n${failure.tail.replace(/^/gm, '  | ')}\n` +
      (failure.log ? `Nhật ký đầy đủ: ${failure.log}\n` : '') +
      `Cách khắc phục: xem các dòng trên, kiểm tra mạng và chỗ trống trên ổ đĩa, rồi chạy lại cùng lệnh.`,
  );

/**
 * @param {string} name of the process
 * @param {string} how it ended
 * @param {string} log
 */
export const stoppedByItself = (name, how, log) =>
  new Refusal(
    'STOPPED_BY_ITSELF',
    `${name} đã tự dừng (${how}).\nNhật ký: ${log}\nDữ liệu vẫn còn nguyên. Cách khắc phục: chạy lại cùng lệnh.`,
  );

/** @param {string} what @param {string} log @param {string} tail */
export const databaseDidNotStart = (what, log, tail) =>
  new Refusal(
    'DATABASE_DID_NOT_START',
    `${what} không khởi động được. Những dòng cuối:\n${tail.replace(/^/gm, '  | ')}\nNhật ký đầy đủ: ${log}\n` +
      `Cách khắc phục: xem các dòng trên rồi chạy lại, hoặc chỉ ra máy chủ khác bằng MONGODB_URI.`,
  );

/** @param {string} folder @param {readonly number[]} pids */
export const databaseStillHeld = (folder, pids) =>
  new Refusal(
    'DATABASE_STILL_HELD',
    `Dữ liệu ở ${folder} còn bị tiến trình của lần chạy trước giữ (số ${pids.join(', ')}).\n` +
      `Cách khắc phục: chờ ít giây rồi chạy lại; nếu vẫn vậy, kết thúc các tiến trình đó rồi chạy lại.`,
  );

/** @param {string} folder */
export const linkedPackages = (folder) =>
  new Refusal(
    'LINKED_PACKAGES',
    `Các gói npm cần cài lại, nhưng ${folder} là một liên kết: cài lại sẽ xoá sạch thư mục mà nó trỏ tới.\n` +
      `Cách khắc phục: bỏ liên kết đó rồi chạy lại, hoặc tự chạy npm ci ở thư mục gốc.`,
  );

/** @param {string} path */
export const nothingToRun = (path) =>
  new Refusal(
    'NOTHING_TO_RUN',
    `Bản mã này thiếu tệp ${path}.\nCách khắc phục: lấy lại bản mã đầy đủ (git status, git checkout).`,
  );

/** What the system says when a folder cannot be made or written: no right to, or a file in its place. */
const unwritable = new Set(['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR']);

/**
 * Turns whatever went wrong into something a person can act on.
 * @param {unknown} error
 * @param {string} folder where the set-up writes
 * @returns {Refusal}
 */
export function asRefusal(error, folder) {
  if (error instanceof Refusal) return error;
  const text = error instanceof CommandFailed ? error.tail : '';
  const code = /** @type {{ code?: string }} */ (error)?.code;
  const path = /** @type {{ path?: string }} */ (error)?.path;
  if (code === 'ENOSPC' || code === 'EDQUOT' || /no space left on device|ENOSPC/i.test(text)) {
    return diskFull(folder);
  }
  if (unwritable.has(code ?? '')) return notWritable(path ?? folder);
  if (error instanceof CommandFailed) return stepFailed(error);
  return new Refusal(
    'UNEXPECTED',
    `Lỗi ngoài dự kiến: ${error instanceof Error ? error.message : String(error)}\n` +
      `Chạy lại với TOTRINH_DEBUG=1 để xem chi tiết.`,
  );
}
