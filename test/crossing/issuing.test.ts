import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { createPrinter, type Printer } from '../../src/documents/print.js';
import { Refusal } from '../../src/errors.js';
import type { ReadBack } from '../../src/papers/makePaper.js';
import { sampleEstimates } from '../../src/seed/sampleEstimates.js';
import { connect } from '../../src/store/connection.js';
import { blankPrinter, paper, unread } from '../fakes/blankPrinter.js';
import { testDatabase } from '../setup/database.js';
import { composed, round, seedSmallCity, somebody, steppedClock, tenant } from './smallCity.js';

const database = testDatabase('Issuing');
let connection: Connection;
beforeAll(async () => {
  connection = await connect(database.uri, { dbName: database.dbName });
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
  await database.close();
});
beforeEach(() => database.empty());

const { lines, ...header } = sampleEstimates.find(({ code }) => code === 'DT-2025-008')!.input;
const day = '2025-09-24';

/** A city with an estimate that is signed and waits for its number. */
const signed = async (
  printing: { printer: Pick<Printer, 'print'>; readBack?: ReadBack },
  more: Partial<typeof header> = {},
) => {
  const { clock, to } = steppedClock();
  const { stores, workflow } = composed(connection, clock, undefined, printing);
  const { engine, relay } = workflow;
  await seedSmallCity(stores);
  let acts = 0;
  to(day, 0);
  const officer = somebody('STP', 'officer');
  const { id } = await engine.start({ person: officer, kind: 'estimate', input: { round }, key: 'one' });
  const ref = { tenant, id };
  const load = async () => (await stores.cases.load(ref))!;
  const act = async (
    role: 'officer' | 'unitHead' | 'leader' | 'clerk',
    type: string,
    fields: object = {},
  ) => {
    to(day, (acts += 1));
    const found = await load();
    const hash = type === 'SEND_UP' ? {} : { hash: found.content };
    const event = { type, ...hash, ...fields };
    return engine.send({
      person: somebody('STP', role),
      caseId: id,
      seq: found.seq,
      event,
      key: `act-${type}`,
    });
  };
  const input = { header: { ...header, ...more }, lines: lines.map(({ id: _id, ...line }) => line) };
  await engine.edit({ person: officer, caseId: id, part: 'content', op: 'replace', rev: 0, input });
  await act('officer', 'SEND_UP', { rev: 1 });
  await act('unitHead', 'ENDORSE');
  await act('leader', 'SIGN');
  return {
    load,
    issue: () => act('clerk', 'ISSUE', { date: day }),
    refused: async () => {
      const error: unknown = await act('clerk', 'ISSUE', { date: day }).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof Refusal)) throw error;
      return error;
    },
    held: async () =>
      (await stores.registers.heldBy({ tenant, agency: 'STP', case: id })).map(({ number }) => number),
    papers: () => stores.papers.list(tenant, id),
    settle: () => relay.drainAll(),
  };
};

describe('a paper about to be issued', () => {
  it('that reads back other than it must is not issued: nothing moves, its number stays held', async () => {
    let sound = false;
    const readBack: ReadBack = () =>
      Promise.resolve({
        ok: sound,
        findings: [{ rule: 'figures', ok: sound, expected: '1.000.000', found: '1.000.001', page: 2 }],
      });
    const city = await signed({ printer: blankPrinter, readBack });
    const before = await city.load();
    const refusal = await city.refused();
    expect({ code: refusal.code, status: refusal.status, faults: refusal.members['faults'] }).toEqual({
      code: 'FORM_BROKEN',
      status: 422,
      faults: [
        {
          path: 'estimateProposal',
          code: 'paper.page',
          params: expect.objectContaining({ page: 2, expected: '1.000.000', found: '1.000.001' }),
        },
      ],
    });
    await city.settle();
    expect(await city.load()).toEqual({ ...before, owed: [] });
    expect(await city.held()).toEqual([1]);
    expect(await city.papers()).toEqual([]);

    sound = true;
    await city.issue();
    await city.settle();
    expect((await city.load()).context['issued']).toMatchObject({ number: 1 });
    expect(await city.papers()).toHaveLength(1);
  });

  it('waits while nothing can be printed, and is issued by the same request afterwards', async () => {
    let away = true;
    const print = () => (away ? Promise.reject(new Error('no browser')) : Promise.resolve(paper));
    const city = await signed({ printer: { print }, readBack: unread });
    const { seq } = await city.load();
    const refusal = await city.refused();
    expect([refusal.code, refusal.status]).toEqual(['PRINTER_AWAY', 503]);
    expect((await city.load()).seq).toBe(seq);
    away = false;
    await city.issue();
    expect((await city.load()).seq).toBe(seq + 1);
  });

  it('is printed once: what was checked is what is filed', async () => {
    const printed: string[] = [];
    const print = (html: string) => {
      printed.push(html);
      return Promise.resolve(paper);
    };
    const city = await signed({ printer: { print }, readBack: unread });
    await city.issue();
    await city.settle();
    expect(await city.papers()).toHaveLength(1);
    expect(printed).toHaveLength(1);
  });

  it('is held against the form by the browser that prints it, and each fault says where', async () => {
    const printer = createPrinter({
      executablePath: process.env.PUPPETEER_EXECUTABLE_PATH || '/usr/bin/chromium',
    });
    try {
      const city = await signed({ printer }, { scale: 'Trang bị cho [object Object] và {{n}} trạm y tế' });
      const { members } = await city.refused();
      expect(members['faults']).toEqual([
        expect.objectContaining({
          code: 'paper.page',
          params: expect.objectContaining({ rule: 'placeholder' }),
        }),
      ]);
      await database.empty();
      const sound = await signed({ printer });
      await sound.issue();
    } finally {
      await printer.close();
    }
  }, 60_000);
});
