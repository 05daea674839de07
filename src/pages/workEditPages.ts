import Joi from 'joi';
import type { AllocationDraft, AllocationRow } from '../allocations/content.js';
import type { AppraisalDraft } from '../consolidations/appraisal.js';
import type { EstimateContent } from '../../workflows/content.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import type { ReviewDraft } from '../estimates/verdicts.js';
import type { Person } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { caseParams, type CaseParams } from '../http/caseAccess.js';
import { estimateChoice, rowFields } from './allocationView.js';
import { appraisalFields, standingDraft } from './appraisalView.js';
import type { ContentPage } from './contentPages.js';
import { textOf, type Typed } from './form.js';
import { formRoute, type FormCall, type FormPage } from './formPage.js';
import type { PagesGiven, PageRoutes, PageTools } from './given.js';
import { changesOf } from './lineReading.js';
import { soFar, verdictFields } from './linesView.js';
import type { Loaded, Reads } from './loadCase.js';
import { goneRows, merged } from './merging.js';
import {
  doneBy,
  removingOrRestoring,
  placed,
  placedRow,
  readRow,
  rowed,
  takenFrom,
  writes,
  type Edit,
  type NotSaved,
  type Plan,
  type Saving,
} from './saving.js';

const asForm = Joi.object().unknown();

/** Forms of private work: a reviewer's verdicts, Finance's amounts, the rows of an allocation. */
export const workEditPages = (
  { engine, cases }: Pick<PagesGiven, 'engine' | 'cases'>,
  { sayFor }: Pick<PageTools, 'sayFor'>,
  reads: Reads,
  contentPage: ContentPage,
  { faultsOf, saving }: Saving,
): PageRoutes => {
  /** The content of a case, with a form of it that was not saved. */
  const back =
    (call: FormCall<CaseParams>, loaded: Loaded) =>
    ({ typed, errors, lines, status }: NotSaved) =>
      contentPage(call, loaded, {
        again: { typed, errors },
        errors: { title: sayFor(call)('pages:edit.notSaved'), lines },
        status,
      });

  const draftOf = async <Body>(person: Person, caseId: string, part: Plan['part']) => {
    const { rev, body } = await engine.draft({ person, caseId, part });
    return { rev, body: body as Body };
  };

  const reviewForm: FormPage<CaseParams> = async (call, stopped) => {
    const { person, params, body } = call;
    const say = sayFor(call);
    const loaded = await reads.load(person, params.id);
    const acceptRest = textOf(body, 'act') === 'acceptRest';
    const plan = async (): Promise<Plan> => {
      const { rev, body: draft } = await draftOf<ReviewDraft>(person, params.id, 'review');
      const missing = ((await reads.insightOf(person, loaded.found))?.missing ?? []) as readonly string[];
      const content = await reads.contentOf(person, loaded.found);
      const lines = (content as EstimateContent | null)?.lines ?? [];
      const rows = lines.map((line, at) => {
        const { id } = line;
        const row = placedRow(id, at + 1, line.name, say);
        const before = soFar(draft.verdicts[id], line);
        const fields = verdictFields(before, say);
        const labelled = placed(row, fields, say);
        const { typed, clashes } = merged(labelled, body);
        const { values, faults } = readRow(id, fields, typed);
        // Where somebody has begun to write something, they have something else in mind.
        const isBlank = Object.keys(values).length === 0;
        const isRest = acceptRest && missing.includes(id) && isBlank;
        const verdict = values.verdict ?? (isRest ? 'accept' : undefined);
        const written = { ...values, ...(verdict !== undefined && { verdict }) };
        const isChanged = differs(written, before, fields);
        const edit: Edit = { op: 'setVerdict', input: { lineId: id, ...written }, row };
        return {
          fields: labelled,
          typed,
          faults: [...clashes, ...faults, ...(isChanged ? faultsOf(loaded, 'setVerdict', written, id) : [])],
          edits: isChanged ? [edit] : [],
        };
      });
      return { part: 'review', rev, form: 'review', ...together(rows, body) };
    };
    return saving(call, loaded, { plan, stopped, back: back(call, loaded), lead: contentOf(params.id) });
  };

  const appraisalForm: FormPage<CaseParams> = async (call, stopped) => {
    const { person, params, body } = call;
    const say = sayFor(call);
    const loaded = await reads.load(person, params.id);
    if (loaded.found.kind !== 'consolidation') throw new Refusal('NOT_FOUND', { case: params.id });
    const plan = async (): Promise<Plan> => {
      const { rev, body: draft } = await draftOf<AppraisalDraft>(person, params.id, 'appraisal');
      const content = (await reads.contentOf(person, loaded.found)) as ConsolidationContent | null;
      const rows = (content?.rows ?? [])
        .filter((row) => `${row.case}.amount` in body)
        .map((row) => {
          const before = standingDraft(row, draft.amounts);
          const fields = appraisalFields(row, before, say);
          const labelled = rowed(row.case, fields);
          const { typed, clashes } = merged(labelled, body);
          const { values, faults } = readRow(row.case, fields, typed);
          const isChanged = differs(values, before ?? {}, fields);
          const input = { ...values, criteria: before?.criteria ?? [] };
          const edit: Edit = {
            op: 'setAppraisal',
            input: { estimateId: row.case, ...input },
            row: { id: row.case, label: row.code },
          };
          return {
            fields: labelled,
            typed,
            faults: [
              ...clashes,
              ...faults,
              ...(isChanged ? faultsOf(loaded, 'setAppraisal', input, row.case) : []),
            ],
            edits: isChanged ? [edit] : [],
          };
        });
      return { part: 'appraisal', rev, form: 'appraisal', ...together(rows, body) };
    };
    return saving(call, loaded, { plan, stopped, back: back(call, loaded), lead: contentOf(params.id) });
  };

  /** What a row of an allocation lacks or says wrongly: whole or not at all, also where nothing is left in it. */
  const wholeFaults = (loaded: Loaded, values: object, row: string) =>
    faultsOf(loaded, 'addLine', { estimate: '', ...values }, row);

  /**
   * The estimates that rows name, as the page shows them, and those that were chosen, also in rows that are gone: of
   * these only the round's can be meant.
   */
  const chosenOf = async ({ found, agencies }: Loaded, rows: readonly AllocationRow[], body: Typed) => {
    const named = new Set(rows.map(({ estimate }) => estimate));
    const chosen = Object.keys(body)
      .filter((name) => name.endsWith('.estimate'))
      .map((name) => textOf(body, name));
    const ids = [...new Set([...named, ...chosen])].filter(Boolean);
    return (await cases.loadMany(found.tenant, ids))
      .filter(({ id, kind, round }) => named.has(id) || (kind === 'estimate' && round === found.round))
      .map(({ id, code, owner }) => estimateChoice({ id, code, agency: agencies.get(owner)?.name ?? owner }));
  };

  const rowsForm: FormPage<CaseParams> = async (call, stopped) => {
    const { person, params, body } = call;
    const say = sayFor(call);
    const loaded = await reads.load(person, params.id);
    if (loaded.found.kind !== 'allocation') throw new Refusal('NOT_FOUND', { case: params.id });
    const [act = '', acted = ''] = textOf(body, 'act').split(':');
    const none = {
      estimate: undefined,
      source: undefined,
      year: undefined,
      amount: undefined,
      note: undefined,
    };

    const plan = async (): Promise<Plan> => {
      const { rev, body: draft } = await draftOf<AllocationDraft>(person, params.id, 'content');
      const estimates = await chosenOf(loaded, draft.lines, body);
      const rows = draft.lines
        .map((line, at) => ({ line, row: placedRow(line.id, at + 1, undefined, say) }))
        .filter(({ line }) => `${line.id}.amount` in body)
        .map(({ line, row }) => {
          const fields = rowFields(line, estimates, say);
          const labelled = placed(row, fields, say);
          const { typed, clashes } = merged(labelled, body);
          const { values, faults } = readRow(line.id, fields, typed);
          const changes = changesOf({ ...line }, { ...none, ...values });
          const isChanged = Object.keys(changes).length > 0;
          const edit: Edit = { op: 'setLine', input: { lineId: line.id, ...changes }, row };
          return {
            id: line.id,
            fields: labelled,
            typed,
            faults: [...clashes, ...faults, ...(isChanged ? wholeFaults(loaded, values, line.id) : [])],
            edits: isChanged ? [edit] : [],
          };
        });
      const known = new Set(draft.lines.map(({ id }) => id));
      const gone = goneRows(
        body,
        'amount',
        (id) => known.has(id),
        (id) => rowed(id, rowFields({}, estimates, say)),
      );
      const done = removingOrRestoring(rows, draft, { act, acted, body, marked: 'amount' });

      const addFields = rowFields({}, [], say);
      const { values: added, faults: wrong } = readRow('new', addFields, body);
      const adds = act === 'add' || Object.keys(added).length > 0;
      const news: Edit = { op: 'addLine', input: { line: added }, row: { id: 'new', label: '' } };
      const { fields, typed } = together(rows, body);
      return {
        part: 'content',
        rev,
        form: 'row',
        fields: [
          ...fields,
          ...rowed('new', addFields),
          ...gone.map(({ row, texts }) => ({ name: row, label: texts.join('; ') })),
        ],
        typed,
        faults: [
          ...gone.map(({ row, texts }) => ({
            path: row,
            code: 'typed.gone',
            params: { found: texts.join('; ') },
          })),
          ...done.faults,
          ...done.staying.flatMap(({ faults }) => faults),
          ...(adds ? [...wrong, ...wholeFaults(loaded, added, 'new')] : []),
        ],
        edits: [...done.staying.flatMap(({ edits }) => edits), ...(adds ? [news] : []), ...done.edits],
      };
    };
    return saving(call, loaded, { plan, stopped, back: back(call, loaded), lead: contentOf(params.id, act) });
  };

  const form = (path: string, summary: string, page: FormPage<CaseParams>) =>
    formRoute<CaseParams>({
      ...writes,
      method: 'post',
      path,
      bodyLimit: '4mb',
      summary,
      schemas: { params: caseParams, body: asForm },
      form: page,
    });
  return [
    form('/cases/:id/review', 'Save the verdicts on the lines', reviewForm),
    form('/cases/:id/appraisal', "Save Finance's amounts", appraisalForm),
    form('/cases/:id/rows', 'Save the rows of an allocation; add or remove one', rowsForm),
  ];
};

const contentOf = (id: string, act?: string) => (saved: Parameters<typeof doneBy>[0]) =>
  `/cases/${id}/content?done=${doneBy(saved, act)}`;

/** What all rows of a form say. */
const together = (rows: readonly Pick<Plan, 'fields' | 'typed' | 'faults' | 'edits'>[], body: Typed) => ({
  fields: rows.flatMap(({ fields }) => fields),
  typed: rows.reduce<Typed>((whole, { fields, typed }) => takenFrom(whole, fields, typed), body),
  faults: rows.flatMap(({ faults }) => faults),
  edits: rows.flatMap(({ edits }) => edits),
});

/** Whether the fields of a form say something else than what stood there. */
const differs = (
  written: Readonly<Record<string, unknown>>,
  before: object,
  fields: readonly { readonly name: string }[],
): boolean => {
  const known = before as Readonly<Record<string, unknown>>;
  return fields.some(({ name }) => (written[name] ?? '') !== (known[name] ?? ''));
};
