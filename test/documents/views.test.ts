import { describe, expect, it } from '@jest/globals';
import { documentView } from '../../src/documents/documentSources.js';
import { samples } from './samples.js';

/** `1.234,5` → 1234.5 */
const figure = (text: string) => Number(text.replaceAll('.', '').replace(',', '.'));
const tenths = (text: string) => Math.round(figure(text) * 10);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const columnSum = (rows: readonly (readonly string[])[], of: (text: string) => number) =>
  rows[0]!.map((_, j) => sum(rows.map((row) => of(row[j]!))));

describe('the estimate proposal', () => {
  const source = samples.estimateProposal();
  const view = documentView('estimateProposal', source);

  it('adds up from lines to groups to the total', () => {
    const groups = view.detail.groups;
    for (const group of groups) {
      expect(sum(group.lines.map((line) => figure(line.amountAfterVat)))).toBe(figure(group.amountAfterVat));
    }
    const afterVat = sum(groups.map((group) => figure(group.amountAfterVat)));
    expect(afterVat).toBe(figure(view.detail.afterVat));
    expect(afterVat + figure(view.detail.contingency)).toBe(source.content.totals.grandTotal);
    expect(sum(view.byCategory.map(({ amount }) => figure(amount)))).toBe(figure(view.total));
  });

  it('adds up by year and by source', () => {
    const [split] = view.split.parts;
    for (const table of [split!, view.bySource]) {
      const rows = table.rows.map(({ figures }) => figures);
      expect(columnSum(rows, figure)).toEqual(table.totals.map(figure));
      for (const [total, ...years] of rows) expect(sum(years.map(figure))).toBe(figure(total!));
    }
  });

  it('moves the years of a long estimate to the annex', () => {
    const content = { ...source.content, fiscalYearTo: 2030 };
    const long = documentView('estimateProposal', { ...source, content });
    expect(long.bySource.heads).toEqual(['Tổng số']);
    expect(long.split.parts.flatMap(({ heads }) => heads)).toHaveLength(7);
  });
});

describe('the consolidation report', () => {
  const source = samples.consolidationReport();
  const view = documentView('consolidationReport', source);
  const [main] = view.main.parts;
  const tables = [main!, view.requestedByCategory, view.reviewedByCategory];

  it('prints the exact sum of all estimates', () => {
    expect(view.requested).toBe('116.815.775.000');
    expect(view.reviewed).toBe('112.345.725.000');
    expect(main!.totals.slice(0, 3)).toEqual(['116.815,8', '112.345,7', '-4.470,1']);
  });

  it('re-adds in every annex: rows to blocks, blocks to the total (R24, R28)', () => {
    for (const table of tables) {
      for (const block of table.blocks) {
        expect(
          columnSum(
            block.rows.map((row) => row.figures),
            tenths,
          ),
        ).toEqual(block.sums.map(tenths));
      }
      expect(
        columnSum(
          table.blocks.map((block) => block.sums),
          tenths,
        ),
      ).toEqual(table.totals.map(tenths));
    }
  });

  it('re-adds across: sources and years make the reviewed amount, categories make the sum', () => {
    const rows = main!.blocks.flatMap((block) => [block.sums, ...block.rows.map((row) => row.figures)]);
    for (const [requested, reviewed, difference, ...parts] of rows) {
      expect(tenths(reviewed!) - tenths(requested!)).toBe(tenths(difference!));
      const sources = Number(main!.groups[0]!.span);
      const bySource = parts.slice(0, sources);
      expect(sum(bySource.map(tenths))).toBe(tenths(reviewed!));
      expect(sum(parts.slice(sources).map(tenths))).toBe(tenths(reviewed!));
    }
    for (const table of [view.requestedByCategory, view.reviewedByCategory]) {
      for (const figures of table.blocks.flatMap((block) => block.rows.map((row) => row.figures))) {
        expect(sum(figures.slice(0, 6).map(tenths))).toBe(tenths(figures[6]!));
      }
    }
  });

  it('shows one amount of an agency alike in every annex', () => {
    const requested = main!.blocks.flatMap((block) => block.rows.map((row) => row.figures[0]));
    const same = view.requestedByCategory.blocks.flatMap((block) => block.rows.map((row) => row.figures[6]));
    expect(requested).toEqual(same);
  });

  it('counts what communes do to data as data, and numbers blocks as the form does, also beside an empty one', () => {
    expect(main!.blocks.map(({ no, name }) => [no, name])).toEqual([
      ['I', 'Các sở, ban, ngành'],
      ['III', 'Các xã, phường'],
    ]);
    expect(view.requestedByCategory.blocks[1]!.sums[0]).toBe('995,3');
  });

  it('is refused without rows', () => {
    expect(() => documentView('consolidationReport', { ...source, rows: [] })).toThrow(RangeError);
  });
});

describe('the appraisal report', () => {
  const source = samples.appraisalReport();
  const view = documentView('appraisalReport', source);

  it('adds up proposed, appraised and difference', () => {
    const rows = view.rows.map(({ proposed, appraised, difference }) => [proposed, appraised, difference]);
    expect(columnSum(rows, figure)).toEqual([view.proposed, view.appraised, view.difference].map(figure));
    expect(view.appraised).toBe('110.474.825.000');
  });

  it('counts the answers to each criterion and tells which agency failed', () => {
    expect(view.criteria.find(({ code }) => code === 'TD05')).toMatchObject({
      passed: '9',
      failed: '1',
      comment: 'Sở Nông nghiệp và Môi trường: Tỷ lệ dự phòng cao hơn mức cần thiết',
    });
  });

  it('is refused when an amount fell without a reason or rose at all', () => {
    const [first, ...rest] = source.rows;
    const changed = (appraised: number) => ({ ...source, rows: [{ ...first!, appraised }, ...rest] });
    expect(() => documentView('appraisalReport', changed(first!.proposed - 1))).toThrow(RangeError);
    expect(() => documentView('appraisalReport', changed(first!.proposed + 1))).toThrow(RangeError);
  });
});

describe('the consolidated report', () => {
  it('counts who was late as they were counted, whoever of them stands in the table', () => {
    const source = samples.consolidationReport();
    const late = [...source.late, { agency: 'Sở Xây dựng', workingDays: 2 }];
    const { sent } = documentView('consolidationReport', { ...source, late, rows: source.rows.slice(0, 1) });
    expect(sent).toMatchObject({ submitted: '13', onTime: '11', late: '02', estimates: '01' });
  });
});

describe('the allocation proposal', () => {
  const source = samples.allocationProposal();
  const view = documentView('allocationProposal', source);

  it('adds up per estimate, per source and year, and to the total', () => {
    for (const row of view.list.rows) {
      expect(sum(row.cells.map(({ amount }) => figure(amount)))).toBe(figure(row.amount));
    }
    expect(sum(view.list.rows.map(({ amount }) => figure(amount)))).toBe(96_170_775_000);
    expect(sum(view.list.bySourceYear.map(({ amount }) => figure(amount)))).toBe(figure(view.total));
    expect(sum(view.envelopes.map(({ figures }) => figure(figures[2]!)))).toBe(figure(view.total));
  });

  it('says of a decision what it approved as a whole, however little of it is allocated', () => {
    const one = { ...source, rows: source.rows.slice(0, 1) };
    const [decision] = source.approvals;
    const { approvals, count, total, givenBefore, notAllocated } = documentView('allocationProposal', one);
    expect(approvals.map((approval) => [approval.count, figure(approval.approved)])).toEqual([
      [`${decision!.estimates}`.padStart(2, '0'), decision!.approved],
    ]);
    expect(count).toBe('01');
    expect(figure(notAllocated)).toBe(decision!.approved - figure(total));
    expect(figure(givenBefore)).toBe(0);
  });

  it('leaves out of what is left what others were given, of the approval and of each source', () => {
    const taken = 1_000_000;
    const [first, ...rest] = source.envelopes;
    const after = documentView('allocationProposal', {
      ...source,
      approvals: source.approvals.map((one) => ({ ...one, givenBefore: taken })),
      envelopes: [{ ...first!, taken }, ...rest],
    });
    expect(figure(after.notAllocated)).toBe(figure(view.notAllocated) - taken);
    expect(figure(after.envelopes[0]!.figures[3]!)).toBe(figure(view.envelopes[0]!.figures[3]!) - taken);
    expect(figure(after.envelopeTotals[3]!)).toBe(figure(view.envelopeTotals[3]!) - taken);
  });

  it('is refused when a source would be overdrawn or has no envelope', () => {
    const smaller = source.envelopes.map((one, i) => (i === 0 ? { ...one, amount: 1 } : one));
    expect(() => documentView('allocationProposal', { ...source, envelopes: smaller })).toThrow(RangeError);
    expect(() =>
      documentView('allocationProposal', { ...source, envelopes: source.envelopes.slice(1) }),
    ).toThrow(RangeError);
  });

  it('is refused when an estimate gets more than was approved (R23)', () => {
    const [first, ...rest] = source.rows;
    const rows = [{ ...first!, ceiling: first!.ceiling - 1 }, ...rest];
    expect(() => documentView('allocationProposal', { ...source, rows })).toThrow(RangeError);
  });
});

describe('the approval proposal', () => {
  it('adds up what was appraised and shows the difference to what was reviewed', () => {
    const view = documentView('approvalProposal', samples.approvalProposal());
    expect(sum(view.list.rows.map(({ amount }) => figure(amount)))).toBe(110_474_825_000);
    expect([view.total, view.reviewed, view.difference]).toEqual([
      '110.474.825.000',
      '111.311.225.000',
      '-836.400.000',
    ]);
  });
});

describe('the decision', () => {
  it('adds up and names who proposed it', () => {
    const view = documentView('decision', samples.decision());
    expect(view.total).toBe('110.225.975.000');
    expect(sum(view.list.rows.map(({ amount }) => figure(amount)))).toBe(110_225_975_000);
    expect(view.proposal).toBe('Giám đốc Sở Tài chính tại Báo cáo số 301/BC-STC ngày 24 tháng 10 năm 2025');
  });

  it('names up to ten agencies and refers to the annex for more', () => {
    const executors = (names: string[]) =>
      documentView('decision', { ...samples.decision(), executors: names }).executors;
    expect(executors(['Sở Y tế', 'Sở Nội vụ', 'Sở Y tế'])).toBe('thủ trưởng các đơn vị: Sở Y tế; Sở Nội vụ');
    expect(executors(Array.from({ length: 11 }, (_, i) => `Sở ${i}`))).toBe(
      'thủ trưởng các đơn vị có tên tại Phụ lục',
    );
    expect(executors([])).toBe('thủ trưởng các cơ quan, đơn vị có liên quan');
  });

  it('is the chairman’s where the power is personal, the committee’s where it is not', () => {
    const source = samples.decision();
    const personal = { ...source, issue: { ...source.issue, signer: { name: 'A', personal: true } } };
    expect(documentView('decision', source).authority).toBe('ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ');
    expect(documentView('decision', personal).authority).toBe('CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ');
  });
});
