import Joi from 'joi';
import { appraisalCriteria } from '../../workflows/content.js';
import type { AppraisalDraft } from '../consolidations/appraisal.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import { Refusal, type FieldFault } from '../errors.js';
import { caseParams, type CaseParams } from '../http/caseAccess.js';
import { route } from '../http/route.js';
import { idShape } from '../http/shapes.js';
import { appraisedRowGroups, standingDraft } from './appraisalView.js';
import type { DetailPage, ShowDetail } from './detailPage.js';
import { nested, readForm, textOf } from './form.js';
import { formRoute, type FormPage } from './formPage.js';
import { group, pageResponses, type PagesGiven, type PageRoutes, type PageTools } from './given.js';
import { changesOf } from './lineReading.js';
import type { Reads } from './loadCase.js';
import { merged } from './merging.js';
import { doneBy, takenFrom, writes, type MemberCall, type Plan, type Saving } from './saving.js';

const rowParams = caseParams.keys({ estimateId: idShape.required() });
interface RowParams extends CaseParams {
  readonly estimateId: string;
}

/** What the fields of the criteria say. */
type Answers = Readonly<Record<string, { readonly result?: string; readonly comment?: string }>>;

/** One row of Finance's appraisal: amount, comment, and each criterion (domain 2e). */
export const appraisedRowPages = (
  { engine }: Pick<PagesGiven, 'engine'>,
  { sayFor }: Pick<PageTools, 'sayFor'>,
  reads: Reads,
  showDetail: ShowDetail,
  { faultsOf, saving }: Saving,
): PageRoutes => {
  const place = async (call: MemberCall & { params: RowParams }) => {
    const { person, params } = call;
    const say = sayFor(call);
    const loaded = await reads.load(person, params.id);
    const { found } = loaded;
    if (found.kind !== 'consolidation') throw new Refusal('NOT_FOUND', { case: params.id });
    const { rev, body } = await engine.draft({ person, caseId: found.id, part: 'appraisal' });
    const content = (await reads.contentOf(person, found)) as ConsolidationContent | null;
    const row = content?.rows.find(
      ({ case: id, ownMoney, appraiser }) =>
        id === params.estimateId && !ownMoney && appraiser === person.agency,
    );
    if (!row) throw new Refusal('NOT_FOUND', { estimate: params.estimateId });
    const before = standingDraft(row, (body as AppraisalDraft).amounts);
    const page: DetailPage = {
      heading: say('pages:appraisal.rowHeading', { code: row.code }),
      action: `/cases/${found.id}/appraisal/${row.case}`,
      form: 'appraised',
      back: { href: `/cases/${found.id}/content#appraisal`, text: say('pages:appraisal.back') },
      also: { act: 'metRest', text: say('pages:appraisal.metRest') },
      groups: appraisedRowGroups(row, before, say),
    };
    return { loaded, rev, before, page };
  };

  const rowForm: FormPage<RowParams> = async (call, stopped) => {
    const { params, body } = call;
    const { loaded } = await place(call);
    const isMetRest = textOf(body, 'act') === 'metRest';
    const plan = async (): Promise<Plan> => {
      const { rev, before, page } = await place(call);
      const fields = page.groups.flatMap((part) => part.fields);
      const { typed, clashes } = merged(fields, body);
      const { values, faults } = readForm(fields, typed);
      const { criteria: answers = {}, ...own } = nested(values) as { criteria?: Answers };
      const criteria = appraisalCriteria.flatMap((code) => {
        const answer = { ...answers[code] };
        if (isMetRest && answer.result === undefined) answer.result = 'DAT';
        return Object.keys(answer).length > 0 ? [{ code, ...answer }] : [];
      });
      const input = { ...own, criteria };
      const isChanged =
        Object.keys(
          changesOf({ criteria: [], ...before }, { amount: undefined, comment: undefined, ...input }),
        ).length > 0;
      /** The schema counts the answers; the form calls them by their codes. */
      const byCode = (fault: FieldFault): FieldFault => ({
        ...fault,
        path: fault.path.replace(
          /^criteria\.(\d+)/,
          (_, at: string) => `criteria.${criteria[Number(at)]?.code ?? at}`,
        ),
      });
      return {
        part: 'appraisal',
        rev,
        form: page.form,
        fields,
        typed: takenFrom(body, fields, typed),
        faults: [
          ...clashes,
          ...faults,
          ...(isChanged ? faultsOf(loaded, 'setAppraisal', input, '').map(byCode) : []),
        ],
        edits: isChanged ? [{ op: 'setAppraisal', input: { estimateId: params.estimateId, ...input } }] : [],
      };
    };
    return saving(call, loaded, {
      plan,
      stopped,
      back: async (notSaved) => showDetail(call, loaded, (await place(call)).page, notSaved),
      lead: (saved) => `/cases/${params.id}/content?done=${doneBy(saved)}#appraisal`,
    });
  };

  const at = { path: '/cases/:id/appraisal/:estimateId' } as const;
  return [
    route<RowParams, unknown, unknown, 'member'>({
      ...at,
      method: 'get',
      access: 'member',
      scope: 'read',
      group,
      summary: "One row of Finance's appraisal, with its criteria",
      schemas: { params: rowParams },
      responses: pageResponses,
      handler: async (call) => {
        const { loaded, page } = await place(call);
        return showDetail(call, loaded, page);
      },
    }),
    formRoute<RowParams>({
      ...writes,
      ...at,
      method: 'post',
      summary: "Save one row of Finance's appraisal",
      schemas: { params: rowParams, body: Joi.object().unknown() },
      form: rowForm,
    }),
  ];
};
