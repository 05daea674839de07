import type { EstimateInput, LineInput, Totals, YearAmount } from '../../workflows/content.js';
import type { AgencyKind, Day, Money } from '../../workflows/vocabulary.js';
import agencies from './canTho/agencies.json' with { type: 'json' };
import estimates from './canTho/estimates.json' with { type: 'json' };
import { headTexts, lineTexts } from './sampleTexts.js';

type Row = {
  code: string;
  agencyRef: string;
  agency: string;
  fiscalYearFrom: number;
  fiscalYearTo: number;
  contingencyRate: number;
  contingencyBase: 'PRE_VAT' | 'POST_VAT';
  contingencyYearSplit: YearAmount[];
  lines: (Omit<LineInput, 'id' | 'justification'> & {
    amount: Money;
    vatAmount: Money;
    amountAfterVat: Money;
  })[];
  subtotal: Money;
  vatTotal: Money;
  contingencyAmount: Money;
  grandTotal: Money;
  years: Record<string, Money>;
  documentDate: Day;
  submittedOn: Day;
};

/** An estimate of the demonstration city as its agency types it, and what must come out, đồng. */
export interface SampleEstimate {
  readonly code: string;
  readonly agency: {
    readonly id: string;
    readonly name: string;
    readonly kind: AgencyKind;
    readonly order: number;
  };
  readonly input: EstimateInput;
  readonly expected: Pick<Totals, 'subtotal' | 'vatTotal' | 'contingencyAmount' | 'grandTotal' | 'byYear'>;
  readonly submittedOn: Day;
}

const agencyOf = (ref: string, name: string): SampleEstimate['agency'] & { place: string } => {
  const department = agencies.departments.find(({ symbol }) => symbol === ref);
  const place = 'Thành phố Cần Thơ';
  if (department)
    return { id: ref, name, kind: department.kind as AgencyKind, order: department.order, place };
  const at = agencies.communes.findIndex(({ code }) => code === ref);
  const commune = agencies.communes[at];
  return {
    id: ref,
    name,
    kind: 'XA_PHUONG',
    // Communes follow the departments.
    order: agencies.departments.length + 1 + at,
    place: commune ? `${commune.name}, thành phố Cần Thơ` : place,
  };
};

const lineOf = (line: Row['lines'][number], index: number): LineInput => {
  const { amount: _amount, vatAmount: _vatAmount, amountAfterVat: _amountAfterVat, ...typed } = line;
  return { id: `L${index + 1}`, ...typed, ...lineTexts(typed) };
};

const sampleOf = (row: Row): SampleEstimate => {
  const { place, ...agency } = agencyOf(row.agencyRef, row.agency);
  const { fiscalYearFrom, fiscalYearTo, contingencyRate, contingencyBase, contingencyYearSplit } = row;
  const { subtotal, vatTotal, contingencyAmount, grandTotal, years: byYear } = row;
  return {
    code: row.code,
    agency,
    submittedOn: row.submittedOn,
    expected: { subtotal, vatTotal, contingencyAmount, grandTotal, byYear },
    input: {
      ...headTexts(row.code, place, { from: fiscalYearFrom, to: fiscalYearTo }),
      documentDate: row.documentDate,
      fiscalYearFrom,
      fiscalYearTo,
      contingencyRate,
      contingencyBase,
      contingencyYearSplit,
      lines: row.lines.map(lineOf),
    },
  };
};

/** The twelve estimates of the demonstration city, in order of their codes. */
export const sampleEstimates: readonly SampleEstimate[] = (estimates.estimates as unknown as Row[]).map(
  sampleOf,
);
