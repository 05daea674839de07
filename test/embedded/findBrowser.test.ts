import { describe, expect, it } from '@jest/globals';
import { findBrowser, headlessShell } from '../../src/embedded/findBrowser.mjs';

type Probes = Parameters<typeof findBrowser>[0];

const debian: Probes = {
  env: {},
  which: (name) => (name === 'apt-get' ? '/usr/bin/apt-get' : undefined),
  isProgram: () => false,
  uid: 0,
  platform: 'linux',
  arch: 'x64',
  distribution: 'debian',
};
const on =
  (...programs: string[]): Probes['which'] =>
  (name) =>
    programs.includes(name) ? `/usr/bin/${name}` : undefined;

describe('the choice of the browser', () => {
  it('takes the named one before any other', () => {
    const probes = {
      ...debian,
      env: { PUPPETEER_EXECUTABLE_PATH: '/opt/c' },
      isProgram: () => true,
      which: on('chromium'),
    };
    expect(findBrowser(probes)).toEqual({ kind: 'found', program: '/opt/c' });
  });

  it('refuses a named one that is no program, instead of taking another', () => {
    const probes = { ...debian, env: { PUPPETEER_EXECUTABLE_PATH: '/opt/c' }, which: on('chromium') };
    expect(() => findBrowser(probes)).toThrow(expect.objectContaining({ code: 'BROWSER_MISSING' }));
  });

  it('takes the one without windows before a whole one', () => {
    const isProgram = (path: string) => path === headlessShell;
    expect(findBrowser({ ...debian, isProgram, which: on('chromium') })).toEqual({
      kind: 'found',
      program: headlessShell,
    });
  });

  it.each([
    [['google-chrome', 'chromium'], '/usr/bin/chromium'],
    [['google-chrome-stable', 'chromium-browser'], '/usr/bin/chromium-browser'],
    [['google-chrome'], '/usr/bin/google-chrome'],
  ])('of %j on the PATH takes %s', (programs, program) => {
    expect(findBrowser({ ...debian, which: on(...programs) })).toEqual({ kind: 'found', program });
  });

  it('installs it on Debian with root', () => {
    expect(findBrowser(debian)).toEqual({ kind: 'apt' });
  });

  it.each([
    ['without root', { uid: 1000 }],
    ['on Ubuntu, where the package only calls snap', { distribution: 'ubuntu' }],
    ['without apt-get', { which: on() }],
  ])('goes to npm %s', (_, found) => {
    expect(findBrowser({ ...debian, ...found })).toEqual({ kind: 'npm' });
  });

  it('goes to npm after apt-get has failed', () => {
    expect(findBrowser(debian, new Set(['apt'] as const))).toEqual({ kind: 'npm' });
  });

  it('tells all it tried when nothing is left', () => {
    const failed = new Set(['apt', 'npm'] as const);
    expect(() => findBrowser(debian, failed)).toThrow(
      /PUPPETEER_EXECUTABLE_PATH: chưa đặt[^]*chromium[^]*apt-get: đã thử[^]*npm: đã thử[^]*Cách khắc phục/,
    );
    expect(() => findBrowser({ ...debian, uid: 1000, arch: 'arm64' })).toThrow(
      /không có quyền root[^]*không có bản cho linux arm64/,
    );
  });
});
