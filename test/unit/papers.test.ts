import { describe, expect, it } from '@jest/globals';
import { documentView } from '../../src/documents/documentSources.js';
import { issueOf } from '../../src/papers/issueOf.js';
import { paperSources } from '../../src/papers/sources.js';
import { aCity, type City } from '../builders/city.js';
import {
  approved,
  cityOffice,
  committee,
  conclude,
  draftedEstimate,
  eligibleEstimate,
  finance,
  gatheringOf,
  issue,
  register,
  reviewersOf,
  toAppraising,
} from '../builders/roads.js';
import type { ConsolidationReportSource } from '../../src/documents/views/consolidationReport.js';
import type { AllocationProposalSource } from '../../src/documents/views/allocationProposal.js';
import type { Case } from '../../src/engine/ports.js';
import type { Agency } from '../../src/engine/shared.js';
import type { Intent } from '../../workflows/vocabulary.js';

const readerOf = ({ contents, directory, given }: City) => {
  const sources = paperSources({
    contents,
    directory,
    cases: given.cases,
    cityOf: () => Promise.resolve({ name: 'thành phố Cần Thơ', place: 'Cần Thơ' }),
  });
  return (found: Case, params: object) =>
    sources(found, params as Extract<Intent, { type: 'render' }>['params']);
};

/** The sources of the papers that a case's steps owed, in order. */
const sourcesOf = async (city: City, id: string) => {
  const { kept } = city;
  const sources = readerOf(city);
  const owed = kept.flatMap(({ case: of, intent }) =>
    of === id && intent.type === 'render' ? [intent] : [],
  );
  return Promise.all(
    owed.map(async ({ params }: Extract<Intent, { type: 'render' }>) => sources(await city.load(id), params)),
  );
};

describe('a paper', () => {
  it.each([
    ['SKHCN', 'DT-2025-001', 'Văn phòng UBND thành phố', 'Sở Tài chính'],
    ['STC', 'DT-2025-002', 'Sở Khoa học và Công nghệ', 'Văn phòng UBND thành phố'],
  ])('of %s is addressed to its substitute where it would be its own reader', async (ref, code, to, copy) => {
    const city = aCity();
    const { id, owner } = await draftedEstimate(city, code);
    expect(owner).toBe(ref);
    await issue(city, id);
    const [paper] = await sourcesOf(city, id);
    expect(paper!.issue.addressees).toEqual([to]);
    expect(paper!.issue.recipients).toEqual([copy]);
  });

  it('that returns an estimate says of each line what the review says of it', async () => {
    const city = aCity();
    const { id } = await draftedEstimate(city, 'DT-2025-006');
    await issue(city, id);
    await register(city, id);
    await conclude(city, id, { l1: { verdict: 'return', reason: 'Bổ sung 03 báo giá' } });
    const { unitHead } = await reviewersOf(city, id);
    await city.send(unitHead, id, {
      type: 'RETURN',
      reason: 'Hồ sơ còn nội dung cần hoàn thiện',
      lines: ['l1'],
    });
    const letter = (await sourcesOf(city, id)).at(-1) as unknown as { points: { reason: string }[] };
    expect(letter.points.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('Bổ sung 03 báo giá'),
    ]);
  });

  const agency: Agency = {
    ...{ tenant: 'canTho', ref: 'SYT', name: 'Sở Y tế', issuer: 'Sở Y tế', kind: 'SO_BAN_NGANH' },
    ...{ order: 1, hasUnits: true, submits: true },
    units: [{ symbol: 'NVY', name: 'Phòng Nghiệp vụ Y' }],
  };
  const number = {
    agency: 'SYT',
    type: 'CV',
    year: 2025,
    number: 4,
    symbol: 'SYT',
    day: '2025-10-01',
  } as const;
  const issued = (signature: object) =>
    issueOf({
      agency,
      city: { name: 'thành phố Cần Thơ', place: 'Cần Thơ' },
      number,
      signature: { id: 'a', name: 'Nguyễn Văn A', day: '2025-10-01', role: 'unitHead', ...signature },
      addressees: ['Sở Tài chính'],
      recipients: ['Sở Y tế', 'Sở Tài chính', 'Sở Tài chính'],
    });

  it('signed by order carries the title of the head of the unit, and the unit that drafted it', () => {
    const { signer, symbol, filingUnit, recipients } = issued({ title: 'Trưởng phòng Nghiệp vụ Y' });
    const own = { name: 'Nguyễn Văn A', personal: true };
    expect(signer).toEqual({ ...own, capacity: 'TL', title: 'TRƯỞNG PHÒNG NGHIỆP VỤ Y' });
    expect({ symbol, filingUnit, recipients }).toEqual({
      ...{ symbol: 'SYT-NVY', filingUnit: 'NVY' },
      recipients: ['Sở Tài chính'],
    });
    const actingFor = { name: 'Trần Thị B', capacity: 'TUQ' };
    expect(issued({ title: 'Chánh Văn phòng', actingFor }).signer).toEqual({
      ...{ ...own, capacity: 'TUQ', title: 'CHÁNH VĂN PHÒNG' },
    });
  });
});

describe('the proposal of an allocation', () => {
  /** Two estimates that one decision approved, and the first of two allocations of them. */
  const oneOfTwo = async () => {
    const city = aCity();
    const estimates = [
      await eligibleEstimate(city, 'DT-2025-006'),
      await eligibleEstimate(city, 'DT-2025-002'),
    ];
    await approved(city, estimates);
    const [one, other] = await Promise.all(estimates.map(({ id }) => city.load(id)));
    const row = (estimate: Case, amount: number) => ({
      ...{ estimate: estimate.id, source: 'NSTP_CTX', year: 2026 },
      amount,
    });
    const proposed = async (lines: readonly object[], input: object = {}) => {
      const { id } = await city.start(finance.officer, 'allocation', input);
      await city.edit(finance.officer, id, 'replace', { lines });
      return issue(city, id);
    };
    const decided = async (id: string) => {
      await city.send(cityOffice.officer, id, { type: 'PASS' });
      return city.send(committee.leader, id, { type: 'APPROVE' });
    };
    const approvedOf = ({ context }: Case) => Number(context['approved']);
    const whole = approvedOf(one!) + approvedOf(other!);
    return { city, one: one!, other: other!, row, proposed, decided, whole };
  };
  const saidOf = async (city: City, id: string) => {
    const [source] = (await sourcesOf(city, id)) as unknown as AllocationProposalSource[];
    const taken = source!.envelopes.reduce((sum, envelope) => sum + envelope.taken, 0);
    const approvals = source!.approvals.map(({ estimates, approved: of, givenBefore }) => [
      ...[estimates, of, givenBefore],
    ]);
    return { approvals, taken };
  };

  it('says of the decision what it approved, and what other allocations in force give of it', async () => {
    const { city, one, other, row, proposed, decided, whole } = await oneOfTwo();
    const first = await proposed([row(one, 8_000_000)]);
    expect(await saidOf(city, first.id)).toEqual({ approvals: [[2, whole, 0]], taken: 0 });

    await decided(first.id);
    const second = await proposed([row(other, 5_000_000)]);
    expect(await saidOf(city, second.id)).toEqual({ approvals: [[2, whole, 8_000_000]], taken: 8_000_000 });
    await decided(second.id);

    const adjusted = await proposed([row(one, 7_000_000)], { adjusts: first.id });
    expect(await saidOf(city, adjusted.id)).toEqual({ approvals: [[2, whole, 5_000_000]], taken: 5_000_000 });
    await decided(adjusted.id);

    const third = await proposed([row(one, 1_000_000)]);
    expect(await saidOf(city, third.id)).toEqual({ approvals: [[2, whole, 12_000_000]], taken: 12_000_000 });
    // What was frozen stays said, whatever came after.
    expect(await saidOf(city, first.id)).toEqual({ approvals: [[2, whole, 0]], taken: 0 });
  });
});

describe('the consolidated report', () => {
  it('says of all agencies who sent late, also of those that do not stand in the table', async () => {
    const city = aCity();
    const { id } = await eligibleEstimate(city, 'DT-2025-006');
    city.clock.to('2025-10-02');
    const elsewhere = await draftedEstimate(city, 'DT-2025-003');
    await issue(city, elsewhere.id);
    const table = await gatheringOf(city, [id]);
    await toAppraising(city, table.id);
    const [report] = (await sourcesOf(city, table.id)) as unknown as ConsolidationReportSource[];
    const { name } = (await city.directory.agency('canTho', elsewhere.owner))!;
    expect(report).toMatchObject({ sent: { onTime: 1 }, late: [{ agency: name }] });
  });

  it('names the agency that settled an overlap, where that is not who reports', async () => {
    const city = aCity();
    const first = await eligibleEstimate(city, 'DT-2025-001');
    const second = await eligibleEstimate(city, 'DT-2025-010');
    const table = await gatheringOf(city, [first.id, second.id]);
    for (const { id } of await city.tables.groupsOf(table, await city.tables.membersOf(table))) {
      await city.send(finance.officer, table.id, {
        ...{ type: 'SETTLE_OVERLAP', group: id, decision: 'complementary' },
        reason: 'Hai phạm vi khác nhau, bổ sung cho nhau.',
      });
    }
    await toAppraising(city, table.id);
    const [report] = (await sourcesOf(city, table.id)) as unknown as ConsolidationReportSource[];
    const { overlaps } = documentView('consolidationReport', report!);
    expect(new Set(overlaps.map(({ by }) => by))).toEqual(new Set(['Sở Tài chính']));
  });
});
