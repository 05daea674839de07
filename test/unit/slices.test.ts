import { describe, expect, it } from '@jest/globals';
import { paperSources } from '../../src/papers/sources.js';
import type { Decision } from '../../src/consolidations/deciding.js';
import type { ConsolidationContent } from '../../src/consolidations/table.js';
import { addCalendarDays } from '../../workflows/calendar.js';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { aCity, type City } from '../builders/city.js';
import {
  appraise,
  cityOffice,
  committee,
  council,
  eligibleEstimate,
  finance,
  gatheringOf,
  issue,
  peopleOf,
  scienceAndTechnology,
  toAppraising,
  toDecision,
} from '../builders/roads.js';

const estimateOf = async (city: City, id: string) =>
  (await city.load(id)).context as unknown as EstimateContext;
const tableOf = async (city: City, id: string) =>
  (await city.load(id)).context as unknown as ConsolidationContext;
const stateOf = async (city: City, id: string) => (await city.load(id)).state;
const refusal = (code: string, members: object = {}) => ({ code, members: expect.objectContaining(members) });
const { officer } = scienceAndTechnology;
const reason = 'Lý do đủ dài cho quyết định này';

/** Two estimates of city money and one of a commune's own, appraised by Finance or waiting for it. */
const threeAtFinance = async () => {
  const city = aCity();
  const [one, two, own] = [
    (await eligibleEstimate(city, 'DT-2025-006')).id,
    (await eligibleEstimate(city, 'DT-2025-009')).id,
    (await eligibleEstimate(city, 'DT-2025-011')).id,
  ] as const;
  const table = (await gatheringOf(city, [one, two, own])).id;
  await toAppraising(city, table);
  return { city, one, two, own, table };
};

const threeBeforeTheAuthority = async () => {
  const given = await threeAtFinance();
  await appraise(given.city, given.table, { [given.one]: 3_000_000_000, [given.two]: 160_050_000 });
  await toDecision(given.city, given.table);
  return given;
};

describe('the consolidation of estimates', () => {
  it('freezes rows that add up to the đồng, city money and own money apart', async () => {
    const { city, table, one, own } = await threeAtFinance();
    expect(await tableOf(city, table)).toMatchObject({
      members: 3,
      pending: 0,
      rows: { count: 3, city: 2, own: 1 },
      sums: { requested: 3_389_075_000, reviewed: 3_389_075_000 },
    });
    expect([await stateOf(city, one), await stateOf(city, own)]).toEqual(['appraising', 'consolidated']);
  });

  it('takes as many estimates as a consolidation may have, and says how many there would be', async () => {
    const city = aCity();
    const { id } = await eligibleEstimate(city, 'DT-2025-006');
    const { id: table } = await city.start(officer, 'consolidation');
    const found = await city.load(table);
    const full = { ...found, id: 'e'.repeat(20), context: { ...found.context, members: 4_999, pending: 1 } };
    await city.cases.create(full);
    await expect(city.send(officer, full.id, { type: 'ADD', ids: [id] })).rejects.toMatchObject(
      refusal('LIMIT_EXCEEDED', { found: 5_001, limit: 5_000 }),
    );
  });

  it('sends back the named rows and holds back the others, whose amounts are kept', async () => {
    const { city, one, two, own, table } = await threeAtFinance();
    await appraise(city, table, { [one]: 3_000_000_000, [two]: 160_050_000 });
    await city.send(finance.unitHead, table, { type: 'RETURN', reason, estimates: [two] });
    expect(await stateOf(city, table)).toBe('gathering');
    expect(await tableOf(city, table)).toMatchObject({ members: 2, pending: 0, pass: 1, refused: [] });
    expect(await stateOf(city, one)).toBe('consolidated');
    expect(await stateOf(city, own)).toBe('consolidated');
    expect(await stateOf(city, two)).toMatchObject({ reviewing: { lines: 'open' } });

    await toAppraising(city, table);
    const facts = await city.slices.consolidation.facts({
      found: await city.load(table),
      day: '2025-10-10',
      events: ['CONCLUDE'],
    });
    expect(facts).toMatchObject({ appraisalDraft: { missing: 0 } });
  });

  it('is not concluded before every row of city money has its amount', async () => {
    const { city, one, table } = await threeAtFinance();
    await appraise(city, table, { [one]: 3_000_000_000 });
    await expect(city.send(finance.officer, table, { type: 'CONCLUDE' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['amountsComplete'] }),
    );
  });

  it('takes no amount above the reviewed one, none for own money, and none of a stranger', async () => {
    const { city, one, own, table } = await threeAtFinance();
    const set = (person: typeof officer, estimateId: string, amount: number) =>
      city.edit(person, table, 'setAppraisal', { estimateId, amount, comment: 'Không đổi', criteria: [] });
    await expect(set(finance.officer, one, 3_077_225_001)).rejects.toMatchObject(refusal('BAD_INPUT'));
    await expect(set(finance.officer, own, 1)).rejects.toMatchObject(refusal('NOT_FOUND'));
    await expect(set(cityOffice.officer, one, 1)).rejects.toMatchObject(
      refusal('NOT_PERMITTED', { agency: 'STC' }),
    );
    await expect(set(officer, one, 1)).rejects.toMatchObject(refusal('NOT_PERMITTED'));
  });

  it('lets the substitute appraise the row of Finance itself', async () => {
    const city = aCity();
    const { id } = await eligibleEstimate(city, 'DT-2025-002');
    const { id: table } = await gatheringOf(city, [id]);
    await toAppraising(city, table);
    await expect(
      city.edit(finance.officer, table, 'setAppraisal', {
        estimateId: id,
        amount: 1,
        comment: 'Giảm',
        criteria: [],
      }),
    ).rejects.toMatchObject(refusal('NOT_PERMITTED', { agency: 'VP' }));
    await appraise(city, table, { [id]: 2_488_800_000 });
    expect((await city.send(finance.officer, table, { type: 'CONCLUDE' })).state).toBe('financeLeader');
  });

  it('has each overlap settled once, by somebody who owns no side of it', async () => {
    const city = aCity();
    const first = (await eligibleEstimate(city, 'DT-2025-001')).id;
    const second = (await eligibleEstimate(city, 'DT-2025-010')).id;
    const { id: table } = await gatheringOf(city, [first, second]);
    await expect(city.send(officer, table, { type: 'FREEZE' })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['overlapsSettled'] }),
    );
    const { rows } = { rows: await city.tables.membersOf(await city.load(table)) };
    const groups = await city.tables.groupsOf(await city.load(table), rows);
    const settle = (person: typeof officer, group: string) =>
      city.send(person, table, { type: 'SETTLE_OVERLAP', group, decision: 'complementary', reason });
    expect(groups.length).toBeGreaterThan(0);
    for (const { id } of groups) {
      // Science & Technology and the city office own a side each, so Finance settles.
      for (const person of [officer, cityOffice.officer]) {
        await expect(settle(person, id)).rejects.toMatchObject(
          refusal('EVENT_REFUSED', { reasons: ['agencySettles'] }),
        );
      }
      await settle(finance.officer, id);
    }
    expect((await city.send(officer, table, { type: 'FREEZE' })).state).toBe('frozen');
  });
});

describe('an overlap that is settled', () => {
  /** Two estimates that overlap, gathered; the group by its key, and who may settle it. */
  const overlapping = async () => {
    const city = aCity();
    const one = (await eligibleEstimate(city, 'DT-2025-001')).id;
    const two = (await eligibleEstimate(city, 'DT-2025-010')).id;
    const { id: table } = await gatheringOf(city, [one, two]);
    const groups = (await city.tables.standingOf(await city.load(table))).groups;
    const settleAll = async (fields: (group: (typeof groups)[number]) => object) => {
      for (const group of groups) {
        const event = { type: 'SETTLE_OVERLAP', group: group.id, reason, ...fields(group) };
        await city.send(finance.officer, table, event);
      }
    };
    return { city, one, two, table, groups, settleAll };
  };
  const leadOf = ({ sides }: { sides: readonly { agency: { id: string } }[] }) => sides[0]!.agency.id;

  it('by a merger leaves the lines of the others out: in table, sums, what Finance may give, and the paper', async () => {
    const { city, table, groups, settleAll } = await overlapping();
    const before = (await city.tables.standingOf(await city.load(table))).rows;
    await settleAll((group) => ({ decision: 'merge', lead: leadOf(group) }));
    const { rows } = await city.tables.standingOf(await city.load(table));
    const gone = new Map<string, number>();
    for (const group of groups)
      for (const side of group.sides)
        if (side.agency.id !== leadOf(group)) gone.set(`${side.case}/${side.lineId}`, side.amount);
    expect(gone.size).toBeGreaterThan(0);

    const frozen = await city.send(officer, table, { type: 'FREEZE' });
    const content = await city.contents.get<ConsolidationContent>(city.tenant, frozen.content!);
    expect(content.rows).toEqual(rows);
    for (const [at, row] of content.rows.entries()) {
      const lines = [...gone].filter(([key]) => key.startsWith(row.case)).map(([, amount]) => amount);
      const was = before[at]!;
      expect(row.takenOut.map(({ amount }) => amount).sort()).toEqual(lines.sort());
      expect(row.requested).toEqual(was.requested);
      // The lines, and the contingency that rested on them.
      const taken = was.reviewed.grandTotal - row.reviewed.grandTotal;
      const withoutContingency = lines.reduce((sum, amount) => sum + amount, 0);
      expect(taken).toBeGreaterThanOrEqual(withoutContingency);
      expect(row.summary === was.summary).toBe(lines.length === 0);
      if (lines.length > 0) expect(row.adjustmentReason).toContain(reason);
    }
    const reviewed = content.rows.reduce((sum, row) => sum + row.reviewed.grandTotal, 0);
    expect((await tableOf(city, table)).sums?.reviewed).toBe(reviewed);
    expect(content.table.total['reviewed/cong']).toBe(reviewed);

    await issue(city, table);
    await city.send(finance.clerk, table, { type: 'RECEIVE' });
    const cut = content.rows.find((row) => row.takenOut.length > 0 && row.appraiser === 'STC')!;
    const give = (amount: number) =>
      city.edit(finance.officer, table, 'setAppraisal', {
        estimateId: cut.case,
        amount,
        comment: 'Theo phần còn lại sau khi gộp',
        criteria: [],
      });
    await expect(give(cut.reviewed.grandTotal + 1)).rejects.toMatchObject(refusal('BAD_INPUT'));
    await give(cut.reviewed.grandTotal);
  });

  it('reaches every agency with a side, with the lead, its lines and the reason', async () => {
    const { city, one, two, groups, settleAll } = await overlapping();
    await settleAll((group) => ({ decision: 'merge', lead: leadOf(group) }));
    const told = city.kept.filter(
      ({ intent }) => intent.type === 'notify' && intent.params.notice === 'overlapSettledLed',
    );
    expect(new Set(told.map((kept) => kept.case))).toEqual(new Set([one, two]));
    const [group] = groups;
    const notice = told.find((kept) => kept.case === group!.sides.at(-1)!.case)!.intent;
    expect(notice).toMatchObject({
      params: {
        to: 'owner',
        reason,
        about: {
          decision: 'merge',
          name: group!.name,
          lead: group!.sides[0]!.agency.name,
          lines: expect.stringContaining(group!.sides.at(-1)!.lineName),
        },
      },
    });
  });

  it('stands in the report with who leads and what left the table', async () => {
    const { city, table, groups, settleAll } = await overlapping();
    await settleAll((group) => ({ decision: 'merge', lead: leadOf(group) }));
    await city.send(officer, table, { type: 'FREEZE' });
    const found = await issue(city, table);
    const render = city.kept
      .map(({ intent }) => intent)
      .find((intent) => intent.type === 'render' && intent.params.document === 'consolidationReport');
    const sources = paperSources({
      contents: city.contents,
      directory: city.directory,
      cases: city.cases.queries,
      cityOf: () => Promise.resolve({ name: 'thành phố Cần Thơ', place: 'Cần Thơ' }),
    });
    const report = (await sources(found, render!.params as never)) as unknown as {
      overlaps: { name: string; decision: string }[];
    };
    const [group] = groups;
    expect(report.overlaps[0]!.name).toBe(group!.name);
    const gone = group!.sides.find(({ agency }) => agency.id !== leadOf(group!))!;
    expect(report.overlaps[0]!.decision).toContain(group!.sides[0]!.agency.name);
    expect(report.overlaps[0]!.decision).toContain(`${gone.code}, ${gone.lineName}`);
  });

  it('that leaves nothing of an estimate ends with its refusal; a commune’s own money is told and stays', async () => {
    const city = aCity();
    const whole = (await eligibleEstimate(city, 'DT-2025-008')).id;
    const own = (await eligibleEstimate(city, 'DT-2025-012')).id;
    const other = (await eligibleEstimate(city, 'DT-2025-009')).id;
    const { id: table } = await gatheringOf(city, [whole, own, other]);
    const before = (await city.tables.standingOf(await city.load(table))).rows;
    const event = { type: 'SETTLE_OVERLAP', group: 'scopeKey:HO_TICH', decision: 'exclude', reason };
    await city.send(officer, table, event);
    await toAppraising(city, table);
    const { rows } = await city.tables.of(await city.load(table));
    const left = (id: string, of = rows) => of.find((row) => row.case === id)!.reviewed.grandTotal;
    expect([left(whole), left(own)]).toEqual([0, left(own, before)]);

    await appraise(city, table, { [whole]: 0, [other]: left(other) });
    await toDecision(city, table);
    await city.send(committee.leader, table, { type: 'APPROVE' });
    expect([await stateOf(city, whole), await stateOf(city, other), await stateOf(city, table)]).toEqual([
      'declined',
      'approved',
      'closed',
    ]);
    const notices = city.kept.flatMap(({ case: of, intent }) =>
      intent.type === 'notify' ? [{ of, ...intent.params }] : [],
    );
    expect(notices).toContainEqual(
      expect.objectContaining({ of: whole, notice: 'estimateDeclined', reason }),
    );
    expect(notices).toContainEqual(
      expect.objectContaining({
        of: own,
        notice: 'overlapSettled',
        about: expect.objectContaining({ decision: 'exclude', name: 'HO_TICH', lines: '–' }),
      }),
    );
  });

  it('by leaving it out takes the lines of all, and comes back when it is settled anew or a side leaves', async () => {
    const { city, one, table, settleAll } = await overlapping();
    const reviewed = async () =>
      (await city.tables.standingOf(await city.load(table))).rows.map((row) => row.reviewed.grandTotal);
    const before = await reviewed();
    await settleAll(() => ({ decision: 'exclude' }));
    const after = await reviewed();
    expect(after.every((amount, at) => amount < before[at]!)).toBe(true);
    await settleAll(() => ({ decision: 'keepSeparate' }));
    expect(await reviewed()).toEqual(before);
    await settleAll(() => ({ decision: 'exclude' }));
    await city.send(officer, table, { type: 'REMOVE', ids: [one] });
    const { rows } = await city.tables.standingOf(await city.load(table));
    expect(before).toContain(rows[0]!.reviewed.grandTotal);
  });

  it('is led by one of its sides', async () => {
    const { city, table, groups } = await overlapping();
    const event = { type: 'SETTLE_OVERLAP', group: groups[0]!.id, decision: 'merge', lead: 'XYZ', reason };
    await expect(city.send(finance.officer, table, event)).rejects.toMatchObject(
      refusal('BAD_INPUT', { faults: [expect.objectContaining({ code: 'lead.noSide' })] }),
    );
  });
});

describe('a decision', () => {
  it('approves what was appraised, notes what is own money, and closes when all have answered', async () => {
    const { city, one, two, own, table } = await threeBeforeTheAuthority();
    await city.send(committee.leader, table, { type: 'APPROVE' });
    expect(await stateOf(city, table)).toBe('closed');
    expect((await estimateOf(city, one)).approved).toBe(3_000_000_000);
    expect((await estimateOf(city, two)).approved).toBe(160_050_000);
    expect(await stateOf(city, own)).toEqual({ noted: 'awaitingOwn' });
    const decided = await city.send(peopleOf('31135').leader, own, {
      type: 'OWN_DECISION',
      verdict: 'approve',
      amount: 151_800_000,
      number: '12/QĐ-UBND',
      signer: 'Chủ tịch UBND xã',
      date: '2025-09-25',
    });
    expect(decided).toMatchObject({ state: { noted: 'done' }, status: 'done' });
  });

  it('adjusts single rows, declines those it gives nothing, and never goes above what was appraised', async () => {
    const { city, one, two, table } = await threeBeforeTheAuthority();
    const adjust = (amounts: { estimate: string; amount: number }[]) =>
      city.send(committee.leader, table, { type: 'APPROVE_ADJUSTED', reason, amounts });
    await expect(adjust([{ estimate: one, amount: 3_000_000_001 }])).rejects.toMatchObject(
      refusal('RULES_BROKEN'),
    );
    await expect(adjust([{ estimate: table, amount: 1 }])).rejects.toMatchObject(refusal('BAD_INPUT'));
    // What changes nothing is an approval.
    await expect(adjust([{ estimate: one, amount: 3_000_000_000 }])).rejects.toMatchObject(
      refusal('BAD_INPUT', { faults: [expect.objectContaining({ code: 'row.same' })] }),
    );
    await adjust([
      { estimate: one, amount: 2_500_000_000 },
      { estimate: two, amount: 0 },
    ]);
    expect(await estimateOf(city, one)).toMatchObject({ approved: 2_500_000_000 });
    expect(await stateOf(city, two)).toBe('declined');
    expect((await tableOf(city, table)).decision).toMatchObject({
      verdict: 'approveAdjusted',
      approved: 2_500_000_000,
    });
  });

  it('on what the appraisal left nothing of says what the appraisal says', async () => {
    const city = aCity();
    const [none, some] = [
      (await eligibleEstimate(city, 'DT-2025-004')).id,
      (await eligibleEstimate(city, 'DT-2025-005')).id,
    ];
    const { id: table } = await gatheringOf(city, [none, some]);
    await toAppraising(city, table);
    const left = (await city.tables.of(await city.load(table))).rows.find(({ case: of }) => of === some)!;
    await appraise(city, table, { [none]: 0, [some]: left.reviewed.grandTotal });
    await toDecision(city, table);
    await city.send(committee.leader, table, { type: 'APPROVE' });
    expect(await stateOf(city, none)).toBe('declined');
    const comment = 'Đúng định mức và chế độ';
    expect((await estimateOf(city, none)).decision).toMatchObject({ reason: comment });
    const { hash } = (await tableOf(city, table)).decision!;
    const { rows } = await city.contents.get<Decision>(city.tenant, hash);
    expect(rows.find((row) => row.case === none)).toMatchObject({ approved: 0, reason: comment });
  });

  it('declines all rows of city money, and still notes the others', async () => {
    const { city, one, own, table } = await threeBeforeTheAuthority();
    await city.send(committee.leader, table, { type: 'DECLINE', reason });
    expect([await stateOf(city, one), await stateOf(city, own), await stateOf(city, table)]).toEqual([
      'declined',
      { noted: 'awaitingOwn' },
      'closed',
    ]);
  });

  it('is made by the council where it was referred to it', async () => {
    const { city, one, table } = await threeBeforeTheAuthority();
    await city.send(committee.leader, table, { type: 'REFER_TO_COUNCIL', reason });
    const referred = city.clock.now().slice(0, 10);
    const today = addCalendarDays(referred, 10);
    city.clock.to(today);
    const resolution = { number: '25/NQ-HĐND', date: today, signer: 'Chủ tịch HĐND thành phố' };
    const file = city.given.attachments.attach(table);
    const resolve = (changes: object) =>
      city.send(council.clerk, table, {
        type: 'RESOLVE',
        verdict: 'approve',
        reason,
        ...resolution,
        file,
        ...changes,
      });
    // Neither of a day to come, nor older than the referral, which may be younger than the proposal.
    for (const date of ['2020-01-01', addCalendarDays(referred, -1), addCalendarDays(today, 1)])
      await expect(resolve({ date })).rejects.toMatchObject({
        members: {
          faults: [{ path: 'event.date', code: 'date.outside', params: { from: referred, to: today } }],
        },
      });
    await expect(resolve({ file: '0'.repeat(64) })).rejects.toMatchObject({
      members: { faults: [{ path: 'event.file', code: 'file.unknown' }] },
    });
    const rendered = () =>
      city.kept.filter(({ case: of, intent }) => of === table && intent.type === 'render');
    const before = rendered().length;
    await resolve({});
    expect(await stateOf(city, one)).toBe('approved');
    // Whose money it decides on is told of it, and where its file is.
    expect((await estimateOf(city, one)).decision).toEqual({
      ...{ case: table, number: null, reason: null },
      outside: { ...resolution, file },
    });
    // It is entered as what it is: it takes no number of ours, and no paper is made.
    expect((await tableOf(city, table)).decision).toMatchObject({
      number: null,
      outside: { ...resolution, file },
    });
    expect(rendered()).toHaveLength(before);
  });
});

describe('a supplementary consolidation', () => {
  it('may be opened once the first one was sent, with the next ordinal', async () => {
    const { city } = await threeAtFinance();
    const late = (await eligibleEstimate(city, 'DT-2025-004')).id;
    const second = await gatheringOf(city, [late]);
    expect([second.code, await stateOf(city, late)]).toEqual(['TH-2025-02', 'consolidated']);
  });

  const gathering = (city: City) =>
    city.cases.all().filter(({ kind, state }) => kind === 'consolidation' && state === 'gathering');
  const elsewhere = (another: string) => refusal('EVENT_REFUSED', { reasons: ['noOtherGathers'], another });

  it('gathers alone: the first is not returned into its midst, and who asks is told which one it is', async () => {
    const { city, table } = await threeAtFinance();
    const { id: second } = await gatheringOf(city, []);
    const back = { type: 'RETURN', reason, estimates: [] };
    await expect(city.send(finance.unitHead, table, back)).rejects.toMatchObject(elsewhere('TH-2025-02'));
    const options = await city.engine.options({ person: finance.unitHead, found: await city.load(table) });
    expect(options.find(({ event }) => event === 'RETURN')?.reasons).toEqual(['noOtherGathers']);

    await city.send(officer, second, { type: 'ABANDON', reason });
    expect((await city.send(finance.unitHead, table, back)).state).toBe('gathering');
    await expect(city.start(officer, 'consolidation')).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['anotherIsOpen'] }),
    );
  });

  it('is abandoned only while nothing is in it', async () => {
    const { city } = await threeAtFinance();
    const late = (await eligibleEstimate(city, 'DT-2025-004')).id;
    const { id } = await gatheringOf(city, [late]);
    await expect(city.send(officer, id, { type: 'ABANDON', reason })).rejects.toMatchObject(
      refusal('EVENT_REFUSED', { reasons: ['isEmpty'] }),
    );
    await city.send(officer, id, { type: 'REMOVE', ids: [late] });
    expect((await city.send(officer, id, { type: 'ABANDON', reason })).status).toBe('done');
  });

  it('starts, comes back and is reopened at once with others, and one gathers', async () => {
    const { city, table } = await threeAtFinance();
    const late = (await eligibleEstimate(city, 'DT-2025-004')).id;
    const second = (await gatheringOf(city, [late])).id;
    await city.send(officer, second, { type: 'FREEZE' });
    const outcomes = await Promise.allSettled([
      city.send(finance.unitHead, table, { type: 'RETURN', reason, estimates: [] }),
      city.send(scienceAndTechnology.unitHead, second, { type: 'REOPEN', reason }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(gathering(city)).toHaveLength(1);

    // Who lost may go on once the other is frozen again.
    const [open] = gathering(city);
    await city.send(officer, open!.id, { type: 'FREEZE' });
    const [person, id, event] =
      open!.id === second
        ? [finance.unitHead, table, { type: 'RETURN', reason, estimates: [] }]
        : [scienceAndTechnology.unitHead, second, { type: 'REOPEN', reason }];
    expect((await city.send(person, id, event)).state).toBe('gathering');
  });
});
