import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sum } from '../../../workflows/money.js';
import { chainsOfVerdicts } from '../../../workflows/rules/decisions.js';
import { hasErrors, stepFindings } from '../../../workflows/rules/index.js';
import type { FootedTable, StepFacts } from '../../../workflows/rules/shapes.js';
import {
  blockOf,
  crossFoot,
  equationsFor,
  footed,
  roundedToMillions,
  rowOf,
} from '../../../workflows/rules/tables.js';
import type { DocumentNumber } from '../../../workflows/vocabulary.js';
import {
  contentOf,
  sampleCodes,
  sampleDecision,
  sampleSummary,
  sampleVerdicts,
} from '../../builders/estimates.js';

const codes = (facts: StepFacts) => stepFindings(facts, 'decision').map(({ code }) => code);

describe('R22: deadlines', () => {
  it('T8: 06/10/2025 is 4 working days late, 6 calendar days; told, not refused', () => {
    const deadline = { path: 'deadlines/submission', due: '2025-09-30', actual: '2025-10-06' };
    const findings = stepFindings({ deadline }, 'preparing');
    expect(findings).toEqual([
      {
        rule: 'R22',
        code: 'LATE',
        level: 'info',
        path: 'deadlines/submission',
        params: { due: '2025-09-30', actual: '2025-10-06', workingDays: 4, calendarDays: 6 },
      },
    ]);
    expect(hasErrors(findings)).toBe(false);
  });

  it('on the day itself nothing is late', () => {
    expect(codes({ deadline: { path: 'x', due: '2025-09-30', actual: '2025-09-30' } })).toEqual([]);
  });
});

describe('R23: no amount grows on its way', () => {
  const chain = {
    path: 'estimates/c1',
    subject: 'DT-2025-001',
    requested: 50,
    reviewed: 40,
    appraised: 30,
    approved: 20,
    allocated: 10,
  };

  it('T15: one đồng above is an error at every link', () => {
    expect(codes({ amounts: [chain] })).toEqual([]);
    expect(
      codes({ amounts: [{ ...chain, requested: 40, appraised: 40, approved: 40, allocated: 40 }] }),
    ).toEqual([]);
    expect(codes({ amounts: [{ ...chain, reviewed: 51 }] })).toEqual(['REVIEWED_ABOVE_REQUESTED']);
    expect(codes({ amounts: [{ ...chain, appraised: 41 }] })).toEqual(['APPRAISED_ABOVE_REVIEWED']);
    expect(codes({ amounts: [{ ...chain, approved: 31 }] })).toEqual(['APPROVED_ABOVE_APPRAISED']);
    expect(stepFindings({ amounts: [{ ...chain, allocated: 21 }] }, 'decision')).toEqual([
      {
        rule: 'R23',
        code: 'ALLOCATED_ABOVE_APPROVED',
        level: 'error',
        path: 'estimates/c1/allocated',
        params: { subject: 'DT-2025-001', found: 21, limit: 20, excess: 1 },
      },
    ]);
  });

  it('what others take of the approved amount is named, with what is left', () => {
    const taken = { amount: 12, by: 'PB-2025-001' };
    expect(codes({ amounts: [{ ...chain, approved: 20, allocated: 8, taken }] })).toEqual([]);
    expect(stepFindings({ amounts: [{ ...chain, approved: 20, allocated: 9, taken }] }, 'decision')).toEqual([
      {
        ...{ rule: 'R23', code: 'ALLOCATED_ABOVE_LEFT', level: 'error', path: 'estimates/c1/allocated' },
        params: {
          ...{ subject: 'DT-2025-001', found: 9, limit: 8, excess: 1 },
          ...{ approved: 20, taken: 12, by: 'PB-2025-001' },
        },
      },
    ]);
  });

  it('the review may propose more only with a reason, Finance never', () => {
    const more = { path: 'x', subject: 'x', requested: 10, reviewed: 11 };
    expect(codes({ amounts: [{ ...more, increaseReason: 'Thiếu khối lượng' }] })).toEqual([]);
    expect(codes({ amounts: [{ ...more, increaseReason: ' ' }] })).toEqual(['REVIEWED_ABOVE_REQUESTED']);
    expect(codes({ amounts: [{ ...more, increaseReason: 'x', appraised: 12 }] })).toEqual([
      'APPRAISED_ABOVE_REVIEWED',
    ]);
  });

  it('holds an allocation to the sources and years that were decided', () => {
    const of = (
      source: 'NSTP_CTX' | 'NSTP_DTPT',
      year: number,
      approved: number,
      allocated: number,
      taken = 0,
    ) => ({
      path: `lines/${source}${year}/amount`,
      ...{ source, year, approved, allocated, taken },
    });
    const found = (...shares: ReturnType<typeof of>[]) =>
      stepFindings(
        { amounts: [{ path: 'estimates/c1', subject: 'DT-1', approved: 8, allocated: 0, shares }] },
        'decision',
      ).map(({ code, level, path, params }) => [code, level, path, params.limit, params.excess]);
    const above = 'ALLOCATED_ABOVE_SHARE';
    const later = 'ALLOCATED_IN_LATER_YEAR';
    expect(found(of('NSTP_CTX', 2026, 2, 2), of('NSTP_CTX', 2027, 6, 6))).toEqual([]);
    // Another source, although the total holds; an earlier year; a later one.
    expect(
      found(of('NSTP_CTX', 2026, 2, 0), of('NSTP_CTX', 2027, 6, 0), of('NSTP_DTPT', 2027, 0, 8)),
    ).toEqual([[above, 'error', 'lines/NSTP_DTPT2027/amount', 0, 8]]);
    expect(found(of('NSTP_CTX', 2027, 6, 5), of('NSTP_CTX', 2026, 2, 3))).toEqual([
      [above, 'error', 'lines/NSTP_CTX2026/amount', 2, 1],
    ]);
    expect(found(of('NSTP_CTX', 2026, 2, 0), of('NSTP_CTX', 2027, 6, 8))).toEqual([
      [later, 'warning', 'lines/NSTP_CTX2027/amount', 6, 2],
    ]);
    // Beside what others took: what is left of all years up to there, and of the year itself.
    expect(found(of('NSTP_CTX', 2026, 2, 1, 1), of('NSTP_CTX', 2027, 6, 0, 6))).toEqual([]);
    expect(found(of('NSTP_CTX', 2026, 2, 2, 0), of('NSTP_CTX', 2027, 6, 0, 7))).toEqual([
      [above, 'error', 'lines/NSTP_CTX2026/amount', 1, 1],
    ]);
    // What is above the whole is told once.
    const amounts = [
      { path: 'c', subject: 'c', approved: 1, allocated: 2, shares: [of('NSTP_CTX', 2026, 1, 2)] },
    ];
    expect(codes({ amounts })).toEqual(['ALLOCATED_ABOVE_APPROVED']);
  });

  it('looks at single lines of a review', () => {
    const { lines } = contentOf('DT-2025-001');
    const verdict = (quantity: number) => [{ lineId: 'L2', verdict: 'reduce' as const, quantity }];
    expect(codes({ amounts: chainsOfVerdicts(lines, verdict(5)) })).toEqual([]);
    expect(stepFindings({ amounts: chainsOfVerdicts(lines, verdict(7)) }, 'acceptance')).toMatchObject([
      {
        code: 'REVIEWED_ABOVE_REQUESTED',
        path: 'lines/L2/reviewed',
        params: { subject: '2', excess: 753_500_000 },
      },
    ]);
  });

  it('holds for what the demonstration decides, and for its envelopes', () => {
    const amounts = sampleCodes
      .map(sampleDecision)
      .flatMap(({ path, code, ...decision }) =>
        path === 'cityMoney' ? [{ path: code, subject: code, ...decision }] : [],
      );
    expect(amounts).toHaveLength(10);
    expect(codes({ amounts })).toEqual([]);
    const envelopes = [{ cell: 'NSTP_CTX/2025', allocated: 11, envelope: 10 }];
    expect(stepFindings({ envelopes }, 'decision')).toMatchObject([
      { code: 'ALLOCATED_ABOVE_ENVELOPE', params: { source: 'NSTP_CTX', year: '2025', excess: 1 } },
    ]);
    const taken = { amount: 4, by: 'PB-2025-001' };
    const shared = (allocated: number) => [{ cell: 'NSTP_CTX/2025', allocated, envelope: 10, taken }];
    expect(stepFindings({ envelopes: shared(6) }, 'decision')).toEqual([]);
    expect(stepFindings({ envelopes: shared(7) }, 'decision')).toMatchObject([
      { code: 'ALLOCATED_ABOVE_ENVELOPE_LEFT', params: { limit: 6, excess: 1, envelope: 10, taken: 4 } },
    ]);
  });
});

describe('R24: the consolidation cross-foots', () => {
  const rows = sampleCodes.map((code) => rowOf(sampleSummary(code)));
  const table = footed(rows);
  const equations = equationsFor(rows);
  const broken = (change: Partial<FootedTable>) =>
    crossFoot({ ...table, ...change }, equations).map(({ code }) => code);

  it('over the twelve estimates, to the đồng', () => {
    expect(stepFindings({ table: { ...table, equations } }, 'freeze')).toEqual([]);
    expect(table.total).toMatchObject({
      'requested/cong': 116_815_775_000,
      'requested/duPhong': 8_244_925_000,
      'reviewed/cong': 112_345_725_000,
      difference: 112_345_725_000 - 116_815_775_000,
    });
    expect(table.blocks.map(({ id }) => id)).toEqual(['I', 'III']);
  });

  it('one đồng in a row, a block, the last line, or a block out of place is found', () => {
    const [first] = table.blocks;
    const [row] = rows;
    if (!first || !row) throw new Error('The table has rows');
    const raised = {
      ...row,
      cells: { ...row.cells, 'requested/csdl': (row.cells['requested/csdl'] ?? 0) + 1 },
    };
    expect(broken({ rows: [raised, ...rows.slice(1)] })).toEqual([
      'ROW_DOES_NOT_ADD_UP',
      'BLOCK_DOES_NOT_ADD_UP',
    ]);
    const cells = { ...first.cells, difference: (first.cells.difference ?? 0) - 1 };
    expect(broken({ blocks: [{ ...first, cells }, ...table.blocks.slice(1)] })).toEqual([
      'BLOCK_DOES_NOT_ADD_UP',
      'TABLE_DOES_NOT_ADD_UP',
    ]);
    expect(broken({ total: { ...table.total, 'byYear/2025': 0 } })).toEqual(['TABLE_DOES_NOT_ADD_UP']);
    expect(broken({ blocks: [...table.blocks].reverse() })).toEqual(['BLOCKS_NOT_IN_ORDER']);
    expect(broken({ blocks: table.blocks.slice(0, 1) })).toContain('BLOCKS_NOT_IN_ORDER');
  });

  it('departments are block I, police and others II, communes III', () => {
    expect([blockOf('SO_BAN_NGANH'), blockOf('CONG_AN'), blockOf('KHAC'), blockOf('XA_PHUONG')]).toEqual([
      'I',
      'II',
      'II',
      'III',
    ]);
  });
});

describe('R26: numbers of a register', () => {
  const number = (n: number, change: Partial<DocumentNumber> = {}): DocumentNumber => {
    return {
      agency: 'SYT',
      type: 'TTr',
      year: 2025,
      number: n,
      symbol: `0${n}/TTr-SYT`,
      day: '2025-09-26',
      ...change,
    };
  };

  it('are given once, in their year, from 01 on', () => {
    expect(
      codes({
        numbers: [
          number(2),
          number(1),
          number(1, { agency: 'SNV' }),
          number(1, { year: 2026, day: '2026-01-02' }),
        ],
      }),
    ).toEqual([]);
    expect(codes({ numbers: [number(1), number(1)] })).toEqual(['NUMBER_TAKEN']);
    expect(codes({ numbers: [number(1, { day: '2026-01-02' })] })).toEqual(['NUMBER_OF_OTHER_YEAR']);
    expect(codes({ numbers: [number(2), number(3)] })).toEqual(['NUMBERS_START_LATE']);
  });
});

describe('R27: nobody decides on what they prepared', () => {
  it('preparer, endorser and signer are different persons', () => {
    expect(codes({ persons: { preparers: ['a', 'b'], endorser: 'c', signer: 'd', decider: 'e' } })).toEqual(
      [],
    );
    expect(codes({ persons: { preparers: ['a', 'b'], endorser: 'b' } })).toEqual(['ENDORSER_PREPARED']);
    expect(codes({ persons: { preparers: ['a', 'b'], signer: 'a' } })).toEqual(['SIGNER_PREPARED']);
    expect(codes({ persons: { preparers: ['a'], endorser: 'c', signer: 'c' } })).toEqual(['SIGNER_ENDORSED']);
    expect(codes({ persons: { preparers: ['a'], reviewers: ['x', 'a'] } })).toEqual(['REVIEWER_PREPARED']);
    expect(codes({ persons: { reviewers: ['x'], decider: 'x' } })).toEqual(['DECIDER_TOOK_PART']);
  });

  it('no agency judges its own paper', () => {
    expect(codes({ persons: { owner: 'SKHCN', reviewerAgency: 'VP', appraiserAgency: 'STC' } })).toEqual([]);
    expect(codes({ persons: { owner: 'SKHCN', reviewerAgency: 'SKHCN' } })).toEqual(['REVIEWER_IS_OWNER']);
    expect(codes({ persons: { owner: 'STC', reviewerAgency: 'SKHCN', appraiserAgency: 'STC' } })).toEqual([
      'APPRAISER_IS_OWNER',
    ]);
  });
});

describe('R28: printed in triệu đồng', () => {
  const step = 1_000_000;

  it('puts the rounding difference in the last line', () => {
    expect(roundedToMillions([1_500_000, 1_500_000, 3_000_000])).toEqual({
      printed: [2_000_000, 2_000_000, 2_000_000],
      total: 6_000_000,
    });
    expect(roundedToMillions([400_000, 400_000, 400_000])).toEqual({
      printed: [0, 0, 1_000_000],
      total: 1_000_000,
    });
    expect(roundedToMillions([600_000, 600_000, 0])).toEqual({
      printed: [1_000_000, 0, 0],
      total: 1_000_000,
    });
    expect(roundedToMillions([150_000, 160_000], 100_000)).toEqual({
      printed: [200_000, 100_000],
      total: 300_000,
    });
  });

  it('re-adds for any column, without negative lines', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000_000_000), { maxLength: 30 }), (values) => {
        const { printed, total } = roundedToMillions(values);
        expect(sum(printed)).toBe(total);
        expect(Math.abs(total - sum(values))).toBeLessThanOrEqual(step / 2);
        expect(
          printed.every((value, i) => value >= 0 && value % step === 0 && (values[i] !== 0 || value === 0)),
        ).toBe(true);
        const column = { path: 'table', printed, exactTotal: sum(values), step };
        expect(stepFindings({ printed: [column] }, 'freeze')).toEqual([]);
      }),
    );
  });

  it('tells a printed column that does not add up', () => {
    const column = { path: 'table/cong', printed: [2_000_000, 2_000_000], exactTotal: 3_000_000, step };
    expect(stepFindings({ printed: [column] }, 'freeze')).toMatchObject([
      { code: 'PRINTED_DOES_NOT_ADD_UP', path: 'table/cong', params: { difference: 1_000_000 } },
    ]);
  });
});

describe('A step without facts', () => {
  it('breaks nothing', () => {
    expect(stepFindings({}, 'decision')).toEqual([]);
    expect(sampleVerdicts('DT-2025-003')).toEqual([]);
  });
});
