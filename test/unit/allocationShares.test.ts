import { describe, expect, it } from '@jest/globals';
import { allocationApi } from '../../src/allocations/api.js';
import { leftIn, type Shares } from '../../src/allocations/shares.js';
import type { ContentStore, Person } from '../../src/engine/ports.js';
import { allocationView } from '../../src/pages/allocationView.js';
import { createSay } from '../../src/pages/say.js';
import { createWording } from '../../src/wording.js';
import { aCity, type City } from '../builders/city.js';
import { approvedEstimate, cityOffice, committee, finance, issue, police } from '../builders/roads.js';
import { autumnRound } from '../fakes/memoryDirectory.js';

/** What DT-2025-006 was approved for: recurrent money of the city, in two years. */
const approved = { 'NSTP_CTX/2025': 1_846_335_000, 'NSTP_CTX/2026': 1_230_890_000 };
const plenty = { 2025: 9_000_000_000_000, 2026: 9_000_000_000_000, 2027: 9_000_000_000_000 };
const round = { ...autumnRound, envelopes: { NSTP_CTX: plenty, NSTP_DTPT: plenty } };

interface Share {
  readonly source?: 'NSTP_CTX' | 'NSTP_DTPT';
  readonly year: number;
  readonly amount: number;
}

const aDecidedCity = async () => {
  const city = aCity({ round });
  return { city, estimate: (await approvedEstimate(city, 'DT-2025-006')).id };
};
const half = 1_538_612_500;

/** A city where half of what was approved of the estimate is for investment. */
const aCityOfTwoSources = async () => {
  const bySourceYear = { 'NSTP_CTX/2026': 1, 'NSTP_DTPT/2026': 1 };
  let isDecided = false;
  const contents = (store: ContentStore): ContentStore => ({
    ...store,
    async get<Content>(tenant: string, hash: string) {
      const content = await store.get<{ kind?: string; rows?: { reviewed: object }[] }>(tenant, hash);
      const { kind, rows = [] } = content;
      const isSplit = isDecided && kind === 'consolidation';
      return (
        isSplit
          ? { ...content, rows: rows.map((row) => ({ ...row, reviewed: { ...row.reviewed, bySourceYear } })) }
          : content
      ) as Content;
    },
  });
  const city = aCity({ round, around: { contents } });
  const estimate = (await approvedEstimate(city, 'DT-2025-006')).id;
  isDecided = true;
  return { city, estimate };
};
const drafted = async (city: City, estimate: string, ...shares: readonly Share[]) => {
  const { id } = await city.start(finance.officer, 'allocation');
  const lines = shares.map((share) => ({ estimate, source: 'NSTP_CTX', ...share }));
  await city.edit(finance.officer, id, 'replace', { lines });
  return id;
};
const insightOf = async (city: City, id: string, person = finance.officer) =>
  (await allocationApi(city.checks).insight(
    await city.load(id),
    (part) => city.engine.draft({ person: finance.officer, caseId: id, part }),
    person,
  )) as { findings: { code: string; level: string }[]; shares?: Readonly<Record<string, Shares>> };
const rowsOf = async (city: City, id: string) => {
  const { body } = await city.engine.draft({ person: finance.officer, caseId: id, part: 'content' });
  return (body as { lines: Share[] }).lines.map(({ source, year, amount }) => [source, year, amount]);
};

describe('an allocation beside the sources and years that were decided', () => {
  it.each([
    ['another source', { source: 'NSTP_DTPT', year: 2026, amount: 3_077_225_000 }, 0],
    ['an earlier year', { year: 2025, amount: approved['NSTP_CTX/2025'] + 1 }, approved['NSTP_CTX/2025']],
  ] as const)('does not go up: %s', async (_, share, limit) => {
    const { city, estimate } = await aDecidedCity();
    const id = await drafted(city, estimate, share);
    await expect(issue(city, id)).rejects.toMatchObject({
      code: 'RULES_BROKEN',
      members: {
        findings: [
          {
            ...{ rule: 'R23', code: 'ALLOCATED_ABOVE_SHARE', level: 'error', path: 'lines/r3/amount' },
            params: {
              subject: 'DT-2025-001',
              ...{ year: share.year, found: share.amount, limit, excess: share.amount - limit, taken: 0 },
            },
          },
        ],
      },
    });
  });

  it('may give in a later year, and says so to all who pass it on, until it is decided', async () => {
    const { city, estimate } = await aDecidedCity();
    const id = await drafted(city, estimate, { year: 2026, amount: 3_077_225_000 });
    const told = [expect.objectContaining({ code: 'ALLOCATED_IN_LATER_YEAR', level: 'warning' })];
    expect((await insightOf(city, id)).findings).toEqual(told);
    await issue(city, id);
    for (const person of [finance.leader, cityOffice.officer, committee.leader])
      expect((await insightOf(city, id, person)).findings).toEqual(told);
    expect((await insightOf(city, id, police.officer)).findings).toEqual([]);
    await city.send(cityOffice.officer, id, { type: 'PASS' });
    expect((await insightOf(city, id, committee.leader)).findings).toEqual(told);
    await city.send(committee.leader, id, { type: 'APPROVE' });
    expect((await insightOf(city, id)).findings).toEqual([]);
  });

  it('is held against what other allocations took, or ask for, of the same share', async () => {
    const { city, estimate } = await aDecidedCity();
    const first = await drafted(city, estimate, { year: 2025, amount: approved['NSTP_CTX/2025'] });
    await issue(city, first);
    const second = await drafted(city, estimate, { year: 2025, amount: 1 });
    const above = [expect.objectContaining({ code: 'ALLOCATED_ABOVE_SHARE' })];
    expect((await insightOf(city, second)).findings).toEqual(above);
    await city.send(cityOffice.officer, first, { type: 'PASS' });
    await city.send(committee.leader, first, { type: 'APPROVE' });
    const { findings, shares } = await insightOf(city, second);
    expect(findings).toEqual(above);
    expect(shares).toEqual({
      [estimate]: {
        approved,
        taken: { 'NSTP_CTX/2025': approved['NSTP_CTX/2025'] },
        takenSoFar: {
          'NSTP_CTX/2025': approved['NSTP_CTX/2025'],
          'NSTP_CTX/2026': approved['NSTP_CTX/2025'],
        },
      },
    });
    // What is proposed is what is left of each share.
    const third = await city.start(finance.officer, 'allocation');
    expect(await rowsOf(city, third.id)).toEqual([['NSTP_CTX', 2026, approved['NSTP_CTX/2026']]]);
    // An adjustment has what it adjusts.
    const adjusting = await city.start(finance.officer, 'allocation', { adjusts: first });
    expect((await insightOf(city, adjusting.id)).findings).toEqual([]);
  });

  it('is held against both places of what an adjustment on its way moves, in a year’s case only once', async () => {
    const codesOf = async (city: City, estimate: string, share: Share) =>
      (await insightOf(city, await drafted(city, estimate, share))).findings.map(({ code }) => code);
    const moved = async (city: City, estimate: string, from: Share, to: Share) => {
      const first = await drafted(city, estimate, from);
      await issue(city, first);
      await city.send(cityOffice.officer, first, { type: 'PASS' });
      await city.send(committee.leader, first, { type: 'APPROVE' });
      const { id } = await city.start(finance.officer, 'allocation', { adjusts: first });
      const lines = [{ estimate, source: 'NSTP_CTX', ...to }];
      await city.edit(finance.officer, id, 'replace', { lines });
      await issue(city, id);
    };
    const { city, estimate } = await aCityOfTwoSources();
    const [year, amount] = [2026, half];
    await moved(city, estimate, { year, amount }, { source: 'NSTP_DTPT', year, amount });
    for (const source of ['NSTP_CTX', 'NSTP_DTPT'] as const)
      expect(await codesOf(city, estimate, { source, year, amount: 1 })).toEqual(['ALLOCATED_ABOVE_SHARE']);

    const years = await aDecidedCity();
    const billion = 1_000_000_000;
    await moved(years.city, years.estimate, { year: 2025, amount: billion }, { year: 2026, amount: billion });
    const asked = (year: number, amount: number) => codesOf(years.city, years.estimate, { year, amount });
    expect(await asked(2025, approved['NSTP_CTX/2025'] - billion)).toEqual([]);
    expect(await asked(2025, approved['NSTP_CTX/2025'] - billion + 1)).toEqual(['ALLOCATED_ABOVE_SHARE']);
    expect(await asked(2026, approved['NSTP_CTX/2026'] - billion)).toEqual([]);
    expect(await asked(2026, approved['NSTP_CTX/2026'])).toEqual(['ALLOCATED_IN_LATER_YEAR']);
  });

  it('of a source is never given twice by two that are decided in the same moment', async () => {
    const { city, estimate } = await aCityOfTwoSources();
    const share = { year: 2026, amount: half };
    const both = [await drafted(city, estimate, share), await drafted(city, estimate, share)];
    // Nobody carries out what is owed in between.
    const sendBoth = (person: Person, event: { type: string; date?: string }) =>
      Promise.allSettled(both.map((id) => city.sendOnly(person, id, event)));
    await sendBoth(finance.officer, { type: 'SEND_UP' });
    await city.relay();
    await sendBoth(finance.unitHead, { type: 'ENDORSE' });
    await sendBoth(finance.leader, { type: 'SIGN' });
    await sendBoth(finance.clerk, { type: 'ISSUE', date: '2025-09-25' });
    await city.relay();
    await sendBoth(cityOffice.officer, { type: 'PASS' });
    const [, second] = await sendBoth(committee.leader, { type: 'APPROVE' });
    expect(second).toMatchObject({
      reason: {
        code: 'ENVELOPE_EXCEEDED',
        members: { cell: 'DT-2025-001:NSTP_CTX', available: 0, asked: half, excess: half },
      },
    });
    expect(city.ledgers.claims()).toMatchObject([{ cells: { 'DT-2025-001:NSTP_CTX': half } }]);
  });

  it('may give of a share what its year has left, and the source up to every later year, never less than nothing', () => {
    const left = (taken: Shares['taken'], takenSoFar: Shares['takenSoFar'], cell = 'NSTP_CTX/2026') =>
      leftIn({ approved: { 'NSTP_CTX/2026': 100, 'NSTP_CTX/2027': 50 }, taken, takenSoFar }, cell);
    expect(left({}, {})).toBe(100);
    expect(left({ 'NSTP_CTX/2026': 30 }, { 'NSTP_CTX/2026': 30, 'NSTP_CTX/2027': 30 })).toBe(70);
    // Others took of 2026 in 2027.
    expect(left({ 'NSTP_CTX/2027': 90 }, { 'NSTP_CTX/2026': 0, 'NSTP_CTX/2027': 90 })).toBe(60);
    expect(left({ 'NSTP_CTX/2028': 90 }, { 'NSTP_CTX/2028': 90 })).toBe(60);
    expect(left({ 'NSTP_CTX/2027': 90 }, { 'NSTP_CTX/2027': 90 }, 'NSTP_CTX/2027')).toBe(0);
    expect(left({ 'NSTP_CTX/2026': 130 }, { 'NSTP_CTX/2026': 130 })).toBe(0);
    expect(left({}, {}, 'NSTP_DTPT/2026')).toBe(0);
  });

  it('is shown with what it may give of each share, at its row and by estimate', async () => {
    const say = createSay(await createWording(), true)('vi');
    const { city, estimate } = await aDecidedCity();
    const found = await city.load(await drafted(city, estimate, { year: 2026, amount: 5 }));
    const { shares } = await insightOf(city, found.id);
    const view = allocationView({
      ...{ found, editable: true, note: null, round, taken: null, inWords: String, say },
      rows: [{ id: 'r3', estimate, source: 'NSTP_CTX', year: 2026, amount: 5 }],
      estimates: [
        {
          id: estimate,
          code: 'DT-2025-006',
          agency: '',
          approved: 3_077_225_000,
          shares: shares?.[estimate],
        },
      ],
    });
    expect(view.rows.map(({ ceiling }) => ceiling)).toEqual(['1.230.890.000']);
    expect(view.estimates[0]?.shares).toMatchObject([
      { approved: '1.846.335.000', taken: '0', allocated: '0' },
      { approved: '1.230.890.000', taken: '0', allocated: '5' },
    ]);
  });
});
