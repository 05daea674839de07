import { describe, expect, it } from '@jest/globals';
import { mirrorOf } from '../../src/embedded/aptSources.mjs';

describe("the host's own mirror", () => {
  it('is read from one-line sources, comments and options aside', () => {
    const text = [
      '# deb http://old.example/debian bookworm main',
      'deb-src http://source.example/debian bookworm main',
      'deb [signed-by=/k.gpg arch=amd64] http://near.example/debian bookworm main contrib',
      'deb http://security.example/debian-security bookworm-security main',
    ].join('\n');
    expect(mirrorOf([text], 'bookworm')).toBe('http://near.example/debian');
  });

  it('is read from deb822 sources, with the entry for the release and not for its security updates', () => {
    const text = [
      'Types: deb',
      'URIs: http://security.example/debian-security',
      'Suites: bookworm-security',
      '',
      'Types: deb',
      '# URIs: http://commented.example/debian',
      'URIs: http://near.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
    ].join('\n');
    expect(mirrorOf([text], 'bookworm')).toBe('http://near.example/debian');
  });

  it('passes over entries that are switched off or hold sources only', () => {
    const entry = (uri: string, extra: string) => `Types: deb\nURIs: ${uri}\nSuites: bookworm\n${extra}\n`;
    const off = entry('http://off.example/debian', 'Enabled: no');
    const source = 'Types: deb-src\nURIs: http://source.example/debian\nSuites: bookworm\n';
    const good = entry('http://near.example/debian', 'Components: main');
    expect(mirrorOf([`${off}\n${source}\n${good}`], 'bookworm')).toBe('http://near.example/debian');
  });

  it('is looked for in all files, and of other vendors only by release', () => {
    const other = 'deb https://packages.example/apt cloud-bookworm main';
    expect(mirrorOf(['', other, 'deb http://near.example/debian bookworm main'], 'bookworm')).toBe(
      'http://near.example/debian',
    );
    expect(mirrorOf([other], 'bookworm')).toBeUndefined();
    expect(mirrorOf([], 'bookworm')).toBeUndefined();
  });
});
