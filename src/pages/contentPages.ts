import Joi from 'joi';
import type { EstimateContent, Line, LineVerdict, Totals } from '../../workflows/content.js';
import type { Money } from '../../workflows/vocabulary.js';
import type { AllocationDraft, AllocationRow } from '../allocations/content.js';
import type { Shares } from '../allocations/shares.js';
import type { AppraisalDraft } from '../consolidations/appraisal.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import type { Remark } from '../estimates/remarks.js';
import type { ReviewDraft } from '../estimates/verdicts.js';
import { allocationOf, estimateOf } from '../engine/contexts.js';
import { isWithOwner } from '../engine/shared.js';
import type { Person } from '../engine/ports.js';
import type { Refusal } from '../errors.js';
import { caseParams, type CaseParams } from '../http/caseAccess.js';
import type { CaseRow } from '../http/caseListRoutes.js';
import { route, type Answer, type Call } from '../http/route.js';
import { allocationView, type Approved } from './allocationView.js';
import { appraisalView, concludedView } from './appraisalView.js';
import { partyNames } from './caseShell.js';
import type { CaseShow } from './caseShow.js';
import { isEditable, mayEdit } from './editing.js';
import { findingHref, findingsView, rowHref } from './findingsView.js';
import type { Named } from './form.js';
import type { ErrorSummary } from './frame.js';
import { group, newKey, pageResponses, type PagesGiven, type PageRoutes, type PageTools } from './given.js';
import type { EstimateDraftBody } from './lineFields.js';
import { draftLinesView, frozenLinesView, reviewView, type Again } from './linesView.js';
import { findingsOf, rowsOfContent, type Loaded, type Reads } from './loadCase.js';
import type { Refused } from './overviewView.js';
import { refusalShown } from './refusalShown.js';
import { removedShown } from './saving.js';
import { eventText } from './say.js';
import {
  matrixView,
  membershipView,
  outliersView,
  overlapsView,
  sentForm,
  type TableInsight,
} from './tableView.js';

type MemberCall = Pick<Call<unknown, unknown, unknown, Person>, 'req' | 'person'>;

/** Estimates that a page offers to choose from, and whether there are more. */
export interface Offered {
  readonly rows: readonly CaseRow[];
  readonly more: boolean;
}
const none: Offered = { rows: [], more: false };

/** How a page of the content is shown again. */
export interface ContentAgain {
  readonly done?: string | undefined;
  /** An event that was refused on this page. */
  readonly refused?: Refused;
  readonly refusal?: Refusal;
  /** An edit that was refused on this page. */
  readonly again?: Again;
  readonly errors?: ErrorSummary;
  readonly status?: number;
}
export type ContentPage = (call: MemberCall, loaded: Loaded, again?: ContentAgain) => Promise<Answer>;

/** What is said after a form was saved, by what it did; of a row that was removed its page says it. */
const savedWords: Readonly<Record<string, string | null>> = {
  SAVED: 'act.saved',
  UNCHANGED: 'act.unchanged',
  RESTORED: 'lines.restored',
  REMOVED: null,
};

/** How many estimates a page offers; that there are more is told. */
const mostOffered = 1000;

/** What a case consists of: lines and verdicts, the table of a round, the rows of an allocation; to read or to write. */
export const createContentPage = (
  given: PagesGiven,
  { sayFor }: PageTools,
  reads: Reads,
  showCase: CaseShow,
): ContentPage => {
  const { lists, cases, directory, engine, inWords } = given;

  const offered = async (asked: Parameters<typeof lists.list>[0]): Promise<Offered> => {
    const rows: CaseRow[] = [];
    let after: string | undefined;
    do {
      const page = await lists.list({ ...asked, after, limit: 200 });
      rows.push(...page.items);
      after = page.next ?? undefined;
    } while (after !== undefined && rows.length < mostOffered);
    return { rows, more: after !== undefined };
  };

  /** What is shown above any content after a refusal, or after something was saved. */
  const told = (
    call: MemberCall,
    { found, agencies }: Loaded,
    { done, refused, refusal, errors, status }: ContentAgain,
    sent: { readonly fields?: readonly Named[]; readonly form?: string } = {},
  ) => {
    const say = sayFor(call);
    const shown =
      refusal &&
      refusalShown(refusal, {
        eventText: (event) => eventText(say, found, event),
        partyName: partyNames(found, agencies),
        findingHref: findingHref(found.id),
        ...sent,
        say,
      });
    const event = refused ? eventText(say, found, refused.event) : '';
    const notices = {
      status: refusal?.status ?? status,
      notice:
        done && Object.hasOwn(savedWords, done)
          ? (savedWords[done] ?? null) && say(`pages:${savedWords[done]}`)
          : done && done !== 'START'
            ? say('pages:act.doneHere', { event: eventText(say, found, done) })
            : null,
      errors: shown ? { title: say('pages:act.refused', { event }), lines: shown.lines } : (errors ?? null),
    };
    return { notices, refused: refused && shown ? { ...refused, errors: shown.errors } : refused };
  };

  const estimatePage: ContentPage = async (call, loaded, again = {}) => {
    const say = sayFor(call);
    const { found, person, view } = loaded;
    const { notices } = told(call, loaded, again);
    const insight = await reads.insightOf(person, found);
    const here = `/cases/${found.id}/content`;
    const findings = (draft?: EstimateDraftBody) =>
      findingsView(findingsOf(insight), { hrefOf: findingHref(found.id, draft), here, say });

    if (isEditable(found, 'content')) {
      const draft = await reads.draftOf(person, found, 'content');
      const body = draft?.body as EstimateDraftBody | undefined;
      if (draft && body && mayEdit(person, found)) {
        const computed = (insight?.lines ?? []) as readonly (Partial<Line> & { id: string })[];
        const totals = (insight?.totals ?? null) as Totals | null;
        return showCase(call, loaded, {
          tab: 'content',
          template: 'draftLines',
          isForm: true,
          sum: totals && { name: 'requested', amount: totals.grandTotal },
          ...notices,
          ...(again.done === 'REMOVED' && removedShown(body, ({ name }) => name, say)),
          view: {
            findings: findings(body),
            lines: draftLinesView({
              found,
              lines: body.lines,
              computed: new Map(computed.map((line) => [line.id, line])),
              totals,
              remarks: (view.remarks ?? []) as readonly Remark[],
              again: again.again,
              inWords,
              say,
            }),
          },
        });
      }
    }

    const [content, systems] = await Promise.all([
      reads.contentOf(person, found) as Promise<EstimateContent | null>,
      directory.systems(found.tenant),
    ]);
    const review = isEditable(found, 'review') ? await reads.draftOf(person, found, 'review') : null;
    if (content && review) {
      return showCase(call, loaded, {
        tab: 'content',
        template: 'review',
        isForm: true,
        ...notices,
        view: {
          findings: findings(),
          review: reviewView({
            found,
            content,
            verdicts: (review.body as ReviewDraft).verdicts,
            systems,
            again: again.again,
            inWords,
            say,
          }),
        },
      });
    }

    const { revision, overlaps } = estimateOf(found);
    // Its owner is shown what is prepared anew; others what was issued last.
    const unissued = isWithOwner(found) && (person.agency === found.owner || person.auditor);
    const caption = unissued
      ? say('pages:lines.captionUnissued')
      : say('pages:lines.captionRevision', { revision });
    const verdicts = (view.verdicts ?? view.remarks) as readonly (LineVerdict | Remark)[] | null;
    return showCase(call, loaded, {
      tab: 'content',
      template: 'frozenLines',
      ...notices,
      view: {
        findings: findings(),
        words: say.group('lines'),
        lines: content && frozenLinesView(content, verdicts, { caption, systems, overlaps, inWords, say }),
      },
    });
  };

  const consolidationPage: ContentPage = async (call, loaded, again = {}) => {
    const say = sayFor(call);
    const { found, person } = loaded;
    const [options, actGiven, insight] = await Promise.all([
      engine.options({ person, found }),
      reads.actContext(loaded),
      reads.insightOf(person, found) as Promise<TableInsight | null>,
    ]);
    const isOpen = (event: string) => options.some((option) => option.event === event && option.open);
    const eligible = isOpen('ADD')
      ? await offered({ tenant: found.tenant, kind: 'estimate', state: 'eligible', round: found.round })
      : none;
    const sent = again.refused && insight ? sentForm(again.refused, insight, actGiven, say) : {};
    const { notices, refused } = told(call, loaded, again, sent);

    const draft = isEditable(found, 'appraisal') ? await reads.draftOf(person, found, 'appraisal') : null;
    const concluded = await reads.appraisalOf(person, found);
    const content = draft ? ((await reads.contentOf(person, found)) as ConsolidationContent | null) : null;
    return showCase(call, loaded, {
      tab: 'content',
      template: 'table',
      isForm: draft !== null && content !== null,
      ...notices,
      view: {
        words: say.group('matrix'),
        matrix: insight && insight.rows.length > 0 ? matrixView(insight, say) : null,
        members: insight
          ? membershipView(found, options, { eligible, rows: insight.rows, refused }, newKey, say)
          : [],
        overlaps: insight
          ? overlapsView({
              found,
              insight,
              mayNowSettle: isOpen('SETTLE_OVERLAP'),
              mine: person.agency,
              given: actGiven,
              key: newKey,
              refused,
              say,
            })
          : [],
        outliers: insight ? outliersView(insight.outliers, say) : [],
        appraisal:
          draft && content
            ? appraisalView({
                found,
                rows: content.rows,
                amounts: (draft.body as AppraisalDraft).amounts,
                mine: person.agency,
                again: again.again,
                say,
              })
            : null,
        concluded: concluded && concludedView(concluded, say),
      },
    });
  };

  const allocationPage: ContentPage = async (call, loaded, again = {}) => {
    const say = sayFor(call);
    const { found, person, agencies, round } = loaded;
    const { notices } = told(call, loaded, again);
    const insight = await reads.insightOf(person, found);
    const draft = isEditable(found, 'content') ? await reads.draftOf(person, found, 'content') : null;
    const editable = draft !== null && mayEdit(person, found);
    const rows = draft
      ? ((draft.body as { lines: readonly AllocationRow[] }).lines ?? [])
      : rowsOfContent(await reads.contentOf(person, found));
    const approved = editable
      ? await offered({ tenant: found.tenant, kind: 'estimate', state: 'approved', round: found.round })
      : none;
    const ids = [
      ...new Set([...rows.map(({ estimate }) => estimate), ...approved.rows.map((row) => row.case)]),
    ];
    const shares = insight?.shares as Readonly<Record<string, Shares>> | undefined;
    const estimates = (await cases.loadMany(found.tenant, ids)).map((estimate): Approved => ({
      id: estimate.id,
      code: estimate.code,
      agency: agencies.get(estimate.owner)?.name ?? estimate.owner,
      approved: estimateOf(estimate).approved ?? 0,
      shares: shares?.[estimate.id],
    }));
    const { total } = allocationOf(found);
    const rowName = ({ estimate: id, amount }: AllocationRow) => {
      const estimate = estimates.find((one) => one.id === id);
      return estimate && say('pages:members.row', { ...estimate, amount });
    };
    return showCase(call, loaded, {
      tab: 'content',
      template: 'allocation',
      isForm: editable,
      sum: { name: 'total', amount: total ?? rows.reduce((sum, { amount }) => sum + amount, 0) },
      ...notices,
      ...(again.done === 'REMOVED' && draft && removedShown(draft.body as AllocationDraft, rowName, say)),
      view: {
        findings: findingsView(findingsOf(insight), {
          hrefOf: editable ? rowHref(found.id) : findingHref(found.id),
          here: `/cases/${found.id}/content`,
          say,
        }),
        allocation: allocationView({
          found,
          rows,
          editable,
          estimates,
          note: approved.more ? say('pages:members.more', { count: approved.rows.length }) : null,
          round: round ?? { envelopes: {} },
          // One that has ended takes nothing, so it leaves nothing.
          taken: found.status === 'done' ? null : ((insight?.taken ?? null) as Record<string, Money> | null),
          again: again.again,
          inWords,
          say,
        }),
      },
    });
  };

  const pages = { estimate: estimatePage, consolidation: consolidationPage, allocation: allocationPage };
  return (call, loaded, again) => pages[loaded.found.kind](call, loaded, again);
};

/** The page of the content, by GET. */
export const contentPages = (reads: Reads, contentPage: ContentPage): PageRoutes => [
  route<CaseParams, { done?: string }, unknown, 'member'>({
    method: 'get',
    path: '/cases/:id/content',
    access: 'member',
    scope: 'read',
    group,
    summary: 'What a case consists of',
    schemas: {
      params: caseParams,
      query: Joi.object({
        done: Joi.string().valid(...Object.keys(savedWords), 'ADD', 'REMOVE', 'SETTLE_OVERLAP'),
      }),
    },
    responses: pageResponses,
    handler: async (call) =>
      contentPage(call, await reads.load(call.person, call.params.id), { done: call.query.done }),
  }),
];
