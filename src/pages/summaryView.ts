import type { AllocationContext } from '../../workflows/allocation.v1.js';
import type { ConsolidationContext } from '../../workflows/consolidation.v1.js';
import type { EstimateContext } from '../../workflows/estimate.v1.js';
import { cited, type DocumentNumber, type OutsidePaper } from '../../workflows/vocabulary.js';
import { cellOf } from '../engine/cells.js';
import type { Case } from '../engine/ports.js';
import { attachmentAddress } from '../http/attaching.js';
import { dayText, money } from './figures.js';
import { overlapText } from './overlapText.js';
import type { Share } from './loadCase.js';
import type { Say } from './say.js';

/** One fact of a case: what it is, what it says, where more of it is. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly href?: string | undefined;
}

/** A number as it is cited. */
export const numberText = (number: DocumentNumber | null | undefined, say: Say): string | null =>
  number
    ? say('pages:fact.numberOfDay', {
        number: cited(number),
        day: number.day,
      })
    : null;

type Told = readonly (readonly [word: string, value: string | number | null | undefined, href?: string])[];

/** Amounts become đồng with their unit; what is not there is left out. */
const facts = (told: Told, say: Say): Fact[] =>
  told.flatMap(([word, value, href]) =>
    value === null || value === undefined || value === ''
      ? []
      : [
          {
            name: say(`pages:fact.${word}`),
            value: typeof value === 'number' ? say('pages:held.amount', { amount: money(value) }) : value,
            href,
          },
        ],
  );

/** A council's resolution, with its file as this case leads to it. */
const resolutionFact = (
  found: Pick<Case, 'id'>,
  outside: OutsidePaper | null | undefined,
  say: Say,
): Told[number] => [
  'resolutionNumber',
  outside && say('pages:fact.outsidePaper', { ...outside }),
  outside?.file ? attachmentAddress(found, { hash: outside.file }) : undefined,
];

/** What of a case's surroundings its facts name. */
interface Around {
  readonly round: string;
  /** How a line is called, by its id. */
  readonly lineName: (id: string) => string;
  /** Whether the table that it stands in may be opened. */
  readonly seesTable: boolean;
  /** What allocations give an estimate. */
  readonly shares: readonly Share[];
}

/** What the view of an estimate shows; a reviewer's amounts only to who may know them. */
export type EstimateSeen = Pick<
  EstimateContext,
  | 'requested'
  | 'overlaps'
  | 'remaining'
  | 'appraised'
  | 'approved'
  | 'decision'
  | 'issued'
  | 'returned'
  | 'openLines'
  | 'late'
  | 'nilSigned'
  | 'opinion'
  | 'conditionsMet'
  | 'supplement'
  | 'consolidation'
  | 'ownDecision'
  | 'ownMoney'
> & { readonly reviewed: number | null; readonly allocated: number | null };

const estimateFacts = (
  found: Pick<Case, 'id'>,
  view: EstimateSeen,
  { lineName, seesTable, shares }: Around,
  say: Say,
): Fact[] => {
  const { opinion, supplement, late, ownDecision, returned, openLines, decision } = view;
  const papers = `/cases/${found.id}/documents`;
  return facts(
    [
      ['ownMoney', view.ownMoney ? say('pages:fact.ownMoneyYes') : null],
      ['issued', numberText(view.issued, say)],
      ['late', late && say('pages:fact.lateBy', { ...late })],
      ['nilSigned', dayText(view.nilSigned)],
      ['returned', returned?.reason],
      [
        'openLines',
        returned && openLines !== 'all'
          ? say('pages:fact.openLinesNamed', {
              count: openLines.length,
              lines: openLines.map(lineName).join('; '),
            })
          : null,
      ],
      ['requested', view.requested],
      ['reviewed', view.reviewed],
      ...view.overlaps.map(
        ({ lines, ...settled }) =>
          [
            'overlap',
            overlapText({ ...settled, lines: lines.map(({ lineName }) => lineName) }, say),
          ] as const,
      ),
      ['takenOut', view.remaining === null ? null : (view.reviewed ?? 0) - view.remaining],
      ['remaining', view.remaining],
      ['appraised', view.appraised],
      ['approved', view.approved],
      ['decisionNumber', numberText(decision?.number, say), papers],
      resolutionFact(found, decision?.outside, say),
      ['decisionReason', decision?.reason],
      ['allocated', view.allocated],
      ...shares.flatMap(({ plan, number, rows }) => [
        ['allocatedBy', plan.code, plan.opens ? `/cases/${plan.id}` : undefined] as const,
        ['allocationNumber', numberText(number, say), papers] as const,
        ...rows.map(
          ({ source, year, amount }) =>
            [
              'allocatedFrom',
              say('pages:fact.allocatedFromCell', {
                cell: cellOf({ source, year }),
                amount: say('pages:held.amount', { amount: money(amount) }),
              }),
            ] as const,
        ),
      ]),
      [
        'opinion',
        opinion &&
          say('pages:fact.opinionGiven', {
            verdict: say(`pages:opinion.${opinion.verdict}`),
            level: opinion.agreedLevel,
            day: opinion.day,
          }),
      ],
      ['conditions', opinion?.conditions],
      [
        'conditionsMet',
        opinion?.verdict === 'agreeWithConditions'
          ? say(`pages:fact.${view.conditionsMet ? 'met' : 'open'}`)
          : null,
      ],
      ['supplement', supplement && say('pages:fact.supplementDue', { ...supplement })],
      [
        'ownDecision',
        ownDecision &&
          say('pages:fact.ownDecisionSaid', {
            ...ownDecision,
            verdict: say(`pages:ownVerdict.${ownDecision.verdict}`),
          }),
        ownDecision?.file ? attachmentAddress(found, { hash: ownDecision.file }) : undefined,
      ],
      ['consolidation', seesTable ? say('pages:fact.openIt') : null, `/cases/${view.consolidation ?? ''}`],
    ],
    say,
  );
};

export type ConsolidationSeen = Pick<
  ConsolidationContext,
  | 'members'
  | 'pending'
  | 'refused'
  | 'sums'
  | 'issued'
  | 'supplement'
  | 'appraisalIssued'
  | 'proposal'
  | 'explanation'
  | 'decision'
> & { readonly appraised: number | null };

const consolidationFacts = (found: Pick<Case, 'id'>, view: ConsolidationSeen, say: Say): Fact[] => {
  const { decision, explanation, supplement, pending, refused } = view;
  return facts(
    [
      ['members', String(view.members)],
      ['pending', pending > 0 ? say('pages:fact.pendingRows', { count: pending }) : null],
      ['refused', refused.length > 0 ? say('pages:fact.refusedRows', { count: refused.length }) : null],
      ['requested', view.sums?.requested],
      ['reviewed', view.sums?.reviewed],
      ['issued', numberText(view.issued, say)],
      ['supplement', supplement && say('pages:fact.supplementDue', { ...supplement })],
      ['appraised', view.appraised],
      ['appraisalIssued', numberText(view.appraisalIssued, say)],
      ['proposal', numberText(view.proposal, say)],
      ['question', explanation?.question],
      ['answer', explanation?.answer],
      ['decision', decision && say(`pages:resolution.${decision.verdict}`)],
      ['decisionNumber', numberText(decision?.number, say)],
      resolutionFact(found, decision?.outside, say),
      ['decisionReason', decision?.reason],
      ['approved', decision?.approved],
    ],
    say,
  );
};

export type AllocationSeen = Pick<
  AllocationContext,
  'lineage' | 'ordinal' | 'adjusts' | 'supersededBy' | 'total' | 'pending' | 'refused' | 'issued' | 'decision'
>;

const allocationFacts = (view: AllocationSeen, say: Say): Fact[] =>
  facts(
    [
      ['lineage', say('pages:fact.lineageOrdinal', { lineage: view.lineage, ordinal: view.ordinal })],
      ['adjusts', view.adjusts && say('pages:fact.openIt'), `/cases/${view.adjusts ?? ''}`],
      ['supersededBy', view.supersededBy && say('pages:fact.openIt'), `/cases/${view.supersededBy ?? ''}`],
      ['total', view.total],
      ['issued', numberText(view.issued, say)],
      ['pending', view.pending > 0 ? say('pages:fact.pendingRows', { count: view.pending }) : null],
      [
        'refused',
        view.refused.length > 0 ? say('pages:fact.refusedRows', { count: view.refused.length }) : null,
      ],
      ['decisionNumber', numberText(view.decision?.number, say)],
      ['decisionReason', view.decision?.reason],
    ],
    say,
  );

/** What is known of a case at a glance, as its kind shows it to this person. */
export const summaryView = (
  found: Pick<Case, 'id' | 'kind'>,
  view: object,
  around: Around,
  say: Say,
): readonly Fact[] => [
  { name: say('pages:fact.round'), value: around.round },
  ...(found.kind === 'estimate'
    ? estimateFacts(found, view as EstimateSeen, around, say)
    : found.kind === 'consolidation'
      ? consolidationFacts(found, view as ConsolidationSeen, say)
      : allocationFacts(view as AllocationSeen, say)),
];
