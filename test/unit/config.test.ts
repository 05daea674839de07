import { describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '../../src/config.js';

const given = { MONGODB_URI: 'mongodb://127.0.0.1:27017/' };
const production = { ...given, NODE_ENV: 'production', SESSION_SECRET: '0123456789abcdef'.repeat(2) };

const refused = (environment: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'taken';
};

describe('the settings', () => {
  it('need a database only', () => {
    expect(loadConfig(given)).toMatchObject({
      environment: 'development',
      port: 3000,
      database: { uri: given.MONGODB_URI, name: 'totrinh' },
      session: { secure: false },
      clock: null,
      keep: { doneIntents: 90, readNotices: 180 },
      trustProxy: false,
    });
  });

  it('make a secret of their own where none is given, another one each time', () => {
    const [one, two] = [loadConfig(given), loadConfig(given)];
    expect(one.session.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(one.session.secret).not.toBe(two.session.secret);
  });

  it('take an empty variable for one that is not set', () => {
    expect(loadConfig({ ...given, PORT: '', TOTRINH_CLOCK: '', METRICS_TOKEN: '' })).toMatchObject({
      port: 3000,
      clock: null,
      metricsToken: undefined,
    });
  });

  it.each([
    ['10.0.0.0/8, fd00::/8', '10.0.0.0/8, fd00::/8'],
    ['loopback', 'loopback'],
    ['false', false],
  ])('read TRUST_PROXY %s as %j', (text, value) => {
    expect(loadConfig({ ...given, TRUST_PROXY: text }).trustProxy).toBe(value);
  });

  it('send the cookie over https only in production', () => {
    expect(loadConfig(production).session.secure).toBe(true);
    expect(loadConfig({ ...production, SESSION_SECURE: 'false' }).session.secure).toBe(false);
  });

  it.each([
    ['no database', {}, 'MONGODB_URI'],
    ['an address that is none', { MONGODB_URI: 'postgres://a' }, 'MONGODB_URI'],
    ['a port beyond all ports', { ...given, PORT: '70000' }, 'PORT'],
    ['an unknown environment', { ...given, NODE_ENV: 'staging' }, 'NODE_ENV'],
    ['a day that there is not', { ...given, TOTRINH_CLOCK: '2025-13-01' }, 'TOTRINH_CLOCK'],
    ['production without a secret', { ...production, SESSION_SECRET: undefined }, 'SESSION_SECRET'],
    ['a short secret', { ...production, SESSION_SECRET: 'short' }, 'SESSION_SECRET'],
    ['a secret of one letter', { ...production, SESSION_SECRET: 'a'.repeat(32) }, 'SESSION_SECRET'],
    ['a number of hops, which anybody may pretend', { ...given, TRUST_PROXY: '1' }, 'TRUST_PROXY'],
    ['trust in everybody', { ...given, TRUST_PROXY: 'true' }, 'TRUST_PROXY'],
    ['a network that is none', { ...given, TRUST_PROXY: 'loopback,10.0.0.0/99' }, 'TRUST_PROXY'],
    ['a date set by hand in production', { ...production, TOTRINH_CLOCK: '2025-09-25' }, 'TOTRINH_CLOCK'],
  ])('refuse %s, naming the variable', (_, environment, name) => {
    expect(refused(environment)).toContain(`- ${name}`);
  });

  it('name all that is wrong at once, and never a value', () => {
    const message = refused({ MONGODB_URI: 'user:geheim@host', PORT: 'x', SESSION_SECRET: 'geheim' });
    expect(message).toContain('MONGODB_URI');
    expect(message).toContain('PORT');
    expect(message).toContain('SESSION_SECRET');
    expect(message).not.toContain('geheim');
  });
});
