import { addCalendarDays, workingDaysLate } from '../../workflows/calendar.js';
import type { EstimateInput, Line, LineInput } from '../../workflows/content.js';
import { numbered, routeOfTask, tasksOf } from '../../workflows/rules/tasks.js';
import { rulesetOn } from '../../workflows/rulesets.js';
import { computeLine } from '../../workflows/totals.js';
import type { Day, Money } from '../../workflows/vocabulary.js';
import type { AllocationRow } from '../allocations/content.js';
import { basesOn } from '../papers/bases.js';
import { accountOf, planRound } from '../seed/demonstration.js';
import type { Round } from '../people/ports.js';
import { createActs, sample, typed, type TellAct } from './acts.js';
import type { People } from './client.js';

/** What happens outside HTTP while the season is played. */
export interface SeasonStage {
  readonly people: People;
  readonly today: Day;
  /** Sets the date of the city's clock. */
  readonly on: (day: Day) => void;
  /** Lets the relay carry out what is owed. */
  readonly settle: () => Promise<void>;
  readonly stage: (text: string) => void;
  readonly tell: TellAct;
}

/** How many days before today the three rounds of the season opened. */
const opened = { decided: 120, deciding: 62, open: 16 } as const;

const roundOf = (
  today: Day,
  nth: 1 | 2 | 3,
  days: Record<keyof Round['deadlines'] | 'opens', number>,
): Round => {
  const year = Number(today.slice(0, 4));
  const { opens, ...deadlines } = days;
  const on = (offset: number) => addCalendarDays(today, offset);
  return {
    ...planRound,
    id: `dot-${nth}-${year}`,
    name: `Đợt ${nth} năm ${year}`,
    fiscalYear: year,
    opens: on(opens),
    deadlines: {
      department: on(deadlines.department),
      commune: on(deadlines.commune),
      consolidation: on(deadlines.consolidation),
      finance: on(deadlines.finance),
    },
    envelopes: Object.fromEntries(
      Object.keys(planRound.envelopes).map((source) => [
        source,
        { [year]: 50_000_000_000, [year + 1]: 50_000_000_000 },
      ]),
    ),
  };
};

/** The rounds of a season around a day: one decided, one that waits for its decision, one that is open. */
export const seasonRounds = (today: Day) =>
  ({
    decided: roundOf(today, 1, {
      opens: -opened.decided,
      department: -105,
      commune: -105,
      consolidation: -95,
      finance: -75,
    }),
    deciding: roundOf(today, 2, {
      opens: -opened.deciding,
      department: -48,
      commune: -48,
      consolidation: -40,
      finance: -25,
    }),
    open: roundOf(today, 3, {
      opens: -opened.open,
      department: 10,
      commune: 10,
      consolidation: 20,
      finance: 40,
    }),
  }) as const;

/** Lines with the route that the law of the day gives their tasks. */
const routed = (day: Day, lines: readonly LineInput[]): LineInput[] => {
  const ruleset = rulesetOn(day);
  const tasks = tasksOf(numbered(lines.map(computeLine)));
  return lines.map((line) => {
    const task = tasks.find((one) => one.lines.some((member) => member.line.id === line.id));
    return task ? { ...line, route: routeOfTask(task, ruleset) } : line;
  });
};

/** A sample estimate as an agency would send it in another year: its years, days and legal bases moved. */
const movedTo = (day: Day, code: string, change: Partial<EstimateInput> = {}): EstimateInput => {
  const { input } = sample(code);
  const by = Number(day.slice(0, 4)) - input.fiscalYearFrom;
  const years = <T extends { readonly year: number }>(split: readonly T[]) =>
    split.map((part) => ({ ...part, year: part.year + by }));
  const moved = (from: Day) => `${Number(from.slice(0, 4)) + by}${from.slice(4)}`;
  // Prices are as old as they were when the sample was written.
  const asLongBefore = (from: Day) =>
    addCalendarDays(day, -workingDaysLate(from, input.documentDate).calendarDays);
  return {
    ...input,
    documentDate: day,
    legalBases: basesOn(day),
    fiscalYearFrom: input.fiscalYearFrom + by,
    fiscalYearTo: input.fiscalYearTo + by,
    startDate: moved(input.startDate),
    endDate: moved(input.endDate),
    contingencyYearSplit: years(input.contingencyYearSplit),
    lines: routed(
      day,
      input.lines.map((line) => ({
        ...line,
        yearSplit: years(line.yearSplit),
        ...(line.quotations && {
          quotations: line.quotations.map((one) => ({ ...one, date: asLongBefore(one.date) })),
        }),
        ...(line.priceEvidence && {
          priceEvidence: line.priceEvidence.map((one) => ({ ...one, date: asLongBefore(one.date) })),
        }),
      })),
    ),
    ...change,
  };
};

/**
 * Plays the demonstration city into mid-season over the API, so that everybody who signs in finds work of theirs:
 * drafts, papers to endorse, sign, issue, register and review, one returned with remarks, one late, an opinion asked,
 * an overlap to settle, a table to decide on, allocations on their way.
 */
export const playSeason = async ({ people, today, on, settle, stage, tell }: SeasonStage): Promise<void> => {
  const rounds = seasonRounds(today);
  const ago = (days: number) => {
    on(addCalendarDays(today, -days));
    return addCalendarDays(today, -days);
  };

  const actsIn = (round: Round) => {
    const acts = createActs(people, { tell, round: round.id });
    const { act, edit, start, write, sendUp, sendOut } = acts;

    const draft = async (agency: string, code: string, day: Day, change?: Partial<EstimateInput>) => {
      const { id } = await start(agency, 'estimates', accountOf(agency, 'officer') + round.id);
      await write(agency, id, typed({ input: movedTo(day, code, change) }));
      return id;
    };
    const send = async (agency: string, code: string, day: Day, change?: Partial<EstimateInput>) => {
      const id = await draft(agency, code, day, change);
      await sendOut(agency, id, day);
      return id;
    };
    /** Who reviews by rule; its own estimate goes to the substitute. */
    const reviewerOf = (agency: string) => (agency === 'SKHCN' ? 'VP' : 'SKHCN');
    const register = (agency: string, id: string) =>
      act('SKHCN', 'clerk', id, 'REGISTER', agency === 'SKHCN' ? { substitutes: { reviewer: 'VP' } } : {});

    /** Gives every line its verdict. @returns whether the Police must be asked */
    const judge = async (agency: string, id: string, verdicts: Readonly<Record<string, object>> = {}) => {
      const reviewer = reviewerOf(agency);
      const officer = await people.as(reviewer, 'officer');
      const { body } = await officer.get<{
        content: { lines: Pick<Line, 'id' | 'systemRef' | 'spendForm'>[] };
      }>(`/cases/${id}/content`);
      for (const { id: line } of body.content.lines) {
        const verdict = verdicts[line] ?? { verdict: 'accept' };
        await edit(reviewer, 'officer', `/cases/${id}/review`, 'PUT', `/cases/${id}/review/${line}`, verdict);
      }
      return body.content.lines.some(
        ({ systemRef, spendForm }) => systemRef !== null && spendForm !== 'DAO_TAO',
      );
    };
    const review = async (agency: string, id: string) => {
      const reviewer = reviewerOf(agency);
      await register(agency, id);
      const concerned = await judge(agency, id);
      await act(reviewer, 'officer', id, 'CONCLUDE_LINES');
      if (concerned) {
        await act(reviewer, 'officer', id, 'ASK_OPINION');
        await act('CATP', 'officer', id, 'GIVE_OPINION', { verdict: 'agree', agreedLevel: 3 });
      }
      await act(reviewer, 'unitHead', id, 'ACCEPT');
    };
    return { ...acts, draft, send, sendUp, register, judge, review };
  };

  /** From eligible estimates to what Finance issued about them. */
  const consolidate = async (round: Round, ids: readonly string[], from: number) => {
    const { act, edit, start } = actsIn(round);
    ago(from);
    const { id: table } = await start('SKHCN', 'consolidations', `${round.id}-table`);
    await act('SKHCN', 'officer', table, 'ADD', { ids });
    await settle();
    await act('SKHCN', 'officer', table, 'FREEZE');
    await act('SKHCN', 'officer', table, 'SEND_UP');
    await act('SKHCN', 'unitHead', table, 'ENDORSE');
    await act('SKHCN', 'leader', table, 'SIGN');
    await act('SKHCN', 'clerk', table, 'ISSUE', { date: ago(from - 1) });
    ago(from - 2);
    await act('STC', 'clerk', table, 'RECEIVE');
    await settle();
    ago(from - 6);
    const officer = await people.as('STC', 'officer');
    for (const id of ids) {
      const { body } = await officer.get<{ view: { reviewed: Money } }>(`/cases/${id}`);
      await edit('STC', 'officer', `/cases/${table}/appraisal`, 'PUT', `/cases/${table}/appraisal/${id}`, {
        amount: body.view.reviewed,
        criteria: ['TD01', 'TD02', 'TD03', 'TD05', 'TD09'].map((code) => ({ code, result: 'DAT' })),
      });
    }
    await act('STC', 'officer', table, 'CONCLUDE');
    await act('STC', 'leader', table, 'SIGN');
    await act('STC', 'clerk', table, 'ISSUE', { date: ago(from - 7) });
    await settle();
    ago(from - 8);
    await act('VP', 'officer', table, 'PASS');
    return table;
  };

  stage(`${rounds.decided.name}: dự toán đã được phê duyệt`);
  const first = actsIn(rounds.decided);
  let day = ago(115);
  const decided = [
    await first.send('SVHTTDL', 'DT-2025-009', day),
    await first.send('SYT', 'DT-2025-004', day),
    await first.send('SNV', 'DT-2025-006', day),
  ] as const;
  ago(112);
  for (const [at, id] of decided.entries()) await first.review(['SVHTTDL', 'SYT', 'SNV'][at] ?? '', id);
  await settle();
  const decidedTable = await consolidate(rounds.decided, decided, 100);
  ago(90);
  await first.act('UBND', 'leader', decidedTable, 'APPROVE');
  await settle();

  stage(`${rounds.deciding.name}: chờ Ủy ban nhân dân thành phố quyết định`);
  const second = actsIn(rounds.deciding);
  day = ago(58);
  const deciding = [
    await second.send('STP', 'DT-2025-008', day),
    await second.send('SGDĐT', 'DT-2025-005', day),
  ] as const;
  ago(55);
  for (const [at, id] of deciding.entries()) await second.review(['STP', 'SGDĐT'][at] ?? '', id);
  await settle();
  await consolidate(rounds.deciding, deciding, 40);

  stage(`${rounds.decided.name}: phân bổ kinh phí`);
  const allocate = async (estimate: string, nth: number) => {
    const { id } = await first.start('STC', 'allocations', `${rounds.decided.id}-${nth}`);
    // Of what is proposed for all estimates, the shares of this one.
    const finance = await people.as('STC', 'officer');
    const { body } = await finance.get<{ body: { lines: AllocationRow[] } }>(`/cases/${id}/draft`);
    const own = body.body.lines.filter((row) => row.estimate === estimate);
    await first.write('STC', id, { lines: own.map(({ id: _id, ...row }) => row) });
    return id;
  };
  day = ago(20);
  const [toDecide, toSign] = decided;
  const allocation = await allocate(toDecide, 1);
  await first.sendOut('STC', allocation, day);
  const waiting = await allocate(toSign, 2);
  await first.sendUp('STC', waiting);
  await first.act('STC', 'unitHead', waiting, 'ENDORSE');
  await settle();

  stage(`${rounds.open.name}: đang nhận dự toán`);
  const third = actsIn(rounds.open);
  day = ago(13);
  const own = await third.send('SKHCN', 'DT-2025-001', day);
  const office = await third.send('VP', 'DT-2025-010', day);
  const land = await third.send('SNNMT', 'DT-2025-003', day);
  const justice = await third.send('STP', 'DT-2025-008', day, { location: 'Các xã, phường vùng ven biển' });
  await settle();
  ago(11);
  await third.review('SKHCN', own);
  await third.review('VP', office);
  await settle();
  ago(9);
  const { id: table } = await third.start('SKHCN', 'consolidations', `${rounds.open.id}-table`);
  await third.act('SKHCN', 'officer', table, 'ADD', { ids: [own, office] });
  await third.register('SNNMT', land);
  await third.judge('SNNMT', land);
  await third.act('SKHCN', 'officer', land, 'ASK_OPINION');
  await third.register('STP', justice);
  await third.act('SKHCN', 'unitHead', justice, 'REQUEST_SUPPLEMENT', {
    reason: 'Bổ sung biên bản kiểm kê số lượng sổ hộ tịch lịch sử cần số hóa',
    due: addCalendarDays(today, -3),
  });
  await settle();

  day = ago(7);
  const culture = await third.send('SVHTTDL', 'DT-2025-009', day);
  const ward = await third.send('31135', 'DT-2025-011', day);
  await settle();
  day = ago(5);
  await third.register('31135', ward);
  await third.register('SVHTTDL', culture);
  await third.judge('SVHTTDL', culture, {
    l1: {
      verdict: 'return',
      reason: 'Nêu rõ số cổng đang dùng, vị trí lắp đặt và biên bản xác nhận thiết bị hỏng',
    },
  });
  await third.act('SKHCN', 'officer', culture, 'CONCLUDE_LINES');
  await third.act('SKHCN', 'unitHead', culture, 'RETURN', {
    reason: 'Thuyết minh chưa đủ căn cứ để xác định số lượng thiết bị cần thay thế',
    lines: ['l1'],
  });
  const village = await third.send('31673', 'DT-2025-012', day);
  await settle();
  ago(4);
  await third.register('31673', village);
  await third.judge('31673', village);
  await third.act('SKHCN', 'officer', village, 'CONCLUDE_LINES');

  day = ago(2);
  await third.send('SGDĐT', 'DT-2025-005', day, { location: 'Các trường trung học phổ thông' });
  const construction = await third.draft('SXD', 'DT-2025-007', day);
  await third.sendUp('SXD', construction);
  const health = await third.draft('SYT', 'DT-2025-004', day, { location: 'Các trạm y tế mới thành lập' });
  await third.sendUp('SYT', health);
  await third.act('SYT', 'unitHead', health, 'ENDORSE');
  const staff = await third.draft('SNV', 'DT-2025-006', day, { location: 'Các xã, phường thành lập mới' });
  await third.sendUp('SNV', staff);
  await third.act('SNV', 'unitHead', staff, 'ENDORSE');
  await third.act('SNV', 'leader', staff, 'SIGN');
  const { lines: network } = movedTo(day, 'DT-2025-009');
  await third.draft('SCT', 'DT-2025-009', day, {
    lines: network.map((line) => ({ ...line, systemRef: 'MANG-SCT' })),
  });
  const { id: nil } = await third.start('SNgV', 'estimates', `${rounds.open.id}-SNgV`);
  await third.act('SNgV', 'officer', nil, 'DECLARE_NIL');
  await settle();
};
