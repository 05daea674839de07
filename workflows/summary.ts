import {
  type EstimateContent,
  type EstimateSummary,
  type Line,
  type LineInput,
  type LineVerdict,
  type OverlapKey,
  priorities,
} from './content.js';
import { reviewedEstimate } from './totals.js';
import type { Hash } from './vocabulary.js';

/** What makes a line compete with another agency's: it builds, upgrades, buys or rents. */
const providing = new Set<LineInput['spendForm']>([
  'XAY_DUNG_MOI',
  'NANG_CAP',
  'MUA_SAM',
  'THUE_DICH_VU_SAN_CO',
  'THUE_DICH_VU_RIENG',
]);

/** The keys by which the lines of a content may overlap with another agency's (R07), in the order of the lines. */
export const overlapKeysOf = ({ lines }: { readonly lines: readonly Line[] }): OverlapKey[] =>
  lines.flatMap((line): OverlapKey[] => {
    const years = line.yearSplit.filter(({ amount }) => amount > 0).map(({ year }) => year);
    const common = {
      lineId: line.id,
      lineName: line.name,
      spendForm: line.spendForm,
      years,
      amount: line.amountAfterVat,
    };
    const provides = providing.has(line.spendForm);
    const keys: OverlapKey[] = [];
    if (line.systemRef !== null && provides) keys.push({ by: 'systemRef', key: line.systemRef, ...common });
    // Digitising is of records, not of a system: there the data scope alone tells.
    if (line.scopeKey !== undefined && (provides || line.spendForm === 'SO_HOA')) {
      keys.push({ by: 'scopeKey', key: line.scopeKey, ...common });
    }
    return keys;
  });

/** Whether an estimate is a commune's own money: every line `NS_XA`. */
export const isOwnMoney = (lines: readonly Pick<LineInput, 'fundingSource'>[]): boolean =>
  lines.length > 0 && lines.every(({ fundingSource }) => fundingSource === 'NS_XA');

/** Whether own money and city money stand in one estimate, which they never may. */
export const mixesOwnMoney = (lines: readonly Pick<LineInput, 'fundingSource'>[]): boolean =>
  lines.some(({ fundingSource }) => fundingSource === 'NS_XA') && !isOwnMoney(lines);

/** What is known of an estimate when it is accepted. */
export interface Accepted {
  readonly case: string;
  readonly content: EstimateContent;
  readonly contentHash: Hash;
  /** The agency's place in the order of the tenant's agencies. */
  readonly order: number;
  readonly verdicts: readonly LineVerdict[];
  readonly policeVerdict: EstimateSummary['policeVerdict'];
  readonly incoming: EstimateSummary['incoming'];
}

const reasonsOf = (content: EstimateContent, verdicts: readonly LineVerdict[]): string => {
  const changing = new Map(
    verdicts.filter(({ verdict }) => verdict !== 'accept').map((verdict) => [verdict.lineId, verdict]),
  );
  return content.lines
    .flatMap(({ id }, i) => {
      const reason = changing.get(id)?.reason ?? changing.get(id)?.increaseReason;
      return reason ? [`Dòng ${i + 1}: ${reason}`] : [];
    })
    .join('; ');
};

/**
 * What ACCEPT stores of an estimate for the consolidation: requested and reviewed sums, and from what remains after
 * the verdicts the overlap keys and the prices of norms.
 * @throws {MoneyError}
 */
export const summaryOf = ({ content, verdicts, ...accepted }: Accepted): EstimateSummary => {
  const reviewed = reviewedEstimate(content, verdicts);
  return {
    case: accepted.case,
    code: content.code,
    agency: { ...content.agency, order: accepted.order },
    ownMoney: isOwnMoney(content.lines),
    content: accepted.contentHash,
    incoming: accepted.incoming,
    requested: content.totals,
    reviewed: reviewed.totals,
    adjustmentReason: reasonsOf(content, verdicts),
    priority:
      priorities.find((priority) => content.lines.some((line) => line.priority === priority)) ?? 'TRUNG_BINH',
    policeVerdict: accepted.policeVerdict,
    overlapKeys: overlapKeysOf(reviewed),
    norms: reviewed.lines.flatMap(({ id, normRef, unit, unitPrice }) =>
      normRef === undefined ? [] : [{ normRef, unit, unitPrice, lineId: id }],
    ),
  };
};
