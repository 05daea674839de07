import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Finding } from '../../workflows/rules/shapes.js';
import { permissions } from '../../workflows/permissions.js';
import { machines } from '../../workflows/registry.js';
import { kinds } from '../../workflows/vocabulary.js';
import { allocationEvents } from '../../src/allocations/schemas.js';
import { consolidationEvents } from '../../src/consolidations/schemas.js';
import { estimateEvents } from '../../src/estimates/schemas.js';
import { actFields, eventOf, placedElsewhere, type ActContext } from '../../src/pages/actFields.js';
import { dueView, stripView } from '../../src/pages/caseShell.js';
import {
  dayText,
  millions,
  money,
  quantity,
  readDay,
  readMoney,
  readNumber,
  typedQuantity,
} from '../../src/pages/figures.js';
import type { Case } from '../../src/engine/ports.js';
import { sumInQuestion } from '../../src/engine/sumInQuestion.js';
import {
  faultsShown,
  fieldId,
  fieldView,
  nested,
  readForm,
  shown,
  type Field,
} from '../../src/pages/form.js';
import { findingHref, findingsView } from '../../src/pages/findingsView.js';
import { headerFields } from '../../src/pages/headerFields.js';
import { detailFields, tableFields, yearsOf } from '../../src/pages/lineFields.js';
import { changesOf, lineOf, withOneYear } from '../../src/pages/lineReading.js';
import { frozenLinesView } from '../../src/pages/linesView.js';
import { problemView } from '../../src/pages/problemPage.js';
import { eventRefused } from '../../src/errors.js';
import { refusalShown } from '../../src/pages/refusalShown.js';
import { createSay, type Say } from '../../src/pages/say.js';
import { openable, safeNext, withoutLanguage } from '../../src/pages/addresses.js';
import { createWording } from '../../src/wording.js';
import { aCase } from '../builders/aCase.js';
import { contentOf } from '../builders/estimates.js';

let vi: Say;
let en: Say;
beforeAll(async () => {
  const say = createSay(await createWording(), true);
  [vi, en] = [say('vi'), say('en')];
});

describe('what was typed', () => {
  it.each([
    ['1.234.567', 1_234_567],
    ['1 234 567 đồng', 1_234_567],
    ['1\u00a0234\u202f567', 1_234_567],
    [' 26400 ', 26_400],
    ['12 500', 12_500],
    ['26400đ', 26_400],
    ['0', 0],
    ['12,0', 12],
  ])('%s is that many đồng', (text, value) => expect(readMoney(text)).toEqual({ value }));

  it.each([
    ['1,234', 'typed.comma'],
    ['1.23', 'typed.whole'],
    ['1.2345', 'typed.whole'],
    ['1e6', 'typed.whole'],
    ['-5', 'typed.negative'],
    ['− 5', 'typed.negative'],
    ['(5)', 'typed.whole'],
    ['abc', 'typed.whole'],
    // Two cells of a sheet are two numbers, or none.
    ['10\t5000000', 'typed.whole'],
    ['10 5000000', 'typed.whole'],
    ['12\t500', 'typed.whole'],
    ['1.234 567', 'typed.whole'],
    ['0,5', 'typed.whole'],
    ['99.999.999.999.999.999', 'number.unsafe'],
  ])('%s is no amount: %s', (text, fault) => expect(readMoney(text)).toEqual({ fault }));

  it('reads decimals by the comma, and what it shows', () => {
    expect(readNumber('1.250,5')).toEqual({ value: 1250.5 });
    expect(readNumber('0,125')).toEqual({ value: 0.125 });
    for (const value of [0, 1, 1234, 1_234_567_890]) expect(readMoney(money(value))).toEqual({ value });
    for (const value of [0.5, 1250.25, 3]) expect(readNumber(quantity(value))).toEqual({ value });
    // What a field shows can be sent back.
    for (const value of [1.234, 12.345, 123.456, 0.125, 1234.567, 3])
      expect(readNumber(typedQuantity(value))).toEqual({ value });
  });

  it.each([
    ['5/9/2025', '2025-09-05'],
    ['05-09-2025', '2025-09-05'],
    ['2025-09-05', '2025-09-05'],
  ])('%s is a day', (text, value) => expect(readDay(text)).toEqual({ value }));
  it.each(['31/02/2025', '5/9/25', '', 'hôm nay', '99/99/9999'])('%s is none', (text) =>
    expect(readDay(text)).toEqual({ fault: 'typed.day' }),
  );

  it('is shown as day, amount, million', () => {
    expect(dayText('2025-09-05')).toBe('05/09/2025');
    expect(dayText('2025-09-05T20:00:00.000Z')).toBe('06/09/2025');
    expect([millions(4_350_000_000), millions(0), millions(-60_000)]).toEqual(['4.350,0', '0', '-0,1']);
    expect(money(null)).toBe('');
  });
});

describe('a form', () => {
  const fields: Field[] = [
    { name: 'amount', as: 'money', label: 'Số tiền' },
    {
      name: 'substitutes.reviewer',
      as: 'select',
      label: 'Thay',
      choices: [{ value: 'VP', text: 'Văn phòng' }],
    },
    { name: 'lines', as: 'many', label: 'Dòng', choices: [{ value: 'l1', text: '1' }] },
    { name: 'reason', as: 'area', label: 'Lý do' },
  ];

  it('says what was typed, in the shapes that events take', () => {
    const { values, faults } = readForm(fields, {
      amount: '1.000',
      'substitutes.reviewer': 'VP',
      lines: 'l1',
      reason: ' a\r\nb ',
    });
    expect(faults).toEqual([]);
    expect(nested(values)).toEqual({
      amount: 1000,
      substitutes: { reviewer: 'VP' },
      lines: ['l1'],
      reason: 'a\nb',
    });
    expect(readForm(fields, {}).values).toEqual({ lines: [] });
  });

  it('comes back with what was typed and what is wrong beside it', () => {
    const typed = { amount: '1,234' };
    const { faults } = readForm(fields, typed);
    const { lines, errors } = faultsShown(faults, fields, 'f', vi);
    expect(lines).toEqual([{ href: '#f-amount', text: expect.stringContaining('dùng dấu chấm (1.234)') }]);
    const quantity: Field[] = [{ name: 'quantity', as: 'number', label: 'Số lượng' }];
    const asked = readForm(quantity, { quantity: '1,000' }).faults;
    expect(faultsShown(asked, quantity, 'f', vi).lines[0]?.text).toMatch(/\(1,0000\).*\(1\.000\)/);
    const view = fieldView(fields[0]!, 'f', { typed, errors });
    expect(view).toMatchObject({
      id: 'f-amount',
      value: '1,234',
      error: lines[0]?.text,
      describedBy: 'f-amount-error',
    });
  });
});

describe('an amount above what was requested', () => {
  it('is told with both figures', () => {
    const { lines } = refusalShown(
      eventRefused('OWN_DECISION', {}, ['amountAboveRequested'], { amount: 12_000, limit: 10_000 }),
      { say: vi },
    );
    expect(lines[0]?.text).toMatch(/12\.000\sđồng lớn hơn số đề nghị 10\.000\sđồng/);
  });
});

describe('what was chosen from a list', () => {
  const choices = [
    { value: 'VP', text: 'Văn phòng' },
    { value: 'STC', text: 'Sở Tài chính' },
  ];
  const told = (as: 'select' | 'many', path: string, code: string, params = {}) =>
    faultsShown([{ path, code, params }], [{ name: 'who', as, label: 'Đơn vị', choices }], 'f', vi).lines[0]
      ?.text;

  it('is told in the words of the list, never by its code', () => {
    expect(told('select', 'event.who', 'any.invalid', { found: 'VP' })).toContain('Đang là “Văn phòng”.');
    expect(told('many', 'event.who.0', 'any.unknown', { found: 'STC' })).toContain('“Sở Tài chính”');
    expect(told('select', 'who', 'any.only', { found: 'X', expected: 'VP, STC' })).toContain(
      'chọn một trong: Văn phòng, Sở Tài chính',
    );
    expect(told('select', 'who', 'typed.clash', { found: 'VP', now: 'Sở Tài chính' })).toContain(
      'bạn gõ “Văn phòng”',
    );
    expect(told('select', 'who', 'any.required')).toBe('Đơn vị: chưa chọn.');
  });
});

describe('findings', () => {
  const draft = { header: { fiscalYearFrom: 2025, fiscalYearTo: 2025 }, lines: [] };
  const here = '/cases/c1/content';
  const view = (findings: readonly Finding[]) =>
    findingsView(findings, { hrefOf: findingHref('c1', draft), here, say: vi });
  const missing = (path: string, field: string, line = 0): Finding => ({
    rule: 'FORM',
    code: line > 0 ? 'FORM_LINE_FIELD_MISSING' : 'FORM_FIELD_MISSING',
    level: 'error',
    path,
    params: { field, line, problem: 'any.required', limit: '' },
  });

  it('that are alike are one, with all their places', () => {
    const alike = Array.from({ length: 20 }, (_, n) =>
      Array.from({ length: n }, (_, other): Finding => ({
        rule: 'R06',
        code: 'LINES_ALIKE',
        level: 'warning',
        path: `lines/l${n + 1}/name`,
        params: { line: n + 1, name: 'Máy', otherLine: other + 1, otherName: 'Máy', percent: 100 },
      })),
    ).flat();
    expect(alike).toHaveLength(190);
    const { count, groups } = view(alike);
    expect(count).toContain('1 điểm');
    expect(groups[0]?.items).toHaveLength(1);
    expect(groups[0]?.items[0]?.more).toMatchObject({ text: 'và ở 18 chỗ khác', items: { length: 18 } });
  });

  it('of what is still empty are one a place, no errors, in the words of the labels', () => {
    const { groups } = view([
      missing('necessity', 'necessity'),
      missing('legalBases/0/title', 'title'),
      missing('lines/l2/category', 'category', 2),
      missing('lines/l2/justification', 'justification', 2),
    ]);
    expect(groups.map(({ level }) => level)).toEqual(['missing']);
    expect(groups[0]?.items.map(({ text, fields }) => [text, fields.map((field) => field.text)])).toEqual([
      ['Thông tin chung:', [vi('pages:head.necessity'), 'Căn cứ pháp lý 1: Tên văn bản']],
      ['Dòng 2:', [vi('pages:line.category'), vi('pages:line.justification')]],
    ]);
  });

  it.each([
    ['necessity', '/cases/c1/header#head-necessity'],
    ['legalBases', '/cases/c1/header#head-legalBases-0-number'],
    ['legalBases/1/title', '/cases/c1/header#head-legalBases-1-title'],
    ['contingencyYearSplit', '/cases/c1/header#head-contingencyYearSplit-2025'],
    ['lines/l3/unitPrice', '#line-l3-unitPrice'],
    ['lines/l3/justification', '/cases/c1/lines/l3#detail-justification'],
    ['lines/l3/quotations', '/cases/c1/lines/l3#detail-quotations-0-supplier'],
    ['lines/l3/priceEvidence/1/date', '/cases/c1/lines/l3#detail-priceEvidence-1-date'],
    ['lines/l3/yearSplit/0/amount', '/cases/c1/lines/l3#detail-yearSplit-2025'],
    ['lines/l3/sizing/contingency', '/cases/c1/lines/l3#detail-sizing-contingency'],
    ['estimates/e1/lines/l1/unitPrice', '/cases/e1'],
  ])('about %s lead to the field itself', (path, href) => {
    const { groups } = view([{ ...missing(path, 'x'), code: 'SYSTEM_UNKNOWN', params: {} }]);
    expect(groups[0]?.items[0]?.href).toBe(href);
    // Every such field stands on a form under that name.
    const id = href.split('#')[1];
    if (id === undefined) return;
    const fields = [
      ...headerFields(draft.header, { round: { fiscalYear: 2025 }, today: '2025-09-25', say: vi })
        .flatMap((part) => part.fields)
        .map(({ name }) => fieldId('head', name)),
      ...detailFields({}, { systems: [], years: [2025], say: vi })
        .flatMap((part) => part.fields)
        .map(({ name }) => fieldId('detail', name)),
      ...tableFields({}, vi).map(({ name }) => fieldId('line', `l3.${name}`)),
    ];
    expect(fields).toContain(id);
  });

  it('lead whoever may not edit to where it can be read', () => {
    const hrefOf = findingHref('c1');
    expect([hrefOf('necessity'), hrefOf('lines/l3/justification')]).toEqual([here, `${here}#line-l3`]);
  });
});

describe('lines', () => {
  it('lose a field that was emptied, and keep those that a form does not have', () => {
    const line = { id: 'l1', name: 'Máy chủ', unit: 'bộ', vatRate: 10 as const, justification: 'Vì cần' };
    const { values } = readForm(tableFields(line, vi), { name: 'Máy chủ', unit: '', vatRate: 'KCT' });
    expect(changesOf(line, lineOf(tableFields(line, vi), values))).toEqual({
      unit: undefined,
      vatRate: 'KCT',
    });
  });

  it('of one year have all their money in it', () => {
    const line = { quantity: 2, unitPrice: 1000, vatRate: 10 as const };
    expect(withOneYear(line, [2025]).yearSplit).toEqual([{ year: 2025, amount: 2200 }]);
    expect(withOneYear(line, [2025, 2026])).toBe(line);
    expect(yearsOf({ fiscalYearFrom: 2025, fiscalYearTo: 2027 })).toEqual([2025, 2026, 2027]);
    expect(yearsOf({ fiscalYearFrom: 2027, fiscalYearTo: 2025 })).toEqual([]);
  });
});

const given: ActContext = {
  kind: 'estimate',
  today: '2025-09-25',
  lines: [{ value: 'l1', text: '1', returned: true }],
  rows: [{ value: 'c'.repeat(20), text: 'DT', appraised: 5 }],
  agencies: [{ value: 'VP', text: 'Văn phòng' }],
  substitutes: [{ party: 'reviewer', standsIn: 'VP' }],
  typedNumbers: ['number'],
  files: [{ value: 'f'.repeat(64), text: 'Nghị quyết.pdf' }],
  requested: 100,
};

describe('the fields of an event', () => {
  const events = {
    estimate: estimateEvents,
    consolidation: consolidationEvents,
    allocation: allocationEvents,
  };
  const byPage = new Set(['rev', 'hash', 'table', 'ids', 'group']);
  const all = kinds.flatMap((kind) => Object.keys(events[kind]).map((event) => [kind, event] as const));

  it.each(all)('%s %s ask for everything that it must carry', (kind, event) => {
    const described = events[kind][event]?.describe() as {
      keys?: Record<string, { flags?: { presence?: string } }>;
    };
    const needed = Object.entries(described.keys ?? {})
      .filter(([name, { flags }]) => flags?.presence === 'required' && !byPage.has(name))
      .map(([name]) => name);
    const fields = actFields(event, { ...given, kind }, vi);
    const asked = fields.map(({ name }) => name.split('.')[0]);
    expect(asked).toEqual(expect.arrayContaining(needed));
    // And nothing that it does not take.
    expect(asked.filter((name) => !Object.keys(described.keys ?? {}).includes(name ?? ''))).toEqual([]);
  });

  it('lists adjusted amounts', () => {
    expect(eventOf({ reason: 'a', 'amounts.x1': 5 })).toEqual({
      reason: 'a',
      amounts: [{ estimate: 'x1', amount: 5 }],
    });
    expect([...placedElsewhere].every((event) => event in consolidationEvents)).toBe(true);
  });
});

describe('where a case stands', () => {
  it('has a stage for every state of every machine', () => {
    for (const kind of kinds) {
      for (const [version, machine] of Object.entries(machines[kind])) {
        for (const state of Object.keys(machine.states)) {
          for (const ownMoney of kind === 'estimate' ? [false, true] : [false]) {
            if (ownMoney && ['appraising', 'awaitingDecision', 'declined'].includes(state)) continue;
            const found = {
              ...aCase('c1'),
              kind,
              version,
              state,
              context: { ...aCase('c1').context, ownMoney, pass: 0 },
            };
            const strip = stripView(found, vi);
            expect({ kind, state, current: strip.steps.filter(({ current }) => current).length }).toEqual({
              kind,
              state,
              current: 1,
            });
          }
        }
      }
    }
  });

  it('says in words how a deadline stands', () => {
    expect(dueView({ due: '2025-09-23', dueSure: true }, '2025-09-25', vi)).toEqual({
      text: '23/09/2025 (quá hạn 2 ngày làm việc)',
      late: true,
    });
    expect(dueView({ due: '2025-09-25', dueSure: true }, '2025-09-25', vi)).toEqual({
      text: '25/09/2025 (hạn hôm nay)',
      late: false,
    });
    expect(dueView({ due: '2025-09-26', dueSure: true }, '2025-09-25', en)).toEqual({
      text: '26/09/2025 (1 working day left)',
      late: false,
    });
    expect(dueView({ due: null, dueSure: true }, '2025-09-25', vi)).toBeNull();
  });

  it('says of a deadline that rests on days off not announced yet that it may change', () => {
    const due = { due: '2027-02-15', dueSure: false };
    expect(dueView(due, '2027-02-04', vi)).toEqual({
      text: '15/02/2027 (còn 2 ngày làm việc; tạm tính, chưa có thông báo lịch nghỉ)',
      late: false,
    });
  });
});

describe('a problem', () => {
  it('names who may, what happened since, and what is wrong', () => {
    const problem = { type: '', title: '', detail: '', status: 403, requestId: 'r1' };
    const denied = problemView(
      { ...problem, code: 'NOT_PERMITTED', permits: ['clerk@reviewer'] },
      '/cases/x',
      vi,
    );
    expect(denied.lines[1]).toBe('Người thực hiện được: Văn thư – cơ quan rà soát.');
    const stale = problemView(
      {
        ...problem,
        code: 'STALE_CASE',
        seq: 3,
        since: [{ event: 'SIGN', by: 'Thủ trưởng', at: '2025-09-25T02:00:00Z' }],
      },
      '/cases/x',
      vi,
    );
    expect(stale.lines.join()).toContain('25/09/2025 09:00');
    expect(stale.back.href).toBe('/cases/x');
  });

  it('that is a bug tells nothing', () => {
    const { lines } = problemView(
      {
        type: '',
        title: '',
        detail: 'mật khẩu 1234',
        status: 500,
        requestId: 'r1',
        code: 'INTERNAL',
        secret: 'x',
      },
      '/',
      vi,
    );
    expect(lines).toEqual([vi('error.INTERNAL')]);
  });
});

describe('addresses', () => {
  it('lead nowhere else', () => {
    expect(['//x', '/\\x', 'https://x', 'javascript:1', '', undefined, '/a b'].map(safeNext)).toEqual(
      Array(7).fill('/'),
    );
    expect(safeNext('/cases/1?x=2')).toBe('/cases/1?x=2');
  });
  it('of forms lead to their pages', () => {
    expect(openable('/cases/c1/lines?lng=en')).toBe('/cases/c1/content');
    expect(openable('/cases/c1/lines/l1')).toBe('/cases/c1/lines/l1');
    expect(openable('/cases/c1/events/ADD')).toBe('/cases/c1/content');
  });
  it('lose language and notice', () => {
    expect(withoutLanguage('/inbox?tab=agency&lng=en&done=SAVED')).toBe('/inbox?tab=agency');
    expect(withoutLanguage('/inbox?lng=en')).toBe('/inbox');
  });
});

const flat = (node: object, path = ''): string[] =>
  Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? flat(value as object, `${path}${key}.`)
      : [`${path}${key}`.replace(/_(one|other)$/, '')],
  );
const messages = (language: string) =>
  JSON.parse(readFileSync(`templates/messages/${language}/pages.json`, 'utf8')) as object;

describe('the words of the pages', () => {
  it('are the same in both languages, composed, and none empty', () => {
    expect([...new Set(flat(messages('en')))].sort()).toEqual([...new Set(flat(messages('vi')))].sort());
    const text = JSON.stringify(messages('vi'));
    expect(text).toBe(text.normalize('NFC'));
    expect(text).not.toContain('""');
  });

  it('exist for every state and every event that a person may send', () => {
    for (const kind of kinds) {
      for (const table of Object.values(permissions[kind])) {
        for (const [path, events] of Object.entries(table)) {
          expect(vi(`state.${kind}.${path}`)).not.toBe('');
          for (const event of Object.keys(events))
            expect([vi(`event.${kind}.${event}`), en(`event.${kind}.${event}`)]).not.toContain('');
        }
      }
    }
  });

  it('that are missing are an error here, and show their key in production', async () => {
    expect(() => vi('pages:nothing.at.all')).toThrow('pages:nothing.at.all');
    expect(createSay(await createWording(), false)('vi')('pages:nothing.at.all')).toBe(
      'pages:nothing.at.all',
    );
  });
});

describe('what is decided on, as it is read', () => {
  it('is all that its forms ask for, line by line and in the head', () => {
    const content = contentOf('DT-2025-004');
    const systems = [{ ref: content.lines[0]?.systemRef ?? '', name: 'Hồ sơ sức khỏe' }] as never;
    const { rows, head } = frozenLinesView(content, null, {
      caption: '',
      systems,
      overlaps: [],
      inWords: String,
      say: vi,
    });
    const read = JSON.stringify([rows, head]);
    const shownOf = (fields: readonly Field[]) =>
      fields.flatMap(({ as, value, choices }) => {
        const text = shown(as, value);
        return text === '' ? [] : [choices?.find((choice) => choice.value === text)?.text ?? text];
      });
    const years = yearsOf(content);
    const asked = [
      ...content.lines.flatMap((line) => detailFields(line, { systems, years, say: vi })),
      ...headerFields(content, { round: { fiscalYear: 2025 }, today: '2025-09-25', say: vi }),
    ].flatMap(({ fields }) => shownOf(fields));
    expect(asked.length).toBeGreaterThan(40);
    const quoted = (text: string) => JSON.stringify(text).slice(1, -1);
    expect(asked.filter((text) => !read.includes(quoted(text)))).toEqual([]);
    const [first] = content.lines;
    expect(read).toContain(`cấp độ đề xuất ${first?.securityLevel}`);
  });

  it('is about the sum that is in question where it stands', () => {
    const known = { requested: 5, reviewed: 4, appraised: 3, approved: 2, allocated: 1 };
    const named = (kind: Case['kind'], states: readonly string[], told: object = known) =>
      states.map((state) => sumInQuestion(kind, state, told)?.name ?? null);
    expect(
      named('estimate', [
        'preparing',
        'submitted',
        'reviewing',
        'eligible',
        'awaitingDecision',
        'approved',
        'allocated',
      ]),
    ).toEqual(['requested', 'requested', 'reviewed', 'reviewed', 'appraised', 'approved', 'allocated']);
    expect(
      named('consolidation', ['frozen', 'appraising', 'financeLeader', 'awaitingDecision', 'closed']),
    ).toEqual(['reviewed', 'reviewed', 'appraised', 'appraised', 'approved']);
    // Nothing judged yet: what was asked for; what one may not know is not shown.
    expect(named('estimate', ['reviewing'], { requested: 5, reviewed: null })).toEqual(['requested']);
    expect(named('estimate', ['submitted'], { requested: null })).toEqual([null]);
  });
});
