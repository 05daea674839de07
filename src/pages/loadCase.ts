import type { EstimateContent, LineVerdict } from '../../workflows/content.js';
import type { Finding } from '../../workflows/rules/shapes.js';
import type { DocumentNumber, Money } from '../../workflows/vocabulary.js';
import type { AllocationContent, AllocationRow } from '../allocations/content.js';
import type { Appraisal } from '../consolidations/appraisal.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import type { Case, Draft, Part, Person } from '../engine/ports.js';
import { estimateOf } from '../engine/contexts.js';
import { frozenOf } from '../engine/frozen.js';
import { sumInQuestion, type NamedSum, type SumName } from '../engine/sumInQuestion.js';
import { maySee } from '../engine/mayDo.js';
import { topOf, type Agency, type Round } from '../engine/shared.js';
import { Refusal } from '../errors.js';
import { kindOf } from '../http/caseAccess.js';
import { contentSeenBy, coveredSeenBy } from '../http/caseHistoryRoutes.js';
import { papersSeenBy } from '../http/paperRoutes.js';
import type { ActContext } from './actFields.js';
import { agenciesOf, type PagesGiven, type PageTools } from './given.js';

/** A case as a page starts from it. */
export interface Loaded {
  readonly found: Case;
  readonly person: Person;
  readonly view: Readonly<Record<string, unknown>>;
  readonly agencies: ReadonlyMap<string, Agency>;
  readonly round: Round | null;
  /** What is in question, as far as this person may know it. */
  readonly sum: NamedSum | null;
}

/** What one allocation gives an estimate, by source and year, and the number of its decision. */
export interface Share {
  readonly plan: { readonly id: string; readonly code: string; readonly opens: boolean };
  readonly number: DocumentNumber | null;
  readonly rows: readonly AllocationRow[];
}

/** The newest content that somebody may see, whatever its kind. */
type AnyContent = { readonly kind: string };

/** Reads of a case that several pages share. */
export const createReads = (given: PagesGiven, { today }: Pick<PageTools, 'today'>) => {
  const { engine, kinds, contents, directory, attachments, cases } = given;

  /** What is refused to this person is not there for their page. @returns null then */
  const ifAllowed = async <T>(asked: Promise<T>): Promise<T | null> => {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof Refusal && ['NOT_PERMITTED', 'NOT_FOUND'].includes(error.code)) return null;
      throw error;
    }
  };

  const draftOf = (person: Person, found: Case, part: Part): Promise<Draft | null> =>
    ifAllowed(engine.draft({ person, caseId: found.id, part }));

  const insightOf = (person: Person, found: Case) =>
    ifAllowed(
      kindOf(kinds, found).insight(found, (part) => engine.draft({ person, caseId: found.id, part }), person),
    ) as Promise<Readonly<Record<string, unknown>> | null>;

  const contentOf = async (person: Person, found: Case): Promise<AnyContent | null> => {
    const hash = await contentSeenBy(engine, person, found, undefined);
    return hash === null ? null : contents.get<AnyContent>(found.tenant, hash);
  };

  /** Finance's appraisal where it is decided on, if this person may read it. */
  const appraisalOf = async (person: Person, found: Case): Promise<Appraisal | null> => {
    if (found.kind !== 'consolidation') return null;
    const hash = await coveredSeenBy({ engine, kinds }, person, found);
    return hash === null || hash === found.content ? null : contents.get<Appraisal>(found.tenant, hash);
  };

  /** Whether this person may open a case that another one names. */
  const sees = (person: Person, caseId: string): Promise<boolean> =>
    engine.read({ person, caseId }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Refusal && error.code === 'CASE_NOT_FOUND') return false;
        throw error;
      },
    );

  return {
    appraisalOf,
    sees,

    /** What allocations in force give an estimate: its own rows are for whoever sees it, the plan for whoever sees that. */
    async sharesOf(person: Person, found: Case): Promise<readonly Share[]> {
      if (found.kind !== 'estimate') return [];
      const given = Object.values(estimateOf(found).allocations).filter(({ amount }) => amount > 0);
      const plans = await cases.loadMany(
        found.tenant,
        given.map((one) => one.case),
      );
      return Promise.all(
        plans.map(async (plan) => {
          const { rows } = await frozenOf<AllocationContent>(contents, plan);
          const { number = null } = given.find((one) => one.case === plan.id) ?? {};
          return {
            plan: { id: plan.id, code: plan.code, opens: maySee(person, plan) },
            number,
            rows: rows.filter(({ estimate }) => estimate === found.id),
          };
        }),
      );
    },
    /** The papers that are decided on and that this person may look at. */
    papersOf: (person: Person, found: Case) => papersSeenBy({ engine, kinds }, person, found),
    draftOf,
    insightOf,
    contentOf,

    async load(person: Person, caseId: string): Promise<Loaded> {
      const found = await engine.read({ person, caseId });
      const [view, agencies, round] = await Promise.all([
        kindOf(kinds, found).view(found, person),
        agenciesOf(directory, person.tenant),
        directory.round(person.tenant, found.round),
      ]);
      const seen = view as Readonly<Record<string, unknown>>;
      const { sums, decision, ownDecision, ...known } = seen as Partial<Record<SumName, Money | null>> & {
        sums?: { requested: Money; reviewed: Money } | null;
        decision?: { approved?: Money } | null;
        ownDecision?: { amount: Money } | null;
      };
      return {
        found,
        person,
        view: seen,
        agencies,
        round,
        sum: sumInQuestion(found.kind, topOf(found), {
          ...known,
          ...sums,
          ...(decision?.approved !== undefined && { approved: decision.approved }),
          ownDecided: ownDecision?.amount,
        }),
      };
    },

    /** What the fields of events need to know; only the content of its kind is read for it. */
    async actContext({ found, person, view, agencies, round }: Loaded): Promise<ActContext> {
      const { kind, owner, context } = found;
      const content = await contentOf(person, found);
      const verdicts = (view.verdicts ?? []) as readonly LineVerdict[];
      const lines = content?.kind === 'estimate' ? (content as unknown as EstimateContent).lines : [];
      const rows = content?.kind === 'consolidation' ? (content as unknown as ConsolidationContent).rows : [];
      const appraisal = await appraisalOf(person, found);
      const appraised = new Map(appraisal?.rows.map((row) => [row.case, row.amount]));
      const judges = ['reviewer', 'appraiser', 'security', 'authority'] as const;
      return {
        kind,
        today: today(),
        lines: lines.map(({ id, name }, at) => ({
          value: id,
          text: `${at + 1}. ${name}`,
          returned: verdicts.some(({ lineId, verdict }) => lineId === id && verdict === 'return'),
        })),
        rows: rows.map((row) => ({
          value: row.case,
          text: `${row.code} – ${row.agency.name}`,
          appraised: appraised.get(row.case) ?? null,
        })),
        agencies: [...agencies.values()]
          .filter(({ ref, kind: of }) => ref !== owner && of !== 'XA_PHUONG')
          .map(({ ref, name }) => ({ value: ref, text: name })),
        substitutes: judges
          .filter((party) => context.parties[party] === owner)
          .map((party) => ({ party, standsIn: round?.substitutes[party] ?? '' })),
        typedNumbers: !agencies.get(person.agency)?.numbersTyped
          ? []
          : kind === 'consolidation' && topOf(found) === 'issuing'
            ? ['number', 'proposalNumber']
            : ['number'],
        files: (await attachments.list(found)).map(({ hash, name: text }) => ({ value: hash, text })),
        requested: typeof view.requested === 'number' ? view.requested : null,
      };
    },
  };
};
export type Reads = ReturnType<typeof createReads>;

/** Findings of an insight, whatever else it tells. */
export const findingsOf = (insight: Readonly<Record<string, unknown>> | null): readonly Finding[] =>
  (insight?.findings ?? []) as readonly Finding[];

/** Rows of an allocation as its content names them. */
export const rowsOfContent = (content: AnyContent | null): readonly AllocationRow[] =>
  content?.kind === 'allocation' ? (content as unknown as { rows: readonly AllocationRow[] }).rows : [];
