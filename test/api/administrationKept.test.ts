import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase } from '../setup/database.js';
import { aCity, anAgency, aRound, type City } from './city.js';

const database = testDatabase('AdministrationKept');
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

const { tenant: _tenant, id: _id, ...roundFields } = aRound;
const { tenant: _city, ref: _ref, ...agencyFields } = anAgency('SXD');
const officer = { name: 'Người officer', agency: 'SYT', roles: ['officer'] };

/** What administrators set: where, which fields, and the same with another name. */
const settings = [
  ['a round', '/rounds/2025-1', roundFields],
  ['an agency', '/agencies/SYT', agencyFields],
  ['the city', '/city', { name: 'thành phố Cần Thơ', place: 'Cần Thơ', hosts: [] }],
  ['a system', '/systems/emr', { name: 'Bệnh án điện tử', cityWide: false, providedBy: null }],
  ['a user', '/users/officer', officer],
] as const;

const ready = async () => {
  await city.stores.systems.save('canTho', {
    ref: 'emr',
    name: 'Bệnh án điện tử',
    cityWide: false,
    providedBy: null,
  });
  return city.signIn('admin');
};

describe.each(settings)('%s', (_, path, fields) => {
  it('is changed only as it was read', async () => {
    const { get, put, set } = await ready();
    const read = await get(path);
    expect({ status: read.status, etag: read.headers['etag'] }).toEqual({ status: 200, etag: '"1"' });

    expect((await put(path, fields)).body).toMatchObject({ status: 428, code: 'PRECONDITION_REQUIRED' });
    const changed = await set(path, 1, { ...fields, name: 'Tên mới' });
    expect(changed.body).toMatchObject({ name: 'Tên mới', rev: 2 });
    expect(changed.headers['etag']).toBe('"2"');
    const late = await set(path, 1, { ...fields, name: 'Tên khác' });
    expect(late.body).toMatchObject({ status: 412, code: 'STALE_RECORD', rev: 2 });
    expect((await get(path)).body.name).toBe('Tên mới');
  });

  it('of ten who change it at once is changed by one', async () => {
    const { set, get } = await ready();
    const sent = await Promise.all(
      Array.from({ length: 10 }, (_unused, at) => set(path, 1, { ...fields, name: `Tên ${at}` })),
    );
    expect(sent.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 412),
    ]);
    const [won] = sent.filter(({ status }) => status === 200);
    expect((await get(path)).body).toEqual(won?.body);
  });

  it('leaves old and new values in the journal, and who set them', async () => {
    const { set, get } = await ready();
    const { name } = (await get(path)).body;
    await set(path, 1, { ...fields, name: 'Tên mới' });
    const [newest] = (await get('/accessEvents?limit=1')).body.items;
    expect(newest).toMatchObject({
      by: 'admin',
      change: { rev: 2, from: { name }, to: { name: 'Tên mới' } },
    });
  });
});

describe('what is new', () => {
  it.each([
    ['a round', '/rounds/2026-1', { ...roundFields }],
    ['an agency', '/agencies/SXD', agencyFields],
    ['a system', '/systems/crm', { name: 'Hỗ trợ khách', cityWide: true, providedBy: 'Bộ KH&CN' }],
  ])('%s is made once, also by six at once, and never by If-Match', async (_, path, fields) => {
    const { get, set } = await ready();
    expect((await get(path)).status).toBe(404);
    expect((await set(path, 1, fields)).body).toMatchObject({ code: 'STALE_RECORD', rev: 0 });
    const sent = await Promise.all(Array.from({ length: 6 }, () => set(path, 0, fields)));
    expect(sent.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201, 412, 412, 412, 412, 412,
    ]);
    expect((await get(path)).body).toMatchObject({ rev: 1 });
  });

  it('takes no other condition', async () => {
    const { agent, proof } = await ready();
    const sent = await agent
      .put('/api/v1/rounds/2026-1')
      .set(proof)
      .set('If-None-Match', '"1"')
      .send(roundFields);
    expect(sent.body.faults).toEqual([
      expect.objectContaining({ path: 'header.If-None-Match', code: 'header.ifNoneMatch' }),
    ]);
  });
});

describe('a part in the workflows', () => {
  it('is one agency’s', async () => {
    const { set } = await ready();
    expect((await set('/agencies/SYT', 1, { ...agencyFields, part: 'finance' })).status).toBe(200);
    const second = await set('/agencies/STC', 1, { ...agencyFields, part: 'finance' });
    expect(second.body.faults).toEqual([expect.objectContaining({ code: 'agency.partTaken' })]);
  });
});

describe('the envelopes of a round', () => {
  it('are told to those who divide them, set them or audit them', async () => {
    const { set } = await ready();
    const shown = async (who: string) => {
      const { get } = await city.signIn(who);
      const one = (await get(`/rounds/${aRound.id}`)).body;
      const [listed] = (await get('/rounds')).body.items;
      expect(listed).toEqual(one);
      return 'envelopes' in one;
    };
    expect([await shown('officer'), await shown('admin'), await shown('auditor')]).toEqual([
      false,
      true,
      true,
    ]);
    await set('/agencies/SYT', 1, { ...agencyFields, part: 'police' });
    expect(await shown('officer')).toBe(false);
    await set('/agencies/SYT', 2, { ...agencyFields, part: 'finance' });
    expect(await shown('officer')).toBe(true);
    await set('/agencies/SYT', 3, agencyFields);
    const substitutes = { ...aRound.substitutes, reviewer: 'SYT' };
    await set(`/rounds/${aRound.id}`, 1, { ...roundFields, substitutes });
    expect(await shown('officer')).toBe(true);
  });
});

describe('a key that comes again', () => {
  const aDelegation = {
    from: 'leader',
    to: 'deputy',
    role: 'leader',
    capacity: 'KT',
    validFrom: '2025-09-01',
    validTo: '2025-09-30',
    kinds: ['estimate'],
    basis: 'Quyết định phân công số 12/QĐ-SYT',
  };
  const aToken = { name: 'Sổ tay', scopes: ['read'], days: 30 };
  it.each([
    ['a delegation', 'admin', '/delegations', aDelegation, { validTo: '2025-09-29' }],
    ['a delegation', 'admin', '/delegations', aDelegation, { validFrom: '2025-09-02' }],
    ['a delegation', 'admin', '/delegations', aDelegation, { kinds: [] }],
    ['a delegation', 'admin', '/delegations', aDelegation, { basis: 'Quyết định khác' }],
    ['a delegation', 'admin', '/delegations', aDelegation, { role: 'officer', from: 'officer' }],
    ['a token', 'officer', '/me/tokens', aToken, { days: 31 }],
    ['a token', 'officer', '/me/tokens', aToken, { name: 'Khác' }],
    ['a token', 'officer', '/me/tokens', aToken, { scopes: ['read', 'write'] }],
  ])('for %s with another field is refused (%s %s %j)', async (_, who, path, asked, other) => {
    const { agent, proof } = await city.signIn(who);
    const send = (body: object) =>
      agent.post(`/api/v1${path}`).set(proof).set('Idempotency-Key', 'khoa-dung-lai-1').send(body);
    const first = await send(asked);
    expect(first.status).toBe(201);
    expect((await send(asked)).body.id).toBe(first.body.id);
    expect((await send({ ...asked, ...other })).body).toMatchObject({ status: 422, code: 'KEY_REUSED' });
  });
});

describe('what is not as it was read is told as it is', () => {
  const told = async (path: string, revision: number, fields: object) => {
    const { body } = await (await ready()).set(path, revision, fields);
    return { status: body.status, code: body.code, stands: body.stands, detail: body.detail };
  };
  const stale = (stands: string, said: string) => ({
    ...{ status: 412, code: 'STALE_RECORD', stands },
    detail: expect.stringContaining(said),
  });
  const system = { name: 'Hỗ trợ khách', cityWide: true, providedBy: 'Bộ KH&CN' };

  it.each([
    ['a round', '/rounds/2026-1', roundFields],
    ['an agency', '/agencies/SXD', agencyFields],
    ['a system', '/systems/crm', system],
    ['a user', '/users/nobody.yet', officer],
    ['a register', '/agencies/SYT/registers/TTr/2025', { next: 12 }],
  ])('%s that is not there has been changed by nobody', async (_, path, fields) => {
    expect(await told(path, 1, fields)).toEqual(stale('none', 'If-None-Match: *'));
  });

  it.each(settings)('%s has not had a later revision', async (_, path, fields) => {
    expect(await told(path, 7, fields)).toEqual(stale('ahead', 'Không có lần lưu 7; nay là lần lưu 1'));
  });

  it.each(settings.filter(([, path]) => path !== '/city'))('%s is there already', async (_, path, fields) => {
    expect(await told(path, 0, fields)).toEqual(stale('already', 'đã có, nay là lần lưu 1'));
  });
});
