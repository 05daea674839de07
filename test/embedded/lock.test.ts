import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive, ownerOf, self } from '../../src/embedded/alive.mjs';
import { withLock } from '../../src/embedded/lock.mjs';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totrinh-lock-'));
  lock = join(folder, 'thing.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The id of a process that has ended. */
const endedPid = () => spawnSync(process.execPath, ['--version']).pid;

describe('a lock file', () => {
  it('names its holder while the work is done, and is gone afterwards', async () => {
    const held = await withLock(lock, () => JSON.parse(readFileSync(lock, 'utf8')) as { pid: number });
    expect(held.pid).toBe(process.pid);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is released when the work fails', async () => {
    await expect(withLock(lock, () => Promise.reject(new Error('hỏng')))).rejects.toThrow('hỏng');
    expect(existsSync(lock)).toBe(false);
  });

  it('lets one in at a time, and tells the others once whom they wait for', async () => {
    const waits: number[] = [];
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((done) => setImmediate(done));
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(lock, work, (pid) => waits.push(pid), 1)));
    expect(most).toBe(1);
    expect(waits).toEqual([process.pid, process.pid]);
  });

  it.each([
    ['of a process that has ended', () => JSON.stringify({ pid: endedPid(), began: '1' })],
    ['whose id another process has by now', () => JSON.stringify({ ...self(), began: '1' })],
    ['that cannot be read', () => '{"pid":'],
    ['that is empty', () => ''],
  ])('%s is taken over', async (_, text) => {
    writeFileSync(lock, text());
    const waits: number[] = [];
    expect(
      await withLock(
        lock,
        () => 'trong',
        (pid) => waits.push(pid),
      ),
    ).toBe('trong');
    expect(waits).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('passes on what keeps the file from being written', async () => {
    writeFileSync(join(folder, 'plain'), '');
    await expect(withLock(join(folder, 'plain', 'x.lock'), () => 1)).rejects.toMatchObject({
      code: 'EEXIST',
    });
  });
});

describe('a process', () => {
  it('is alive while it runs, and not when its id never was or has passed to another', () => {
    expect(isAlive(ownerOf(process.pid))).toBe(true);
    expect(isAlive(ownerOf(endedPid()))).toBe(false);
    expect(isAlive({ pid: process.pid, began: '1' })).toBe(false);
    for (const pid of [0, -1, Number.NaN]) expect(isAlive({ pid, began: '' })).toBe(false);
  });
});
