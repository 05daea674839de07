import { readFileSync } from 'node:fs';
import type { DocumentSources } from '../../src/documents/documentSources.js';
import { issuerOf, type City, type Issue } from '../../src/documents/issue.js';
import type { CriterionResult } from '../../src/documents/views/appraisalReport.js';
import type { FundedCell, FundedRow } from '../../src/documents/views/fundedList.js';
import type {
  EstimateContent,
  EstimateSummary,
  FundingSource,
  LineInput,
  LineVerdict,
  Totals,
} from '../../workflows/content.js';
import { bySourceYearInProportion, computeLine, reviewedEstimate, totalsOf } from '../../workflows/totals.js';
import type { AgencyKind, Money } from '../../workflows/vocabulary.js';

const read = <T>(name: string) =>
  JSON.parse(readFileSync(new URL(`../../src/seed/canTho/${name}.json`, import.meta.url), 'utf8')) as T;

interface SampleEstimate extends Pick<
  EstimateContent,
  | 'code'
  | 'fiscalYearFrom'
  | 'fiscalYearTo'
  | 'documentDate'
  | 'contingencyRate'
  | 'contingencyBase'
  | 'contingencyYearSplit'
> {
  readonly agencyRef: string;
  readonly agency: string;
  readonly lines: readonly LineInput[];
}
interface SampleDecision {
  readonly code: string;
  readonly path: 'cityMoney' | 'ownMoney';
  readonly lineVerdicts: readonly ({ line: number } & Pick<LineVerdict, 'verdict'>)[];
  readonly reviewed: Money;
  readonly appraised: Money;
  readonly approved: Money;
  readonly allocated: Money;
  readonly allocatedByYear: Readonly<Record<string, Money>>;
  readonly fundingSource: FundingSource;
  readonly parties?: { readonly appraiser?: string };
  readonly reason?: string;
}
interface Decisions {
  readonly decisions: readonly SampleDecision[];
  readonly overlaps: readonly { key: string; codes: readonly string[]; reason: string }[];
  readonly envelopes: Readonly<Record<string, Readonly<Record<string, Money>>>>;
}
interface Agencies {
  readonly departments: readonly { symbol: string; name: string; kind: AgencyKind; order: number }[];
  readonly communes: readonly { code: string; issuer: string }[];
}

const { estimates } = read<{ estimates: readonly SampleEstimate[] }>('estimates');
const decisions = read<Decisions>('decisions');
const { departments, communes } = read<Agencies>('agencies');

export const canTho: City = { name: 'thành phố Cần Thơ', place: 'Cần Thơ' };
const round = 'giai đoạn 2025-2026';

const kindOf = (ref: string): AgencyKind =>
  departments.find(({ symbol }) => symbol === ref)?.kind ?? 'XA_PHUONG';
const nameOf = (ref: string): string =>
  departments.find(({ symbol }) => symbol === ref)?.name ?? communes.find(({ code }) => code === ref)!.issuer;
const orderOf = (ref: string): number => departments.find(({ symbol }) => symbol === ref)?.order ?? 100;
const symbolOf = (ref: string): string => (kindOf(ref) === 'XA_PHUONG' ? 'UBND' : ref);

/** An issue of an agency as the registry and the signatures would fill it. */
export const anIssue = (ref: string, rest: Partial<Issue> & { symbol: string }): Issue => ({
  issuer: issuerOf({ name: nameOf(ref), kind: kindOf(ref) }, canTho),
  number: 5,
  day: '2025-09-26',
  signer: { name: 'Người Ký Thử Ước' },
  addressees: ['Sở Khoa học và Công nghệ'],
  recipients: [],
  ...rest,
});

const bases = [
  {
    number: '73/2019/NĐ-CP',
    date: '2019-09-05',
    title: 'Quy định quản lý đầu tư ứng dụng công nghệ thông tin sử dụng nguồn vốn ngân sách nhà nước',
  },
  {
    number: '82/2024/NĐ-CP',
    date: '2024-07-10',
    title: 'Sửa đổi, bổ sung một số điều của Nghị định số 73/2019/NĐ-CP',
  },
  {
    number: '04/2025/NQ-CP',
    date: '2025-08-20',
    title:
      'Nghị quyết tháo gỡ khó khăn, vướng mắc trong thực hiện dự án, nhiệm vụ công nghệ thông tin sử dụng ngân sách nhà nước',
  },
  {
    number: '18/2024/TT-BTTTT',
    date: '2024-12-30',
    title: 'Quy định về lập và quản lý chi phí đầu tư ứng dụng công nghệ thông tin',
  },
];
const decisionBases = [
  { number: '72/2025/QH15', date: '2025-06-16', title: 'Luật Tổ chức chính quyền địa phương' },
  { number: '83/2015/QH13', date: '2015-06-25', title: 'Luật Ngân sách nhà nước' },
  ...bases.slice(0, 3),
];

const specification =
  'Cấu hình tối thiểu theo hồ sơ kỹ thuật kèm theo hoặc tương đương; bảo hành 36 tháng tại nơi lắp đặt.';

/** An estimate of the sample data as it would be frozen. */
export const contentOf = (code: string): EstimateContent => {
  const given = estimates.find((one) => one.code === code)!;
  const lines = given.lines.map((line, i) =>
    computeLine({
      ...line,
      id: `${code}-${i + 1}`,
      justification: 'Cần cho nhiệm vụ được giao trong kế hoạch.',
      ...(line.category === 'HA_TANG' ? { specification } : {}),
    }),
  );
  const head = {
    fiscalYearFrom: given.fiscalYearFrom,
    fiscalYearTo: given.fiscalYearTo,
    documentDate: given.documentDate,
    legalBases: bases,
    necessity:
      'Thực hiện Kế hoạch của Ủy ban nhân dân thành phố triển khai Nghị quyết số 214/NQ-CP ngày 23 tháng 7 năm 2025 của Chính phủ, đơn vị được giao tạo lập, chuẩn hóa dữ liệu thuộc phạm vi quản lý, bảo đảm dữ liệu đúng, đủ, sạch, sống, thống nhất, dùng chung.\nDữ liệu hiện có được hình thành từ ba địa phương trước khi sắp xếp, chưa thống nhất về cấu trúc và chưa kết nối với nền tảng dùng chung của thành phố.',
    currentState:
      'Các hệ thống đang vận hành rời rạc; một phần hồ sơ còn ở dạng giấy; thiết bị được trang bị từ năm 2016 đến năm 2019, hết thời hạn bảo hành.',
    objectives:
      'Hoàn thành tạo lập, chuẩn hóa dữ liệu và đưa vào khai thác trên nền tảng dùng chung trong năm 2026.',
    scale: 'Thực hiện các hạng mục nêu tại Phụ lục I trên phạm vi toàn thành phố (103 xã, phường).',
    technicalSolution:
      'Kết nối, chia sẻ dữ liệu qua nền tảng tích hợp, chia sẻ dữ liệu của thành phố (LGSP); đặt tại Trung tâm dữ liệu thành phố; tuân thủ Khung kiến trúc số.',
    location: 'Thành phố Cần Thơ',
    startDate: '2025-10-15',
    endDate: '2026-12-31',
    expectedResults:
      'Giảm thời gian tra cứu, giải quyết thủ tục hành chính; dữ liệu được tạo lập một lần, dùng nhiều lần.',
    contingencyRate: given.contingencyRate,
    contingencyBase: given.contingencyBase,
    contingencyYearSplit: given.contingencyYearSplit,
  };
  return {
    kind: 'estimate',
    code,
    agency: { id: given.agencyRef, name: given.agency, kind: kindOf(given.agencyRef) },
    ruleset: 'ND73_82_NQ04',
    ...head,
    lines,
    totals: totalsOf({ ...head, lines }),
  };
};

const recipientsOf = (ref: string) =>
  kindOf(ref) === 'XA_PHUONG'
    ? ['Sở Khoa học và Công nghệ', 'TT. Đảng ủy, HĐND', 'Phòng Kinh tế, Hạ tầng và Đô thị']
    : ['Sở Tài chính', 'Giám đốc, các Phó Giám đốc', 'Phòng Kế hoạch - Tài chính'];

const estimateProposal = (code: string): DocumentSources['estimateProposal'] => {
  const content = contentOf(code);
  const ref = content.agency.id;
  return {
    issue: anIssue(ref, {
      symbol: `TTr-${symbolOf(ref)}`,
      recipients: recipientsOf(ref),
      ...(kindOf(ref) === 'XA_PHUONG'
        ? { addressees: ['Hội đồng nhân dân phường', 'Sở Khoa học và Công nghệ'] }
        : { filingUnit: 'KHTC' }),
    }),
    content,
  };
};

const dossier = {
  code: 'DT-2025-004',
  name: 'dự toán kinh phí chuyển đổi số giai đoạn 2025-2026',
  sender: 'Sở Y tế',
  incoming: { typeName: 'Tờ trình', number: '05/TTr-SYT', day: '2025-09-26' },
};
const letterIssue = anIssue('SKHCN', {
  symbol: 'SKHCN-CĐS',
  number: 215,
  day: '2025-10-01',
  signer: { name: 'Người Ký Thay', capacity: 'KT' },
  addressees: ['Sở Y tế'],
  recipients: ['Giám đốc (để báo cáo)'],
  filingUnit: 'CĐS',
});

const verdictsOf = (code: string, content: EstimateContent): LineVerdict[] =>
  decisions.decisions
    .find((one) => one.code === code)!
    .lineVerdicts.map(({ line, ...verdict }) => ({
      lineId: content.lines[line - 1]!.id,
      lineHash: '',
      by: 'reviewer',
      ...verdict,
    }));

/** What was reviewed of each sample estimate. */
export const summaries = (): EstimateSummary[] =>
  estimates.map(({ code, agencyRef }) => {
    const content = contentOf(code);
    const verdicts = verdictsOf(code, content);
    const reviewed: Totals = reviewedEstimate(content, verdicts).totals;
    return {
      case: code,
      code,
      agency: {
        id: agencyRef,
        name: content.agency.name,
        kind: content.agency.kind,
        order: orderOf(agencyRef),
      },
      ownMoney: content.lines.every((line) => line.fundingSource === 'NS_XA'),
      content: '',
      incoming: { number: `05/TTr-${symbolOf(agencyRef)}`, day: '2025-09-26' },
      requested: content.totals,
      reviewed,
      adjustmentReason:
        verdicts.length > 0 ? 'Giảm số lượng theo nhu cầu thực tế, tận dụng thiết bị hiện có' : '',
      priority: content.lines[0]!.priority,
      policeVerdict:
        agencyRef === 'VP'
          ? 'CO_DIEU_KIEN'
          : content.lines.some((line) => (line.securityLevel ?? 0) > 2)
            ? 'THONG_NHAT'
            : 'CHUA_CO',
      overlapKeys: [],
      norms: [],
    };
  });

const consolidationReport = (): DocumentSources['consolidationReport'] => ({
  issue: anIssue('SKHCN', {
    symbol: 'BC-SKHCN',
    number: 128,
    day: '2025-10-08',
    addressees: ['Sở Tài chính'],
    recipients: ['UBND thành phố (để báo cáo)', 'Công an thành phố'],
    filingUnit: 'CĐS',
  }),
  round: { name: round, submissionDue: '2025-09-30' },
  bases,
  rows: summaries(),
  sent: { expected: 122, onTime: 11, nil: 3 },
  late: [{ agency: 'Sở Giáo dục và Đào tạo', workingDays: 4 }],
  overlaps: decisions.overlaps.map(({ key, codes, reason }) => ({
    by: 'Sở Khoa học và Công nghệ',
    name: key,
    codes,
    decision: 'Bổ sung cho nhau',
    reason,
  })),
  reviewedElsewhere: [],
  difficulties: 'Một số đơn vị chưa xác định được định mức số hóa; cần hướng dẫn thống nhất.',
});

/** What the city's decision approves. */
const decided = () => cityRows().filter((one) => one.approved > 0);
const cityRows = () => decisions.decisions.filter((one) => one.path === 'cityMoney');
const results = (failing: boolean): CriterionResult[] => [
  { code: 'TD01', result: 'DAT' },
  { code: 'TD02', result: 'DAT' },
  {
    code: 'TD05',
    result: failing ? 'KHONG_DAT' : 'DAT',
    ...(failing ? { comment: 'Tỷ lệ dự phòng cao hơn mức cần thiết.' } : {}),
  },
  { code: 'TD07', result: 'DAT' },
  { code: 'TD08', result: 'DAT' },
  { code: 'TD10', result: 'DAT' },
  { code: 'TD11', result: 'KHONG_AP_DUNG' },
];

const appraisalReport = (): DocumentSources['appraisalReport'] => ({
  issue: anIssue('STC', {
    symbol: 'BC-STC',
    number: 301,
    day: '2025-10-24',
    addressees: ['Ủy ban nhân dân thành phố Cần Thơ'],
    recipients: ['Sở Khoa học và Công nghệ', 'Văn phòng UBND thành phố'],
    filingUnit: 'HCSN',
  }),
  round,
  bases: decisionBases,
  consolidation: { agency: 'Sở Khoa học và Công nghệ', number: '128/BC-SKHCN', day: '2025-10-08' },
  rows: cityRows().map(({ code, reviewed, appraised, parties }) => ({
    agency: contentOf(code).agency.name,
    code,
    proposed: reviewed,
    appraised,
    ...(appraised === reviewed ? {} : { reason: 'Giảm tỷ lệ dự phòng còn 8%' }),
    criteria: results(appraised !== reviewed),
    ...(parties?.appraiser ? { appraiser: 'Văn phòng UBND thành phố' } : {}),
  })),
  forInformation: decisions.decisions
    .filter((one) => one.path === 'ownMoney')
    .map(({ code, reviewed }) => ({ agency: contentOf(code).agency.name, code, amount: reviewed })),
  opinions: [
    { agency: 'Công an thành phố', text: 'Thống nhất, đề nghị hoàn thành hồ sơ cấp độ trước khi vận hành.' },
  ],
  balance: [
    { source: 'NSTP_CTX', available: 38_000_000_000, needed: 37_000_000_000 },
    { source: 'NSTP_DTPT', available: 60_000_000_000, needed: 73_000_000_000 },
  ],
  submitTo: 'Ủy ban nhân dân thành phố Cần Thơ',
});

const cells = (bySourceYear: Record<string, Money>): FundedCell[] =>
  Object.entries(bySourceYear).map(([cell, amount]) => {
    const [source, year] = cell.split('/') as [FundingSource, string];
    return { source, year: Number(year), amount };
  });

const allocatedRows = (): FundedRow[] =>
  cityRows()
    .filter((one) => one.allocated > 0)
    .map(({ code, approved, allocatedByYear, fundingSource }) => ({
      agency: contentOf(code).agency.name,
      code,
      ceiling: approved,
      cells: Object.entries(allocatedByYear).map(([year, amount]) => ({
        source: fundingSource,
        year: Number(year),
        amount,
      })),
    }));

const allocationProposal = (): DocumentSources['allocationProposal'] => ({
  issue: anIssue('STC', {
    symbol: 'TTr-STC',
    number: 579,
    day: '2025-11-03',
    addressees: ['Ủy ban nhân dân thành phố Cần Thơ'],
    recipients: ['Văn phòng UBND thành phố', 'Sở Khoa học và Công nghệ'],
    filingUnit: 'HCSN',
  }),
  round,
  bases: decisionBases,
  approvals: [
    {
      ...{ typeName: 'Quyết định', number: '3109/QĐ-UBND', day: '2025-10-30' },
      estimates: decided().length,
      approved: decided().reduce((total, { approved }) => total + approved, 0),
      givenBefore: 0,
    },
  ],
  rows: allocatedRows(),
  envelopes: Object.entries(decisions.envelopes).flatMap(([source, years]) =>
    Object.entries(years).map(([year, amount]) => ({
      source: source as FundingSource,
      year: Number(year),
      amount,
      taken: 0,
    })),
  ),
  submitTo: 'Ủy ban nhân dân thành phố Cần Thơ',
});

const approvalProposal = (): DocumentSources['approvalProposal'] => ({
  issue: anIssue('STC', {
    symbol: 'TTr-STC',
    number: 571,
    day: '2025-10-24',
    addressees: ['Ủy ban nhân dân thành phố Cần Thơ'],
    recipients: ['Văn phòng UBND thành phố', 'Sở Khoa học và Công nghệ'],
    filingUnit: 'HCSN',
  }),
  round,
  bases: decisionBases,
  report: { number: '301/BC-STC', day: '2025-10-24' },
  consolidation: { agency: 'Sở Khoa học và Công nghệ', number: '128/BC-SKHCN', day: '2025-10-08' },
  rows: cityRows().map(({ code, reviewed, appraised }) => ({
    agency: contentOf(code).agency.name,
    code,
    ceiling: reviewed,
    cells: cells(bySourceYearInProportion(appraised, contentOf(code).totals)),
  })),
  submitTo: 'Ủy ban nhân dân thành phố Cần Thơ',
});

const decision = (): DocumentSources['decision'] => ({
  issue: anIssue('UBND', {
    symbol: 'QĐ-UBND',
    number: 3109,
    day: '2025-10-30',
    signer: { name: 'Phó Chủ Tịch Thử', capacity: 'KT' },
    addressees: [],
    recipients: [
      'TT. Thành ủy, TT. HĐND thành phố',
      'Chủ tịch, các Phó Chủ tịch UBND thành phố',
      'Kho bạc Nhà nước khu vực XIX',
    ],
    filingUnit: 'TH',
  }),
  about: 'approval',
  round,
  bases: decisionBases,
  proposal: { by: 'Giám đốc Sở Tài chính', typeName: 'Báo cáo', number: '301/BC-STC', day: '2025-10-24' },
  rows: decided().map(({ code, appraised, approved, reason }) => ({
    agency: contentOf(code).agency.name,
    code,
    ceiling: appraised,
    cells: cells(bySourceYearInProportion(approved, contentOf(code).totals)),
    ...(reason ? { note: reason } : {}),
  })),
  declined: [
    {
      agency: 'Sở Văn hóa, Thể thao và Du lịch',
      code: 'DT-2025-009',
      reason: 'Thay thế thiết bị từ nguồn chi thường xuyên được giao.',
    },
  ],
  executors: ['Sở Khoa học và Công nghệ', 'Sở Y tế'],
});

/** Every type with realistic data. */
export const samples = {
  estimateProposal: () => estimateProposal('DT-2025-003'),
  communeProposal: () => estimateProposal('DT-2025-012'),
  returnLetter: (): DocumentSources['returnLetter'] => ({
    issue: letterIssue,
    dossier,
    reason: 'Một số hạng mục chưa có căn cứ định giá; số lượng trong thuyết minh chưa khớp với bảng dự toán.',
    points: [
      {
        name: 'Dòng 1: Tạo lập dữ liệu hồ sơ sức khỏe điện tử',
        reason: 'Bổ sung 03 báo giá hoặc định mức áp dụng.',
      },
      {
        name: 'Dòng 2: Máy trạm cho 95 trạm y tế',
        reason: 'Thống nhất số lượng giữa thuyết minh và bảng dự toán.',
      },
    ],
    contact: 'Phòng Chuyển đổi số, Sở Khoa học và Công nghệ',
    resubmitBy: '2025-10-08',
  }),
  supplementLetter: (): DocumentSources['supplementLetter'] => ({
    issue: {
      ...letterIssue,
      number: 9,
      day: '2025-02-03',
      signer: { name: 'Người Thừa Lệnh', capacity: 'TL', title: 'TRƯỞNG PHÒNG CHUYỂN ĐỔI SỐ' },
    },
    dossier,
    reason: 'Hồ sơ chưa có hồ sơ đề xuất cấp độ an toàn thông tin.',
    points: [
      {
        name: 'Hồ sơ đề xuất cấp độ',
        reason: 'Theo quy định về bảo đảm an toàn hệ thống thông tin theo cấp độ.',
      },
    ],
    contact: 'Phòng Chuyển đổi số, Sở Khoa học và Công nghệ',
    due: '2025-02-10',
  }),
  consolidationReport,
  appraisalReport,
  approvalProposal,
  allocationProposal,
  decision,
};
