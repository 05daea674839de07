import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensurePart } from '../../src/embedded/part.mjs';
import { asRefusal } from '../../src/embedded/refusals.mjs';
import { mountsBelow } from '../../src/embedded/removeTree.mjs';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'totrinh-part-'));
  path = join(folder, 'gateway-1');
});
afterEach(() => rmSync(folder, { recursive: true }));

const remove = async (left: string) => rmSync(left, { recursive: true, force: true });
const flush = () => Promise.resolve();
const build = async (temporary: string) => {
  mkdirSync(temporary);
  writeFileSync(join(temporary, 'program'), 'whole');
};
const noSpace = () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' }));

describe('a part', () => {
  it('gets its name only when it is whole and on the disk', async () => {
    const seen: string[] = [];
    const look = (when: string) => void seen.push(`${when}: ${existsSync(path) ? 'there' : 'not there'}`);
    const outcome = await ensurePart({
      path,
      remove,
      build: async (temporary) => {
        await build(temporary);
        look('built');
      },
      flush: async () => look('flushed'),
    });
    expect(outcome).toBe('built');
    expect(seen).toEqual(['built: not there', 'flushed: not there']);
    expect(readdirSync(folder)).toEqual(['gateway-1']);
  });

  it('is not built again', async () => {
    mkdirSync(path);
    const builds: string[] = [];
    const again = { path, remove, flush, build: async (temporary: string) => void builds.push(temporary) };
    expect(await ensurePart(again)).toBe('there');
    expect(builds).toEqual([]);
  });

  it('is built from nothing after an attempt that was cut off, whose remains go first', async () => {
    const remains = `${path}.building-999999-abc`;
    mkdirSync(remains);
    writeFileSync(join(remains, 'program'), 'half');
    let sweptBefore = false;
    await ensurePart({
      path,
      remove,
      flush,
      build: async (temporary) => {
        sweptBefore = !existsSync(remains);
        await build(temporary);
      },
    });
    expect(sweptBefore).toBe(true);
    expect(readdirSync(folder)).toEqual(['gateway-1']);
  });

  it('leaves remains of other parts alone', async () => {
    const other = join(folder, 'gateway-12.building-1-a');
    mkdirSync(other);
    await ensurePart({ path, remove, flush, build });
    expect(existsSync(other)).toBe(true);
  });

  it('is built once when it is wanted twice at once', async () => {
    let builds = 0;
    const waits: number[] = [];
    const wish = {
      path,
      remove,
      flush,
      onWait: (pid: number) => void waits.push(pid),
      build: async (temporary: string) => {
        builds += 1;
        await build(temporary);
      },
    };
    expect((await Promise.all([ensurePart(wish), ensurePart(wish)])).sort()).toEqual(['built', 'there']);
    expect(builds).toBe(1);
    expect(waits).toEqual([process.pid]);
  });

  it.each([
    [
      'while it is built',
      { build: async (temporary: string) => (mkdirSync(temporary), await noSpace()), flush },
    ],
    ['while it is flushed', { build, flush: noSpace }],
  ])('leaves nothing behind on a disk that fills %s, and can be built later', async (_, failing) => {
    const error = await ensurePart({ path, remove, ...failing }).catch((reason: unknown) => reason);
    expect(asRefusal(error, folder)).toMatchObject({ code: 'DISK_FULL' });
    expect(readdirSync(folder)).toEqual([]);
    expect(await ensurePart({ path, remove, flush, build })).toBe('built');
  });

  it('tells why it failed, even when its remains cannot be removed', async () => {
    const stuck = { path, flush, build: noSpace, remove: () => Promise.reject(new Error('bận')) };
    await expect(ensurePart(stuck)).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

describe('mounts in the remains of a cut-off set-up', () => {
  it('are found innermost first, and only there', () => {
    const mountinfo = [
      '22 1 0:20 / / rw - ext4 /dev/a rw',
      '23 22 0:21 / /d/x.building-1/dev rw - devtmpfs devtmpfs rw',
      '24 23 0:22 / /d/x.building-1/dev/pts rw - devpts devpts rw',
      '25 22 0:23 / /d/x.building-12/proc rw - proc proc rw',
      '26 22 0:24 / /d/x.building-1/a\\040b rw - proc proc rw',
    ].join('\n');
    expect(mountsBelow('/d/x.building-1', mountinfo)).toEqual([
      '/d/x.building-1/dev/pts',
      '/d/x.building-1/dev',
      '/d/x.building-1/a b',
    ]);
  });
});
