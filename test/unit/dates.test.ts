import { describe, expect, it } from '@jest/globals';
import Joi from 'joi';
import { dayShape } from '../../src/http/shapes.js';
import { parseValue } from '../../src/http/parse.js';
import { starting } from '../../src/consolidations/starting.js';
import { turnsOf } from '../../src/consolidations/turn.js';
import { refuseFarDue } from '../../src/engine/supplement.js';
import { startOf } from '../../src/engine/startOf.js';
import { createDirectory } from '../../src/store/directory.js';
import { checkOutsidePaper } from '../../src/engine/outsidePaper.js';
import { refuseFarDate, refuseLaterDates } from '../../src/estimates/dates.js';
import { Refusal, type FieldFault } from '../../src/errors.js';
import { memoryRegisters, memoryTurns } from '../fakes/memoryBooks.js';
import { autumnRound, memoryDirectory } from '../fakes/memoryDirectory.js';
import { memoryCases } from '../fakes/memoryStores.js';
import { who } from '../builders/people.js';

/** Whoever is refused is told the days between which another would be taken. */
const bounds = { from: expect.stringMatching(/^\d{4}-/), to: expect.stringMatching(/^\d{4}-/) };

const faultsOf = async (act: () => unknown): Promise<string[]> => {
  try {
    await act();
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const faults = error.members['faults'] as FieldFault[];
    for (const { params } of faults.filter(({ code }) => code === 'date.outside'))
      expect(params).toMatchObject(bounds);
    return faults.map(({ path, code }) => `${path} ${code}`);
  }
};

describe('a day that somebody types', () => {
  const typed = (day: string) => faultsOf(() => parseValue(Joi.object({ day: dayShape }), { day }, ''));
  it.each(['1945-09-02', '2025-02-28', '2100-12-31'])('may be %s', async (day) => {
    expect(await typed(day)).toEqual([]);
  });
  it.each(['0000-01-01', '0001-01-01', '1945-09-01', '2101-01-01', '9999-12-31'])(
    'is never %s',
    async (day) => {
      expect(await typed(day)).toEqual(['day day.outside']);
    },
  );

  it('in a document lies within 30 days of its sending up and issue', async () => {
    const at = (documentDate: string) =>
      faultsOf(() => refuseFarDate(documentDate, '2025-09-25', 'header.documentDate'));
    expect([await at('2025-08-26'), await at('2025-09-25'), await at('2025-10-25')]).toEqual([[], [], []]);
    for (const far of ['2024-01-01', '2025-08-25', '2025-10-26', '2030-01-01'])
      expect(await at(far)).toEqual(['header.documentDate date.outside']);
  });

  it('of a law or a price is not later than the document that rests on it', async () => {
    const line = { quotations: [{ date: '2025-09-20' }, { date: '2025-09-26' }], priceEvidence: [] };
    const rests = (date: string) =>
      faultsOf(() =>
        refuseLaterDates({
          documentDate: '2025-09-25',
          legalBases: [{ number: '1/NĐ-CP', title: 'Nghị định', date }],
          lines: [line as never],
        }),
      );
    expect(await rests('2025-09-25')).toEqual(['lines.0.quotations.1.date date.outside']);
    expect(await rests('2030-01-01')).toContain('header.legalBases.0.date date.outside');
  });

  it('of a paper made outside lies between the issue of what it decides on and today', async () => {
    const attachments = { find: () => Promise.resolve(null) };
    const decided = (date: string, file?: string) => {
      const asked = { found: {}, event: { type: 'RESOLVE', date, file }, day: '2025-10-08' };
      return faultsOf(() => checkOutsidePaper(attachments, asked as never, '2025-09-25'));
    };
    expect(await decided('2025-10-01', 'f'.repeat(64))).toEqual(['event.file file.unknown']);
    expect([await decided('2025-09-25'), await decided('2025-10-08')]).toEqual([[], []]);
    for (const wrong of ['2025-09-24', '2025-10-09'])
      expect(await decided(wrong)).toEqual(['event.date date.outside']);
  });

  it('until which a supplement is awaited is neither behind nor out of sight', async () => {
    const due = (day: string) =>
      faultsOf(() => refuseFarDue({ event: { type: 'REQUEST_SUPPLEMENT', due: day }, day: '2025-09-25' }));
    expect([await due('2025-09-25'), await due('2025-11-24')]).toEqual([[], []]);
    for (const wrong of ['2025-09-24', '2025-11-25', '2099-12-31'])
      expect(await due(wrong)).toEqual(['event.due date.outside']);
  });
});

describe('a round', () => {
  const future = { ...autumnRound, id: '2026-1', opens: '2026-01-05' };
  const rounds = [future, autumnRound];
  // The newest first, as the store answers.
  const stored = { list: () => Promise.resolve(rounds) };
  const real = createDirectory({ rounds: stored } as unknown as Parameters<typeof createDirectory>[0]);
  const directory = {
    ...memoryDirectory(),
    newestRound: (tenant: string, day: string) => real.newestRound(tenant, day),
    round: (_tenant: string, id: string) => Promise.resolve(rounds.find((each) => each.id === id) ?? null),
  };
  const start = (day: string, round?: string) =>
    startOf(directory, { person: who('officer', 'SYT'), round, day, mayOwn: () => true });

  it('takes no case before it opens', async () => {
    expect(await faultsOf(() => start('2026-01-04', '2026-1'))).toEqual(['round round.notOpen']);
    expect((await start('2026-01-05', '2026-1')).round.id).toBe('2026-1');
    expect(await faultsOf(() => start('2026-01-05', '2031-1'))).toEqual(['round round.unknown']);
  });

  it('numbers its consolidations in one row with those of the other rounds of its year', async () => {
    const registers = memoryRegisters();
    const { queries: cases } = memoryCases();
    const born = starting({ directory, registers, cases }, turnsOf({ cases, turns: memoryTurns() }));
    const asked = { person: who('officer', 'SKHCN'), id: 'start', day: '2026-02-02' };
    const codeIn = async (round: string) => (await born({ ...asked, input: { round } })).code;
    expect(await codeIn('2025-1')).toBe('TH-2025-01');
    expect(await codeIn('2026-1')).toBe('TH-2025-02');
    expect(await codeIn('2025-1')).toBe('TH-2025-01');
  });

  it('that nobody names is the newest that is open', async () => {
    expect((await start('2026-01-04')).round.id).toBe(autumnRound.id);
    expect((await start('2026-01-05')).round.id).toBe('2026-1');
    expect(await faultsOf(() => start('2025-09-21'))).toEqual(['round round.noneOpen']);
  });
});
