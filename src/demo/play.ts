import type { LineInput } from '../../workflows/content.js';
import type { Day, Money } from '../../workflows/vocabulary.js';
import decisionData from '../seed/canTho/decisions.json' with { type: 'json' };
import { sampleEstimates, type SampleEstimate } from '../seed/sampleEstimates.js';
import { createActs, typed, type TellAct } from './acts.js';
import { Refused, type People } from './client.js';

/** What happens outside HTTP while the demonstration is played. */
export interface Stage {
  readonly people: People;
  /** Sets the date of the city's clock. */
  readonly on: (day: Day) => void;
  /** Lets the relay carry out what is owed. */
  readonly settle: () => Promise<void>;
  readonly stage: (text: string) => void;
  readonly tell: TellAct;
}

/** The cases that the demonstration made. */
export interface Played {
  /** By code: `DT-2025-001`. */
  readonly estimates: ReadonlyMap<string, string>;
  readonly consolidation: string;
  readonly allocation: string;
}

interface Decision {
  readonly code: string;
  readonly requested: Money;
  readonly lineVerdicts: readonly { line: number; verdict: string; quantity?: number }[];
  readonly reviewed: Money;
  readonly appraised: Money;
  readonly decision: string;
  readonly approved: Money;
  readonly allocated: Money;
  readonly fundingSource: string;
  readonly path: string;
  readonly finalState: string;
  readonly parties?: { readonly reviewer?: string; readonly appraiser?: string };
  readonly allocatedByYear?: Readonly<Record<string, Money>>;
  readonly appraisedContingencyRate?: number;
  readonly ownDecision?: { readonly verdict: string; readonly amount: Money };
  readonly reason?: string;
}

/** What each step of the demonstration decides (src/seed/canTho/decisions.json). */
export const decisions = decisionData.decisions as readonly Decision[];
export const decisionTotals = decisionData.totals;

const reviewerOf = (code: string) => decisionOf(code).parties?.reviewer ?? 'SKHCN';
const appraiserOf = (code: string) => decisionOf(code).parties?.appraiser ?? 'STC';
const decisionOf = (code: string): Decision => {
  const found = decisions.find((decision) => decision.code === code);
  if (!found) throw new Error(`No decision on ${code}.`);
  return found;
};

/** The line that Sở Y tế asks for in its first revision, though S&T runs the platform already (case T5). */
const duplicateLine: Omit<LineInput, 'id'> = {
  category: 'PHAN_MEM',
  route: 'B_OUTLINE',
  planTaskRef: 'III.3.b',
  name: 'Nền tảng tích hợp, chia sẻ dữ liệu ngành y tế',
  specification: 'Nâng cấp nền tảng tích hợp, chia sẻ dữ liệu để kết nối các bệnh viện và trạm y tế',
  costGroup: 'KHAC',
  spendForm: 'NANG_CAP',
  unit: 'gói',
  quantity: 1,
  unitPrice: 500_000_000,
  vatRate: 'KCT',
  pricingBasis: 'QD_671',
  fundingSource: 'NSTP_CTX',
  yearSplit: [
    { year: 2025, amount: 250_000_000 },
    { year: 2026, amount: 250_000_000 },
  ],
  systemRef: 'LGSP',
  securityLevel: 3,
  priority: 'CAO',
  justification:
    'Kết nối dữ liệu khám chữa bệnh của các cơ sở y tế trên địa bàn thành phố với kho dữ liệu dùng chung.',
};

/** Plays all twelve estimates through the API, as the right people at the right dates. */
export const play = async ({ people, on, settle, stage, tell }: Stage): Promise<Played> => {
  const estimates = new Map<string, string>();

  const { see, act, edit, start, write, sendOut } = createActs(people, { tell });

  const idOf = (code: string): string => {
    const id = estimates.get(code);
    if (!id) throw new Error(`${code} was not started.`);
    return id;
  };

  const draft = async (given: SampleEstimate) => {
    const { code, agency } = given;
    const started = await start(agency.id, 'estimates', code);
    if (started.code !== code) throw new Error(`Expected ${code}, got ${started.code}.`);
    estimates.set(code, started.id);
    await write(agency.id, started.id, typed(given));
  };

  const register = (code: string, owner: string) => {
    const { parties } = decisionOf(code);
    const id = idOf(code);
    // The clerk of whoever reviews by rule takes it in, and names substitutes where a part would judge itself.
    return act('SKHCN', 'clerk', id, 'REGISTER', parties && owner !== 'VP' ? { substitutes: parties } : {});
  };

  const review = async (code: string) => {
    const reviewer = reviewerOf(code);
    const id = idOf(code);
    const owned = sampleEstimates.find((sample) => sample.code === code);
    const seen = await see(reviewer, 'officer', id);
    const { body } = await (
      await people.as(reviewer, 'officer')
    ).get<{ content: { lines: { id: string }[] } }>(`/cases/${id}/content`);
    for (const [at, line] of body.content.lines.entries()) {
      const verdict = decisionOf(code).lineVerdicts.find((one) => one.line === at + 1);
      await edit(reviewer, 'officer', `/cases/${id}/review`, 'PUT', `/cases/${id}/review/${line.id}`, {
        verdict: verdict?.verdict ?? 'accept',
        ...(verdict?.quantity !== undefined && { quantity: verdict.quantity }),
        ...(verdict && { reason: reasonOf(verdict.verdict) }),
      });
    }
    await act(reviewer, 'officer', id, 'CONCLUDE_LINES');
    const concerned = owned?.input.lines.some(
      ({ systemRef, spendForm }) => systemRef !== null && spendForm !== 'DAO_TAO',
    );
    if (concerned && seen.view['opinion'] === null) {
      await act(reviewer, 'officer', id, 'ASK_OPINION');
      const level = Math.max(...(owned?.input.lines.map(({ securityLevel }) => securityLevel ?? 1) ?? [1]));
      const conditional = code === 'DT-2025-001';
      await act('CATP', 'officer', id, 'GIVE_OPINION', {
        verdict: conditional ? 'agreeWithConditions' : 'agree',
        agreedLevel: level,
        ...(conditional && {
          conditions: 'Hoàn thành hồ sơ cấp độ 3 và kết nối giám sát trước khi đưa vào sử dụng',
        }),
      });
    }
  };

  const accept = (code: string) => act(reviewerOf(code), 'unitHead', idOf(code), 'ACCEPT');

  stage('22–26/9/2025: mười hai đơn vị lập dự toán, một đơn vị báo không có nhu cầu');
  on('2025-09-24');
  for (const sample of sampleEstimates) await draft(sample);
  const syt = idOf('DT-2025-004');
  await edit('SYT', 'officer', `/cases/${syt}/draft`, 'POST', `/cases/${syt}/draft/lines`, {
    line: duplicateLine,
  });
  await edit('SYT', 'officer', `/cases/${syt}/draft`, 'PATCH', `/cases/${syt}/draft`, {
    contingencyYearSplit: [
      { year: 2025, amount: 106_400_000 },
      { year: 2026, amount: 106_400_000 },
    ],
  });
  const nil = await start('SNgV', 'estimates', 'nil');
  await act('SNgV', 'officer', nil.id, 'DECLARE_NIL');
  await act('SNgV', 'leader', nil.id, 'SIGN');

  stage('29/9/2025: trình ký, ban hành, gửi Sở Khoa học và Công nghệ (Sở Giáo dục và Đào tạo trễ)');
  on('2025-09-29');
  for (const { code, agency } of sampleEstimates) {
    if (code !== 'DT-2025-005')
      await sendOut(agency.id, idOf(code), '2025-09-29', code === 'DT-2025-002' ? 'deputy' : 'leader');
  }
  await settle();

  stage('30/9/2025: tiếp nhận; trả lại toàn bộ hồ sơ Sở Tư pháp, trả lại một dòng của Văn phòng UBND');
  on('2025-09-30');
  for (const { code, agency } of sampleEstimates) if (code !== 'DT-2025-005') await register(code, agency.id);
  await act('SKHCN', 'unitHead', idOf('DT-2025-008'), 'RETURN', {
    reason: 'Thuyết minh chưa nêu rõ hiệu quả dự kiến của việc số hóa sổ hộ tịch lịch sử',
    lines: [],
  });
  await act('SKHCN', 'unitHead', idOf('DT-2025-010'), 'RETURN', {
    reason: 'Bổ sung thông số kỹ thuật của thiết bị tường lửa ứng dụng web',
    lines: ['l3'],
  });
  await act('SKHCN', 'unitHead', idOf('DT-2025-003'), 'REQUEST_SUPPLEMENT', {
    reason: 'Bổ sung hồ sơ đề xuất cấp độ an toàn thông tin của cơ sở dữ liệu đất đai',
    due: '2025-10-03',
  });
  await settle();

  stage('01–03/10/2025: hoàn thiện và trình lại; bổ sung tài liệu');
  on('2025-10-02');
  await act('STP', 'officer', idOf('DT-2025-008'), 'REVISE');
  await edit(
    'STP',
    'officer',
    `/cases/${idOf('DT-2025-008')}/draft`,
    'PATCH',
    `/cases/${idOf('DT-2025-008')}/draft`,
    {
      expectedResults:
        'Người dân tra cứu, trích lục hộ tịch trực tuyến trong ngày; giảm ít nhất 60% thời gian xác minh giấy tờ.',
    },
  );
  await sendOut('STP', idOf('DT-2025-008'), '2025-10-02');
  await act('VP', 'officer', idOf('DT-2025-010'), 'REVISE');
  await expectClosedLine();
  await edit(
    'VP',
    'officer',
    `/cases/${idOf('DT-2025-010')}/draft`,
    'PATCH',
    `/cases/${idOf('DT-2025-010')}/draft/lines/l3`,
    {
      specification:
        'Thông lượng kiểm tra ứng dụng web tối thiểu 5 Gb/s, dự phòng nguồn, hoặc tương đương; số lượng 2 bộ',
    },
  );
  await sendOut('VP', idOf('DT-2025-010'), '2025-10-02');
  await act('SNNMT', 'officer', idOf('DT-2025-003'), 'SUPPLY', { note: 'Đã gửi hồ sơ đề xuất cấp độ 3' });
  await settle();
  for (const code of ['DT-2025-008', 'DT-2025-010'])
    await register(code, code === 'DT-2025-010' ? 'VP' : 'STP');

  stage('06/10/2025: Sở Giáo dục và Đào tạo gửi trễ 4 ngày làm việc');
  on('2025-10-06');
  await sendOut('SGDĐT', idOf('DT-2025-005'), '2025-10-06');
  await settle();
  await register('DT-2025-005', 'SGDĐT');

  stage('07–09/10/2025: rà soát từng dòng, ý kiến Công an thành phố, kết luận');
  on('2025-10-08');
  for (const { code } of sampleEstimates) {
    await review(code);
    await accept(code);
  }
  await act('31135', 'leader', idOf('DT-2025-011'), 'OWN_DECISION', {
    ...ownDecision('DT-2025-011'),
    number: '112/QĐ-UBND',
    signer: 'Chủ tịch UBND phường Ninh Kiều',
    date: '2025-10-08',
  });
  await settle();

  stage('09/10/2025: tổng hợp; phát hiện nền tảng tích hợp trùng giữa Sở KH&CN và Sở Y tế');
  on('2025-10-09');
  const { id: consolidation } = await start('SKHCN', 'consolidations', 'consolidation');
  await act('SKHCN', 'officer', consolidation, 'ADD', { ids: [...estimates.values()] });
  await settle();
  const groups = await overlapsOf(consolidation);
  if (!groups.some(({ id }) => id === 'systemRef:LGSP'))
    throw new Error('The duplicate of T5 was not found.');
  await act('SKHCN', 'officer', consolidation, 'REMOVE', { ids: [syt] });
  await settle();
  await act('SKHCN', 'unitHead', syt, 'REOPEN', {
    reason: 'Hạng mục trùng với nền tảng dùng chung của thành phố',
  });
  await act('SKHCN', 'unitHead', syt, 'RETURN', {
    reason:
      'Hạng mục nền tảng tích hợp, chia sẻ dữ liệu trùng với LGSP của thành phố, đề nghị bỏ và dùng chung',
    lines: ['l3'],
  });
  await settle();
  on('2025-10-10');
  await act('SYT', 'officer', syt, 'REVISE');
  await edit('SYT', 'officer', `/cases/${syt}/draft`, 'DELETE', `/cases/${syt}/draft/lines/l3`);
  const sytInput = sampleEstimates.find(({ code }) => code === 'DT-2025-004')?.input;
  await edit('SYT', 'officer', `/cases/${syt}/draft`, 'PATCH', `/cases/${syt}/draft`, {
    contingencyYearSplit: sytInput?.contingencyYearSplit ?? [],
  });
  await sendOut('SYT', syt, '2025-10-10');
  await settle();
  await register('DT-2025-004', 'SYT');
  await reviewAgain('DT-2025-004');
  await act('SKHCN', 'officer', consolidation, 'ADD', { ids: [syt] });
  await settle();

  stage('13–14/10/2025: giải quyết chồng lấn, chốt số liệu, gửi Sở Tài chính');
  on('2025-10-13');
  for (const { key, by, verdict, reason } of decisionData.overlaps) {
    const group = (await overlapsOf(consolidation)).find((one) => one.key === key);
    if (!group) throw new Error(`The overlap ${key} was not found.`);
    await act(by, 'officer', consolidation, 'SETTLE_OVERLAP', { group: group.id, decision: verdict, reason });
  }
  await settle();
  await act('SKHCN', 'officer', consolidation, 'FREEZE');
  on('2025-10-14');
  await act('SKHCN', 'officer', consolidation, 'SEND_UP');
  await act('SKHCN', 'unitHead', consolidation, 'ENDORSE');
  await act('SKHCN', 'leader', consolidation, 'SIGN');
  await act('SKHCN', 'clerk', consolidation, 'ISSUE', { date: '2025-10-14' });
  await settle();

  stage('15–22/10/2025: Sở Tài chính thẩm định');
  on('2025-10-15');
  await act('STC', 'clerk', consolidation, 'RECEIVE');
  await settle();
  on('2025-10-20');
  for (const decision of decisions) {
    if (decision.path !== 'cityMoney') continue;
    const { code, appraised, appraisedContingencyRate: rate } = decision;
    await edit(
      appraiserOf(code),
      'officer',
      `/cases/${consolidation}/appraisal`,
      'PUT',
      `/cases/${consolidation}/appraisal/${idOf(code)}`,
      {
        amount: appraised,
        ...(rate !== undefined && { comment: `Giảm tỷ lệ dự phòng còn ${rate}%` }),
        criteria: criteriaFor(code),
      },
    );
  }
  await act('STC', 'officer', consolidation, 'CONCLUDE');
  on('2025-10-21');
  await act('STC', 'leader', consolidation, 'SIGN');
  on('2025-10-22');
  await act('STC', 'clerk', consolidation, 'ISSUE', { date: '2025-10-22' });
  await settle();

  stage('23–27/10/2025: Văn phòng kiểm tra, Ủy ban nhân dân thành phố quyết định');
  on('2025-10-23');
  await act('VP', 'officer', consolidation, 'PASS');
  on('2025-10-27');
  const adjusted = decisions.filter(
    ({ path, appraised, approved }) => path === 'cityMoney' && appraised !== approved,
  );
  await act('UBND', 'leader', consolidation, 'APPROVE_ADJUSTED', {
    reason: 'Điều chỉnh theo khả năng cân đối ngân sách thành phố',
    amounts: adjusted.map(({ code, approved, reason }) => ({
      estimate: idOf(code),
      amount: approved,
      reason: reason ?? 'Sử dụng kinh phí chi thường xuyên đã giao đầu năm của đơn vị',
    })),
  });
  await settle();
  on('2025-10-28');
  await act('31673', 'leader', idOf('DT-2025-012'), 'OWN_DECISION', {
    ...ownDecision('DT-2025-012'),
    number: '97/QĐ-UBND',
    signer: 'Chủ tịch UBND xã',
    date: '2025-10-28',
  });
  await act('CATP', 'officer', idOf('DT-2025-001'), 'CONFIRM_CONDITIONS', {
    note: 'Đã hoàn thành hồ sơ cấp độ 3',
  });

  stage('28–31/10/2025: phân bổ kinh phí');
  const { id: allocation } = await start('STC', 'allocations', 'allocation');
  await edit('STC', 'officer', `/cases/${allocation}/draft`, 'PUT', `/cases/${allocation}/draft`, {
    lines: decisions.flatMap(({ code, fundingSource, allocatedByYear = {} }) =>
      Object.entries(allocatedByYear)
        .filter(([, amount]) => amount > 0)
        .map(([year, amount]) => ({
          estimate: idOf(code),
          source: fundingSource,
          year: Number(year),
          amount,
        })),
    ),
  });
  on('2025-10-29');
  await sendOut('STC', allocation, '2025-10-29');
  await settle();
  on('2025-10-30');
  await act('VP', 'officer', allocation, 'PASS');
  on('2025-10-31');
  await act('UBND', 'leader', allocation, 'APPROVE');
  await settle();

  return { estimates, consolidation, allocation };

  async function overlapsOf(id: string) {
    const { body } = await (
      await people.as('SKHCN', 'officer')
    ).get<{ overlaps: { id: string; key: string }[] }>(`/cases/${id}/insight`);
    return body.overlaps;
  }

  /** The second revision: only what changed needs a new verdict, and the opinion must cover the new lines. */
  async function reviewAgain(code: string) {
    const id = idOf(code);
    await act('SKHCN', 'officer', id, 'CONCLUDE_LINES');
    await act('SKHCN', 'officer', id, 'ASK_OPINION');
    await act('CATP', 'officer', id, 'GIVE_OPINION', { verdict: 'agree', agreedLevel: 3 });
    await accept(code);
  }

  /** On a partial return a line that was not named stays closed. */
  async function expectClosedLine() {
    const id = idOf('DT-2025-010');
    try {
      await edit('VP', 'officer', `/cases/${id}/draft`, 'PATCH', `/cases/${id}/draft/lines/l1`, {
        quantity: 2,
      });
    } catch (error) {
      if (error instanceof Refused && error.problem['code'] === 'NOT_EDITABLE') return;
      throw error;
    }
    throw new Error('A line that was not returned could be edited.');
  }
};

const ownDecision = (code: string) => {
  const { ownDecision: own } = decisionOf(code);
  return { verdict: own?.verdict ?? 'approve', amount: own?.amount ?? 0 };
};

const reasonOf = (verdict: string) =>
  verdict === 'exclude'
    ? 'Chưa cần thiết trong giai đoạn này, sử dụng thiết bị hiện có'
    : 'Giảm số lượng theo nhu cầu thực tế sau khi rà soát';

/** How Finance answers its criteria in the demonstration. */
const criteriaFor = (code: string) =>
  ['TD01', 'TD02', 'TD03', 'TD04', 'TD05', 'TD06', 'TD07', 'TD08', 'TD10', 'TD11'].map((criterion) => ({
    code: criterion,
    result: criterion === 'TD11' && code === 'DT-2025-009' ? 'KHONG_AP_DUNG' : 'DAT',
  }));
