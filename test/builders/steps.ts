import type { AllocationContext } from '../../workflows/allocation.v1.js';
import { newAllocation } from '../../workflows/allocation.v1.js';
import { newConsolidation, type ConsolidationContext } from '../../workflows/consolidation.v1.js';
import { newEstimate, type EstimateContext } from '../../workflows/estimate.v1.js';
import type { MachineEvent } from '../../workflows/registry.js';
import type {
  Actor,
  DocumentNumber,
  Kind,
  Parties,
  Party,
  Permit,
  Role,
} from '../../workflows/vocabulary.js';

/** One agency per part, so that a relation is an agency. */
export const agencyOf = (party: Party): string => `agency-${party}`;

export const everyParty = [
  'owner',
  'reviewer',
  'appraiser',
  'security',
  'authority',
  'council',
  'cityOffice',
  'substitute',
] as const satisfies readonly Party[];

const allParties = Object.fromEntries(
  everyParty.map((party) => [party, agencyOf(party)]),
) as unknown as Parties;

/** Somebody of a party with one role; the number tells apart those who could stand in for each other. */
export const actorOf = (role: Role, party: Party, n = 1): Actor => ({
  id: `${role}${n > 1 ? n : ''}@${party}`,
  name: `${role} ${party}`,
  agency: agencyOf(party),
  roles: [role],
  ...(role === 'unitHead' && { title: 'Trưởng phòng Kế hoạch' }),
});

/** An event as the machine takes it, without the stamp of when and by whom. */
export interface Step {
  readonly type: string;
  readonly by: Actor;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

export const moment = '2025-10-01T02:00:00.000Z';

/** By which permit somebody with one role takes a step. */
const permitOf = ({ agency, roles: [role] }: Actor): Permit =>
  role ? `${role}@${agency.replace('agency-', '') as Party}` : 'system';

/** A step as the machine takes it; the permit is that of the one role of who takes it, unless another is given. */
export const stamped = ({ by, ...event }: Step, permit: Permit = permitOf(by)): MachineEvent => ({
  ...event,
  at: moment,
  day: '2025-10-01',
  actor: by,
  permit,
});

const content = 'a'.repeat(64);
const newerContent = 'b'.repeat(64);
const number = (type: string, agency: string, n = 1): DocumentNumber => ({
  agency,
  type,
  year: 2025,
  number: n,
  symbol: `${type}-${agency}`,
  day: '2025-10-01',
});
const born = {
  code: 'CODE-1',
  round: '2025-1',
  owner: agencyOf('owner'),
  hasUnits: true,
  parties: allParties,
};

const inOwner = (draft: object, frozen: object) => {
  const officer = actorOf('officer', 'owner');
  return {
    sendUp: { type: 'SEND_UP', rev: 1, by: officer, facts: { draft, frozen, conditions: { open: 0 } } },
    endorse: { type: 'ENDORSE', by: actorOf('unitHead', 'owner'), facts: {} },
    sign: { type: 'SIGN', by: actorOf('leader', 'owner'), facts: {} },
    issue: {
      type: 'ISSUE',
      date: '2025-10-01',
      by: actorOf('clerk', 'owner'),
      facts: { number: number('TTr', 'owner') },
    },
    endorserBack: { type: 'SEND_BACK', reason: 'Chưa đúng mẫu', by: actorOf('unitHead', 'owner'), facts: {} },
    signerBack: { type: 'SEND_BACK', reason: 'Chưa đúng mẫu', by: actorOf('leader', 'owner'), facts: {} },
    clerkBack: { type: 'SEND_BACK', reason: 'Chưa đúng mẫu', by: actorOf('clerk', 'owner'), facts: {} },
    recall: { type: 'RECALL', by: officer, facts: {} },
    abandon: { type: 'ABANDON', reason: 'Không còn nhu cầu', by: officer, facts: {} },
    deadline: { type: 'DEADLINE_PASSED', due: '2025-09-30', by: systemActor, facts: {} },
  } satisfies Record<string, Step>;
};

const systemActor: Actor = { id: 'system', name: 'Hệ thống', agency: '', roles: [] };
const told = (type: string, fields: object = {}, from = 'table-1'): Step => ({
  type,
  ...fields,
  by: systemActor,
  facts: { from },
});

const goodDraft = { rows: 2, errors: 0, editors: ['officer2@owner'] };
const frozen = {
  hash: content,
  requested: 1000,
  ownMoney: false,
  systemConcerned: false,
  securityHash: null,
};
const reviewing = (): Record<string, Step> => {
  const by = actorOf('officer', 'reviewer');
  const head = actorOf('unitHead', 'reviewer');
  const letter = { number: number('CV', 'reviewer') };
  const concluded = { hash: 'c'.repeat(64), returned: [], reviewed: 900 };
  const opinion = { type: 'GIVE_OPINION', agreedLevel: 3, by: actorOf('officer', 'security'), facts: {} };
  return {
    register: { type: 'REGISTER', by: actorOf('clerk', 'reviewer'), facts: { parties: allParties } },
    refuseReceipt: {
      type: 'REFUSE_RECEIPT',
      reason: 'Thiếu phụ lục',
      by: actorOf('clerk', 'reviewer'),
      facts: {},
    },
    withdraw: { type: 'WITHDRAW', reason: 'Cần sửa lại', by: actorOf('leader', 'owner'), facts: {} },
    conclude: { type: 'CONCLUDE_LINES', by, facts: { review: { missing: 0 }, conclusion: concluded } },
    concludeReturning: {
      type: 'CONCLUDE_LINES',
      by,
      facts: { review: { missing: 0 }, conclusion: { ...concluded, returned: ['l1'] } },
    },
    reopenLines: { type: 'REOPEN_LINES', by, facts: {} },
    ask: { type: 'ASK_OPINION', by, facts: {} },
    agree: { ...opinion, verdict: 'agree' },
    agreeIf: { ...opinion, verdict: 'agreeWithConditions', conditions: 'Kiểm tra trước khi dùng' },
    disagree: { ...opinion, verdict: 'disagree' },
    takeBack: { type: 'TAKE_BACK', by, facts: {} },
    requestSupplement: {
      type: 'REQUEST_SUPPLEMENT',
      reason: 'Thiếu báo giá',
      due: '2025-10-10',
      by: head,
      facts: letter,
    },
    supply: { type: 'SUPPLY', note: 'Đã gửi', by: actorOf('officer', 'owner'), facts: { pausedDays: 2 } },
    takeBackSupplement: { type: 'TAKE_BACK_SUPPLEMENT', by, facts: { pausedDays: 1 } },
    returnAll: { type: 'RETURN', reason: 'Sai định mức', lines: [], by: head, facts: letter },
    returnNamed: { type: 'RETURN', reason: 'Sai định mức', lines: ['l1'], by: head, facts: letter },
    accept: { type: 'ACCEPT', by, facts: { acceptance: { errors: 0 }, summary: 'd'.repeat(64) } },
    reopen: { type: 'REOPEN', reason: 'Xem lại', by: actorOf('unitHead', 'reviewer'), facts: {} },
  };
};

const estimateSteps = (): Record<string, Step> => {
  const officer = actorOf('officer', 'owner');
  const leader = actorOf('leader', 'owner');
  const shared = inOwner(goodDraft, frozen);
  const other = (fields: object): Step => ({
    ...shared.sendUp,
    facts: { draft: goodDraft, frozen: { ...frozen, ...fields } },
  });
  return {
    ...shared,
    sendUpSystem: other({ systemConcerned: true, securityHash: 'e'.repeat(64) }),
    sendUpOtherSystem: other({ hash: newerContent, systemConcerned: true, securityHash: 'f'.repeat(64) }),
    sendUpOwn: other({ ownMoney: true }),
    declareNil: { type: 'DECLARE_NIL', by: officer, facts: {} },
    signNil: { type: 'SIGN', by: leader, facts: {} },
    reopenNil: { type: 'REOPEN', by: officer, facts: {} },
    openAll: { type: 'OPEN_ALL', by: leader, facts: {} },
    revise: { type: 'REVISE', by: officer, facts: {} },
    ...reviewing(),
    ownDecision: {
      type: 'OWN_DECISION',
      verdict: 'approve',
      amount: 500,
      number: '01/QĐ-UBND',
      signer: 'Chủ tịch UBND xã',
      date: '2025-10-01',
      by: leader,
      facts: {},
    },
    include: told('INCLUDE', { consolidation: 'table-1' }),
    release: told('RELEASE'),
    forward: told('FORWARD'),
    forwardOfStranger: told('FORWARD', {}, 'table-2'),
    appraised: told('APPRAISED', { amount: 800 }),
    heldBack: told('HELD_BACK'),
    sentBack: told('SENT_BACK', { reason: 'Sai phạm vi' }),
    approve: told('APPROVE', { amount: 700 }),
    decline: told('DECLINE', { reason: 'Chưa cấp thiết' }),
    noted: told('NOTED'),
    overlapSettled: told('OVERLAP_SETTLED', {
      group: 'systemRef:LGSP',
      step: 5,
      name: 'Nền tảng tích hợp, chia sẻ dữ liệu',
      decision: 'merge',
      lead: 'Sở Y tế',
      reason: 'Một đơn vị làm cho cả thành phố',
      lines: [{ lineId: 'l1', lineName: 'Nền tảng tích hợp' }],
    }),
    overlapReopened: told('OVERLAP_REOPENED', { group: 'systemRef:LGSP', step: 6 }),
    overlapLeftOut: told('OVERLAP_SETTLED', {
      group: 'scopeKey:HO_TICH',
      step: 4,
      name: 'HO_TICH',
      decision: 'exclude',
      lead: null,
      reason: 'Bộ Tư pháp đã có',
      lines: [],
    }),
    confirm: { type: 'CONFIRM_CONDITIONS', note: 'Đã đạt', by: actorOf('officer', 'security'), facts: {} },
    allocatedWhole: told('ALLOCATED', { lineage: 'PB-1', ordinal: 1, amount: 700 }, 'allocation-1'),
    allocatedLess: told('ALLOCATED', { lineage: 'PB-1', ordinal: 2, amount: 400 }, 'allocation-2'),
    allocatedRest: told('ALLOCATED', { lineage: 'PB-2', ordinal: 1, amount: 300 }, 'allocation-3'),
    close: { type: 'CLOSE', reason: 'Hết nguồn', by: actorOf('officer', 'appraiser'), facts: {} },
  };
};

const consolidationSteps = (): Record<string, Step> => {
  const officer = actorOf('officer', 'owner');
  const appraiser = actorOf('officer', 'appraiser');
  const decider = actorOf('leader', 'authority');
  const owing = { orders: { hash: 'o'.repeat(64), count: 2 } };
  const settled = (event: string, done = 2): Step => ({
    ...told('SETTLED'),
    event,
    done,
    refused: [],
  });
  const decision = {
    ...owing,
    decision: { hash: 'd'.repeat(64), approved: 700 },
    number: number('QĐ', 'authority'),
  };
  const shared = inOwner(goodDraft, { hash: content });
  return {
    ...shared,
    add: { type: 'ADD', ids: ['1', '2'], by: officer, facts: owing },
    remove: { type: 'REMOVE', ids: ['1', '2'], by: officer, facts: owing },
    included: settled('INCLUDE'),
    includedOne: settled('INCLUDE', 1),
    released: settled('RELEASE'),
    overlapTold: settled('OVERLAP_SETTLED'),
    forwarded: settled('FORWARD'),
    heldBack: settled('HELD_BACK'),
    sentBack: settled('SENT_BACK'),
    appraised: settled('APPRAISED'),
    answered: settled('APPROVE'),
    settle: {
      type: 'SETTLE_OVERLAP',
      group: 'g',
      decision: 'complementary',
      reason: 'Khác nhau',
      by: officer,
      facts: { ...owing, overlaps: { open: 1, settlers: [officer.agency] } },
    },
    freeze: {
      type: 'FREEZE',
      by: officer,
      facts: {
        overlaps: { open: 0, settlers: [] },
        disagreements: { count: 0 },
        crossFoot: { faults: 0 },
        frozen: {
          hash: content,
          rows: { count: 2, city: 2, own: 0 },
          sums: { requested: 1000, reviewed: 900 },
        },
      },
    },
    reopen: {
      type: 'REOPEN',
      reason: 'Thêm hồ sơ',
      by: actorOf('unitHead', 'owner'),
      facts: { gatheringElsewhere: null },
    },
    receive: { type: 'RECEIVE', by: actorOf('clerk', 'appraiser'), facts: owing },
    refuseReceipt: {
      type: 'REFUSE_RECEIPT',
      reason: 'Thiếu bảng',
      by: actorOf('clerk', 'appraiser'),
      facts: {},
    },
    withdraw: { type: 'WITHDRAW', reason: 'Cần sửa', by: actorOf('leader', 'owner'), facts: {} },
    requestSupplement: {
      type: 'REQUEST_SUPPLEMENT',
      reason: 'Thiếu thuyết minh',
      due: '2025-10-10',
      by: actorOf('unitHead', 'appraiser'),
      facts: { number: number('CV', 'appraiser') },
    },
    supply: { type: 'SUPPLY', note: 'Đã gửi', by: officer, facts: { pausedDays: 2 } },
    takeBackSupplement: { type: 'TAKE_BACK_SUPPLEMENT', by: appraiser, facts: { pausedDays: 1 } },
    conclude: {
      type: 'CONCLUDE',
      by: appraiser,
      facts: {
        appraisalDraft: { missing: 0, editors: [appraiser.id] },
        appraisal: { hash: 'p'.repeat(64), appraised: 800, editors: [appraiser.id] },
      },
    },
    return: {
      type: 'RETURN',
      reason: 'Tổng hợp thiếu',
      estimates: ['1'],
      by: actorOf('unitHead', 'appraiser'),
      facts: { ...owing, number: number('CV', 'appraiser'), gatheringElsewhere: null },
    },
    signAppraisal: { type: 'SIGN', by: actorOf('leader', 'appraiser'), facts: {} },
    appraisalBack: { type: 'SEND_BACK', reason: 'Tính lại', by: actorOf('leader', 'appraiser'), facts: {} },
    issueAppraisal: {
      type: 'ISSUE',
      date: '2025-10-01',
      by: actorOf('clerk', 'appraiser'),
      facts: { ...owing, number: number('BC', 'appraiser'), proposalNumber: number('TTr', 'appraiser') },
    },
    clerkOfFinanceBack: {
      type: 'SEND_BACK',
      reason: 'Sai thể thức',
      by: actorOf('clerk', 'appraiser'),
      facts: {},
    },
    pass: { type: 'PASS', by: actorOf('officer', 'cityOffice'), facts: {} },
    officeBack: {
      type: 'SEND_BACK',
      reason: 'Thiếu căn cứ',
      by: actorOf('officer', 'cityOffice'),
      facts: {},
    },
    approve: { type: 'APPROVE', by: decider, facts: decision },
    approveAdjusted: {
      type: 'APPROVE_ADJUSTED',
      reason: 'Cân đối ngân sách',
      amounts: [{ estimate: '1', amount: 300 }],
      by: decider,
      facts: decision,
    },
    decline: { type: 'DECLINE', reason: 'Chưa cấp thiết', by: decider, facts: decision },
    askExplanation: { type: 'REQUEST_EXPLANATION', question: 'Vì sao tăng?', by: decider, facts: {} },
    explain: { type: 'EXPLAIN', answer: 'Do khối lượng', by: officer, facts: {} },
    refer: { type: 'REFER_TO_COUNCIL', reason: 'Vượt thẩm quyền', by: decider, facts: {} },
    resolve: {
      type: 'RESOLVE',
      verdict: 'approve',
      reason: 'Thông qua',
      number: '25/NQ-HĐND',
      date: '2025-10-30',
      signer: 'Chủ tịch HĐND thành phố',
      file: 'a-scan',
      by: actorOf('clerk', 'council'),
      facts: decision,
    },
    resolveAgainst: {
      type: 'RESOLVE',
      verdict: 'decline',
      reason: 'Không thông qua',
      number: '25/NQ-HĐND',
      date: '2025-10-30',
      signer: 'Chủ tịch HĐND thành phố',
      file: 'a-scan',
      by: actorOf('clerk', 'council'),
      facts: decision,
    },
    takeBack: { type: 'TAKE_BACK', by: decider, facts: {} },
    deciderBack: { type: 'SEND_BACK', reason: 'Kiểm tra lại', by: decider, facts: {} },
  };
};

const allocationSteps = (): Record<string, Step> => {
  const decider = actorOf('leader', 'authority');
  return {
    ...inOwner(goodDraft, { hash: content, total: 700 }),
    pass: { type: 'PASS', by: actorOf('officer', 'cityOffice'), facts: {} },
    officeBack: {
      type: 'SEND_BACK',
      reason: 'Thiếu căn cứ',
      by: actorOf('officer', 'cityOffice'),
      facts: {},
    },
    approve: {
      type: 'APPROVE',
      by: decider,
      facts: {
        conditions: { open: 0 },
        orders: { hash: 'o'.repeat(64), count: 2 },
        number: number('QĐ', 'authority'),
      },
    },
    decline: { type: 'DECLINE', reason: 'Chưa cân đối', by: decider, facts: {} },
    deciderBack: { type: 'SEND_BACK', reason: 'Kiểm tra lại', by: decider, facts: {} },
    answered: { ...told('SETTLED'), event: 'ALLOCATED', done: 2, refused: [] },
    answeredOne: { ...told('SETTLED'), event: 'ALLOCATED', done: 1, refused: [] },
    superseded: told('SUPERSEDED', { by: 'allocation-2' }, 'allocation-2'),
  };
};

/** By kind: what a case is born with, and every step worth taking, by name. */
export const tracks: Readonly<
  Record<
    Kind,
    {
      born: EstimateContext | ConsolidationContext | AllocationContext;
      steps: Readonly<Record<string, Step>>;
    }
  >
> = {
  estimate: { born: newEstimate(born), steps: estimateSteps() },
  consolidation: {
    born: newConsolidation({ ...born, ordinal: 1, startedBy: 'start-1' }),
    steps: consolidationSteps(),
  },
  allocation: {
    born: newAllocation({ ...born, lineage: 'PB-1', ordinal: 1, adjusts: null, startedBy: 'start-1' }),
    steps: allocationSteps(),
  },
};
