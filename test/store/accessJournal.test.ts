import { describe, expect, it, jest } from '@jest/globals';
import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { commandLine, type AccessEvent, type Round } from '../../src/people/ports.js';
import { accessJournal } from '../../src/store/accessJournal.js';
import { administration } from '../../src/store/administration.js';
import { createAgencyStore, createTenantStore } from '../../src/store/agencies.js';
import { connect } from '../../src/store/connection.js';
import { ledgerStore } from '../../src/store/ledgers.js';
import { createDelegationStore, createUserStore } from '../../src/store/people.js';
import { createRoundStore } from '../../src/store/rounds.js';
import { verifyAccess } from '../../src/store/verifyAccess.js';
import { envelopeCells } from '../../src/engine/cells.js';
import { tenant } from '../builders/aCase.js';
import { aDatabase } from '../builders/aDatabase.js';
import { aRound } from '../builders/aRound.js';
import { anAgency, aUser } from '../api/city.js';
import { testDatabase } from '../setup/database.js';
import { dieAt } from '../setup/dying.js';

const connection = aDatabase('access');
const verify = () => verifyAccess(connection(), tenant);
const collection = (name: string) => connection().db!.collection<{ _id: string }>(name);
const signedIn = (request: string): AccessEvent => ({
  tenant,
  at: '2025-09-25T02:00:00.000Z',
  act: 'signedIn',
  by: 'officer',
  about: null,
  address: '127.0.0.1',
  request,
});

/** A city with one of each thing that administrators set. */
const populate = async () => {
  await createTenantStore(connection()).save({ id: tenant, name: 'Cần Thơ', place: 'Cần Thơ', hosts: [] });
  await createAgencyStore(connection()).save(anAgency('SYT', { tenant }));
  await createUserStore(connection()).create(await aUser('officer', { tenant }));
  await createRoundStore(connection()).save(aRound('d1', { 2026: 1_000 }));
  await createDelegationStore(connection()).create({
    tenant,
    id: 'u1',
    from: { id: 'leader', name: 'Lãnh đạo' },
    to: { id: 'officer', name: 'Người officer' },
    agency: 'SYT',
    role: 'leader',
    capacity: 'TUQ',
    validFrom: '2025-09-01',
    validTo: '2025-09-30',
    kinds: [],
    basis: 'Quyết định số 1',
    revokedAt: null,
  });
  await accessJournal(connection()).add(signedIn('r1'));
};

describe('the access journal', () => {
  it('is one chain per tenant, however many write at once and from wherever', async () => {
    const { uri, dbName } = testDatabase('access');
    const others = await Promise.all([connect(uri, { dbName }), connect(uri, { dbName })]);
    try {
      const journals = [connection(), ...others].map(accessJournal);
      await Promise.all(Array.from({ length: 60 }, (_, at) => journals[at % 3]!.add(signedIn(`r${at}`))));
    } finally {
      await Promise.all(others.map((other) => other.close()));
    }
    const entries = [];
    for await (const entry of accessJournal(connection()).all(tenant)) entries.push(entry);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
    expect(new Set(entries.map(({ request }) => request)).size).toBe(60);
    expect(await verify()).toEqual({ entries: 60, settings: 0, faults: [] });
    expect(await accessJournal(connection()).head(tenant)).toMatchObject({
      seq: 60,
      head: entries[59]!.hash,
    });
  });

  it('holds what is stored, and never a secret', async () => {
    await populate();
    await createUserStore(connection()).change(tenant, 'officer', {
      passwordHash: 'bí mật',
      roles: ['clerk'],
    });
    expect(await verify()).toEqual({ entries: 7, settings: 5, faults: [] });
    const text = JSON.stringify(await collection('accessJournal').find().toArray());
    expect(text).not.toMatch(/argon2|bí mật|passwordHash/);
  });

  it('is not written by saving what stands already', async () => {
    await populate();
    await populate();
    expect((await verify()).entries).toBe(7);
  });

  it.each([
    [
      'edited',
      () => collection('accessJournal').updateOne({ _id: `${tenant}/3` }, { $set: { by: 'ai đó' } }),
      [{ seq: 3, fault: 'edited' }],
    ],
    [
      'edited in its values',
      () =>
        collection('accessJournal').updateOne(
          { _id: `${tenant}/3` },
          { $set: { 'change.to.roles': ['leader'] } },
        ),
      [
        { seq: 3, fault: 'edited' },
        { of: 'user/officer', fault: 'changed', fields: ['roles'] },
      ],
    ],
    [
      'deleted',
      () => collection('accessJournal').deleteOne({ _id: `${tenant}/5` }),
      [
        { seq: 5, fault: 'missing' },
        { of: 'delegation/u1', fault: 'unknown' },
      ],
    ],
    [
      'cut off',
      () => collection('accessJournal').deleteOne({ _id: `${tenant}/6` }),
      [{ seq: 6, fault: 'cutOff' }],
    ],
    [
      'inserted',
      async () => {
        const found = await collection('accessJournal').findOne({ _id: `${tenant}/6` });
        await collection('accessJournal').insertOne({ ...found!, _id: `${tenant}/6b` });
      },
      [{ seq: 6, fault: 'inserted' }],
    ],
    [
      'beheaded',
      () => collection('accessHeads').updateOne({ _id: tenant }, { $set: { head: 'f'.repeat(64) } }),
      [{ seq: 6, fault: 'head' }],
    ],
  ])('that is %s is named', async (_, tamper, faults) => {
    await populate();
    await tamper();
    expect((await verify()).faults).toEqual(faults.map((fault) => expect.objectContaining(fault)));
  });

  it.each([
    [
      'a role',
      () => collection('users').updateOne({ _id: `${tenant}/officer` }, { $set: { roles: ['leader'] } }),
      { of: 'user/officer', fault: 'changed', fields: ['roles'] },
    ],
    [
      'an account closed',
      () => collection('users').updateOne({ _id: `${tenant}/officer` }, { $set: { disabled: true } }),
      { of: 'user/officer', fault: 'changed', fields: ['disabled'] },
    ],
    [
      'a user of nobody’s making',
      async () => {
        const found = await collection('users').findOne({ _id: `${tenant}/officer` });
        await collection('users').insertOne({
          ...found!,
          _id: `${tenant}/intruder`,
          username: 'intruder',
        } as never);
      },
      { of: 'user/intruder', fault: 'unknown' },
    ],
    [
      'a user removed',
      () => collection('users').deleteOne({ _id: `${tenant}/officer` }),
      { of: 'user/officer', fault: 'gone' },
    ],
    [
      'an agency',
      () => collection('agencies').updateOne({ _id: `${tenant}/SYT` }, { $set: { part: 'finance' } }),
      { of: 'agency/SYT', fault: 'changed', fields: ['part'] },
    ],
    [
      'an envelope',
      () =>
        collection('rounds').updateOne(
          { _id: `${tenant}/d1` },
          { $set: { 'envelopes.NSTP_CTX.2026': 9_000 } },
        ),
      { of: 'round/d1', fault: 'changed', fields: ['envelopes'] },
    ],
    [
      'a deadline',
      () =>
        collection('rounds').updateOne(
          { _id: `${tenant}/d1` },
          { $set: { 'deadlines.commune': '2026-01-01' } },
        ),
      { of: 'round/d1', fault: 'changed', fields: ['deadlines'] },
    ],
    [
      'a delegation made longer',
      () => collection('delegations').updateOne({ _id: `${tenant}/u1` }, { $set: { validTo: '2030-01-01' } }),
      { of: 'delegation/u1', fault: 'changed', fields: ['validTo'] },
    ],
    [
      'the city',
      () => collection('tenants').updateOne({ _id: tenant }, { $set: { hosts: ['evil.example'] } }),
      { of: `city/${tenant}`, fault: 'changed', fields: ['hosts'] },
    ],
  ])('names what was changed past it: %s', async (_, tamper, fault) => {
    await populate();
    await tamper();
    expect((await verify()).faults).toEqual([{ tenant, ...fault }]);
  });
});

/** The same database, where something happens between the next reading of one document and what is done with it. */
const interrupted = (name: string, meanwhile: () => Promise<unknown>): Connection => {
  let pending: typeof meanwhile | null = meanwhile;
  const reading = (documents: Collection) =>
    new Proxy(documents, {
      get: (target, property) => {
        if (property !== 'findOne') {
          const value: unknown = Reflect.get(target, property, target);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (filter: object) => {
          const found = await target.findOne(filter);
          const happens = pending;
          pending = null;
          await happens?.();
          return found;
        };
      },
    });
  const { db } = connection();
  const collection = (asked: string) =>
    asked === name ? reading(db!.collection(asked)) : db!.collection(asked);
  return { db: { collection } } as unknown as Connection;
};

describe('of two who change what they read at the same revision', () => {
  const city = { id: tenant, name: 'Cần Thơ', place: 'Cần Thơ', hosts: [] };

  it.each([
    [
      'agencies',
      'agency/SYT',
      (at: Connection, name: string) =>
        createAgencyStore(at).put(anAgency('SYT', { tenant, name }), 1, commandLine),
    ],
    [
      'tenants',
      `city/${tenant}`,
      (at: Connection, name: string) => createTenantStore(at).put({ ...city, name }, 1, commandLine),
    ],
    [
      'users',
      'user/officer',
      async (at: Connection, name: string) =>
        createUserStore(at).put({ ...(await aUser('officer', { tenant })), name }, 1, commandLine),
    ],
  ])('the second changes nothing, though the first came after its reading: %s', async (name, of, put) => {
    await populate();
    const first = jest.fn(() => put(connection(), 'Người thứ nhất'));
    expect(await put(interrupted(name, first), 'Người thứ hai')).toBeNull();
    expect(first).toHaveBeenCalledTimes(1);
    const change = await accessJournal(connection()).lastOf(tenant, of);
    expect(change).toMatchObject({ rev: 2, to: { name: 'Người thứ nhất' } });
    expect((await verify()).faults).toEqual([]);
  });
});

describe('a round and its ledger', () => {
  const envelopesAt = (n: number): Round => aRound('d1', { 2026: 90_000_000_000 + n });

  it('never differ, however many save at once while money is held', async () => {
    const rounds = createRoundStore(connection());
    const ledgers = ledgerStore(connection());
    await rounds.save(envelopesAt(0));
    for (let run = 1; run <= 10; run += 1) {
      const { rev } = (await rounds.find(tenant, 'd1'))!;
      await Promise.all([
        ...[1, 2, 3, 4].map((n) => rounds.put(envelopesAt(run * 10 + n), rev, commandLine)),
        ledgers.hold({
          tenant,
          round: 'd1',
          lineage: `l${run}`,
          ordinal: 1,
          cells: { 'NSTP_CTX/2026': run },
          seq: 1,
        }),
      ]);
      const round = (await rounds.find(tenant, 'd1'))!;
      expect(round.rev).toBe(rev + 1);
      const ledger = (await ledgers.load({ tenant, round: 'd1' }))!;
      expect(ledger.envelopes).toEqual(envelopeCells(round));
      expect(ledger.claims).toHaveLength(run);
    }
    expect((await verify()).faults).toEqual([]);
  });

  it.each([
    'administered.put:before',
    'administered.put:after',
    'accessJournal.append:before',
    'accessJournal.append:after',
  ])(
    'saved by a process that is killed at %s is as it was or as it was to be, and so says the journal',
    async (fault) => {
      await createRoundStore(connection()).save(envelopesAt(0));
      expect(await dieAt('setup/dyingSave', testDatabase('access'), fault)).toBe(fault);
      expect((await verify()).faults).toEqual([]);

      await administration(connection()).settle();
      const { rev, name } = (await createRoundStore(connection()).find(tenant, 'd1'))!;
      const change = await accessJournal(connection()).lastOf(tenant, 'round/d1');
      expect(change).toMatchObject({ rev, to: { name } });
      expect((await verify()).entries).toBe(rev);
      expect((await verify()).faults).toEqual([]);
    },
    60_000,
  );
});
