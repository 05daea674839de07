import type { Day } from '../../workflows/vocabulary.js';
import { settlements } from '../consolidations/table.js';
import type { Choice, Field } from './form.js';
import type { Say } from './say.js';

/** What the fields of an event need to know of the case. */
export interface ActContext {
  readonly kind: string;
  readonly today: Day;
  /** The agency's lines, to be named in a return. */
  readonly lines: readonly (Choice & { readonly returned: boolean })[];
  /** The estimates of a consolidation; amounts in đồng. */
  readonly rows: readonly (Choice & { readonly appraised: number | null })[];
  /** Agencies to choose a substitute from. */
  readonly agencies: readonly Choice[];
  /** Which parts the owner itself has here, and who stands in by the round. */
  readonly substitutes: readonly { readonly party: string; readonly standsIn: string }[];
  /** The numbers of papers that this person types: their agency numbers them in a system of its own. */
  readonly typedNumbers: readonly ('number' | 'proposalNumber')[];
  /** Files that are attached to the case. */
  readonly files: readonly Choice[];
  /** Amount that may be named at most, đồng. */
  readonly requested: number | null;
}

type FieldsOf = (given: ActContext, say: Say) => readonly Field[];

const reason: FieldsOf = (_, say) => [
  { name: 'reason', as: 'area', label: say('pages:act.reason'), hint: say('pages:act.reasonHint') },
];
const optionalReason: FieldsOf = (_, say) => [
  {
    name: 'reason',
    as: 'area',
    label: say('pages:act.reasonOptional'),
    hint: say('pages:act.reasonHint'),
    optional: true,
  },
];
const note: FieldsOf = (_, say) => [{ name: 'note', as: 'area', label: say('pages:act.note') }];
const day =
  (name: string, value?: (given: ActContext) => string): FieldsOf =>
  (given, say) => [
    {
      name,
      as: 'day',
      label: say(`pages:act.${name}`),
      hint: say('pages:act.dayHint'),
      value: value?.(given),
    },
  ];
const paperNumber: FieldsOf = ({ typedNumbers }, say) =>
  typedNumbers.map((name) => ({
    name,
    as: 'integer',
    label: say(`pages:act.${name === 'number' ? 'paperNumber' : name}`),
    hint: say('pages:act.paperNumberHint'),
  }));
const choices = (say: Say, group: string, values: readonly string[]): Choice[] =>
  values.map((value) => ({ value, text: say(`pages:${group}.${value}`) }));

const amounts: FieldsOf = ({ rows }, say) =>
  rows
    .filter(({ appraised }) => appraised !== null)
    .map(({ value, text, appraised }) => ({
      name: `amounts.${value}`,
      as: 'money',
      label: say('pages:act.amountOf', { estimate: text }),
      hint: say('pages:act.amountHint', { amount: appraised }),
      optional: true,
    }));

const together =
  (...parts: readonly FieldsOf[]): FieldsOf =>
  (given, say) =>
    parts.flatMap((part) => part(given, say));

const returnLines: FieldsOf = ({ lines }, say) => [
  {
    name: 'lines',
    as: 'many',
    label: say('pages:act.lines'),
    hint: say('pages:act.linesHint'),
    choices: lines,
    value: lines.filter(({ returned }) => returned).map(({ value }) => value),
  },
];
const returnRows: FieldsOf = ({ rows }, say) => [
  {
    name: 'estimates',
    as: 'many',
    label: say('pages:act.estimates'),
    hint: say('pages:act.estimatesHint'),
    choices: rows,
  },
];

const opinion: FieldsOf = (_, say) => [
  {
    name: 'verdict',
    as: 'radio',
    label: say('pages:act.opinion'),
    choices: choices(say, 'opinion', ['agree', 'agreeWithConditions', 'disagree']),
  },
  {
    name: 'agreedLevel',
    as: 'integer',
    label: say('pages:act.agreedLevel'),
    hint: say('pages:act.agreedLevelHint'),
  },
  {
    name: 'conditions',
    as: 'area',
    label: say('pages:act.conditions'),
    hint: say('pages:act.conditionsHint'),
    optional: true,
  },
];

const substitutes: FieldsOf = ({ substitutes: parts, agencies }, say) =>
  parts.map(({ party, standsIn }) => ({
    name: `substitutes.${party}`,
    as: 'select',
    label: say('pages:act.substitute', { party: say(`party.${party}`) }),
    hint: say('pages:act.substituteHint'),
    choices: agencies,
    value: standsIn,
  }));

/** A paper of a body outside, with its own number, day and signer; its scan is attached before. */
const outsidePaper =
  (example: string, file: 'optional' | 'required'): FieldsOf =>
  ({ today, files }, say) => [
    {
      name: 'number',
      as: 'text',
      label: say('pages:act.number'),
      hint: say('pages:act.numberHint', { example }),
    },
    { name: 'date', as: 'day', label: say('pages:act.date'), hint: say('pages:act.dayHint'), value: today },
    { name: 'signer', as: 'text', label: say('pages:act.signer'), hint: say('pages:act.signerHint') },
    {
      name: 'file',
      as: 'select',
      label: say('pages:act.file'),
      hint: say('pages:act.fileHint'),
      told: { 'any.required': say('pages:act.fileMissing') },
      choices: files,
      // Of several, or where none is needed, whoever sends it says which.
      value: file === 'required' && files.length === 1 ? files[0]?.value : undefined,
      optional: file === 'optional',
    },
  ];

const ownDecision: FieldsOf = ({ requested }, say) => [
  {
    name: 'verdict',
    as: 'radio',
    label: say('pages:act.ownVerdict'),
    choices: choices(say, 'ownVerdict', ['approve', 'decline']),
  },
  { name: 'amount', as: 'money', label: say('pages:act.amount'), value: requested ?? undefined },
];

const resolution: FieldsOf = (_, say) => [
  {
    name: 'verdict',
    as: 'radio',
    label: say('pages:act.resolution'),
    choices: choices(say, 'resolution', ['approve', 'approveAdjusted', 'decline']),
  },
];

const settle: FieldsOf = (_, say) => [
  {
    name: 'decision',
    as: 'radio',
    label: say('pages:act.decision'),
    hint: say('pages:overlap.figures'),
    choices: choices(say, 'overlapDecision', settlements),
  },
  {
    name: 'lead',
    as: 'select',
    label: say('pages:overlap.lead'),
    hint: say('pages:overlap.leadHint'),
    optional: true,
  },
  ...reason(_, say),
];

/** What each event asks for besides what the page knows itself; an event that is missing here asks for nothing. */
const fields: Readonly<Record<string, FieldsOf>> = {
  ABANDON: reason,
  APPROVE: paperNumber,
  APPROVE_ADJUSTED: together(reason, amounts, paperNumber),
  CLOSE: reason,
  CONFIRM_CONDITIONS: note,
  DECLINE: (given, say) =>
    (given.kind === 'consolidation' ? together(reason, paperNumber) : reason)(given, say),
  EXPLAIN: (_, say) => [{ name: 'answer', as: 'area', label: say('pages:act.answer') }],
  GIVE_OPINION: opinion,
  ISSUE: together(
    day('date', ({ today }) => today),
    paperNumber,
  ),
  FREEZE: (_, say) => [
    {
      name: 'difficulties',
      as: 'area',
      label: say('pages:act.difficulties'),
      hint: say('pages:act.difficultiesHint'),
      optional: true,
    },
  ],
  OWN_DECISION: together(ownDecision, outsidePaper('12/QĐ-UBND', 'optional')),
  REFER_TO_COUNCIL: reason,
  REFUSE_RECEIPT: reason,
  REGISTER: substitutes,
  REOPEN: (given, say) => (given.kind === 'estimate' ? optionalReason : reason)(given, say),
  REQUEST_EXPLANATION: (_, say) => [{ name: 'question', as: 'area', label: say('pages:act.question') }],
  REQUEST_SUPPLEMENT: together(reason, day('due'), paperNumber),
  RESOLVE: together(resolution, outsidePaper('15/NQ-HĐND', 'required'), reason, amounts),
  RETURN: (given, say) =>
    together(reason, given.kind === 'estimate' ? returnLines : returnRows, paperNumber)(given, say),
  SEND_BACK: reason,
  SETTLE_OVERLAP: settle,
  SUPPLY: note,
  WITHDRAW: reason,
};

/** The fields of an event, for who sends it from a page. */
export const actFields = (event: string, given: ActContext, say: Say): readonly Field[] =>
  fields[event]?.(given, say) ?? [];

/** Events that are sent where what they are about is shown, not from the overview. */
export const placedElsewhere: ReadonlySet<string> = new Set(['ADD', 'REMOVE', 'SETTLE_OVERLAP']);

/** What a form of an event says, as the event's own schema takes it: adjusted amounts are a list there. */
export const eventOf = (values: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const adjusted = Object.entries(values).filter(([name]) => name.startsWith('amounts.'));
  const rest = Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('amounts.')));
  if (adjusted.length === 0) return rest;
  return {
    ...rest,
    amounts: adjusted.map(([name, amount]) => ({ estimate: name.slice('amounts.'.length), amount })),
  };
};
