import type { Line, LineInput, Totals, YearAmount } from '../../workflows/content.js';
import { exactly, MoneyError, mostMoney, percentOf, sum } from '../../workflows/money.js';
import { groupBy } from '../../workflows/rules/groupBy.js';
import { listed } from '../../workflows/rules/listed.js';
import type { Finding } from '../../workflows/rules/shapes.js';
import { computeLine, totalsOf, type TotalsHead } from '../../workflows/totals.js';
import type { Money } from '../../workflows/vocabulary.js';
import type { DraftLine, EstimateDraft } from './draft.js';

type Unfinished = Pick<EstimateDraft, 'header' | 'lines'>;

/** A line of a draft with what is missing counted as nothing. */
const wholeLine = (line: DraftLine): LineInput => {
  const { quantity = 0, unitPrice = 0, vatRate = 'KCT', yearSplit = [] } = line;
  return { ...(line as LineInput), quantity, unitPrice, vatRate, yearSplit };
};

const wholeHead = ({ header }: Unfinished): TotalsHead => ({
  fiscalYearFrom: 0,
  fiscalYearTo: 0,
  contingencyRate: 0,
  contingencyBase: 'PRE_VAT',
  contingencyYearSplit: [],
  ...Object.fromEntries(Object.entries(header).filter(([, value]) => value !== undefined)),
});

/** What of a draft can be added up; totals are null where they cannot be reckoned exactly. */
export const reckoned = (
  draft: Unfinished,
): { lines: readonly (Partial<Line> & { readonly id: string })[]; totals: Totals | null } => {
  const lines = draft.lines.map((line) => exactly(() => computeLine(wholeLine(line))));
  const known = lines.flatMap((line) => (line instanceof MoneyError ? [] : [line]));
  const funded = known.filter((line) => line.fundingSource !== undefined);
  const totals = exactly(() => totalsOf({ ...wholeHead(draft), lines: funded }));
  return {
    lines: draft.lines.map((line, at) => {
      const computed = lines[at];
      return computed === undefined || computed instanceof MoneyError ? line : computed;
    }),
    totals: totals instanceof MoneyError || known.length < lines.length ? null : totals,
  };
};

/** What is reckoned where that is too large, in digits. */
const beyond = (reckon: () => Money): string | null => {
  const found = exactly(reckon);
  return found instanceof MoneyError && found.code === 'MONEY_TOO_LARGE' ? String(found.found) : null;
};

const tooLarge = (
  code: string,
  path: string,
  found: string | null,
  params: Finding['params'] = {},
): Finding[] =>
  found === null
    ? []
    : [{ rule: 'FORM', code, level: 'error', path, params: { ...params, found, limit: mostMoney } }];

const amountsOf = (split: readonly YearAmount[]): Money[] => split.map(({ amount }) => amount);

const largeLine = (line: LineInput, order: number): Finding[] => [
  ...tooLarge(
    'LINE_TOO_LARGE',
    `lines/${line.id}/unitPrice`,
    beyond(() => computeLine(line).amountAfterVat),
    {
      line: order,
    },
  ),
  ...tooLarge(
    'LINE_YEARS_TOO_LARGE',
    `lines/${line.id}/yearSplit`,
    beyond(() => sum(amountsOf(line.yearSplit))),
    {
      line: order,
    },
  ),
];

/** One amount of a line that goes into a sum. */
interface Part {
  readonly id: string;
  readonly order: number;
  readonly amount: Money;
}

/** A sum over lines is told at the one that has most of it. */
const largeSum = (
  code: string,
  field: string,
  parts: readonly Part[],
  found: string | null,
  params = {},
): Finding[] => {
  const own = parts.filter(({ amount }) => amount > 0);
  const [most] = own.toSorted((one, other) => other.amount - one.amount);
  const path = most ? `lines/${most.id}/${field}` : 'contingencyYearSplit';
  const lines = listed(
    'lines',
    own.map(({ order }) => order),
  );
  return tooLarge(code, path, found, { ...params, ...lines });
};

/** The sums over lines, of which each can be reckoned: all money, and the money of each year. */
const largeSums = (head: TotalsHead, lines: readonly LineInput[]): Finding[] => {
  const { contingencyBase, contingencyRate, contingencyYearSplit } = head;
  const computed = lines.map(computeLine);
  const parts = computed.map(({ id, amountAfterVat: amount }, at): Part => ({ id, order: at + 1, amount }));
  const whole = () => {
    const afterVat = sum(computed.map((line) => line.amountAfterVat));
    const base = contingencyBase === 'PRE_VAT' ? sum(computed.map((line) => line.amount)) : afterVat;
    return sum([afterVat, percentOf(base, contingencyRate)]);
  };
  const ofYears = lines.flatMap(({ id, yearSplit }, at) =>
    yearSplit.map(({ year, amount }) => ({ id, order: at + 1, year, amount })),
  );
  const years = groupBy([...ofYears, ...contingencyYearSplit], ({ year }) => String(year));
  return [
    ...largeSum('LINES_TOO_LARGE', 'unitPrice', parts, beyond(whole)),
    ...tooLarge(
      'CONTINGENCY_YEARS_TOO_LARGE',
      'contingencyYearSplit',
      beyond(() => sum(amountsOf(contingencyYearSplit))),
    ),
    ...[...years].flatMap(([year, amounts]) => {
      const own = ofYears.filter((part) => String(part.year) === year);
      return largeSum(
        'YEAR_TOO_LARGE',
        'yearSplit',
        own,
        beyond(() => sum(amountsOf(amounts))),
        { year },
      );
    }),
  ];
};

/** What of a draft is too large to be reckoned exactly, told where it is written, whatever else is still missing. */
export const tooLargeIn = (draft: Unfinished): Finding[] => {
  const lines = draft.lines.map(wholeLine);
  const large = lines.flatMap((line, at) => largeLine(line, at + 1));
  return large.length > 0 ? large : largeSums(wholeHead(draft), lines);
};
