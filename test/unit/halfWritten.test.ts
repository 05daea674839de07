import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocationApi } from '../../src/allocations/api.js';
import { draftFindings } from '../../src/estimates/findings.js';
import { firstOfEach, type FieldFault, type Refusal } from '../../src/errors.js';
import { allocationView, rowFields } from '../../src/pages/allocationView.js';
import { findingHref, findingsView, rowHref } from '../../src/pages/findingsView.js';
import { faultsShown } from '../../src/pages/form.js';
import { draftLinesView } from '../../src/pages/linesView.js';
import { createSay, type Say } from '../../src/pages/say.js';
import { placed, placedRow } from '../../src/pages/saving.js';
import { sampleEstimates } from '../../src/seed/sampleEstimates.js';
import { createWording, languages } from '../../src/wording.js';
import { rulesetOn } from '../../workflows/rulesets.js';
import { aCase } from '../builders/aCase.js';
import { aCity } from '../builders/city.js';
import { approvedEstimate, finance } from '../builders/roads.js';
import { autumnRound } from '../fakes/memoryDirectory.js';

let says: readonly Say[];
let vi: Say;
beforeAll(async () => {
  const say = createSay(await createWording(), true);
  says = languages.map((language) => say(language));
  vi = say('vi');
});

/** Every text of a view. */
const textsOf = (view: unknown): string[] =>
  typeof view === 'string'
    ? [view]
    : typeof view === 'object' && view !== null
      ? Object.values(view).flatMap(textsOf)
      : [];

/** What is not there, and messages that nobody wrote. */
const unread =
  /undefined|\bnull\b|NaN|\{\{|\$t\(|\[object|\b(pages|documents|findings):\w|\b(field|problem)\.\w/;
const unreadable = (view: unknown): string[] => textsOf(view).filter((text) => unread.test(text));

/** An object without some of its fields. */
const without = (whole: object, dropped: readonly string[]) =>
  Object.fromEntries(Object.entries(whole).filter(([name]) => !dropped.includes(name)));
const { lines, ...header } = sampleEstimates[0]!.input;
const lineFields = [...new Set(lines.flatMap((line) => Object.keys(line)))].filter((name) => name !== 'id');

describe('a draft with any of its fields missing', () => {
  it('of an estimate is told in words', () => {
    const someLines = fc.tuple(...lines.map(() => fc.subarray(lineFields)));
    fc.assert(
      fc.property(fc.subarray(Object.keys(header)), someLines, (ofHead, ofLines) => {
        const draft = {
          header: without(header, ofHead),
          lines: lines.map((line, at) => ({ ...without(line, ofLines[at] ?? []), id: line.id })),
        };
        const findings = draftFindings(draft, { ruleset: rulesetOn('2025-09-30'), systems: [] });
        for (const say of says) {
          const shown = findingsView(findings, { hrefOf: findingHref('c', draft), here: '/', say });
          const found = aCase('c', [], { context: { openLines: 'all' } as never });
          const table = draftLinesView({
            found,
            lines: draft.lines,
            computed: new Map(),
            totals: null,
            remarks: [],
            inWords: String,
            say,
          });
          // Digests of what stood in the fields are no text, and words are filled in by the template.
          expect(unreadable([shown, { ...table, words: {}, was: '' }])).toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of an allocation is not saved, and each field is told by its row', async () => {
    const city = aCity();
    const { id: estimate } = await approvedEstimate(city, 'DT-2025-006');
    const { id } = await city.start(finance.officer, 'allocation');
    const row = { estimate, source: 'NSTP_CTX', year: 2026, amount: 5, note: 'Đợt một' };
    await city.edit(finance.officer, id, 'replace', { lines: [row] });
    const { body } = await city.engine.draft({ person: finance.officer, caseId: id, part: 'content' });
    const [{ id: lineId } = { id: '' }] = (body as { lines: { id: string }[] }).lines;
    const needed = ['estimate', 'source', 'year', 'amount'];
    await fc.assert(
      fc.asyncProperty(fc.subarray(needed, { minLength: 1 }), async (missing) => {
        const blank = Object.fromEntries(missing.map((name) => [name, undefined]));
        const refused = await city
          .edit(finance.officer, id, 'setLine', { lineId, ...blank })
          .then(() => null)
          .catch((error: unknown) => error as Refusal);
        expect(refused).toMatchObject({ code: 'BAD_INPUT' });
        const faults = refused!.members.faults as readonly FieldFault[];
        expect(faults.map(({ path }) => path)).toEqual(missing);
        for (const say of says) {
          const fields = placed(placedRow(lineId, 1, undefined, say), rowFields({}, [], say), say);
          const ofRow = faults.map((one) => ({ ...one, path: `${lineId}.${one.path}` }));
          const { lines: told } = faultsShown(ofRow, fields, 'row', say);
          expect(told.map(({ href }) => href)).toEqual(missing.map((name) => `#row-${lineId}-${name}`));
          expect(unreadable(told.map(({ text }) => text))).toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
    const fields = placed(placedRow('r1', 1, undefined, vi), rowFields({}, [], vi), vi);
    const texts = faultsShown(
      ['source', 'year', 'amount'].map((name) => ({ path: `r1.${name}`, code: 'any.required', params: {} })),
      fields,
      'row',
      vi,
    ).lines.map(({ text }) => text);
    expect(texts).toEqual([
      'Nguồn vốn, dòng 1: chưa chọn.',
      'Năm, dòng 1: chưa nhập.',
      'Số phân bổ (đồng), dòng 1: chưa nhập.',
    ]);
  });

  it('tells an estimate that is not of the round by its line, once, and leads to the field', async () => {
    const city = aCity();
    const { id } = await city.start(finance.officer, 'allocation');
    const rows = [2025, 2025].map((year) => ({
      estimate: 'e'.repeat(20),
      source: 'NSTP_CTX' as const,
      year,
      amount: 1,
    }));
    await city.edit(finance.officer, id, 'replace', { lines: rows });
    const found = await city.load(id);
    const { findings } = (await allocationApi(city.checks).insight(
      found,
      (part) => city.engine.draft({ person: finance.officer, caseId: id, part }),
      finance.officer,
    )) as { findings: Parameters<typeof findingsView>[0] };
    const { groups } = findingsView(findings, { hrefOf: rowHref(id), here: `/cases/${id}/content`, say: vi });
    const [told] = groups.flatMap(({ items }) => items);
    expect(told?.text).toMatch(/^Dòng 1: dự toán không có trong đợt/);
    expect([told?.href, told?.more?.items[0]?.href]).toEqual(['#row-r1-estimate', '#row-r2-estimate']);
    const shown = allocationView({
      ...{ found, editable: true, estimates: [], note: null, taken: {}, inWords: String, say: vi },
      rows: rows.map((row, at) => ({ ...row, id: `r${at + 1}` })),
      round: autumnRound,
    });
    expect(unreadable(shown.envelopes)).toEqual([]);
  });

  it('tells one thing of each field: what could not be read is not missing as well', () => {
    const faults = [
      { path: 'r1.amount', code: 'typed.number', params: {} },
      { path: 'r1.year', code: 'any.required', params: {} },
      { path: 'r1.amount', code: 'any.required', params: {} },
    ];
    expect(firstOfEach(faults)).toEqual(faults.slice(0, 2));
  });
});
