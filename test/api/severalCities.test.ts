import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { demonstrationPassword } from '../../src/seed/demonstration.js';
import { makeCity } from '../../src/people/makeCity.js';
import { testDatabase } from '../setup/database.js';
import { anAgency, aUser, password } from './city.js';
import { aServedCity, type ServedCity } from './served.js';

const database = testDatabase('SeveralCities');
let city: ServedCity;
const canTho = { id: 'canTho', name: 'thành phố Cần Thơ', place: 'Cần Thơ' };
const vinhLong = { id: 'vinhLong', name: 'thành phố Vĩnh Long', place: 'Vĩnh Long' };

beforeAll(async () => {
  city = await aServedCity(database);
  await database.empty();
  await city.seed();
  await city.stores.agencies.save(anAgency('SYT', { tenant: 'vinhLong' }));
  await city.stores.users.create(await aUser('officer', { tenant: 'vinhLong', name: 'Người Vĩnh Long' }));
}, 60_000);
beforeEach(async () => {
  await database.db().collection<{ _id: string }>('tenants').deleteOne({ _id: 'vinhLong' });
  await city.stores.tenants.save({ ...canTho, hosts: [] });
});
afterAll(async () => {
  await city.close();
  await database.close();
});

const wish = (more: object = {}) => ({
  city: 'vinhLong',
  name: vinhLong.name,
  place: vinhLong.place,
  ...{ agency: 'SKHCN', agencyName: 'Sở Khoa học và Công nghệ' },
  ...{ admin: 'quantri.vl', adminName: 'Nguyễn Thị Quản Trị', password: 'Một câu dài chỉ mình biết' },
  ...more,
});
const making = (more: object = {}) =>
  makeCity(city.stores, wish(more)).then(
    () => [],
    (refusal: { members: { faults: { path: string; code: string }[] } }) =>
      refusal.members.faults.map(({ path, code }) => `${path} ${code}`),
  );
const bothNamed = async () => {
  await city.stores.tenants.save({ ...canTho, hosts: ['cantho.example'] });
  await city.stores.tenants.save({ ...vinhLong, hosts: ['vinhlong.example'] });
};

describe('a second city', () => {
  it('is not made while the first has no host name, or without one, or with the first’s', async () => {
    expect(await making({ host: 'localhost' })).toEqual(['host host.othersNone']);
    expect(await making()).toEqual(['host host.needed', 'host host.othersNone']);
    await city.stores.tenants.save({ ...canTho, hosts: ['localhost'] });
    expect(await making()).toEqual(['host host.needed']);
    expect(await making({ host: 'localhost' })).toEqual(['host host.taken']);
    expect(await city.stores.tenants.get('vinhLong')).toBeNull();
    expect(await making({ host: 'vinhlong.example' })).toEqual([]);
  });

  it('keeps a host name of its own, and takes none of another city', async () => {
    await bothNamed();
    const admin = await city.signIn('quantri', 'cantho.example');
    const { body, headers } = await admin.get('/city');
    const rev = Number(/\d+/.exec(headers['etag']!)![0]);
    const setting = async (hosts: string[]) => {
      const { name, place } = body as { name: string; place: string };
      const answer = await admin.edit('put', '/city', rev, { name, place, hosts });
      return [answer.status, answer.body.faults?.[0]?.code, answer.body.faults?.[0]?.message];
    };
    expect(await setting([])).toEqual([400, 'host.needed', expect.stringContaining('Vĩnh Long')]);
    expect(await setting(['cantho.example', 'vinhlong.example'])).toEqual([
      400,
      'host.taken',
      expect.stringContaining('vinhlong.example'),
    ]);
    expect((await setting(['cantho.example', 'dutoan.cantho.example']))[0]).toBe(200);
  });

  it('is found by its host name however that is written', async () => {
    await bothNamed();
    for (const host of ['VinhLong.example', 'vinhlong.example.', 'vinhlong.example:3000']) {
      const answer = await request(city.app)
        .post('/api/v1/session')
        .set('Host', host)
        .send({ username: 'officer', password });
      expect(answer.body).toMatchObject({ name: 'Người Vĩnh Long' });
    }
  });
});

/** The door at a host name, as a browser sees it. */
const doorAt = async (host: string) => {
  const agent = request.agent(city.app);
  const get = (path: string) => agent.get(path).set('Host', host).set('Accept', 'text/html');
  const { text } = await get('/sign-in');
  const proof = /name="_csrf" value="([0-9a-f]{64})"/.exec(text)?.[1] ?? '';
  const signIn = (fields: object) =>
    agent
      .post('/sign-in')
      .set('Host', host)
      .set('Accept', 'text/html')
      .type('form')
      .send({ _csrf: proof, ...fields });
  return { agent, get, text, signIn };
};
const officer = { username: 'syt.chuyenvien', password: demonstrationPassword };

describe('an address of no city', () => {
  it('asks which city is meant, and never says that the password is wrong', async () => {
    await bothNamed();
    const door = await doorAt('localhost');
    expect(door.text).toMatch(/<select id="signIn-tenant"[^]*Cần Thơ[^]*Vĩnh Long/);
    const unsaid = await door.signIn(officer);
    expect(unsaid.status).toBe(400);
    expect(unsaid.text).toContain('href="#signIn-tenant"');
    expect(unsaid.text).toContain('không của riêng thành phố nào');
    expect(unsaid.text).toContain('value="syt.chuyenvien"');
    expect(unsaid.text).not.toContain('Caps Lock');
    const wrong = await door.signIn({ ...officer, tenant: 'canTho', password: 'sai' });
    expect(wrong.text).toMatch(/<option value="canTho" selected>/);
    const said = await door.signIn({ ...officer, tenant: 'canTho' });
    expect({ status: said.status, to: said.headers['location'] }).toEqual({ status: 303, to: '/' });
    expect((await door.get('/inbox')).status).toBe(200);
  });

  it('asks nothing while there is one city', async () => {
    const door = await doorAt('localhost');
    expect(door.text).not.toContain('signIn-tenant');
    expect((await door.signIn(officer)).status).toBe(303);
  });

  it('is told to programs by the field', async () => {
    await bothNamed();
    const asked = async (host: string, more: object = {}) => {
      const answer = await request(city.app)
        .post('/api/v1/session')
        .set('Host', host)
        .send({ ...officer, ...more });
      return [answer.status, answer.body.faults?.[0]?.path, answer.body.faults?.[0]?.code];
    };
    expect(await asked('localhost')).toEqual([400, 'tenant', 'city.needed']);
    expect(await asked('localhost', { tenant: 'daNang' })).toEqual([400, 'tenant', 'city.unknown']);
    expect(await asked('vinhlong.example', { tenant: 'canTho' })).toEqual([400, 'tenant', 'city.elsewhere']);
    expect((await asked('cantho.example', { tenant: 'canTho' }))[0]).toBe(200);
  });
});

describe('the address of another city', () => {
  it('tells a session whose it is and where it goes on, and leaves it whole', async () => {
    const door = await doorAt('localhost');
    await door.signIn(officer);
    await city.stores.tenants.save({ ...canTho, hosts: ['cantho.example'] });
    await city.stores.tenants.save({ ...vinhLong, hosts: ['localhost'] });
    const sent = await door.get('/inbox');
    expect({ status: sent.status, to: sent.headers['location'] }).toEqual({
      status: 303,
      to: '/sign-in?next=%2Finbox',
    });
    const told = (await door.get('/sign-in?next=%2Finbox')).text;
    expect(told).toContain('Địa chỉ của thành phố Cần Thơ: cantho.example.');
    expect((await door.agent.get('/api/v1/me').set('Host', 'localhost')).body).toMatchObject({
      status: 401,
      code: 'OTHER_CITY',
      city: 'thành phố Cần Thơ',
      hosts: ['cantho.example'],
      here: 'thành phố Vĩnh Long',
    });
    await city.stores.tenants.save({ ...vinhLong, hosts: ['vinhlong.example'] });
    expect((await door.get('/inbox')).status).toBe(200);
  });

  it('lists accounts of the demonstration at the address of their city only', async () => {
    await bothNamed();
    expect((await doorAt('cantho.example')).text).toContain(demonstrationPassword);
    expect((await doorAt('vinhlong.example')).text).not.toContain(demonstrationPassword);
    expect((await doorAt('localhost')).text).not.toContain(demonstrationPassword);
  });
});
