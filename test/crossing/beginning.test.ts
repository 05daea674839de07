import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { isPassword } from '../../src/people/password.js';
import { createUserStore } from '../../src/store/people.js';
import { createTenantStore } from '../../src/store/agencies.js';
import { connect } from '../../src/store/connection.js';
import { verifyAccess } from '../../src/store/verifyAccess.js';
import { aUser } from '../api/city.js';
import { testDatabase } from '../setup/database.js';

const database = testDatabase('Beginning');
const cli = fileURLToPath(new URL('../../dist/src/cli.js', import.meta.url));
let connection: Connection;

beforeAll(async () => {
  connection = await connect(database.uri, { dbName: database.dbName });
});
beforeEach(() => database.empty());
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await database.close();
});

/** Runs `totrinh` in production, as whoever sets a city up does. */
const totrinh = async (args: readonly string[], { input = '', environment = {} } = {}) => {
  const child = spawn(process.execPath, [cli, ...args], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NODE_OPTIONS: '',
      SESSION_SECRET: 'mot-khoa-bi-mat-du-dai-cho-phien-lam-viec-2025',
      MONGODB_URI: database.uri,
      TOTRINH_DB: database.dbName,
      LOG_LEVEL: 'silent',
      PORT: '0',
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { out, err, code };
};

const named = [
  ...['init', '--city', 'hue', '--name', 'thành phố Huế', '--place', 'Huế', '--host', 'hue.example'],
  ...['--agency', 'SKHCN', '--agency-name', 'Sở Khoa học và Công nghệ Huế'],
  ...['--admin', 'quantri.hue', '--admin-name', 'Nguyễn Thị Quản Trị'],
];
const administrator = () => createUserStore(connection).find('hue', 'quantri.hue');

describe('a new city in production', () => {
  it('is made with its first administrator, whose first password is told once and must be changed', async () => {
    const { out, code } = await totrinh([...named, '--json']);
    expect(code).toBe(0);
    const told = JSON.parse(out.trim()) as { password: string };
    expect(told).toEqual({ city: 'hue', admin: 'quantri.hue', password: expect.any(String) });

    const made = (await administrator())!;
    expect(made).toMatchObject({
      name: 'Nguyễn Thị Quản Trị',
      agency: 'SKHCN',
      administrator: true,
      roles: [],
      mustChange: true,
    });
    expect(made).not.toHaveProperty('demonstration');
    expect(await isPassword(made.passwordHash, told.password)).toBe(true);
    expect(await createTenantStore(connection).byHost('hue.example')).toMatchObject({ place: 'Huế' });
    expect(await verifyAccess(connection, 'hue')).toEqual({ entries: 3, settings: 3, faults: [] });
    const kept = JSON.stringify(await connection.db!.collection('accessJournal').find().toArray());
    expect(kept).not.toContain(told.password);
    expect(kept).not.toContain('argon2');

    const again = await totrinh(named);
    expect({ code: again.code, err: again.err }).toEqual({
      code: 1,
      err: expect.stringContaining('Thành phố hue đã có'),
    });
    expect((await administrator())?.passwordHash).toBe(made.passwordHash);
  }, 120_000);

  it.each([
    ['standard input', [...named, '--password-stdin'], { input: 'Một câu dài chỉ mình biết\n' }],
    ['the environment', named, { environment: { TOTRINH_FIRST_PASSWORD: 'Một câu dài chỉ mình biết' } }],
  ])(
    'takes the first password from %s, and does not say it',
    async (_, args, given) => {
      const { out, err, code } = await totrinh(args, given);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).not.toContain('Một câu');
      expect(await isPassword((await administrator())!.passwordHash, 'Một câu dài chỉ mình biết')).toBe(true);
    },
    60_000,
  );

  it.each([
    ['a field is missing', named.slice(0, -2), {}, '--admin-name'],
    [
      'a password is weak',
      named,
      { environment: { TOTRINH_FIRST_PASSWORD: '123456789012' } },
      'password.common',
    ],
    ['an id is none', named.with(2, 'hue/x'), {}, '--city'],
  ])(
    'is not made where %s',
    async (_, args, given, said) => {
      const { err, code } = await totrinh(args, given);
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(said) });
      expect(err).not.toMatch(/\n\s+at /);
      expect(await createTenantStore(connection).get('hue')).toBeNull();
    },
    60_000,
  );

  it('is not made beside one that would lose its people, and is once that one has a host name', async () => {
    expect((await totrinh(named)).code).toBe(0);
    await createTenantStore(connection).save({ id: 'hue', name: 'thành phố Huế', place: 'Huế', hosts: [] });
    const second = named.map((word) => word.replace('hue', 'danang').replace('Huế', 'Đà Nẵng'));
    const { code, err } = await totrinh(second);
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringMatching(/^--host: thành phố Huế.*totrinh hosts/),
    });
    expect((await totrinh(['hosts', '--hosts', 'hue.example'])).out).toContain(
      'thành phố Huế (hue): hue.example',
    );
    expect(await totrinh(second.with(8, 'hue.example'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('host.taken'),
    });
    expect((await totrinh(second.with(8, 'danang.example'))).code).toBe(0);
    const emptied = await totrinh(['hosts', '--tenant', 'danang', '--hosts', 'hue.example']);
    expect(emptied).toMatchObject({ code: 1, err: expect.stringContaining('host.taken') });
  }, 120_000);

  it('that was cut off before it was whole is made by asking again', async () => {
    await createUserStore(connection).create(
      await aUser('quantri.hue', { tenant: 'hue', agency: 'SKHCN', roles: [], administrator: true }),
    );
    expect((await totrinh(named)).code).toBe(0);
    expect(await administrator()).toMatchObject({ name: 'Nguyễn Thị Quản Trị', mustChange: true });
    expect((await verifyAccess(connection, 'hue')).faults).toEqual([]);
  }, 60_000);
});

describe('production beside accounts of the demonstration', () => {
  it.each(['serve', 'work'])(
    'does not begin to %s, and says which and how to get out',
    async (command) => {
      const users = createUserStore(connection);
      for (const name of ['a.chuyenvien', 'b.chuyenvien', 'c.vanthu', 'd.vanthu', 'e.vanthu', 'quantri'])
        await users.create(await aUser(name, { demonstration: true }));
      await users.create(await aUser('real.person'));
      const { err, code } = await totrinh([command]);
      expect(code).toBe(1);
      for (const said of ['6 tài khoản thử nghiệm', 'a.chuyenvien', 'TOTRINH_DB', 'totrinh init'])
        expect(err).toContain(said);
      expect(err).not.toContain('real.person');
      expect(err).not.toMatch(/\n\s+at /);
    },
    60_000,
  );
});
