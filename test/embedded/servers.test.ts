import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive, ownerOf } from '../../src/embedded/alive.mjs';
import { reach, thisHost } from '../../src/embedded/host.mjs';
import { startMongod, stopMongod } from '../../src/embedded/mongod.mjs';
import { settings } from '../../src/embedded/postgres.mjs';
import { postmaster } from '../../src/embedded/postmaster.mjs';
import { endProcessesOn, processesOn } from '../../src/embedded/processesOn.mjs';
import { clusterFolder } from '../../src/embedded/rootfs.mjs';
import { shared } from '../../src/embedded/sharing.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totrinh-servers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const endedPid = () => spawnSync(process.execPath, ['--version']).pid;

describe('a shared server', () => {
  it('is stopped by the last of its users only', async () => {
    let stops = 0;
    const stop = async () => void (stops += 1);
    // Another command, alive for as long as the test is.
    const other = join(folder, 'db', 'other');
    const use = shared(folder, 'db');
    await use.enter(() => Promise.resolve());
    writeFileSync(other, JSON.stringify(ownerOf(process.ppid)));
    await use.leave(stop);
    expect(stops).toBe(0);

    rmSync(other);
    await use.enter(() => Promise.resolve());
    await use.leave(stop);
    expect(stops).toBe(1);
  });

  it('does not count users that died without a word', async () => {
    let stops = 0;
    const use = shared(folder, 'db');
    await use.enter(() => Promise.resolve());
    writeFileSync(join(folder, 'db', 'dead'), JSON.stringify({ pid: endedPid(), began: '1' }));
    writeFileSync(join(folder, 'db', 'broken'), '{');
    await use.leave(async () => void (stops += 1));
    expect(stops).toBe(1);
    expect(readdirSync(join(folder, 'db'))).toEqual([]);
  });

  it('has no user left after a start that failed', async () => {
    const use = shared(folder, 'db');
    await expect(use.enter(() => Promise.reject(new Error('hỏng')))).rejects.toThrow('hỏng');
    expect(readdirSync(join(folder, 'db'))).toEqual([]);
  });
});

describe('a mongod', () => {
  /** A program that takes mongod's arguments and answers on its port. */
  function standIn(body: string): string {
    const path = join(folder, 'mongod');
    writeFileSync(path, `#!${process.execPath}\n${body}`);
    chmodSync(path, 0o755);
    return path;
  }
  const listening = `
    const port = process.argv[process.argv.indexOf('--port') + 1];
    require('node:net').createServer((socket) => socket.end()).listen(Number(port), '127.0.0.1');`;
  const portOf = (uri: string) => Number(new URL(uri).port);

  it('is started on its own folder and a free port, found running, and stopped', async () => {
    const ends: string[] = [];
    const program = standIn(listening);
    const first = await startMongod(thisHost(), program, folder, (how) => ends.push(how));
    expect(first.uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/$/);
    expect(existsSync(join(folder, 'db'))).toBe(true);

    const second = await startMongod(thisHost(), program, folder, () => {});
    expect(second.uri).toBe(first.uri);

    const { owner } = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8'));
    expect(isAlive(owner)).toBe(true);
    await stopMongod(folder);
    expect(isAlive(owner)).toBe(false);
    expect(existsSync(join(folder, 'server.json'))).toBe(false);
  });

  it('is started anew when the noted one was killed', async () => {
    const program = standIn(listening);
    await startMongod(thisHost(), program, folder, () => {});
    const { owner } = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8'));
    process.kill(owner.pid, 'SIGKILL');
    while (isAlive(owner)) await new Promise((done) => setImmediate(done));

    const again = await startMongod(thisHost(), program, folder, () => {});
    expect(await reach('127.0.0.1', portOf(again.uri), 500)).toBe(true);
    await stopMongod(folder);
  });

  it('that ends at once is reported with what it said', async () => {
    const program = standIn(`console.log('thiếu thư viện'); process.exit(3);`);
    await expect(startMongod(thisHost(), program, folder, () => {})).rejects.toMatchObject({
      code: 'DATABASE_DID_NOT_START',
      message: expect.stringContaining('thiếu thư viện'),
    });
  });
});

describe("PostgreSQL's settings", () => {
  it('wait for the disk where the data stays, and only there', () => {
    expect(settings({ rootfs: '/r', name: 'data', durable: true }).join()).not.toContain('fsync');
    expect(settings({ rootfs: '/r', name: 'test-1', durable: false })).toContain('fsync=off');
  });

  it('open no network, lead DocumentDB to the socket, and let jobs run without calling anybody', () => {
    const all = settings({ rootfs: '/r', name: 'data', durable: true });
    expect(all).toContain('listen_addresses=');
    expect(all.filter((setting) => setting.includes('/srv/data/socket'))).toHaveLength(2);
    expect(all).toEqual(expect.arrayContaining(['cron.use_background_workers=on', 'cron.log_run=off']));
  });
});

describe('the note that PostgreSQL leaves of its id', () => {
  const cluster = () => ({ rootfs: folder, name: 'data', durable: true });
  const note = (text: string) => {
    mkdirSync(join(clusterFolder(cluster()), 'cluster'), { recursive: true });
    writeFileSync(join(clusterFolder(cluster()), 'cluster', 'postmaster.pid'), text);
  };

  it.each([
    ['of a process that has ended', () => `${endedPid()}\n/srv/data/cluster\n`],
    ['of a living process that is no such server', () => `${process.pid}\n/srv/data/cluster\n`],
    ['that is cut off', () => ''],
    ['that is nonsense', () => 'abc\n'],
    ['of a negative id', () => '-1\n'],
  ])('%s counts for nothing', (_, text) => {
    note(text());
    expect(postmaster(cluster())).toBeUndefined();
  });

  it('is not there before the first start', () => {
    expect(postmaster(cluster())).toBeUndefined();
  });

  it('of a server on a folder of that name in another file system counts for nothing', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '/srv/data/cluster']);
    try {
      await new Promise((done) => child.once('spawn', done));
      note(`${child.pid}\n`);
      expect(postmaster(cluster())).toBeUndefined();
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('what a killed set-up left running', () => {
  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux('is found by its folder or its arguments, and ended before the folder goes', async () => {
    const idle = 'process.stdout.write("1"); setInterval(() => {}, 1000)';
    const within = spawn(process.execPath, ['-e', idle], { cwd: folder });
    const upon = spawn(process.execPath, ['-e', idle, join(folder, 'usr')]);
    const apart = spawn(process.execPath, ['-e', idle, `${folder}2`]);
    const children = [within, upon, apart];
    await Promise.all(children.map((child) => new Promise((done) => child.stdout.once('data', done))));
    const pids = [within.pid, upon.pid].sort();
    expect(processesOn(folder).sort()).toEqual(pids);

    const gone = Promise.all([within, upon].map((child) => new Promise((done) => child.once('exit', done))));
    await endProcessesOn(folder);
    await gone;
    expect(processesOn(folder)).toEqual([]);
    expect(apart.exitCode).toBeNull();
    apart.kill('SIGKILL');
  });
});
