import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { sourceStamp } from '../../src/embedded/compile.mjs';
import { createHousehold } from '../../src/embedded/household.mjs';
import { packagesNeeded } from '../../src/embedded/packages.mjs';
import { dataFolder } from '../../src/embedded/places.mjs';
import { checkPort, programFor } from '../../src/embedded/programs.mjs';
import { createVoice } from '../../src/embedded/say.mjs';
import { summary } from '../../src/embedded/summary.mjs';

describe('the data folder', () => {
  it.each([
    ['TOTRINH_DATA before all', { TOTRINH_DATA: '/d/t', XDG_DATA_HOME: '/x' }, '/d/t'],
    ['XDG_DATA_HOME', { XDG_DATA_HOME: '/x' }, '/x/totrinh'],
    ['the home folder when XDG_DATA_HOME is not absolute', { XDG_DATA_HOME: 'x' }, '/h/.local/share/totrinh'],
    ['the home folder', {}, '/h/.local/share/totrinh'],
    [
      'the home folder when the variables are empty',
      { TOTRINH_DATA: '', XDG_DATA_HOME: '' },
      '/h/.local/share/totrinh',
    ],
  ])('is %s', (_, env, folder) => {
    expect(dataFolder(env, '/h')).toBe(folder);
  });
});

describe('packages', () => {
  const minute = 60_000;
  it.each([
    ['were never installed', undefined, 0, true],
    ['are older than the lock', 0, 2 * minute, true],
    ['are newer than the lock', 2 * minute, 0, false],
    ['were written by the same install as the lock', 0, minute / 2, false],
  ])('that %s', (_, installed, locked, needed) => {
    expect(packagesNeeded(installed, locked)).toBe(needed);
  });
});

describe('the port', () => {
  const host = (env: Record<string, string>, state: 'free' | 'taken' | 'forbidden' = 'free') => ({
    env,
    portState: () => Promise.resolve(state),
  });

  it.each(['abc', '0', '65536', '-1', '3000.5', '1e3', ' 80'])('is not "%s"', async (PORT) => {
    await expect(checkPort(host({ PORT }))).rejects.toMatchObject({ code: 'BAD_PORT' });
  });

  it('is 3000 unless told', async () => {
    await expect(checkPort(host({}, 'taken'))).rejects.toThrow('Cổng 3000');
    await expect(checkPort(host({ PORT: '8080' }, 'taken'))).rejects.toThrow('Cổng 8080');
    await expect(checkPort(host({ PORT: '80' }, 'forbidden'))).rejects.toMatchObject({
      code: 'PORT_FORBIDDEN',
    });
    await expect(checkPort(host({ PORT: '65535' }))).resolves.toBeUndefined();
  });
});

describe('the commands', () => {
  it("keep the user's data apart from the demonstration and the bench", () => {
    const names = ['serve', 'demo', 'bench'].map((what) => programFor(what, '/c').env({}).TOTRINH_DB);
    expect(names).toEqual(['totrinh', 'totrinh_demo', 'totrinh_bench']);
    expect(['serve', 'demo', 'bench'].map((what) => programFor(what, '/c').throwaway)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('use the database name that is given', () => {
    expect(programFor('demo', '/c').env({ TOTRINH_DB: 'khac' })).toEqual({ TOTRINH_DB: 'khac' });
  });
});

describe('the stamp of the sources', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'totrinh-stamp-'));
    mkdirSync(join(root, 'src', 'people'), { recursive: true });
    writeFileSync(join(root, 'src', 'people', 'a.ts'), '1');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it.each([
    ['comes', (at: string) => writeFileSync(join(at, 'b.ts'), '')],
    ['goes', (at: string) => rmSync(join(at, 'a.ts'))],
    ['is written', (at: string) => utimesSync(join(at, 'a.ts'), 1, 1)],
    ['grows', (at: string) => writeFileSync(join(at, 'a.ts'), '12')],
  ])('changes when a file %s', (_, change) => {
    const before = sourceStamp(root);
    expect(sourceStamp(root)).toBe(before);
    change(join(root, 'src', 'people'));
    expect(sourceStamp(root)).not.toBe(before);
  });
});

describe('the household', () => {
  it('is ended in the opposite order, once, past a member that cannot be ended', async () => {
    const ended: string[] = [];
    const troubles: string[] = [];
    const household = createHousehold(
      () => {},
      (complaint) => troubles.push(complaint),
    );
    household.add(async () => void ended.push('database'));
    household.add(() => Promise.reject(new Error('bận')));
    household.add(async () => void ended.push('app'));
    await Promise.all([household.end(), household.end()]);
    expect(ended).toEqual(['app', 'database']);
    expect(troubles).toEqual(['bận']);
  });

  it('tells of a loss, unless it is ending', async () => {
    const losses: string[] = [];
    const household = createHousehold(
      (reason) => losses.push(reason.message),
      () => {},
    );
    household.lost('PostgreSQL', 'SIGKILL', '/log');
    await household.end();
    household.lost('mongod', '0', '/log');
    expect(losses).toEqual([expect.stringContaining('PostgreSQL đã tự dừng (SIGKILL)')]);
  });
});

describe('what is said', () => {
  const hear = () => {
    let said = '';
    let clock = 0;
    const voice = createVoice(
      (text) => void (said += text),
      () => (clock += 1_250),
    );
    return { voice, said: () => said };
  };

  it('is one line a step, with the time it took', async () => {
    const { voice, said } = hear();
    expect(await voice.step('Biên dịch', () => 7)).toBe(7);
    expect(said()).toBe('· Biên dịch … xong (1,3 giây)\n');
  });

  it('says how long a step has gone on, while it does', async () => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    try {
      const { voice, said } = hear();
      let finish = () => {};
      const done = voice.step('Dựng', () => new Promise<void>((resolve) => (finish = resolve)));
      jest.advanceTimersByTime(61_000);
      expect(said()).toBe('· Dựng … 1 giây … 3 giây … ');
      finish();
      await done;
      jest.advanceTimersByTime(61_000);
      expect(said()).toBe('· Dựng … 1 giây … 3 giây … xong (3,8 giây)\n');
    } finally {
      jest.useRealTimers();
    }
  });

  it('names the step again when something was said in between', async () => {
    const { voice, said } = hear();
    await voice.step('Biên dịch', () => voice.line('  chờ'));
    expect(said()).toBe('· Biên dịch … \n  chờ\n· Biên dịch: xong (1,3 giây)\n');
  });

  it('says so when the step fails', async () => {
    const { voice, said } = hear();
    await expect(voice.step('Biên dịch', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(said()).toBe('· Biên dịch … không được\n');
  });
});

describe('the count of a test run', () => {
  it.each([
    ['all passed', { numPassedTests: 3 }, 0, { passed: 3, failed: 0 }],
    [
      'a file that could not be run',
      { numPassedTests: 3, numRuntimeErrorTestSuites: 1 },
      1,
      { passed: 3, failed: 1 },
    ],
    ['failures', { numPassedTests: 3, numFailedTests: 2 }, 1, { passed: 3, failed: 2 }],
    ['a bad end that no test is blamed for', { numPassedTests: 3 }, 1, { passed: 3, failed: 1 }],
  ])('of %s', (_, report, code, counts) => {
    expect(summary(JSON.stringify(report), code)).toEqual(counts);
  });

  it('is one failure when there is no report, or half a one', () => {
    expect(summary(undefined, 134)).toEqual({ passed: 0, failed: 1 });
    expect(summary('{"numPassed', 1)).toEqual({ passed: 0, failed: 1 });
  });
});
