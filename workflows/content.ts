import type { AgencyKind, Day, Hash, Money } from './vocabulary.js';

/** Spending categories: those of departments, then those of communes (plan III.4a). */
export const categories = [
  'CO_SO_DU_LIEU',
  'PHAN_MEM',
  'HA_TANG',
  'ATTT',
  'NHIEM_VU_KHAC',
  'SO_HOA',
  'CHUYEN_DOI',
  'XAY_DUNG_DU_LIEU',
  'CAP_NHAT',
] as const;
export type Category = (typeof categories)[number];

/** How a task's money must be spent (NĐ 73/2019 Art. 51). */
export const routes = [
  'A_PURCHASE',
  'B_OUTLINE',
  'C_PROJECT',
  'D_RENT_MARKET',
  'E_RENT_CUSTOM',
  'F_PUBLIC_INVESTMENT',
] as const;
export type Route = (typeof routes)[number];

export const costGroups = ['XAY_LAP', 'THIET_BI', 'QUAN_LY', 'TU_VAN', 'KHAC'] as const;
export const spendForms = [
  'MUA_SAM',
  'XAY_DUNG_MOI',
  'NANG_CAP',
  'THUE_DICH_VU_SAN_CO',
  'THUE_DICH_VU_RIENG',
  'VAN_HANH_BAO_TRI',
  'SO_HOA',
  'DAO_TAO',
] as const;
export const vatRates = ['KCT', 0, 5, 8, 10] as const;
export const pricingBases = [
  'BAO_GIA',
  'TRUNG_THAU_TUONG_TU',
  'THAM_DINH_GIA',
  'GIA_NIEM_YET',
  'DINH_MUC',
  'QD_671',
  'CHUYEN_GIA',
] as const;
export const fundingSources = [
  'NSTW',
  'NSTP_CTX',
  'NSTP_DTPT',
  'NS_XA',
  'NGUON_THU_HOP_PHAP',
  'XA_HOI_HOA',
  'PPP',
] as const;
export type FundingSource = (typeof fundingSources)[number];
export const priorities = ['CAP_BACH', 'CAO', 'TRUNG_BINH'] as const;

export interface YearAmount {
  readonly year: number;
  readonly amount: Money;
}

/** One line as its author gives it. `id` stays the same through all revisions. Prices are before VAT, in đồng. */
export interface LineInput {
  readonly id: string;
  readonly category: Category;
  readonly route: Route;
  readonly planTaskRef: string;
  readonly name: string;
  readonly specification?: string;
  readonly costGroup: (typeof costGroups)[number];
  readonly spendForm: (typeof spendForms)[number];
  readonly unit: string;
  /** At most three decimals. */
  readonly quantity: number;
  readonly unitPrice: Money;
  /** `KCT` (not subject to VAT) differs from 0 %. */
  readonly vatRate: (typeof vatRates)[number];
  readonly pricingBasis: (typeof pricingBases)[number];
  readonly quotations?: readonly { supplier: string; number?: string; date: Day; amount: Money }[];
  readonly priceEvidence?: readonly { date: Day; amount: Money }[];
  /** Why the price stands although a lower one is known (R18). */
  readonly priceExplanation?: string;
  readonly fundingSource: FundingSource;
  readonly loaiKhoan?: string;
  readonly tieuMuc?: string;
  readonly yearSplit: readonly YearAmount[];
  readonly systemRef: string | null;
  readonly scopeKey?: string;
  readonly normRef?: string;
  readonly securityLevel: number | null;
  readonly priority: (typeof priorities)[number];
  readonly justification: string;
  readonly sizing?: { contingency?: Money };
}

/** What the server computes of a line; an author or a file may state them along, and is told what differs (R01). */
export const lineAmounts = ['amount', 'vatAmount', 'amountAfterVat'] as const;

/** A line with what the server computed: đồng, rounded half up per line. */
export interface Line extends LineInput {
  /** round(quantity × unitPrice) */
  readonly amount: Money;
  readonly vatAmount: Money;
  readonly amountAfterVat: Money;
}

/** The head of an estimate as its author gives it. */
export interface HeaderInput {
  readonly fiscalYearFrom: number;
  readonly fiscalYearTo: number;
  readonly documentDate: Day;
  readonly legalBases: readonly { number: string; date: Day; title: string }[];
  readonly necessity: string;
  readonly currentState?: string;
  readonly objectives: string;
  readonly scale: string;
  readonly technicalSolution?: string;
  readonly location: string;
  readonly startDate: Day;
  readonly endDate: Day;
  readonly expectedResults: string;
  /** Percent, at most two decimals. */
  readonly contingencyRate: number;
  readonly contingencyBase: 'PRE_VAT' | 'POST_VAT';
  readonly contingencyYearSplit: readonly YearAmount[];
  readonly chapterCode?: string;
  readonly budgetUnitCode?: string;
}

/** What an author edits: header and lines, no totals. */
export interface EstimateInput extends HeaderInput {
  readonly lines: readonly LineInput[];
}

/** Sums in đồng; `byCategory` is after VAT without contingency, the others include contingency. */
export interface Totals {
  readonly subtotal: Money;
  readonly vatTotal: Money;
  readonly contingencyAmount: Money;
  readonly grandTotal: Money;
  readonly byCategory: Readonly<Partial<Record<Category, Money>>>;
  readonly bySource: Readonly<Partial<Record<FundingSource, Money>>>;
  readonly byYear: Readonly<Record<string, Money>>;
  /** `<source>/<year>` → đồng; its margins are bySource and byYear. */
  readonly bySourceYear: Readonly<Record<string, Money>>;
}

/** An estimate as frozen at SEND_UP: immutable, named by its hash. */
export interface EstimateContent extends HeaderInput {
  readonly kind: 'estimate';
  readonly code: string;
  readonly agency: { readonly id: string; readonly name: string; readonly kind: AgencyKind };
  readonly ruleset: string;
  readonly lines: readonly Line[];
  readonly totals: Totals;
}

/** The reviewer's verdict on one line, bound to the line as it was read. */
export interface LineVerdict {
  readonly lineId: string;
  /** Hash of the line it judges; an edited line loses its verdict. */
  readonly lineHash: Hash;
  readonly verdict: 'accept' | 'reduce' | 'exclude' | 'return';
  /** For `reduce`: what remains; absent means as requested. */
  readonly quantity?: number;
  readonly unitPrice?: Money;
  readonly reason?: string;
  /** Why more than requested is proposed; without it reviewed ≤ requested (R23). */
  readonly increaseReason?: string;
  readonly by: string;
}

/** What ACCEPT stores of an estimate for the consolidation: đồng, and the keys by which overlaps are found. */
export interface EstimateSummary {
  readonly case: string;
  readonly code: string;
  readonly agency: {
    readonly id: string;
    readonly name: string;
    readonly kind: AgencyKind;
    readonly order: number;
  };
  readonly ownMoney: boolean;
  readonly content: Hash;
  readonly incoming: { readonly number: string; readonly day: Day };
  readonly requested: Totals;
  readonly reviewed: Totals;
  readonly adjustmentReason: string;
  readonly priority: (typeof priorities)[number];
  readonly policeVerdict: 'THONG_NHAT' | 'CO_DIEU_KIEN' | 'KHONG_THONG_NHAT' | 'CHUA_CO';
  readonly overlapKeys: readonly OverlapKey[];
  readonly norms: readonly { normRef: string; unit: string; unitPrice: Money; lineId: string }[];
}

/** By what a line may overlap with another agency's (R07): a system or a data scope, in the years with money. */
export interface OverlapKey {
  readonly key: string;
  readonly by: 'systemRef' | 'scopeKey';
  readonly lineId: string;
  readonly lineName: string;
  readonly spendForm: (typeof spendForms)[number];
  readonly years: readonly number[];
  readonly amount: Money;
}

/** Criteria of an appraisal of estimates (TT 03/2020 Art. 7.3, NĐ 224/2026 Art. 50.4 and 66.7). */
export const appraisalCriteria = [
  'TD01',
  'TD02',
  'TD03',
  'TD04',
  'TD05',
  'TD06',
  'TD07',
  'TD08',
  'TD09',
  'TD10',
  'TD11',
  'TD12',
] as const;
