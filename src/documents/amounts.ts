import type { DocumentType, Money } from '../../workflows/vocabulary.js';
import type { DocumentSources } from './documentSources.js';
import type { FundedRow } from './views/fundedList.js';

const sum = (amounts: readonly Money[]): Money => amounts.reduce((total, amount) => total + amount, 0);

const ofFunded = (rows: readonly FundedRow[]): Money[] => {
  const amounts = rows.map(({ cells }) => sum(cells.map(({ amount }) => amount)));
  return [
    ...rows.flatMap(({ ceiling, cells }, i) => [ceiling, amounts[i]!, ...cells.map(({ amount }) => amount)]),
    sum(rows.map(({ ceiling }) => ceiling)),
    sum(amounts),
  ];
};

const amounts: { readonly [T in DocumentType]: (source: DocumentSources[T]) => Money[] } = {
  estimateProposal: ({ content: { lines, totals, contingencyYearSplit } }) => [
    ...lines.flatMap((line) => [
      line.unitPrice,
      line.amount,
      line.vatAmount,
      line.amountAfterVat,
      ...line.yearSplit.map(({ amount }) => amount),
    ]),
    ...contingencyYearSplit.map(({ amount }) => amount),
    totals.subtotal,
    totals.vatTotal,
    totals.contingencyAmount,
    totals.grandTotal,
    ...Object.values(totals.byCategory),
    ...Object.values(totals.bySource),
    ...Object.values(totals.byYear),
  ],
  returnLetter: () => [],
  supplementLetter: () => [],
  consolidationReport: ({ rows }) => {
    const requested = sum(rows.map((row) => row.requested.grandTotal));
    const reviewed = sum(rows.map((row) => row.reviewed.grandTotal));
    return [requested, reviewed];
  },
  appraisalReport: ({ rows, forInformation, balance }) => [
    ...rows.flatMap(({ proposed, appraised }) => [proposed, appraised]),
    sum(rows.map(({ proposed }) => proposed)),
    sum(rows.map(({ appraised }) => appraised)),
    ...forInformation.map(({ amount }) => amount),
    ...balance.flatMap(({ available, needed }) => [available, needed]),
  ],
  approvalProposal: ({ rows }) => ofFunded(rows),
  allocationProposal: ({ rows, approvals, envelopes }) => [
    ...ofFunded(rows),
    ...approvals.map(({ approved }) => approved),
    sum(approvals.map(({ givenBefore }) => givenBefore)),
    ...envelopes.flatMap(({ amount, taken }) => [amount, taken]),
    sum(envelopes.map(({ amount }) => amount)),
    sum(envelopes.map(({ taken }) => taken)),
  ],
  decision: ({ rows }) => ofFunded(rows),
};

/** The amounts in the frozen data that the document made from it has to show, each as often as it is named. đồng */
export const amountsOf = <T extends DocumentType>(type: T, source: DocumentSources[T]): Money[] =>
  amounts[type](source);
