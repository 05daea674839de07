import * as refusals from './refusals.mjs';

/**
 * @typedef {{ kind: 'given', uri: string }
 *   | { kind: 'mongod', program: string }
 *   | { kind: 'download' }
 *   | { kind: 'documentdb' }} Database where the database comes from
 * @typedef {object} Probes what the choice may ask, each only when it is its turn
 * @property {NodeJS.ProcessEnv} env
 * @property {(program: string) => string | undefined} which
 * @property {(uri: string) => Promise<boolean>} answers whether a server answers there
 * @property {() => Promise<string | undefined>} downloadHindrance why no `mongod` can be downloaded
 * @property {() => string[]} documentdbNeeds what is missing to build DocumentDB here
 */

/**
 * Chooses the database, in this order: the one that is named, a `mongod` on the PATH, one to download,
 * DocumentDB on PostgreSQL.
 * @param {Probes} probes
 * @param {ReadonlySet<Database['kind']>} [failed] ways that were tried and did not work
 * @returns {Promise<Database>}
 * @throws {import('./refusal.mjs').Refusal} naming everything that was looked for, and the ways out
 */
export async function findDatabase(probes, failed = new Set()) {
  const { env } = probes;
  if (env.MONGODB_URI) {
    if (!(await probes.answers(env.MONGODB_URI))) {
      throw refusals.databaseUnreachable(withoutPassword(env.MONGODB_URI));
    }
    return { kind: 'given', uri: env.MONGODB_URI };
  }
  if (env.NODE_ENV === 'production') throw refusals.productionNeedsDatabase();

  const program = probes.which('mongod');
  if (program) return { kind: 'mongod', program };

  const hindrance = failed.has('download') ? 'đã thử tải nhưng không được' : await probes.downloadHindrance();
  if (hindrance === undefined) return { kind: 'download' };

  const needs = probes.documentdbNeeds();
  if (needs.length === 0) return { kind: 'documentdb' };

  throw refusals.noDatabase([
    'biến MONGODB_URI: chưa đặt',
    'lệnh mongod trong PATH: không có',
    `tải mongod về: ${hindrance}`,
    `tự dựng DocumentDB trên PostgreSQL: còn thiếu ${needs.join('; ')}`,
  ]);
}

/** The lowest version of Go that builds the gateway, as its go.mod says. */
const goNeeded = [1, 25];

/**
 * What is missing to run DocumentDB on this machine; nothing when it can be.
 * @param {object} found
 * @param {string} found.platform
 * @param {number} found.uid
 * @param {boolean} found.rootfsBuilt
 * @param {boolean} found.gatewayBuilt
 * @param {boolean} found.aptGet
 * @param {string | undefined} found.mirror
 * @param {string | undefined} found.goVersion such as "go version go1.26.8 linux/amd64"
 * @returns {string[]}
 */
export function documentdbNeeds(found) {
  if (found.platform !== 'linux') return [`hệ điều hành Linux (máy này: ${found.platform})`];
  const needs = [];
  if (found.uid !== 0) needs.push('quyền root (để dùng chroot)');
  if (!found.rootfsBuilt) {
    if (!found.aptGet) needs.push('lệnh apt-get (Debian)');
    else if (!found.mirror) needs.push('kho gói Debian trong nguồn apt của máy (hoặc TOTRINH_DEBIAN_MIRROR)');
  }
  if (!found.gatewayBuilt && !goIsEnough(found.goVersion)) {
    needs.push(`Go ${goNeeded.join('.')} trở lên (máy có: ${found.goVersion?.split(' ')[2] ?? 'không'})`);
  }
  return needs;
}

/** @param {string | undefined} said */
function goIsEnough(said) {
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(said ?? '') ?? [];
  if (major === undefined) return false;
  const [needMajor = 0, needMinor = 0] = goNeeded;
  return Number(major) > needMajor || (Number(major) === needMajor && Number(minor) >= needMinor);
}

/** @param {string} uri */
export function withoutPassword(uri) {
  return uri.replace(/\/\/[^@/]*@/, '//***@');
}

/**
 * The hosts that a database address names.
 * @param {string} uri
 * @returns {{ hostname: string, port: number }[] | 'by name service'} the latter for mongodb+srv
 * @throws {import('./refusal.mjs').Refusal} when it is no such address
 */
export function hostsOf(uri) {
  if (/^mongodb\+srv:\/\/[^/]+/.test(uri)) return 'by name service';
  const hosts = /^mongodb:\/\/(?:[^@/]*@)?([^/?]+)/.exec(uri)?.[1];
  if (!hosts) throw refusals.badDatabaseUri('không bắt đầu bằng mongodb:// và một tên máy');
  return hosts.split(',').map((host) => {
    const [, hostname = '', port = '27017'] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host) ?? [];
    if (!hostname) throw refusals.badDatabaseUri(`không đọc được máy "${host}"`);
    return { hostname: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
  });
}
