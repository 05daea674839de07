import { describe, expect, it } from '@jest/globals';
import type { Case, Person } from '../../src/engine/ports.js';
import { settlersOf } from '../../src/consolidations/settlers.js';
import { consolidationOf } from '../../src/engine/contexts.js';
import { createAwaitedOf, holdersOf, standingGuards } from '../../src/inbox/awaited.js';
import { personalGuards, todoOf } from '../../src/inbox/inbox.js';
import { ask, machines } from '../../workflows/registry.js';
import { aCity, type City } from '../builders/city.js';
import { aDelegation, aPerson, who } from '../builders/people.js';
import {
  appraise,
  cityOffice,
  committee,
  conclude,
  draftedEstimate,
  eligibleEstimate,
  finance,
  gatheringOf,
  issue,
  peopleOf,
  police,
  register,
  scienceAndTechnology,
  toAppraising,
  toDecision,
} from '../builders/roads.js';

/** What waits in a city. */
const waitingIn = (city: City) => {
  const awaitedOf = createAwaitedOf({
    settlers: async (found) =>
      settlersOf(
        (await city.tables.standingOf(found)).groups.filter(({ settled }) => !settled),
        consolidationOf(found).parties,
      ),
    appraisedBy: async (found, agency) =>
      (await city.tables.of(found)).rows.filter(({ appraiser }) => appraiser === agency).length,
    gatherer: () => Promise.resolve('SKHCN'),
  });
  return {
    holders: async (found: Case) => holdersOf(await awaitedOf(found)),
    todo: async (found: Case, person: Person) =>
      todoOf(found, await awaitedOf(found), person, city.clock.now()),
  };
};

describe('what waits for somebody', () => {
  it('goes by guards that the machines have', () => {
    const guards = new Set(
      Object.values(machines).flatMap((versions) =>
        Object.values(versions).flatMap((machine) => Object.keys(machine.implementations.guards)),
      ),
    );
    expect([...standingGuards, ...personalGuards].filter((guard) => !guards.has(guard))).toEqual([]);
  });

  it('is a nil return until it is signed, and nobody afterwards', async () => {
    const city = aCity();
    const { holders, todo } = waitingIn(city);
    const { officer, leader } = peopleOf('SYT');
    const { id } = await city.start(officer, 'estimate');
    const declared = await city.send(officer, id, { type: 'DECLARE_NIL' });
    expect(await holders(declared)).toEqual(['leader@SYT']);
    expect(await todo(declared, leader)).toBe('SIGN');
    const signed = await city.send(leader, id, { type: 'SIGN' });
    expect(await holders(signed)).toEqual([]);
    expect(await todo(signed, leader)).toBeNull();
  });

  it('is no nil return beside an estimate that was sent, begun before it or after', async () => {
    const city = aCity();
    const { officer, leader } = peopleOf('SYT');
    const { id: first } = await city.start(officer, 'estimate');
    const declared = await city.send(officer, first, { type: 'DECLARE_NIL' });
    const { id: sent } = await draftedEstimate(city, 'DT-2025-004');
    await issue(city, sent);
    const refused = { code: 'EVENT_REFUSED', members: { reasons: ['anotherAsksForMoney'] } };
    await expect(city.send(leader, declared.id, { type: 'SIGN' })).rejects.toMatchObject(refused);
    const { id: second } = await city.start(officer, 'estimate');
    await expect(city.send(officer, second, { type: 'DECLARE_NIL' })).rejects.toMatchObject(refused);
    await city.send(leader, sent, { type: 'WITHDRAW', reason: 'Đơn vị không còn nhu cầu' });
    await city.send(officer, sent, { type: 'ABANDON', reason: 'Đơn vị không còn nhu cầu' });
    expect((await city.send(leader, declared.id, { type: 'SIGN' })).context['nilSigned']).not.toBeNull();
  });

  it('is an accepted estimate, for whoever gathers', async () => {
    const city = aCity();
    const { holders, todo } = waitingIn(city);
    const found = await eligibleEstimate(city, 'DT-2025-004');
    expect(await holders(found)).toEqual(['officer@SKHCN']);
    expect(await todo(found, scienceAndTechnology.officer)).toBe('INCLUDE');
    expect(await todo(found, who('officer', 'SYT'))).toBeNull();
    const table = await gatheringOf(city, [found.id]);
    expect(await holders(await city.load(found.id))).toEqual([]);
    expect(await holders(table)).toEqual(['officer@SKHCN']);
  });

  it('is an appraisal for the substitute only where it has a row', async () => {
    const city = aCity();
    const { todo } = waitingIn(city);
    const { id } = await eligibleEstimate(city, 'DT-2025-004');
    const found = await toAppraising(city, (await gatheringOf(city, [id])).id);
    expect(await todo(found, finance.officer)).toBe('CONCLUDE');
    expect(await todo(found, cityOffice.officer)).toBeNull();

    const awaited = await createAwaitedOf({
      settlers: () => Promise.resolve([]),
      appraisedBy: (_, agency) => Promise.resolve(agency === 'VP' ? 1 : 0),
      gatherer: () => Promise.resolve(null),
    })(found);
    expect(todoOf(found, awaited, cityOffice.officer, city.clock.now())).toBe('EDIT_APPRAISAL');
    expect(todoOf(found, awaited, finance.officer, city.clock.now())).toBe('CONCLUDE');
  });

  it('is a review for those who can still move it on', async () => {
    const city = aCity();
    const { holders, todo } = waitingIn(city);
    const { id } = await draftedEstimate(city, 'DT-2025-004');
    await issue(city, id);
    await register(city, id);
    await conclude(city, id, {
      l1: { verdict: 'return', reason: 'Thiếu báo giá của hai nhà cung cấp' },
    });
    const asked = await city.send(scienceAndTechnology.officer, id, { type: 'ASK_OPINION' });
    // Not accepted while the Police are asked, nor with a line to return.
    expect(await todo(asked, police.officer)).toBe('GIVE_OPINION');
    expect(await todo(asked, scienceAndTechnology.unitHead)).toBe('RETURN');
    expect(await todo(asked, scienceAndTechnology.officer)).toBeNull();
    expect(await holders(asked)).toEqual([
      'deputy@CATP',
      'leader@CATP',
      'officer@CATP',
      'unitHead@CATP',
      'unitHead@SKHCN',
    ]);
  });

  it('is not a supplement, which may be asked for at any time and need not be', async () => {
    const city = aCity();
    const { holders, todo } = waitingIn(city);
    const { id } = await draftedEstimate(city, 'DT-2025-004');
    await issue(city, id);
    await register(city, id);
    await conclude(city, id);
    const asked = await city.send(scienceAndTechnology.officer, id, { type: 'ASK_OPINION' });
    expect(await todo(asked, scienceAndTechnology.unitHead)).toBeNull();
    expect(await holders(asked)).toEqual(['deputy@CATP', 'leader@CATP', 'officer@CATP', 'unitHead@CATP']);
  });

  it('is nobody while a decision is told to its rows', async () => {
    const city = aCity();
    const { holders } = waitingIn(city);
    const { id } = await eligibleEstimate(city, 'DT-2025-004');
    const appraising = await toAppraising(city, (await gatheringOf(city, [id])).id);
    await appraise(city, appraising.id, { [id]: 1_000 });
    const table = await toDecision(city, appraising.id);
    expect(await holders(table)).toContain('leader@UBND');
    await city.engine.send({
      person: committee.leader,
      caseId: table.id,
      seq: table.seq,
      event: { type: 'APPROVE', hash: ask(table).covered },
      key: 'approve',
    });
    const telling = await city.load(table.id);
    expect(telling.context).toMatchObject({ pending: 1 });
    expect(await holders(telling)).toEqual([]);
  });

  it('is a signature for who acts for the leader by a delegation, unless they endorsed it themselves', async () => {
    const city = aCity();
    const { todo } = waitingIn(city);
    const { officer, unitHead, leader } = peopleOf('SYT');
    const delegate = (id: string, kinds: readonly Case['kind'][] = []) =>
      aPerson({
        id,
        agency: 'SYT',
        roles: ['unitHead'],
        delegations: [aDelegation(leader, 'leader', { capacity: 'TL', kinds })],
      });
    const { id } = await draftedEstimate(city, 'DT-2025-004');
    await city.send(officer, id, { type: 'SEND_UP' });
    const endorsed = await city.send(delegate(unitHead.id), id, { type: 'ENDORSE' });
    expect(await todo(endorsed, delegate(unitHead.id))).toBeNull();
    expect(await todo(endorsed, delegate('another'))).toBe('SIGN');
    expect(await todo(endorsed, delegate('third', ['allocation']))).toBeNull();
  });

  it('is an overlap that nobody has settled, for the agency that has no side in it', async () => {
    const city = aCity();
    const { holders, todo } = waitingIn(city);
    const first = await eligibleEstimate(city, 'DT-2025-001');
    const second = await eligibleEstimate(city, 'DT-2025-010');
    const table = await gatheringOf(city, [first.id, second.id]);
    // Science & Technology and the city office own a side each, so Finance settles.
    expect(await holders(table)).toEqual(['officer@STC']);
    expect(await todo(table, finance.officer)).toBe('SETTLE_OVERLAP');
    expect(await todo(table, scienceAndTechnology.officer)).toBeNull();
    for (const [person, isOpen] of [
      [finance.officer, true],
      [scienceAndTechnology.officer, false],
      [cityOffice.officer, false],
    ] as const) {
      const options = await city.engine.options({ person, found: table });
      expect(options.find(({ event }) => event === 'SETTLE_OVERLAP')).toMatchObject({
        open: isOpen,
        reasons: isOpen ? [] : ['agencySettles'],
      });
    }
    const groups = await city.tables.groupsOf(table, await city.tables.membersOf(table));
    for (const { id } of groups) {
      await city.send(finance.officer, table.id, {
        ...{ type: 'SETTLE_OVERLAP', group: id, decision: 'complementary' },
        reason: 'Hai phạm vi khác nhau, bổ sung cho nhau.',
      });
    }
    const settled = await city.load(table.id);
    expect(await todo(settled, finance.officer)).toBeNull();
    expect(await todo(settled, scienceAndTechnology.officer)).toBe('FREEZE');
  });
});
