import { describe, expect, it } from '@jest/globals';
import { documentdbNeeds, findDatabase, hostsOf } from '../../src/embedded/findDatabase.mjs';

type Probes = Parameters<typeof findDatabase>[0];

/** A machine with nothing on it, and a list of what was asked of it. */
function machine(has: Partial<Probes> = {}): { probes: Probes; asked: string[] } {
  const asked: string[] = [];
  const noted = <A extends unknown[], R>(name: string, answer: (...args: A) => R) => {
    return (...args: A) => {
      asked.push(name);
      return answer(...args);
    };
  };
  return {
    asked,
    probes: {
      env: has.env ?? {},
      which: noted('which', has.which ?? (() => undefined)),
      answers: noted('answers', has.answers ?? (() => Promise.resolve(false))),
      downloadHindrance: noted('download', has.downloadHindrance ?? (() => Promise.resolve('mạng đóng'))),
      documentdbNeeds: noted('documentdb', has.documentdbNeeds ?? (() => ['quyền root'])),
    },
  };
}

describe('the choice of the database', () => {
  it('takes the named server when it answers, and asks for nothing else', async () => {
    const { probes, asked } = machine({
      env: { MONGODB_URI: 'mongodb://db/' },
      answers: () => Promise.resolve(true),
      which: () => '/usr/bin/mongod',
    });
    expect(await findDatabase(probes)).toEqual({ kind: 'given', uri: 'mongodb://db/' });
    expect(asked).toEqual(['answers']);
  });

  it('refuses a named server that does not answer, without showing its password', async () => {
    const { probes } = machine({ env: { MONGODB_URI: 'mongodb://an:matkhau@db:27017/' } });
    const refused = findDatabase(probes);
    await expect(refused).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    await expect(refused).rejects.toThrow('mongodb://***@db:27017/');
    await expect(refused).rejects.not.toThrow('matkhau');
  });

  it('prefers a mongod on the PATH to a download, and does not try the network for it', async () => {
    const { probes, asked } = machine({
      which: () => '/usr/bin/mongod',
      downloadHindrance: () => Promise.resolve(undefined),
    });
    expect(await findDatabase(probes)).toEqual({ kind: 'mongod', program: '/usr/bin/mongod' });
    expect(asked).toEqual(['which']);
  });

  it('prefers a download to building one', async () => {
    const { probes } = machine({
      downloadHindrance: () => Promise.resolve(undefined),
      documentdbNeeds: () => [],
    });
    expect(await findDatabase(probes)).toEqual({ kind: 'download' });
  });

  it('builds DocumentDB when the network is closed', async () => {
    const { probes, asked } = machine({ documentdbNeeds: () => [] });
    expect(await findDatabase(probes)).toEqual({ kind: 'documentdb' });
    expect(asked).toEqual(['which', 'download', 'documentdb']);
  });

  it('goes on to DocumentDB after a download that failed, without a second attempt', async () => {
    const { probes, asked } = machine({
      downloadHindrance: () => Promise.resolve(undefined),
      documentdbNeeds: () => [],
    });
    expect(await findDatabase(probes, new Set(['download'] as const))).toEqual({ kind: 'documentdb' });
    expect(asked).not.toContain('download');
  });

  it('tells everything it looked for, in order, and three ways out', async () => {
    const { probes } = machine();
    const error = await findDatabase(probes).catch((refusal: unknown) => refusal as Error & { code: string });
    expect(error).toMatchObject({ code: 'NO_DATABASE' });
    const message = (error as Error).message;
    const order = [
      'MONGODB_URI: chưa đặt',
      'mongod trong PATH',
      'mạng đóng',
      'còn thiếu quyền root',
      'Ba cách',
    ];
    const found = order.map((text) => message.indexOf(text));
    expect(found.every((at) => at >= 0)).toBe(true);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(message.split('Ba cách')[1]?.match(/^ {2}- /gm)).toHaveLength(3);
  });

  it('never makes up a database in production', async () => {
    const { probes, asked } = machine({ env: { NODE_ENV: 'production' }, which: () => '/usr/bin/mongod' });
    await expect(findDatabase(probes)).rejects.toMatchObject({ code: 'PRODUCTION_NEEDS_DATABASE' });
    expect(asked).toEqual([]);
  });
});

describe('what DocumentDB needs', () => {
  const debian = {
    platform: 'linux',
    uid: 0,
    rootfsBuilt: false,
    gatewayBuilt: false,
    aptGet: true,
    mirror: 'http://mirror.example/debian',
    goVersion: 'go version go1.25.0 linux/amd64',
  };

  it('is there on Debian with root and Go', () => {
    expect(documentdbNeeds(debian)).toEqual([]);
  });

  it.each([
    ['another system', { platform: 'darwin' }, /Linux.*darwin/],
    ['no root', { uid: 1000 }, /quyền root/],
    ['no apt-get', { aptGet: false }, /apt-get/],
    ['no Debian mirror in the apt sources', { mirror: undefined }, /kho gói Debian/],
    ['no Go', { goVersion: undefined }, /Go 1\.25.*không/],
    ['Go of Debian 12', { goVersion: 'go version go1.19.8 linux/amd64' }, /Go 1\.25.*go1\.19\.8/],
  ])('names %s', (_, found, said) => {
    const needs = documentdbNeeds({ ...debian, ...found });
    expect(needs).toHaveLength(1);
    expect(needs[0]).toMatch(said);
  });

  it('asks for nothing that only building needs, once all is built', () => {
    const built = { ...debian, rootfsBuilt: true, gatewayBuilt: true };
    expect(documentdbNeeds({ ...built, aptGet: false, mirror: undefined, goVersion: undefined })).toEqual([]);
    expect(documentdbNeeds({ ...built, uid: 1000 })).toHaveLength(1);
  });

  it('takes a later Go', () => {
    expect(documentdbNeeds({ ...debian, goVersion: 'go version go2.0 linux/arm64' })).toEqual([]);
  });
});

describe('hosts of a database address', () => {
  it.each([
    ['mongodb://db/', [{ hostname: 'db', port: 27_017 }]],
    ['mongodb://an:mat%40khau@db:1/x?replicaSet=r', [{ hostname: 'db', port: 1 }]],
    [
      'mongodb://a,b:2/',
      [
        { hostname: 'a', port: 27_017 },
        { hostname: 'b', port: 2 },
      ],
    ],
    ['mongodb://[::1]:3/', [{ hostname: '::1', port: 3 }]],
    ['mongodb+srv://cum.example/', 'by name service'],
  ])('reads %s', (uri, hosts) => {
    expect(hostsOf(uri)).toEqual(hosts);
  });

  it.each(['', 'db:27017', 'http://db/', 'mongodb://', 'mongodb://:1/'])('refuses "%s"', (uri) => {
    expect(() => hostsOf(uri)).toThrow(expect.objectContaining({ code: 'BAD_DATABASE_URI' }));
  });
});
