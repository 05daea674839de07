import { fundingSources, type FundingSource } from '../../../workflows/content.js';
import type { Day, Money } from '../../../workflows/vocabulary.js';
import { count, money, percent, withUnit } from '../format.js';
import type { Issue } from '../issue.js';
import { criteria, labels, type Criterion } from '../labels.js';
import { basisLine, basisLines, type LegalBasis } from '../legalBasis.js';
import { cite, lowerFirst, paperOf, paragraphs, type Paper } from '../paper.js';
import { layTable, pageWidth, tableSizes, type Layout } from '../columns.js';
import { amountInWords } from '../words.js';
import { nothing } from './tables.js';

/** One criterion as it was answered for one estimate. */
export interface CriterionResult {
  readonly code: Criterion;
  readonly result: 'DAT' | 'KHONG_DAT' | 'KHONG_AP_DUNG';
  readonly comment?: string;
}

/** Finance's result for one estimate of city money. */
export interface AppraisedRow {
  readonly agency: string;
  readonly code: string;
  /** What the reviewer sent: the amount after review. */
  readonly proposed: Money;
  readonly appraised: Money;
  /** Needed where the amounts differ. */
  readonly reason?: string;
  readonly criteria: readonly CriterionResult[];
  /** Who appraised instead of Finance, because Finance owns the estimate (R27). */
  readonly appraiser?: string;
}

/** What the report is made from. */
export interface AppraisalReportSource {
  readonly issue: Issue;
  readonly round: string;
  readonly bases: readonly LegalBasis[];
  /** The reviewer's report. */
  readonly consolidation: { readonly agency: string; readonly number: string; readonly day: Day };
  readonly rows: readonly AppraisedRow[];
  /** Communes' own money, told for information: no appraisal, no decision of the city. */
  readonly forInformation: readonly {
    readonly agency: string;
    readonly code: string;
    readonly amount: Money;
  }[];
  readonly opinions: readonly { readonly agency: string; readonly text: string }[];
  readonly balance: readonly {
    readonly source: FundingSource;
    readonly available: Money;
    readonly needed: Money;
  }[];
  /** Who decides: `Ủy ban nhân dân thành phố Cần Thơ`. */
  readonly submitTo: string;
}

/** Báo cáo kết quả thẩm định; every text final. */
export interface AppraisalReportView extends Paper {
  readonly round: string;
  readonly bases: readonly string[];
  readonly consolidation: string;
  readonly consolidationAgency: string;
  readonly count: string;
  readonly proposed: string;
  readonly proposedInWords: string;
  readonly appraised: string;
  readonly appraisedInWords: string;
  readonly difference: string;
  readonly opinions: readonly { readonly agency: string; readonly text: string }[];
  readonly criteria: readonly {
    readonly code: string;
    readonly name: string;
    readonly passed: string;
    readonly failed: string;
    readonly notApplied: string;
    readonly comment: string;
  }[];
  readonly rowLayout: Layout;
  readonly balanceLayout: Layout;
  readonly rows: readonly {
    readonly no: string;
    readonly agency: string;
    readonly code: string;
    readonly proposed: string;
    readonly appraised: string;
    readonly difference: string;
    readonly reason: string;
  }[];
  readonly substitutes: readonly { readonly agency: string; readonly appraiser: string }[];
  readonly balance: readonly {
    readonly name: string;
    readonly available: string;
    readonly needed: string;
    readonly verdict: string;
  }[];
  readonly forInformation: readonly {
    readonly agency: string;
    readonly code: string;
    readonly amount: string;
  }[];
  readonly submitTo: string;
}

const sum = (rows: readonly AppraisedRow[], of: 'proposed' | 'appraised'): Money =>
  rows.reduce((total, row) => total + row[of], 0);

/** All that was said about one criterion, with the agency it was said about. */
const remarks = (rows: readonly AppraisedRow[], code: Criterion): string =>
  rows
    .flatMap(({ agency, criteria: results }) =>
      results
        .filter((result) => result.code === code && result.comment)
        .map((result) => `${agency}: ${paragraphs(result.comment).join(' ').replace(/[.;]$/, '')}`),
    )
    .join('; ') || nothing;

/** Builds the report. @throws {RangeError} when an amount rose, or fell without a reason */
export const appraisalReportView = (source: AppraisalReportSource): AppraisalReportView => {
  const { issue, rows, consolidation } = source;
  const round = lowerFirst(source.round);
  const unexplained = rows.find(
    ({ proposed, appraised, reason }) => appraised > proposed || (appraised !== proposed && !reason?.trim()),
  );
  if (unexplained)
    throw new RangeError(`Appraised amount of ${unexplained.code} needs a reason or is too high.`);
  const used = criteria.filter((code) =>
    rows.some((row) => row.criteria.some((result) => result.code === code)),
  );
  const proposed = sum(rows, 'proposed');
  const appraised = sum(rows, 'appraised');
  const balance = [...source.balance]
    .sort((a, b) => fundingSources.indexOf(a.source) - fundingSources.indexOf(b.source))
    .map(({ source: key, available, needed }) => ({
      name: labels.fundingSource[key],
      available: money(available),
      needed: money(needed),
      verdict:
        needed <= available
          ? 'Trong hạn mức của đợt'
          : `Thiếu nguồn ${withUnit(money(needed - available), 'đồng')} (${percent((100 * (needed - available)) / needed)})`,
    }));
  return {
    ...paperOf(issue, {
      typeName: 'Báo cáo',
      subject: `Kết quả thẩm định dự toán kinh phí chuyển đổi số ${round}`,
    }),
    round,
    bases: basisLines(source.bases.map(basisLine)),
    consolidation: cite('Báo cáo', consolidation.number, consolidation.day),
    consolidationAgency: consolidation.agency,
    count: count(rows.length),
    proposed: money(proposed),
    proposedInWords: amountInWords(proposed),
    appraised: money(appraised),
    appraisedInWords: amountInWords(appraised),
    difference: money(appraised - proposed),
    opinions: source.opinions.map(({ agency, text }) => ({ agency, text: paragraphs(text).join(' ') })),
    criteria: used.map((code) => {
      const results = rows.flatMap((row) => row.criteria.filter((result) => result.code === code));
      const having = (result: CriterionResult['result']) =>
        String(results.filter((one) => one.result === result).length);
      return {
        code,
        name: labels.criterion[code],
        passed: having('DAT'),
        failed: having('KHONG_DAT'),
        notApplied: having('KHONG_AP_DUNG'),
        comment: remarks(rows, code),
      };
    }),
    rowLayout: layTable(
      pageWidth.portrait,
      [
        { fixed: 11 },
        { text: 28 },
        { figures: [money(proposed)], usual: 31 },
        { figures: [money(appraised)], usual: 31 },
        { figures: [money(appraised - proposed)], usual: 28 },
        { text: 22, holds: rows.map(({ reason }) => reason ?? '') },
      ],
      tableSizes.text,
    ),
    balanceLayout: layTable(
      pageWidth.portrait,
      [
        { text: 30 },
        { figures: source.balance.map(({ available }) => money(available)), usual: 36 },
        { figures: source.balance.map(({ needed }) => money(needed)), usual: 36 },
        { text: 40, share: 0.3, holds: balance.map(({ verdict }) => verdict) },
      ],
      tableSizes.text,
    ),
    rows: rows.map((row, i) => ({
      no: String(i + 1),
      agency: row.agency,
      code: row.code,
      proposed: money(row.proposed),
      appraised: money(row.appraised),
      difference: money(row.appraised - row.proposed),
      reason: paragraphs(row.reason).join(' ') || nothing,
    })),
    substitutes: rows.flatMap(({ agency, appraiser }) => (appraiser ? [{ agency, appraiser }] : [])),
    balance,
    forInformation: source.forInformation.map(({ agency, code, amount }) => ({
      agency,
      code,
      amount: money(amount),
    })),
    submitTo: source.submitTo,
  };
};
