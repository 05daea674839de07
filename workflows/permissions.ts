import type { Kind, Permit } from './vocabulary.js';

/**
 * Who may, for one machine: by the path of a state (`reviewing.lines.open`), by event. Edits of a part that is not
 * frozen yet stand beside the events: `EDIT`, `EDIT_REVIEW`, `EDIT_APPRAISAL`. What is not in the table nobody may;
 * a test holds the table and the machines to each other in both directions.
 */
export type Permissions = Readonly<Record<string, Readonly<Record<string, readonly Permit[]>>>>;

const only = (...permits: Permit[]) => permits;
const bySystem = only('system');
const overdue = { DEADLINE_PASSED: bySystem };
const settled = { SETTLED: bySystem };

const preparing = (carried: Record<string, readonly Permit[]> = {}): Permissions => ({
  ...(Object.keys(carried).length > 0 && { preparing: carried }),
  'preparing.unitReview': {
    ENDORSE: only('unitHead@owner'),
    SEND_BACK: only('unitHead@owner'),
    RECALL: only('officer@owner'),
    ...overdue,
  },
  'preparing.leaderApproval': {
    SIGN: only('leader@owner', 'deputy@owner'),
    SEND_BACK: only('leader@owner', 'deputy@owner'),
    RECALL: only('officer@owner'),
    ...overdue,
  },
  'preparing.issuing': {
    ISSUE: only('clerk@owner'),
    SEND_BACK: only('clerk@owner'),
    ...overdue,
  },
});

const ownDecision = { OWN_DECISION: only('leader@owner') };
const reviewers = only('officer@reviewer', 'unitHead@reviewer');

const estimateV1: Permissions = {
  ...preparing(ownDecision),
  'preparing.draft': {
    EDIT: only('officer@owner'),
    SEND_UP: only('officer@owner'),
    DECLARE_NIL: only('officer@owner'),
    OPEN_ALL: only('leader@owner'),
    ABANDON: only('officer@owner'),
    ...overdue,
  },
  nilReturn: { SIGN: only('leader@owner'), REOPEN: only('officer@owner'), ...overdue },
  submitted: {
    REGISTER: only('clerk@reviewer'),
    REFUSE_RECEIPT: only('clerk@reviewer'),
    WITHDRAW: only('leader@owner', 'deputy@owner'),
    ...ownDecision,
    ...overdue,
  },
  // What ends in a letter of the agency is the unit head's to send.
  reviewing: { RETURN: only('unitHead@reviewer'), ACCEPT: reviewers, ...ownDecision, ...overdue },
  'reviewing.lines.open': { EDIT_REVIEW: reviewers, CONCLUDE_LINES: reviewers },
  'reviewing.lines.concluded': { REOPEN_LINES: reviewers },
  'reviewing.security.notAsked': { ASK_OPINION: reviewers },
  'reviewing.security.asked': {
    GIVE_OPINION: only('officer@security', 'unitHead@security', 'leader@security', 'deputy@security'),
    TAKE_BACK: reviewers,
  },
  'reviewing.security.given': { ASK_OPINION: reviewers },
  'reviewing.dossier.complete': { REQUEST_SUPPLEMENT: only('unitHead@reviewer') },
  'reviewing.dossier.supplementing': { SUPPLY: only('officer@owner'), TAKE_BACK_SUPPLEMENT: reviewers },
  returned: {
    REVISE: only('officer@owner'),
    OPEN_ALL: only('leader@owner'),
    ABANDON: only('officer@owner'),
    ...ownDecision,
    ...overdue,
  },
  eligible: { REOPEN: only('unitHead@reviewer'), INCLUDE: bySystem, ...ownDecision },
  consolidated: {
    RELEASE: bySystem,
    FORWARD: bySystem,
    SENT_BACK: bySystem,
    NOTED: bySystem,
    OVERLAP_SETTLED: bySystem,
    OVERLAP_REOPENED: bySystem,
    ...ownDecision,
  },
  appraising: { APPRAISED: bySystem, HELD_BACK: bySystem, SENT_BACK: bySystem },
  awaitingDecision: {
    APPRAISED: bySystem,
    APPROVE: bySystem,
    DECLINE: bySystem,
    HELD_BACK: bySystem,
    SENT_BACK: bySystem,
  },
  approved: {
    CONFIRM_CONDITIONS: only('officer@security', 'unitHead@security', 'leader@security', 'deputy@security'),
    ALLOCATED: bySystem,
    CLOSE: only('officer@appraiser'),
  },
  allocated: { ALLOCATED: bySystem },
  'noted.awaitingOwn': { OWN_DECISION: only('leader@owner') },
};

const gatherers = only('officer@owner');
// A deputy decides only where a delegation lets them use the leader's role (KT.).
const deciders = only('leader@authority');

const consolidationV1: Permissions = {
  ...preparing(settled),
  gathering: {
    ADD: gatherers,
    REMOVE: gatherers,
    // Whoever owns a side of the group does not settle it: then the appraiser's officer does, or the substitute's.
    SETTLE_OVERLAP: only('officer@owner', 'officer@appraiser', 'officer@substitute'),
    FREEZE: gatherers,
    ABANDON: gatherers,
    ...settled,
    ...overdue,
  },
  frozen: { SEND_UP: gatherers, REOPEN: only('unitHead@owner'), ...settled, ...overdue },
  sent: {
    RECEIVE: only('clerk@appraiser'),
    REFUSE_RECEIPT: only('clerk@appraiser'),
    WITHDRAW: only('leader@owner', 'deputy@owner'),
    ...settled,
    ...overdue,
  },
  // As above: a letter goes out by order, which only the head of a unit signs (decree 30/2020, Art. 13).
  appraising: {
    CONCLUDE: only('officer@appraiser'),
    RETURN: only('unitHead@appraiser'),
    ...settled,
    ...overdue,
  },
  'appraising.complete': {
    // The substitute appraises the appraiser's own row.
    EDIT_APPRAISAL: only('officer@appraiser', 'officer@substitute'),
    REQUEST_SUPPLEMENT: only('unitHead@appraiser'),
  },
  'appraising.supplementing': {
    EDIT_APPRAISAL: only('officer@appraiser', 'officer@substitute'),
    SUPPLY: gatherers,
    TAKE_BACK_SUPPLEMENT: only('officer@appraiser'),
  },
  financeLeader: {
    SIGN: only('leader@appraiser'),
    SEND_BACK: only('leader@appraiser'),
    ...settled,
    ...overdue,
  },
  issuing: { ISSUE: only('clerk@appraiser'), SEND_BACK: only('clerk@appraiser'), ...settled, ...overdue },
  officeCheck: {
    PASS: only('officer@cityOffice'),
    SEND_BACK: only('officer@cityOffice'),
    ...settled,
    ...overdue,
  },
  awaitingDecision: {
    APPROVE: deciders,
    APPROVE_ADJUSTED: deciders,
    REQUEST_EXPLANATION: deciders,
    REFER_TO_COUNCIL: deciders,
    SEND_BACK: deciders,
    DECLINE: deciders,
    ...settled,
    ...overdue,
  },
  explaining: { EXPLAIN: gatherers, ...settled, ...overdue },
  council: { RESOLVE: only('clerk@council'), TAKE_BACK: deciders, ...settled, ...overdue },
  approved: settled,
  declined: settled,
};

const allocationV1: Permissions = {
  ...preparing(settled),
  drafting: {
    EDIT: only('officer@owner'),
    SEND_UP: only('officer@owner'),
    ABANDON: only('officer@owner'),
    ...settled,
    ...overdue,
  },
  officeCheck: {
    PASS: only('officer@cityOffice'),
    SEND_BACK: only('officer@cityOffice'),
    ...settled,
    ...overdue,
  },
  awaitingDecision: { APPROVE: deciders, SEND_BACK: deciders, DECLINE: deciders, ...settled, ...overdue },
  approved: { ...settled, SUPERSEDED: bySystem },
  assigned: { ...settled, SUPERSEDED: bySystem },
};

/** The one table: kind, version → state path → event → role @ party. */
export const permissions: Readonly<Record<Kind, Readonly<Record<string, Permissions>>>> = {
  estimate: { '1': estimateV1 },
  consolidation: { '1': consolidationV1 },
  allocation: { '1': allocationV1 },
};

/** Who may start a case of a kind: an officer of the agency that will own it. */
export const starters: Readonly<Record<Kind, readonly Permit[]>> = {
  estimate: only('officer@owner'),
  consolidation: only('officer@owner'),
  allocation: only('officer@owner'),
};
