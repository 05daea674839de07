import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sample, typed } from '../../src/demo/acts.js';
import type { Finding } from '../../workflows/rules/shapes.js';
import { testDatabase } from '../setup/database.js';
import { aTown, refusal, type Town } from './town.js';

const database = testDatabase('Defects');
let town: Town;

beforeAll(async () => {
  town = await aTown(database);
}, 60_000);
afterAll(() => town.close());

const findingsOf = async (agency: string, id: string): Promise<Finding[]> => {
  const { body } = await (
    await town.people.as(agency, 'officer')
  ).get<{ findings: Finding[] }>(`/cases/${id}/insight`);
  return body.findings;
};

interface Content {
  readonly lines: readonly { readonly amount: number }[];
  readonly totals: { readonly grandTotal: number };
}
const contentOf = async (agency: string, id: string): Promise<Content> =>
  (await (await town.people.as(agency, 'officer')).get<{ content: Content }>(`/cases/${id}/content`)).body
    .content;

describe('T1: a typed amount that is not quantity × unit price', () => {
  it('is reported to its author, and the computed one is what is stored', async () => {
    const { header, lines } = typed(sample('DT-2025-004'));
    const { id } = await town.start('SYT', 'estimates', 't1');
    const wrong = lines.map((line, at) => (at === 1 ? { ...line, amount: 1_595_000_000 } : line));
    await town.write('SYT', id, { header, lines: wrong });
    const findings = await findingsOf('SYT', id);
    expect(findings.filter(({ rule }) => rule === 'R01')).toEqual([
      expect.objectContaining({ path: expect.stringContaining('l2') }),
    ]);
    // Whoever typed it must look at it before it goes up: it may be the price that is wrong.
    expect((await refusal(town.sendUp('SYT', id))).problem).toMatchObject({
      code: 'RULES_BROKEN',
      findings: [{ rule: 'R01', params: { found: 1_595_000_000, expected: 1_596_000_000 } }],
    });
    const draft = `/cases/${id}/draft`;
    await town.edit('SYT', 'officer', draft, 'PATCH', `${draft}/lines/l2`, { amount: 1_596_000_000 });
    expect(await findingsOf('SYT', id)).toEqual([]);
    await town.sendUp('SYT', id);
    const { lines: frozen, totals } = await contentOf('SYT', id);
    expect(frozen[1]?.amount).toBe(1_596_000_000);
    expect(totals.grandTotal).toBe(sample('DT-2025-004').expected.grandTotal);
  });
});

describe('T8: an estimate that is issued on 06/10/2025', () => {
  it('is four working days late, and says so to whoever receives it', async () => {
    const { id } = await town.start('SGDĐT', 'estimates', 't8');
    await town.write('SGDĐT', id, typed(sample('DT-2025-005')));
    town.on('2025-10-06');
    await town.sendOut('SGDĐT', id, '2025-10-06');
    const seen = await town.see('SKHCN', 'clerk', id);
    expect(seen.view['late']).toEqual({ workingDays: 4, calendarDays: 6 });
  });
});

describe('T15: one đồng above what went before', () => {
  const requested = sample('DT-2025-008').expected.grandTotal;
  let id = '';
  let table = '';

  it('is refused of a review without a reason', async () => {
    town.on('2025-09-29');
    ({ id } = await town.start('STP', 'estimates', 't15'));
    await town.write('STP', id, typed(sample('DT-2025-008')));
    await town.sendOut('STP', id, '2025-09-29');
    await town.act('SKHCN', 'clerk', id, 'REGISTER');
    const { unitPrice } = sample('DT-2025-008').input.lines[0]!;
    const part = `/cases/${id}/review`;
    const verdict = {
      verdict: 'reduce',
      unitPrice: unitPrice + 1,
      reason: 'Điều chỉnh đơn giá theo thị trường',
    };
    const judge = (given: object) => town.edit('SKHCN', 'officer', part, 'PUT', `${part}/l1`, given);
    await judge(verdict);
    expect(await refusal(town.act('SKHCN', 'officer', id, 'CONCLUDE_LINES'))).toMatchObject({
      status: 409,
      problem: { reasons: [{ code: 'verdictsComplete' }] },
    });
    await judge({ verdict: 'accept' });
    await town.act('SKHCN', 'officer', id, 'CONCLUDE_LINES');
    await town.act('SKHCN', 'officer', id, 'ASK_OPINION');
    await town.act('CATP', 'officer', id, 'GIVE_OPINION', { verdict: 'agree', agreedLevel: 3 });
    await town.act('SKHCN', 'officer', id, 'ACCEPT');
  });

  it('is refused of an appraisal', async () => {
    ({ id: table } = await town.start('SKHCN', 'consolidations', 't15'));
    await town.act('SKHCN', 'officer', table, 'ADD', { ids: [id] });
    await town.settle();
    await town.act('SKHCN', 'officer', table, 'FREEZE');
    await town.act('SKHCN', 'officer', table, 'SEND_UP');
    await town.act('SKHCN', 'unitHead', table, 'ENDORSE');
    await town.act('SKHCN', 'leader', table, 'SIGN');
    await town.act('SKHCN', 'clerk', table, 'ISSUE', { date: '2025-09-29' });
    await town.act('STC', 'clerk', table, 'RECEIVE');
    await town.settle();
    const part = `/cases/${table}/appraisal`;
    const appraise = (amount: number) =>
      town.edit('STC', 'officer', part, 'PUT', `${part}/${id}`, { amount, comment: 'Theo hồ sơ đã rà soát' });
    expect(await refusal(appraise(requested + 1))).toMatchObject({
      status: 400,
      problem: { faults: [{ path: 'amount', params: { limit: requested, rule: 'R23' } }] },
    });
    await appraise(requested - 1_000);
    await town.act('STC', 'officer', table, 'CONCLUDE');
    await town.act('STC', 'leader', table, 'SIGN');
    await town.act('STC', 'clerk', table, 'ISSUE', { date: '2025-09-29' });
    await town.settle();
    await town.act('VP', 'officer', table, 'PASS');
  });

  it('is refused of a decision', async () => {
    const decide = (amount: number) =>
      town.act('UBND', 'leader', table, 'APPROVE_ADJUSTED', {
        reason: 'Theo khả năng cân đối ngân sách',
        amounts: [{ estimate: id, amount }],
      });
    const { status, problem } = await refusal(decide(requested - 999));
    expect({ status, problem }).toMatchObject({ status: 422, problem: { code: 'RULES_BROKEN' } });
    expect(problem['findings']).toEqual([expect.objectContaining({ rule: 'R23', level: 'error' })]);
    await town.act('UBND', 'leader', table, 'APPROVE');
    await town.settle();
  });

  it('is refused of an allocation', async () => {
    const { id: money } = await town.start('STC', 'allocations', 't15');
    const share = (amount: number) => ({
      lines: [{ estimate: id, source: 'NSTP_CTX', year: 2026, amount }],
    });
    await town.write('STC', money, share(requested - 999));
    expect(await findingsOf('STC', money)).toEqual([
      expect.objectContaining({ rule: 'R23', level: 'error' }),
    ]);
    const { status, problem } = await refusal(town.sendUp('STC', money));
    expect({ status, problem }).toMatchObject({ status: 422, problem: { code: 'RULES_BROKEN' } });
    expect(problem['findings']).toEqual([expect.objectContaining({ rule: 'R23' })]);
    await town.write('STC', money, share(requested - 1_000));
    // The money of both years in the later one is within what was approved, and told.
    expect(await findingsOf('STC', money)).toEqual([
      expect.objectContaining({ code: 'ALLOCATED_IN_LATER_YEAR', level: 'warning' }),
    ]);
    expect((await town.sendUp('STC', money)).states).toContain('preparing.unitReview');
  });
});
