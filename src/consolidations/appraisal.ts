import type { appraisalCriteria } from '../../workflows/content.js';
import { ask } from '../../workflows/registry.js';
import type { Day, Hash, Money } from '../../workflows/vocabulary.js';
import { consolidationOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import { expected } from '../engine/known.js';
import { entitle } from '../engine/mayDo.js';
import type { Case, ContentStore, Draft, Edit, Person } from '../engine/ports.js';
import { badInput, fault, Refusal } from '../errors.js';
import type { ConsolidationContent } from './table.js';

/** How a criterion was answered: met, not met, not applied. */
export const criterionResults = ['DAT', 'KHONG_DAT', 'KHONG_AP_DUNG'] as const;

/** What Finance, or its substitute, finds on one row. */
export interface Appraised {
  readonly amount: Money;
  readonly comment?: string;
  readonly criteria: readonly {
    readonly code: (typeof appraisalCriteria)[number];
    readonly result: (typeof criterionResults)[number];
    readonly comment?: string;
  }[];
  /** The row it judges; a row that came back changed has lost its amount. */
  readonly summary: Hash;
  readonly by: string;
}

/** What Finance has written about a row so far; without an amount it is only a note. */
export type DraftAppraised = Omit<Appraised, 'amount'> & Partial<Pick<Appraised, 'amount'>>;

/** Finance's private amounts and criteria, by estimate. */
export interface AppraisalDraft {
  readonly amounts: Readonly<Record<string, DraftAppraised>>;
}

/** The amount that a row was given, where it still fits the row: it lapses when the row comes back changed. */
export const standingAppraisal = (
  { amounts }: AppraisalDraft,
  row: { readonly case: string; readonly summary: Hash },
): Appraised | null => {
  const written = amounts[row.case];
  return written?.amount !== undefined && written.summary === row.summary ? (written as Appraised) : null;
};

/** What CONCLUDE freezes. */
export interface Appraisal {
  readonly kind: 'appraisal';
  readonly content: Hash;
  readonly rows: readonly (Appraised & {
    readonly case: string;
    readonly code: string;
    readonly proposed: Money;
  })[];
}

/** The appraisal that a consolidation's CONCLUDE froze; `mayReadAppraisal` says who reads it. @throws {Error} before it is concluded */
export const appraisalOf = async (contents: Pick<ContentStore, 'get'>, found: Case): Promise<Appraisal> => {
  const { hash } = expected(consolidationOf(found).appraisal, `the appraisal of ${found.code}`);
  return contents.get<Appraisal>(found.tenant, hash);
};

/**
 * Who may read what CONCLUDE froze: everybody who may see the case once this one is issued; before that whoever signs,
 * sends back or issues it here, and the auditor.
 */
export const mayReadAppraisal = (found: Case, person: Person, day: Day): boolean => {
  const { appraisal, appraisalIssued } = consolidationOf(found);
  if (!appraisal) return false;
  if (appraisalIssued || person.auditor) return true;
  const machine = ask(found);
  const permits = ['SIGN', 'SEND_BACK', 'ISSUE'].flatMap((event) => machine.permits(event));
  return entitle({ person, found, permits, day }) !== null;
};

/** The rows of city money, the amounts of a draft that still fit theirs, and who gave them. */
export const appraisedSoFar = async (
  contents: Pick<ContentStore, 'get'>,
  found: Case,
  asked: Promise<Draft<AppraisalDraft> | null>,
) => {
  const [content, draft] = await Promise.all([frozenOf<ConsolidationContent>(contents, found), asked]);
  const cityRows = content.rows.filter(({ ownMoney }) => !ownMoney);
  const done = cityRows.flatMap((row) => {
    const appraised = draft && standingAppraisal(draft.body, row);
    return appraised ? [{ row, appraised }] : [];
  });
  return { cityRows, done, editors: [...new Set(done.map(({ appraised }) => appraised.by))].sort() };
};

/** How one row is appraised. */
export const setAppraisal = (contents: ContentStore): Edit => ({
  part: 'appraisal',
  empty: () => Promise.resolve({ amounts: {} } satisfies AppraisalDraft),

  /** The substitute does not read Finance's amounts before they are issued, nor Finance the substitute's. */
  async shown({ found, body, person }) {
    const { rows } = await frozenOf<ConsolidationContent>(contents, found);
    const own = new Set(rows.filter((row) => row.appraiser === person.agency).map((row) => row.case));
    const amounts = Object.entries((body as AppraisalDraft).amounts).filter(([id]) => own.has(id));
    return { amounts: Object.fromEntries(amounts) } satisfies AppraisalDraft;
  },

  async apply({ found, body, input, person }) {
    const { estimateId, ...given } = input as Omit<DraftAppraised, 'summary' | 'by'> & { estimateId: string };
    const { rows } = await frozenOf<ConsolidationContent>(contents, found);
    const row = rows.find((candidate) => candidate.case === estimateId);
    if (!row || row.ownMoney) throw new Refusal('NOT_FOUND', { estimate: estimateId });
    // Nobody appraises their own agency's row: there the substitute does.
    if (row.appraiser !== person.agency) {
      throw new Refusal('NOT_PERMITTED', { event: 'EDIT_APPRAISAL', permits: [], agency: row.appraiser });
    }
    const proposed = row.reviewed.grandTotal;
    const { amount = null } = given;
    if (amount !== null && amount > proposed) {
      const params = { found: amount, limit: proposed, rule: 'R23' };
      throw badInput([fault('amount', 'number.max', params)]);
    }
    if (amount !== null && amount < proposed && !given.comment) {
      throw badInput([fault('comment', 'any.required', { found: null })]);
    }
    const { [estimateId]: _before, ...others } = (body as AppraisalDraft).amounts;
    if (amount === null && !given.comment && given.criteria.length === 0) return { amounts: others };
    const written: DraftAppraised = { ...given, summary: row.summary, by: person.id };
    return { amounts: { ...others, [estimateId]: written } } satisfies AppraisalDraft;
  },
});
