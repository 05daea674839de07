import { describe, expect, it } from '@jest/globals';
import { nodeFits } from '../../src/embedded/command.mjs';
import { CommandFailed, type Refusal } from '../../src/embedded/refusal.mjs';
import * as refusals from '../../src/embedded/refusals.mjs';

const { asRefusal } = refusals;

const every: Refusal[] = [
  refusals.wrongNode('18.20.0'),
  refusals.badPort('abc'),
  refusals.portTaken(3000),
  refusals.portForbidden(80),
  refusals.noDatabase(['biến MONGODB_URI: chưa đặt']),
  refusals.databaseUnreachable('mongodb://db/'),
  refusals.badDatabaseUri('thiếu tên máy'),
  refusals.productionNeedsDatabase(),
  refusals.noBrowser(['trong PATH: không có']),
  refusals.browserMissing('/opt/c'),
  refusals.diskFull('/d'),
  refusals.notWritable('/d'),
  refusals.stepFailed(new CommandFailed('npm ci', 'npm error network', '/d/npm.log')),
  refusals.stoppedByItself('PostgreSQL', 'SIGKILL', '/d/log'),
  refusals.databaseDidNotStart('PostgreSQL', '/d/log', 'FATAL'),
  refusals.databaseStillHeld('/d', [7]),
  refusals.linkedPackages('/c/node_modules'),
  refusals.nothingToRun('/c/dist/src/cli.js'),
];

describe('what the set-up says when it cannot go on', () => {
  it.each(every.map((refusal) => [refusal.code, refusal] as const))(
    '%s says the way out',
    (_, { message }) => {
      expect(message).toMatch(/Cách khắc phục|cách khắc phục|Ví dụ|Cần dạng/);
      expect(message).toBe(message.normalize('NFC'));
      expect(message).not.toMatch(/undefined|\[object|\n {4}at /);
    },
  );

  it('has a code of its own for each', () => {
    expect(new Set(every.map(({ code }) => code)).size).toBe(every.length);
  });

  it('names the next port, or the one before the last', () => {
    expect(refusals.portTaken(3000).message).toContain('PORT=3001');
    expect(refusals.portTaken(65_535).message).toContain('PORT=65534');
  });

  it.each([
    ['a full disk', Object.assign(new Error('x'), { code: 'ENOSPC' }), 'DISK_FULL'],
    ['a used-up quota', Object.assign(new Error('x'), { code: 'EDQUOT' }), 'DISK_FULL'],
    [
      'a command that met a full disk',
      new CommandFailed('apt-get', 'E: No space left on device', '/l'),
      'DISK_FULL',
    ],
    ['a command that failed', new CommandFailed('npm ci', 'npm error 404', '/l'), 'STEP_FAILED'],
    ['a folder that may not be written', Object.assign(new Error('x'), { code: 'EACCES' }), 'NOT_WRITABLE'],
    ['a read-only disk', Object.assign(new Error('x'), { code: 'EROFS' }), 'NOT_WRITABLE'],
    ['a refusal', refusals.badPort('x'), 'BAD_PORT'],
    ['anything else', new TypeError('x is not a function'), 'UNEXPECTED'],
  ])('turns %s into its message', (_, error, code) => {
    expect(asRefusal(error, '/du-lieu')).toMatchObject({ code });
  });

  it('shows the last lines of a failed command, what was being done, and where the rest lies', () => {
    const failure = new CommandFailed('npm ci', 'npm error network\nnpm error ECONNRESET', '/d/npm.log');
    failure.step = 'Cài các gói npm';
    expect(asRefusal(failure, '/d').message).toMatch(
      /^Cài các gói npm: không xong\.[^]*\| npm error ECONNRESET[^]*\/d\/npm\.log/,
    );
  });
});

describe('the version of Node.js', () => {
  it.each([
    ['20.19.0', true],
    ['20.20.2', true],
    ['22.1.0', true],
    ['20.18.3', false],
    ['18.20.8', false],
  ])('%s fits: %s', (version, fits) => {
    expect(nodeFits(version)).toBe(fits);
  });
});
