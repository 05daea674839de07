import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { createPeople, Refused, type SeenCase } from '../../src/demo/client.js';
import { planRound, seedDemonstration } from '../../src/seed/demonstration.js';
import { sampleEstimates } from '../../src/seed/sampleEstimates.js';
import { connect } from '../../src/store/connection.js';
import { migrate } from '../../src/store/migrations/index.js';
import { testDatabase } from '../setup/database.js';
import { endAll, totrinh, type Process } from './processes.js';
import { composed, steppedClock, tenant } from './smallCity.js';

const seq = { SEND_UP: 1, ENDORSE: 2, SIGN: 3, ISSUE: 4 };

describe('a server that is killed while it answers', () => {
  const database = testDatabase('KilledServer');
  let connection: Connection;

  beforeAll(async () => {
    connection = await connect(database.uri, { dbName: database.dbName });
    await migrate(connection);
    await seedDemonstration(composed(connection, steppedClock().clock).stores, {
      now: '2025-09-25T01:00:00.000Z',
    });
  });
  afterEach(endAll);
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
    await database.close();
  });

  const serve = async (fault?: string): Promise<Process & { people: ReturnType<typeof createPeople> }> => {
    const given = { ready: /sẵn sàng/, clock: '2025-09-25', ...(fault !== undefined && { fault }) };
    const server = await totrinh('serve', database, given);
    const address = /http:\/\/localhost:\d+/.exec(server.said)?.[0] ?? '';
    return { ...server, people: createPeople(address.replace('localhost', '127.0.0.1')) };
  };

  it.each([
    ['before the step', 'cases.advance:before#4', 4, 'DT-2025-008'],
    ['after the step', 'cases.advance:after#4', 5, 'DT-2025-004'],
    ['after it had held a number', 'registers.hold:after#2', 4, 'DT-2025-003'],
  ])(
    '%s: the same request again is answered as if it had been the first',
    async (_, fault, left, code) => {
      // Each time another agency of the one city, which has issued nothing yet.
      const { agency, input } = sampleEstimates.find((one) => one.code === code)!;
      const { lines, ...header } = input;
      const typed = { header, lines: lines.map(({ id: _id, ...line }) => line) };
      const first = await serve(fault);
      const send = async (
        { people }: typeof first,
        role: 'officer' | 'unitHead' | 'leader' | 'clerk',
        event: { type: keyof typeof seq },
      ) =>
        (await people.as(agency.id, role)).send<SeenCase>(
          'POST',
          `/cases/${id}/events`,
          { seq: seq[event.type], event },
          { 'Idempotency-Key': `key-of-${event.type}` },
        );
      const officer = await first.people.as(agency.id, 'officer');
      const { id } = await officer.send<SeenCase>(
        'POST',
        '/estimates',
        { round: planRound.id },
        { 'Idempotency-Key': 'key-of-start' },
      );
      await officer.send('PUT', `/cases/${id}/draft`, typed, { 'If-Match': '"0"' });
      const { content: hash } = await send(first, 'officer', { type: 'SEND_UP', rev: 1 } as never);
      await send(first, 'unitHead', { type: 'ENDORSE', hash } as never);
      await send(first, 'leader', { type: 'SIGN', hash } as never);
      const issue = { type: 'ISSUE', hash, date: '2025-09-25' } as never;
      const broken = await send(first, 'clerk', issue).catch((error: unknown) => error);
      // The connection broke: that is no answer of the API.
      expect(broken).not.toBeInstanceOf(Refused);
      expect(broken).toMatchObject({ message: 'fetch failed' });
      expect(await first.ended).toBe('SIGKILL');
      expect((await composed(connection, steppedClock().clock).stores.cases.load({ tenant, id }))?.seq).toBe(
        left,
      );

      const second = await serve();
      try {
        const answered = await send(second, 'clerk', issue);
        expect(answered).toMatchObject({ seq: 5, states: ['submitted'] });
        expect(answered.view['issued']).toMatchObject({ number: 1, symbol: `TTr-${agency.id}` });
        const { body } = await (
          await second.people.named('kiemtoan')
        ).get<{ items: { event: { type: string } }[] }>(`/cases/${id}/history`);
        expect(body.items.map(({ event }) => event.type)).toEqual([
          'START',
          'SEND_UP',
          'ENDORSE',
          'SIGN',
          'ISSUE',
        ]);
      } finally {
        await second.stop();
      }
    },
    60_000,
  );
});
