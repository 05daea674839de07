import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive, ownerOf } from '../../src/embedded/alive.mjs';
import { sourceStamp } from '../../src/embedded/compile.mjs';

// The real command in a checkout of its own, with a stand-in for the compiled app, and a port that
// answers in place of a database.
let root: string;
let database: Server;
let uri: string;
const started: ChildProcess[] = [];

const app = `
  const idle = setInterval(() => {}, 1000);
  process.once('SIGTERM', () => { console.log('app stops'); clearInterval(idle); });
  console.log('ready ' + process.pid + ' ' + process.argv.slice(2).join(',') + ' ' + process.env.TOTRINH_DB);`;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'totrinh-start-'));
  cpSync('src/embedded', join(root, 'src', 'embedded'), { recursive: true });
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), '{}');
  compiled(app);

  database = createServer((socket) => socket.end());
  await new Promise<void>((done) => database.listen(0, '127.0.0.1', done));
  const { port } = database.address() as { port: number };
  uri = `mongodb://127.0.0.1:${port}/`;
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await new Promise((done) => database.close(done));
  rmSync(root, { recursive: true, force: true });
});

function compiled(text: string): void {
  mkdirSync(join(root, 'dist', 'src'), { recursive: true });
  writeFileSync(join(root, 'dist', 'src', 'cli.js'), text);
  writeFileSync(join(root, 'dist', '.stamp'), sourceStamp(root));
}

/** Runs the command; `until` waits for what it says, `end` for its exit code. */
function start(env: Record<string, string> = {}, ...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'src', 'embedded', 'start.mjs'), ...args], {
    env: {
      PATH: process.env.PATH,
      TOTRINH_DATA: join(root, 'data'),
      MONGODB_URI: uri,
      PUPPETEER_EXECUTABLE_PATH: process.execPath,
      PORT: '49321',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let said = '';
  let look = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      look();
    });
  }
  const end = new Promise<{ code: number | null; said: string }>((done) => {
    child.once('close', (code) => done({ code, said }));
  });
  const until = (pattern: RegExp) =>
    new Promise<string>((done, fail) => {
      look = () => {
        const found = pattern.exec(said);
        if (found) done(found[1] ?? found[0]);
      };
      look();
      void end.then(() => fail(new Error(`ended without saying ${String(pattern)}:\n${said}`)));
    });
  return { child, end, until };
}

describe('npm start', () => {
  it('gives the app its database and its data, and ends it when asked to', async () => {
    const { child, end, until } = start();
    expect(await until(/ready \d+ (.*)\n/)).toBe('serve totrinh');
    child.kill('SIGINT');
    const { code, said } = await end;
    expect(code).toBe(0);
    expect(said).toContain('app stops');
  });

  it('runs the demonstration on data of its own, past a port that is taken', async () => {
    const { port } = database.address() as { port: number };
    const { until } = start({ PORT: `${port}` }, 'demo', '--fast');
    expect(await until(/ready \d+ (.*)\n/)).toBe('demo,--fast totrinh_demo');
  });

  it('leaves no app behind when it is killed', async () => {
    const { child, until } = start();
    const owner = ownerOf(Number(await until(/ready (\d+)/)));
    expect(isAlive(owner)).toBe(true);
    const stopped = until(/app stops/);
    child.kill('SIGKILL');
    expect(await stopped).toBe('app stops');
    while (isAlive(owner)) await new Promise((done) => setImmediate(done));
  });

  it.each([
    ['to a file', [], {}, join('data', 'logs', 'serve.log')],
    ['to the screen when asked for', ['--verbose'], {}, 'none'],
    ['to the screen in production', [], { NODE_ENV: 'production' }, 'none'],
    ['where its setting says', [], { LOG_FILE: 'mine.log' }, 'mine.log'],
  ])('sends log lines %s', async (_, args, env, expected) => {
    compiled("console.log('log ' + (process.env.LOG_FILE ?? 'none'))");
    const { said } = await start(env, ...(args.length > 0 ? ['serve', ...args] : [])).end;
    expect(/^log (.*)$/m.exec(said)?.[1]?.replace(`${root}/`, '')).toBe(expected);
  });

  it("passes on the app's exit code", async () => {
    compiled('process.exit(7)');
    expect(await start().end).toMatchObject({ code: 7 });
  });

  it.each([
    ['a port that is none', () => ({ PORT: 'abc' }), 'BAD_PORT'],
    ['a port in use', () => ({ PORT: new URL(uri).port }), 'PORT_TAKEN'],
    [
      'a database that is not there',
      () => ({ MONGODB_URI: 'mongodb://127.0.0.1:1/' }),
      'DATABASE_UNREACHABLE',
    ],
    ['an address that is none', () => ({ MONGODB_URI: 'may-chu' }), 'BAD_DATABASE_URI'],
    [
      'production without a database',
      () => ({ MONGODB_URI: '', NODE_ENV: 'production' }),
      'PRODUCTION_NEEDS_DATABASE',
    ],
    ['a browser that is not there', () => ({ PUPPETEER_EXECUTABLE_PATH: '/nope' }), 'BROWSER_MISSING'],
    [
      'a data folder that is a file',
      () => ({ TOTRINH_DATA: join(root, 'package-lock.json') }),
      'NOT_WRITABLE',
    ],
  ])('refuses %s with one message and no stack trace', async (_, env, expected) => {
    const { code, said } = await start(env()).end;
    expect(code).toBe(1);
    expect(said).toContain(`(${expected})`);
    expect(said).not.toMatch(/\n\s+at /);
  });

  it('does not install packages into a folder that is a link', async () => {
    rmSync(join(root, 'node_modules'), { recursive: true });
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'node_modules'));
    const { code, said } = await start().end;
    expect(code).toBe(1);
    expect(said).toContain('(LINKED_PACKAGES)');
  });

  it('says which file is missing from the checkout', async () => {
    rmSync(join(root, 'dist', 'src', 'cli.js'));
    expect((await start().end).said).toContain('(NOTHING_TO_RUN)');
  });
});
