import { describe, expect, it } from '@jest/globals';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import type { EstimateContent } from '../../workflows/content.js';
import { ask } from '../../workflows/registry.js';
import { consolidationApi } from '../../src/consolidations/api.js';
import { allocationApi } from '../../src/allocations/api.js';
import type { Case, ContentStore, Part, Person } from '../../src/engine/ports.js';
import { securityHashOf } from '../../src/estimates/policeOpinion.js';
import { aCity, type City } from '../builders/city.js';
import { aDelegation, aPerson } from '../builders/people.js';
import {
  appraise,
  approvedEstimate,
  cityOffice,
  committee,
  conclude,
  draftedEstimate,
  eligibleEstimate,
  finance,
  gatheringOf,
  issue,
  opinion,
  peopleOf,
  police,
  register,
  scienceAndTechnology,
  toAppraising,
} from '../builders/roads.js';

const code = 'DT-2025-006';
const home = peopleOf('SNV');
const reason = 'Lý do đủ dài cho việc này';
const refusal = (name: string, members: object = {}) => ({
  code: name,
  members: expect.objectContaining(members),
});

/** A trap in the store of contents: what happens between a draft's freeze and its step's write. */
const trapped = () => {
  const trap: { meanwhile?: (() => Promise<unknown>) | undefined } = {};
  const contents = (given: ContentStore): ContentStore => ({
    ...given,
    async put(tenant, body) {
      const { meanwhile } = trap;
      trap.meanwhile = undefined;
      await meanwhile?.();
      return given.put(tenant, body);
    },
  });
  return { trap, city: aCity({ around: { contents } }) };
};

/** Each kind of private or shared work that a step freezes: how a case comes there, who edits, who freezes it. */
interface Frozen {
  readonly event: string;
  readonly part: Part;
  readonly officer: Person;
  /** What the event carries besides. */
  readonly fields?: object;
  /** @returns the case, and an edit that may be made over and over */
  readonly ready: (city: City) => Promise<{ id: string; op: string; input: object }>;
}
const colleagueOf = (person: Person): Person => ({ ...person, id: `${person.id}-2`, name: 'Trần Thị B' });

const reviewed = async (city: City) => {
  const { id } = await draftedEstimate(city, code);
  await issue(city, id);
  await register(city, id);
  for (const lineId of ['l1', 'l2'])
    await city.edit(scienceAndTechnology.officer, id, 'setVerdict', { lineId, verdict: 'accept' });
  return id;
};
const atFinance = async (city: City) => {
  const estimate = await eligibleEstimate(city, code);
  const { id } = await gatheringOf(city, [estimate.id]);
  await toAppraising(city, id);
  await appraise(city, id, { [estimate.id]: Number(estimate.context['reviewed']) });
  return { id, estimate: estimate.id };
};
const spread = async (city: City) => {
  const estimate = await approvedEstimate(city, code);
  const { id } = await city.start(finance.officer, 'allocation');
  await city.edit(finance.officer, id, 'setLine', { lineId: 'r1', note: 'Theo tiến độ' });
  return { id, estimate };
};

const everyFreeze: readonly Frozen[] = [
  {
    event: 'SEND_UP',
    part: 'content',
    officer: home.officer,
    ready: async (city) => {
      const { id } = await draftedEstimate(city, code);
      return { id, op: 'setLine', input: { lineId: 'l1', unit: 'bộ' } };
    },
  },
  {
    event: 'CONCLUDE_LINES',
    part: 'review',
    officer: scienceAndTechnology.officer,
    ready: async (city) => ({
      id: await reviewed(city),
      op: 'setVerdict',
      input: { lineId: 'l2', verdict: 'exclude', reason },
    }),
  },
  {
    event: 'RETURN',
    part: 'review',
    officer: scienceAndTechnology.unitHead,
    fields: { reason, lines: [] },
    ready: async (city) => {
      const id = await reviewed(city);
      const verdict = { verdict: 'return', reason };
      await city.edit(scienceAndTechnology.officer, id, 'setVerdict', { lineId: 'l1', ...verdict });
      return { id, op: 'setVerdict', input: { lineId: 'l2', ...verdict } };
    },
  },
  {
    event: 'CONCLUDE',
    part: 'appraisal',
    officer: finance.officer,
    ready: async (city) => {
      const { id, estimate } = await atFinance(city);
      const input = { estimateId: estimate, amount: 1_000_000, comment: 'Giảm theo đơn giá', criteria: [] };
      return { id, op: 'setAppraisal', input };
    },
  },
  {
    event: 'SEND_UP',
    part: 'content',
    officer: finance.officer,
    ready: async (city) => ({
      id: (await spread(city)).id,
      op: 'setLine',
      input: { lineId: 'r1', note: 'Sửa ghi chú' },
    }),
  },
];

describe.each(everyFreeze)('what $event freezes of $part', ({ event, part, officer, fields, ready }) => {
  const colleague = colleagueOf(officer);
  const revOf = async (city: City, id: string) =>
    (await city.drafts.load({ tenant: 'canTho', id }, part))?.rev ?? 0;

  it('is what was seen: after another edit it is refused, and tells whose edit and when', async () => {
    const city = aCity();
    const { id, op, input } = await ready(city);
    const rev = await revOf(city, id);
    await city.edit(colleague, id, op, input);
    const { state } = await city.load(id);
    await expect(city.send(officer, id, { type: event, ...fields, rev })).rejects.toMatchObject(
      refusal('STALE_DRAFT', { rev: rev + 1, edited: { by: 'Trần Thị B', at: city.clock.now() } }),
    );
    expect((await city.load(id)).state).toEqual(state);
  });

  it('never leaves out an edit that was answered with "saved", however close they come', async () => {
    const { trap, city } = trapped();
    const { id, op, input } = await ready(city);
    const rev = await revOf(city, id);
    trap.meanwhile = () => city.edit(colleague, id, op, input);
    await expect(city.send(officer, id, { type: event, ...fields, rev })).rejects.toMatchObject(
      refusal('STALE_DRAFT', { edited: { by: 'Trần Thị B', at: city.clock.now() } }),
    );
    expect(await revOf(city, id)).toBe(rev + 1);
    const stands = await city.load(id);
    expect(stands.status).toBe('active');
    expect(ask(stands).tags.has(`editable:${part}`)).toBe(true);
  });

  it('is open to edits again when the step never came', async () => {
    const { trap, city } = trapped();
    const { id, op, input } = await ready(city);
    const rev = await revOf(city, id);
    trap.meanwhile = () => Promise.reject(new Error('the process died'));
    await expect(city.send(officer, id, { type: event, ...fields, rev })).rejects.toThrow('died');
    expect((await city.edit(colleague, id, op, input)).rev).toBe(rev + 1);
    const before = await city.load(id);
    await city.send(officer, id, { type: event, ...fields, rev: rev + 1 });
    expect((await city.load(id)).state).not.toEqual(before.state);
  });
});

describe('FREEZE', () => {
  it('freezes the table that was seen, or says that it has changed', async () => {
    const city = aCity();
    const { id: one } = await eligibleEstimate(city, code);
    const { id: two } = await eligibleEstimate(city, 'DT-2025-009');
    const { id } = await gatheringOf(city, [one]);
    const api = apiOf(city);
    const { hash } = (await api.insight(await city.load(id), null, scienceAndTechnology.officer)) as {
      hash: string;
    };
    await city.send(scienceAndTechnology.officer, id, { type: 'ADD', ids: [two] });
    await expect(
      city.send(scienceAndTechnology.officer, id, { type: 'FREEZE', table: hash }),
    ).rejects.toMatchObject(refusal('EVENT_REFUSED', { reasons: ['tableChanged'] }));
    await city.send(scienceAndTechnology.officer, id, { type: 'FREEZE' });
    expect((await city.load(id)).state).toBe('frozen');
  });
});

const apiOf = (city: City) => consolidationApi(city.given, city.tables, () => '2025-10-01');
const contextOf = (found: Case) => found.context as unknown as ConsolidationContext;

describe("Finance's appraisal", () => {
  const outsiders = [police.officer, committee.leader, scienceAndTechnology.leader, cityOffice.officer];
  const viewBy = async (city: City, id: string, person: Person) =>
    (await apiOf(city).view(await city.load(id), person)) as { appraised: number | null };

  it('is what its leader, its clerk, the office and the authority name, and nothing else', async () => {
    const city = aCity();
    const { id } = await atFinance(city);
    await city.send(finance.officer, id, { type: 'CONCLUDE' });
    const steps: [Person, string, object][] = [
      [finance.leader, 'SIGN', {}],
      [finance.clerk, 'ISSUE', { date: '2025-09-25' }],
      [cityOffice.officer, 'PASS', {}],
      [committee.leader, 'APPROVE', {}],
    ];
    for (const [person, type, fields] of steps) {
      const found = await city.load(id);
      const { appraisal } = contextOf(found);
      expect(ask(found).covered).toBe(appraisal?.hash);
      await expect(
        city.send(person, id, { type, ...fields, hash: found.content ?? '' }),
      ).rejects.toMatchObject(refusal('EVENT_REFUSED', { reasons: ['contentChanged'] }));
      expect(apiOf(city).readsCovered(found, person)).toBe(true);
      await city.send(person, id, { type, ...fields, hash: appraisal?.hash });
    }
  });

  it('is private until this one is issued, in every pass, after every way back', async () => {
    const city = aCity();
    const { id, estimate } = await atFinance(city);
    const seen = async () => {
      const told = await Promise.all(outsiders.map(async (one) => (await viewBy(city, id, one)).appraised));
      return new Set(told);
    };
    const date = '2025-09-25';
    await city.send(finance.officer, id, { type: 'CONCLUDE' });
    expect(await seen()).toEqual(new Set([null]));
    await city.send(finance.leader, id, { type: 'SIGN' });
    await city.send(finance.clerk, id, { type: 'ISSUE', date });
    const { appraised } = contextOf(await city.load(id)).appraisal!;
    expect(await seen()).toEqual(new Set([appraised]));

    await city.send(cityOffice.officer, id, { type: 'SEND_BACK', reason });
    expect(await seen()).toEqual(new Set([null]));
    await city.send(finance.leader, id, { type: 'SEND_BACK', reason });
    await appraise(city, id, { [estimate]: 1_000_000 });
    await city.send(finance.officer, id, { type: 'CONCLUDE' });
    expect(await seen()).toEqual(new Set([null]));
    expect((await viewBy(city, id, finance.leader)).appraised).toBe(1_000_000);
    expect((await viewBy(city, id, finance.clerk)).appraised).toBeNull();
    await city.send(finance.leader, id, { type: 'SIGN' });
    expect((await viewBy(city, id, finance.clerk)).appraised).toBe(1_000_000);
    await city.send(finance.clerk, id, { type: 'SEND_BACK', reason });
    expect(await seen()).toEqual(new Set([null]));
    await city.send(finance.officer, id, { type: 'CONCLUDE' });
    await city.send(finance.leader, id, { type: 'SIGN' });
    await city.send(finance.clerk, id, { type: 'ISSUE', date });
    expect(await seen()).toEqual(new Set([1_000_000]));
  });

  it('is not signed by whoever concluded it, nor by whoever gave an amount, also for another', async () => {
    const city = aCity();
    const { id } = await atFinance(city);
    const both = aPerson({
      id: 'stc.truongphong',
      agency: 'STC',
      roles: ['unitHead'],
      delegations: [
        aDelegation(finance.officer, 'officer', { capacity: 'TL' }),
        aDelegation(finance.leader, 'leader', { capacity: 'TUQ' }),
      ],
    });
    await city.send(both, id, { type: 'CONCLUDE' });
    for (const person of [both, { ...finance.leader, id: finance.officer.id }]) {
      await expect(city.send(person, id, { type: 'SIGN' })).rejects.toMatchObject(
        refusal('EVENT_REFUSED', { reasons: ['actorDidNotAppraise'] }),
      );
    }
    await city.send(finance.leader, id, { type: 'SIGN' });
    await city.send(finance.clerk, id, { type: 'ISSUE', date: '2025-09-25' });
    await city.send(cityOffice.officer, id, { type: 'PASS' });
    await expect(
      city.send({ ...committee.leader, id: both.id }, id, { type: 'APPROVE' }),
    ).rejects.toMatchObject(refusal('EVENT_REFUSED', { reasons: ['actorDidNotAppraise'] }));
  });
});

describe('who has prepared an estimate', () => {
  it('does not judge it for another agency', async () => {
    const city = aCity();
    const id = await reviewed(city);
    const moved = { ...scienceAndTechnology.unitHead, id: home.officer.id };
    await expect(city.send(moved, id, { type: 'CONCLUDE_LINES' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['actorDidNotPrepare'] }),
    );
    await conclude(city, id);
    await opinion(city, id);
    const accept = city.send(moved, id, { type: 'ACCEPT' });
    await expect(accept).rejects.toMatchObject(refusal('EVENT_REFUSED', { reasons: ['actorDidNotPrepare'] }));
  });
});

describe('what a case is prepared to say anew', () => {
  it('is its owner’s until it is issued, also when something was issued before', async () => {
    const city = aCity();
    const { id } = await atFinance(city);
    const api = apiOf(city);
    await city.send(finance.unitHead, id, { type: 'RETURN', reason, estimates: [] });
    await city.send(scienceAndTechnology.officer, id, { type: 'FREEZE' });
    const found = await city.load(id);
    expect(await api.view(found, police.officer)).toMatchObject({ rows: null, sums: null });
    expect(await api.view(found, scienceAndTechnology.officer)).toMatchObject({ rows: { count: 1 } });
    await expect(api.insight(found, null, police.officer)).rejects.toMatchObject(refusal('NOT_PERMITTED'));

    const money = allocationApi(city.checks);
    const other = aCity();
    const { id: allocation } = await spread(other);
    await issue(other, allocation);
    await other.send(cityOffice.officer, allocation, { type: 'SEND_BACK', reason });
    const { rev } = (await other.drafts.load({ tenant: 'canTho', id: allocation }, 'content'))!;
    await other.send(finance.officer, allocation, { type: 'SEND_UP', rev });
    const again = await other.load(allocation);
    expect(await money.view(again, committee.leader)).toMatchObject({ total: null });
    expect(await money.view(again, finance.officer)).not.toMatchObject({ total: null });
  });
});

describe("the Police's opinion", () => {
  const line = (id: string, fields: object = {}) => ({
    id,
    category: 'PHAN_MEM',
    name: `Hạng mục ${id}`,
    specification: 'Kết nối qua LGSP',
    spendForm: 'NANG_CAP',
    systemRef: 'LGSP',
    securityLevel: 3,
    unitPrice: 1,
    quantity: 1,
    ...fields,
  });
  const content = (fields: object = {}) =>
    ({
      technicalSolution: 'Triển khai tại trung tâm dữ liệu của thành phố, kết nối qua LGSP',
      scale: 'Toàn thành phố',
      location: 'Thành phố Cần Thơ',
      lines: [line('l1'), line('l2')],
      ...fields,
    }) as unknown as EstimateContent;
  const same = securityHashOf(content());

  it.each([
    ['the order of the lines', { lines: [line('l2', { id: 'l1' }), line('l1', { id: 'l2' })] }],
    ['their money', { lines: [line('l1', { unitPrice: 7 }), line('l2', { quantity: 2 })] }],
    ['a line without a system', { lines: [line('l1'), line('l2'), line('l3', { systemRef: null })] }],
    ['why it is needed', { necessity: 'Lý do khác' }],
  ])('does not cover %s', (_, fields) => {
    expect(securityHashOf(content(fields))).toBe(same);
  });

  it.each([
    [
      'the technical solution',
      { technicalSolution: 'Chuyển dữ liệu lên đám mây ở nước ngoài, không qua LGSP' },
    ],
    ['the scale', { scale: 'Toàn quốc' }],
    ['where it runs', { location: 'Nước ngoài' }],
    ['what a line says', { lines: [line('l1'), line('l2', { specification: 'Không qua LGSP' })] }],
    ['the system of a line', { lines: [line('l1'), line('l2', { systemRef: 'VNEID' })] }],
    ['the level of a line', { lines: [line('l1'), line('l2', { securityLevel: 2 })] }],
    ['one line more', { lines: [line('l1'), line('l2'), line('l3')] }],
  ])('covers %s', (_, fields) => {
    expect(securityHashOf(content(fields))).not.toBe(same);
  });

  it('is asked for again when the solution was written anew', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, code);
    await issue(city, id);
    await register(city, id);
    await conclude(city, id);
    const given = await opinion(city, id);
    expect(given.context['opinion']).not.toBeNull();
    await city.send(scienceAndTechnology.unitHead, id, { type: 'RETURN', reason, lines: [] });
    await city.send(home.officer, id, { type: 'REVISE' });
    await city.edit(home.officer, id, 'setHeader', {
      technicalSolution: 'Chuyển toàn bộ dữ liệu lên đám mây riêng ở nước ngoài, không qua LGSP',
    });
    await issue(city, id);
    await register(city, id);
    await conclude(city, id);
    await expect(city.send(scienceAndTechnology.officer, id, { type: 'ACCEPT' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: expect.arrayContaining(['opinionCoversLines']) }),
    );
  });
});
