import { type LegalInstrument, legalInstruments } from './legalBases.js';
import type { Day, Money } from './vocabulary.js';

/** A number of the law and where it stands. `sure: false`: no source confirmed it; an editable default. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
  readonly sure?: false;
}

/** A time limit: a date of the round, working days from a start, or before a day of each month (exclusive). */
export type Deadline = Sourced<
  | { by: 'date'; day: Day }
  | { by: 'workingDays'; days: number }
  | { by: 'beforeDayOfMonth'; dayOfMonth: number }
>;

/** What the law asked at a time: thresholds in đồng, percents, months, working days. */
export interface Ruleset {
  readonly id: string;
  /** First and last decision day; `to` null: current. */
  readonly from: Day;
  readonly to: Day | null;
  readonly title: string;
  readonly thresholds: {
    /** Building or upgrading up to this task total is an ordinary purchase (route A). Null: no such threshold. */
    readonly purchaseUpTo: Sourced<Money | null>;
    /** Up to this task total by outline and detailed estimate (route B), above it a project (C). Null: always C. */
    readonly outlineUpTo: Sourced<Money | null>;
    /** Whether a task declared B above the limit is told to change to C as a rule of its own (R12). */
    readonly outlineMustChange: Sourced<boolean>;
    readonly oneStepDesignUpTo: Sourced<Money>;
    readonly contingencyCapPercent: Sourced<number>;
    readonly priceEvidenceMonths: Sourced<number>;
    readonly quotations: Sourced<number>;
    readonly nameSimilarity: Sourced<number>;
    readonly priceOutlierPercent: Sourced<number>;
    readonly priceOutlierSubmissions: Sourced<number>;
    readonly cityWideSecurityLevel: Sourced<number>;
    readonly rowsPerEstimate: Sourced<number>;
  };
  readonly deadlines: {
    readonly submission: Deadline;
    readonly consolidation: Deadline;
    readonly appraisal: Deadline;
    readonly monthlyReport: Deadline;
    readonly supplement: Deadline;
    readonly outlineAppraisal: Deadline;
    readonly outlineApproval: Deadline;
    readonly issueAfterSigning: Deadline;
  };
  /** VAT rates and when each may be used; `KCT`: not subject to VAT. */
  readonly vatRates: readonly (Sourced<'KCT' | number> & { readonly from: Day; readonly to: Day | null })[];
  /** Words without weight when names of lines are compared (R06), with their marks: `tại` is none, `tài` is. */
  readonly stopWords: readonly string[];
  readonly legalBases: readonly LegalInstrument[];
}

/** No rule set is in force that day, or the id names none. */
export class RulesetError extends Error {
  constructor(
    readonly code: 'RULESET_UNKNOWN' | 'RULESET_NONE',
    readonly found: string,
  ) {
    super(
      code === 'RULESET_UNKNOWN'
        ? `${code}: không có bộ quy tắc "${found}"; có: ${rulesets.map(({ id }) => id).join(', ')}`
        : `${code}: chưa có bộ quy tắc cho ngày ${found}; sớm nhất là ${rulesets[0]?.from ?? ''}`,
    );
    this.name = 'RulesetError';
  }
}

const proposal = 'Đề xuất thiết kế, cấu hình được';
const million = 1_000_000;
const plan = 'Kế hoạch của UBND thành phố ngày 22/9/2025, mục III.4.a';

const nd73: Ruleset = {
  id: 'ND73',
  from: '2020-01-01',
  to: '2024-07-09',
  title: 'Nghị định 73/2019/NĐ-CP',
  thresholds: {
    purchaseUpTo: { value: 200 * million, source: 'NĐ 73/2019/NĐ-CP Điều 51' },
    outlineUpTo: { value: 15_000 * million, source: 'NĐ 73/2019/NĐ-CP Điều 51' },
    outlineMustChange: { value: true, source: 'NĐ 73/2019/NĐ-CP Điều 51' },
    oneStepDesignUpTo: { value: 15_000 * million, source: 'NĐ 73/2019/NĐ-CP' },
    contingencyCapPercent: { value: 10, source: 'TT 03/2020/TT-BTTTT (đề cương và dự toán chi tiết)' },
    priceEvidenceMonths: { value: 12, source: 'TT 03/2020/TT-BTTTT' },
    quotations: { value: 3, source: 'Thông lệ xác định giá theo báo giá', sure: false },
    nameSimilarity: { value: 0.85, source: proposal },
    priceOutlierPercent: { value: 20, source: proposal },
    priceOutlierSubmissions: { value: 3, source: proposal },
    cityWideSecurityLevel: { value: 3, source: 'NĐ 85/2016/NĐ-CP' },
    rowsPerEstimate: { value: 1_000, source: proposal },
  },
  deadlines: {
    submission: { value: { by: 'date', day: '2025-09-30' }, source: plan },
    consolidation: { value: { by: 'date', day: '2025-09-30' }, source: plan },
    appraisal: { value: { by: 'date', day: '2025-10-31' }, source: plan },
    monthlyReport: { value: { by: 'beforeDayOfMonth', dayOfMonth: 20 }, source: plan },
    supplement: { value: { by: 'workingDays', days: 5 }, source: 'TT 03/2020/TT-BTTTT' },
    outlineAppraisal: { value: { by: 'workingDays', days: 15 }, source: 'TT 03/2020/TT-BTTTT' },
    outlineApproval: { value: { by: 'workingDays', days: 3 }, source: 'TT 03/2020/TT-BTTTT' },
    issueAfterSigning: { value: { by: 'workingDays', days: 1 }, source: 'NĐ 30/2020/NĐ-CP Điều 18' },
  },
  vatRates: [
    { value: 'KCT', from: '2014-01-01', to: null, source: 'Luật Thuế GTGT, đối tượng không chịu thuế' },
    { value: 0, from: '2009-01-01', to: null, source: 'Luật Thuế GTGT' },
    { value: 5, from: '2009-01-01', to: null, source: 'Luật Thuế GTGT' },
    { value: 8, from: '2025-07-01', to: '2026-12-31', source: 'Giảm thuế GTGT 2025–2026', sure: false },
    { value: 10, from: '2009-01-01', to: null, source: 'Luật Thuế GTGT' },
  ],
  stopWords: ['và', 'của', 'cho', 'các', 'tại', 'theo', 'về', 'đến', 'trên', 'trong', 'từ'],
  legalBases: legalInstruments,
};

const nd73And82: Ruleset = {
  ...nd73,
  id: 'ND73_82',
  from: '2024-07-10',
  to: '2025-08-19',
  title: 'Nghị định 73/2019/NĐ-CP, sửa đổi bởi Nghị định 82/2024/NĐ-CP',
  thresholds: {
    ...nd73.thresholds,
    purchaseUpTo: { value: 200 * million, source: 'NĐ 73/2019/NĐ-CP Điều 51, NĐ 82/2024/NĐ-CP', sure: false },
    outlineUpTo: {
      value: 15_000 * million,
      source: 'NĐ 73/2019/NĐ-CP Điều 51, NĐ 82/2024/NĐ-CP',
      sure: false,
    },
  },
};

const nd73And82AndNq04: Ruleset = {
  ...nd73And82,
  id: 'ND73_82_NQ04',
  from: '2025-08-20',
  to: '2026-02-28',
  title: 'Nghị định 73/2019/NĐ-CP, Nghị định 82/2024/NĐ-CP và Nghị quyết 04/2025/NQ-CP',
  thresholds: {
    ...nd73And82.thresholds,
    oneStepDesignUpTo: { value: 20_000 * million, source: 'Nghị quyết 04/2025/NQ-CP' },
  },
};

const nd45: Ruleset = {
  ...nd73And82AndNq04,
  id: 'ND45',
  from: '2026-03-01',
  to: '2026-06-30',
  title: 'Nghị định 45/2026/NĐ-CP',
  thresholds: {
    ...nd73And82AndNq04.thresholds,
    purchaseUpTo: { value: 200 * million, source: 'NĐ 45/2026/NĐ-CP Điều 27–28', sure: false },
    outlineUpTo: { value: 15_000 * million, source: 'NĐ 45/2026/NĐ-CP Điều 27–28', sure: false },
    outlineMustChange: { value: false, source: 'NĐ 45/2026/NĐ-CP', sure: false },
    oneStepDesignUpTo: { value: 20_000 * million, source: 'NĐ 45/2026/NĐ-CP' },
  },
};

const nd224: Ruleset = {
  ...nd45,
  id: 'ND224',
  from: '2026-07-01',
  to: null,
  title: 'Nghị định 224/2026/NĐ-CP',
  thresholds: {
    ...nd45.thresholds,
    purchaseUpTo: { value: null, source: 'NĐ 224/2026/NĐ-CP Điều 66: không có ngưỡng' },
    outlineUpTo: { value: null, source: 'NĐ 224/2026/NĐ-CP Điều 66: xây dựng, nâng cấp là dự án' },
    outlineMustChange: { value: false, source: 'NĐ 224/2026/NĐ-CP Điều 66' },
    oneStepDesignUpTo: { value: 20_000 * million, source: 'NĐ 224/2026/NĐ-CP' },
  },
  deadlines: {
    ...nd45.deadlines,
    outlineAppraisal: { value: { by: 'workingDays', days: 20 }, source: 'NĐ 224/2026/NĐ-CP Điều 66' },
    outlineApproval: { value: { by: 'workingDays', days: 3 }, source: 'NĐ 224/2026/NĐ-CP Điều 66' },
  },
};

/** All rule sets, oldest first, without gaps between their days. */
export const rulesets: readonly Ruleset[] = [nd73, nd73And82, nd73And82AndNq04, nd45, nd224];

/**
 * The rule set in force on a day; a case keeps the one of its birth.
 * @throws {RulesetError} RULESET_NONE before the first one
 */
export const rulesetOn = (day: Day): Ruleset => {
  const found = rulesets.find(({ from, to }) => from <= day && (to === null || day <= to));
  if (!found) throw new RulesetError('RULESET_NONE', day);
  return found;
};

/**
 * The rule set of that id.
 * @throws {RulesetError} RULESET_UNKNOWN
 */
export const rulesetById = (id: string): Ruleset => {
  const found = rulesets.find((ruleset) => ruleset.id === id);
  if (!found) throw new RulesetError('RULESET_UNKNOWN', id);
  return found;
};
