import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { testDatabase } from '../setup/database.js';
import type { StoredDelegation } from '../../src/people/ports.js';
import { aCity, anAgency, aRound, aUser, password, today, type City } from './city.js';

const database = testDatabase('Administration');
let city: City;

beforeAll(async () => {
  city = await aCity(database);
});
beforeEach(async () => {
  await database.empty();
  await city.populate();
});
afterAll(async () => {
  await city.close();
  await database.close();
});

const aWish = (more: object = {}) => ({
  name: 'Người mới',
  agency: 'SYT',
  roles: ['officer'],
  temporaryPassword: 'Tạm thời cho tháng chín',
  ...more,
});

describe('an administrator', () => {
  it('makes a user, who must change the password first', async () => {
    const { set } = await city.signIn('admin');
    const { status, body, headers } = await set('/users/new.officer', 0, aWish());
    expect(status).toBe(201);
    expect(body).toEqual({
      username: 'new.officer',
      name: 'Người mới',
      agency: 'SYT',
      roles: ['officer'],
      auditor: false,
      administrator: false,
      mustChange: true,
      disabled: false,
      rev: 1,
    });
    expect(headers['etag']).toBe('"1"');
    const signedIn = await request(city.app)
      .post('/api/v1/session')
      .send({ username: 'new.officer', password: 'Tạm thời cho tháng chín' });
    expect(signedIn.body.mustChangePassword).toBe(true);
  });

  it('changes a user, whose next request is already of the new kind', async () => {
    const { set } = await city.signIn('admin');
    const { get } = await city.signIn('officer');
    const changed = await set('/users/officer', 1, aWish({ roles: ['clerk'], temporaryPassword: undefined }));
    expect(changed.status).toBe(200);
    expect((await get('/me')).body.roles).toEqual(['clerk']);
  });

  it.each([
    ['an unknown agency', { agency: 'XYZ' }, 'agency', 'agency.unknown'],
    ['an auditor with a role', { auditor: true }, 'roles', 'user.noRoles'],
    ['an administrator with a role', { administrator: true }, 'roles', 'user.noRoles'],
    ['nobody in particular', { roles: [] }, 'roles', 'user.someRole'],
    ['a signer without a title', { roles: ['unitHead'] }, 'title', 'any.required'],
    ['a unit that the agency has not', { unit: 'XYZ' }, 'unit', 'unit.unknown'],
    ['a role twice', { roles: ['officer', 'officer'] }, 'roles.1', 'array.unique'],
    ['a weak password', { temporaryPassword: '123456789012' }, 'temporaryPassword', 'password.common'],
    ['no password', { temporaryPassword: undefined }, 'temporaryPassword', 'any.required'],
  ])('does not make a user of %s', async (_, wrong, path, code) => {
    const { set } = await city.signIn('admin');
    const { status, body } = await set('/users/new.officer', 0, aWish(wrong));
    expect(status).toBe(400);
    expect(body.faults).toContainEqual(expect.objectContaining({ path, code }));
    expect(await city.stores.users.find('canTho', 'new.officer')).toBeNull();
  });

  it('resets a password, which ends the sessions', async () => {
    const officer = await city.signIn('officer');
    const { put } = await city.signIn('admin');
    expect(
      (await put('/users/officer/password', { temporaryPassword: 'Tạm thời cho tháng mười' })).status,
    ).toBe(204);
    expect((await officer.get('/me')).status).toBe(401);
    expect(
      (await put('/users/nobody/password', { temporaryPassword: 'Tạm thời cho tháng mười' })).status,
    ).toBe(404);
  });

  it('does not shut itself out', async () => {
    const { set } = await city.signIn('admin');
    const self = { name: 'Quản trị', agency: 'VP', roles: [], administrator: true };
    expect((await set('/users/admin', 1, { ...self, disabled: true })).body.code).toBe('NOT_PERMITTED');
    const demoted = { ...self, administrator: false, roles: ['officer'] };
    expect((await set('/users/admin', 1, demoted)).body.code).toBe('NOT_PERMITTED');
  });

  it('reads users page by page', async () => {
    const { get } = await city.signIn('admin');
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await get(`/users?limit=4${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map(({ username }: { username: string }) => username));
      cursor = body.next;
    }
    expect(seen).toEqual(['admin', 'auditor', 'deputy', 'head', 'leader', 'officer']);
  });

  it('sets a round, which all read', async () => {
    const { set } = await city.signIn('admin');
    const { tenant: _tenant, id: _id, ...fields } = aRound;
    expect((await set('/rounds/2026-1', 0, { ...fields, name: 'Đợt 1 năm 2026' })).status).toBe(201);
    const { get } = await city.signIn('officer');
    expect((await get('/rounds/2026-1')).body).toMatchObject({ id: '2026-1', name: 'Đợt 1 năm 2026' });
    expect((await get('/rounds')).body.items).toHaveLength(2);
    expect((await get('/rounds/2030-1')).status).toBe(404);
  });

  it.each([
    [
      'a stranger as substitute',
      { substitutes: { ...aRound.substitutes, reviewer: 'XYZ' } },
      'agency.unknown',
    ],
    [
      'a deadline before it opens',
      { deadlines: { ...aRound.deadlines, commune: '2025-08-01' } },
      'round.dates',
    ],
    ['a day that does not exist', { opens: '2025-02-30' }, 'day.unknown'],
    ['a first day far from its year', { opens: '2022-12-31' }, 'date.outside'],
    [
      'a deadline far from its year',
      { deadlines: { ...aRound.deadlines, finance: '2052-10-31' } },
      'date.outside',
    ],
    ['money that is no whole đồng', { envelopes: { NSTP_CTX: { '2025': 0.5 } } }, 'number.integer'],
    ['money as text', { envelopes: { NSTP_CTX: { '2025': '1.234' } } }, 'number.base'],
  ])('does not set a round with %s', async (_, wrong, code) => {
    const { set } = await city.signIn('admin');
    const { tenant: _tenant, id: _id, ...fields } = aRound;
    const { status, body } = await set('/rounds/2026-1', 0, { ...fields, ...wrong });
    expect(status).toBe(400);
    expect(body.faults).toContainEqual(expect.objectContaining({ code }));
  });
});

describe('a delegation', () => {
  const aDelegation = (more: object = {}) => ({
    from: 'leader',
    to: 'deputy',
    role: 'leader',
    capacity: 'KT',
    validFrom: '2025-09-01',
    validTo: '2025-09-30',
    basis: 'Quyết định phân công số 12/QĐ-SYT',
    ...more,
  });
  const delegate = async (more: object = {}) =>
    (await city.signIn('admin')).post('/delegations', aDelegation(more));
  const aStored = (dates: { validFrom: string; validTo: string }): StoredDelegation => ({
    ...{ tenant: 'canTho', id: 'stored', agency: 'SYT', role: 'leader', capacity: 'KT', kinds: [] },
    ...{ from: { id: 'leader', name: 'Người leader' }, to: { id: 'deputy', name: 'Người deputy' } },
    ...{ basis: 'Quyết định phân công', revokedAt: null },
    ...dates,
  });

  it('lets a deputy act for the leader, with both names', async () => {
    expect((await delegate()).status).toBe(201);
    const { get } = await city.signIn('deputy');
    expect((await get('/me')).body.delegations).toEqual([
      {
        id: expect.any(String),
        from: { id: 'leader', name: 'Người leader' },
        role: 'leader',
        capacity: 'KT',
        validFrom: '2025-09-01',
        validTo: '2025-09-30',
        kinds: [],
      },
    ]);
  });

  it.each([
    ['before its first day', { validFrom: '2025-09-16', validTo: '2025-09-30' }],
    ['after its last day', { validFrom: '2025-09-01', validTo: '2025-09-14' }],
  ])('counts nothing %s', async (_, dates) => {
    await city.stores.delegations.create(aStored(dates));
    expect((await (await city.signIn('deputy')).get('/me')).body.delegations).toEqual([]);
  });

  it('counts on its first and last day', async () => {
    await delegate({ validFrom: today, validTo: today });
    expect((await (await city.signIn('deputy')).get('/me')).body.delegations).toHaveLength(1);
  });

  it('ends when it is revoked', async () => {
    const { body } = await delegate();
    const { delete: remove } = await city.signIn('admin');
    const { get } = await city.signIn('deputy');
    expect((await remove(`/delegations/${body.id}`)).status).toBe(204);
    expect((await get('/me')).body.delegations).toEqual([]);
    expect((await remove(`/delegations/${body.id}`)).status).toBe(404);
  });

  it('ends with the role of whoever gave it', async () => {
    await delegate();
    const { get } = await city.signIn('deputy');
    await city.stores.users.change('canTho', 'leader', { roles: ['officer'] });
    expect((await get('/me')).body.delegations).toEqual([]);
    await city.stores.users.change('canTho', 'leader', { roles: ['leader'], disabled: true });
    expect((await get('/me')).body.delegations).toEqual([]);
  });

  it.each([
    ['to oneself', { from: 'deputy', role: 'deputy', to: 'deputy' }, 'delegation.self'],
    ['of a role one has not', { role: 'clerk' }, 'delegation.role'],
    ['KT. to a unit head', { to: 'head' }, 'delegation.capacity'],
    ['TL. to an officer, whatever the agency', { to: 'officer', capacity: 'TL' }, 'delegation.capacity'],
    ['TUQ. to a deputy', { capacity: 'TUQ' }, 'delegation.capacity'],
    ['that ends before it begins', { validTo: '2025-08-31' }, 'delegation.dates'],
    ['whose last day has passed', { validTo: '2025-09-14' }, 'delegation.past'],
    [
      'of an officer to their head',
      { from: 'officer', role: 'officer', to: 'head', capacity: 'TL' },
      'delegation.rank',
    ],
    ['of a head of unit to the deputy', { from: 'head', role: 'unitHead' }, 'delegation.rank'],
    ['for longer than a term of office', { validTo: '2052-09-30' }, 'delegation.tooLong'],
    ['to nobody', { to: 'nobody' }, 'user.unknown'],
  ])('cannot be one %s', async (_, wrong, code) => {
    const { status, body } = await delegate(wrong);
    expect(status).toBe(400);
    expect(body.faults).toContainEqual(expect.objectContaining({ code }));
  });

  describe.each(['UBND', 'HDND', 'XA_PHUONG'] as const)('in a body that decides together (%s)', (kind) => {
    beforeEach(async () => {
      await city.stores.agencies.save({ ...anAgency('SYT'), kind });
    });

    it.each(['TL', 'TUQ'] as const)('carries nothing of the head as %s.', async (capacity) => {
      const { status, body } = await delegate({ to: 'head', capacity });
      expect(status).toBe(400);
      expect(body.faults).toEqual([
        expect.objectContaining({
          ...{ path: 'capacity', code: 'delegation.collective' },
          message: expect.stringContaining(`${capacity}.`),
        }),
      ]);
      expect(body.faults[0].message).toContain('KT.');
    });

    it('counts nothing as TL. or TUQ., whatever was made before', async () => {
      const dates = { validFrom: '2025-09-01', validTo: '2025-09-30' };
      const toHead = { ...aStored(dates), to: { id: 'head', name: 'Người head' } };
      await city.stores.delegations.create({ ...toHead, id: 'byOrder', capacity: 'TL' });
      await city.stores.delegations.create({ ...toHead, id: 'byDelegation', capacity: 'TUQ' });
      expect((await (await city.signIn('head')).get('/me')).body.delegations).toEqual([]);
    });

    it('lets a deputy act for the head', async () => {
      expect((await delegate()).status).toBe(201);
      expect((await (await city.signIn('deputy')).get('/me')).body.delegations).toHaveLength(1);
    });
  });

  it.each([
    ['the same once more', {}],
    ['a longer one', { validFrom: '2025-09-20', validTo: '2025-12-31' }],
    ['one of some kinds only', { kinds: ['estimate'] }],
  ])('is not given twice: %s', async (_, more) => {
    const { body: first } = await delegate();
    const { status, body } = await delegate(more);
    expect({ status, faults: body.faults }).toEqual({
      status: 400,
      faults: [expect.objectContaining({ path: 'to', code: 'delegation.standing' })],
    });
    expect(body.faults[0].message).toContain(`${first.id} của cùng hai người`);
    const { delete: remove } = await city.signIn('admin');
    await remove(`/delegations/${first.id}`);
    expect((await (await city.signIn('deputy')).get('/me')).body.delegations).toEqual([]);
    expect((await delegate(more)).status).toBe(201);
  });

  it('is given again for other days, other kinds, another holder', async () => {
    await city.stores.users.create(await aUser('deputy.two', { roles: ['deputy'] }));
    expect((await delegate({ kinds: ['estimate'] })).status).toBe(201);
    expect((await delegate({ kinds: ['allocation'] })).status).toBe(201);
    expect((await delegate({ to: 'deputy.two' })).status).toBe(201);
    expect((await delegate({ to: 'head', capacity: 'TUQ' })).status).toBe(201);
    expect((await delegate({ validFrom: '2025-10-01', validTo: '2025-10-31' })).status).toBe(201);
  });

  it('is given once where several ask at the same moment', async () => {
    const { post } = await city.signIn('admin');
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('/delegations', aDelegation())));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400]);
    expect(await city.stores.delegations.of('canTho', 'deputy', today)).toHaveLength(1);
  });

  it('stays inside one agency', async () => {
    await city.stores.users.create(await aUser('other.deputy', { agency: 'STC', roles: ['deputy'] }));
    const { body } = await delegate({ to: 'other.deputy' });
    expect(body.faults).toContainEqual(expect.objectContaining({ code: 'delegation.agency' }));
  });
});

describe('who may not administer', () => {
  it.each(['officer', 'leader', 'auditor'])('is %s', async (username) => {
    const { get, put, post } = await city.signIn(username);
    expect((await get('/users')).body.code).toBe('NOT_PERMITTED');
    expect((await put('/users/new.officer', aWish())).body.code).toBe('NOT_PERMITTED');
    expect((await post('/delegations', {})).body.code).toBe('NOT_PERMITTED');
    expect((await put('/rounds/2026-1', {})).body.code).toBe('NOT_PERMITTED');
  });

  it('is anybody who is not signed in', async () => {
    expect((await request(city.app).get('/api/v1/users')).body.code).toBe('SIGN_IN_REQUIRED');
  });
});

describe('a second city', () => {
  beforeEach(async () => {
    await city.stores.tenants.save({
      id: 'hue',
      name: 'Thành phố Huế',
      place: 'Huế',
      hosts: ['hue.example'],
    });
    await city.stores.agencies.save(anAgency('SYT', { tenant: 'hue', name: 'Sở Y tế Huế' }));
    await city.stores.users.create(await aUser('officer', { tenant: 'hue', name: 'Người Huế' }));
    await city.stores.users.create(
      await aUser('admin', { tenant: 'hue', agency: 'SYT', roles: [], administrator: true }),
    );
  });

  it('is named at sign-in, or told by its host', async () => {
    const sign = (body: object, host = 'localhost') =>
      request(city.app)
        .post('/api/v1/session')
        .set('Host', host)
        .send({ username: 'officer', password, ...body });
    expect((await sign({ tenant: 'hue' })).body.name).toBe('Người Huế');
    expect((await sign({ tenant: 'canTho' })).body.name).toBe('Người officer');
    expect((await sign({}, 'hue.example')).body.name).toBe('Người Huế');
    const refused = async (body: object, host?: string) =>
      (await sign(body, host)).body.faults[0].code as string;
    expect(await refused({ tenant: 'canTho' }, 'hue.example')).toBe('city.elsewhere');
    expect(await refused({})).toBe('city.needed');
    expect(await refused({ tenant: 'daNang' })).toBe('city.unknown');
  });

  it('sees and changes only its own', async () => {
    const hue = await city.signIn('admin', 'hue');
    expect(
      (await hue.get('/users')).body.items.map(({ username }: { username: string }) => username),
    ).toEqual(['admin', 'officer']);
    expect((await hue.get('/agencies')).body.items).toEqual([
      expect.objectContaining({ name: 'Sở Y tế Huế' }),
    ]);
    expect((await hue.get('/rounds')).body.items).toEqual([]);
    expect((await hue.get(`/rounds/${aRound.id}`)).status).toBe(404);
    expect(
      (await hue.put('/users/leader/password', { temporaryPassword: 'Một mật khẩu khác 9' })).status,
    ).toBe(404);
    await hue.set('/users/officer', 1, { name: 'Tên mới', agency: 'SYT', roles: ['clerk'] });
    expect(await city.stores.users.find('canTho', 'officer')).toMatchObject({ name: 'Người officer' });

    const { post } = await city.signIn('admin', 'canTho');
    const made = await post('/delegations', {
      from: 'leader',
      to: 'deputy',
      role: 'leader',
      capacity: 'KT',
      validFrom: today,
      validTo: today,
      basis: 'Quyết định số 1',
    });
    expect((await hue.delete(`/delegations/${made.body.id}`)).status).toBe(404);
    expect((await hue.get('/delegations')).body.items).toEqual([]);
    expect((await hue.get('/accessEvents')).text).not.toContain('delegationMade');
  });
});

describe('the registers of an agency', () => {
  const path = (type: string) => `/agencies/SYT/registers/${encodeURIComponent(type)}/2025`;
  const put = async (who: string, address: string, body: object, rev: number) =>
    (await city.signIn(who)).set(address, rev, body);

  it('go on from another book where an administrator says so, once, upwards, and recorded', async () => {
    const admin = await city.signIn('admin');
    expect((await admin.put(path('QĐ'), { next: 3110 })).status).toBe(428);
    const set = await put('admin', path('QĐ'), { next: 3110 }, 0);
    expect(set.status).toBe(200);
    expect(set.body).toEqual({ type: 'QĐ', year: 2025, next: 3110, last: null, rev: 1 });
    expect(set.headers['etag']).toBe('"1"');
    expect((await put('admin', path('QĐ'), { next: 3200 }, 0)).body).toMatchObject({
      code: 'STALE_RECORD',
      rev: 1,
    });
    expect((await put('admin', path('QĐ'), { next: 5 }, 1)).body.faults).toMatchObject([
      { path: 'body.next', code: 'number.min' },
    ]);
    const { get } = await city.signIn('admin');
    expect((await get('/agencies/SYT/registers')).body.items).toEqual([set.body]);
    const { items } = (await get('/accessEvents')).body as { items: { act: string; about: string }[] };
    expect(items).toContainEqual(
      expect.objectContaining({
        act: 'registerSet',
        about: 'SYT/QĐ/2025',
        change: { of: 'register/SYT/QĐ/2025', rev: 1, from: { next: 1 }, to: { next: 3110 } },
      }),
    );
  });

  it('are numbered by the agency itself where an administrator says so', async () => {
    const { get, set } = await city.signIn('admin');
    const { ref: _ref, rev, ...agency } = (await get('/agencies/SYT')).body as { ref: string; rev: number };
    const saved = await set('/agencies/SYT', rev, { ...agency, numbersTyped: true });
    expect(saved.body).toMatchObject({ ref: 'SYT', numbersTyped: true });
    const { items } = (await get('/accessEvents')).body as {
      items: { change: { of: string; to: object } }[];
    };
    expect(items[0]!.change).toMatchObject({ of: 'agency/SYT', to: { numbersTyped: true } });
  });

  it('are nobody else’s to set', async () => {
    expect((await put('officer', path('TTr'), { next: 5 }, 0)).status).toBe(403);
  });
});
