import Joi from 'joi';
import type { HeaderInput, Totals } from '../../workflows/content.js';
import type { Draft, Person } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { isHeaderOpen, isLineOpen } from '../estimates/draft.js';
import type { Remark } from '../estimates/remarks.js';
import { caseParams, type CaseParams } from '../http/caseAccess.js';
import { route } from '../http/route.js';
import { idShape } from '../http/shapes.js';
import type { ContentPage } from './contentPages.js';
import type { DetailPage, ShowDetail } from './detailPage.js';
import { isEditable, mayEdit } from './editing.js';
import { readForm, textOf, type Typed } from './form.js';
import { formRoute, type FormPage } from './formPage.js';
import { group, pageResponses, type PagesGiven, type PageRoutes, type PageTools } from './given.js';
import { headerFields } from './headerFields.js';
import { detailFields, tableFields, yearsOf, type EstimateDraftBody } from './lineFields.js';
import { changesOf, formed, headerOf, lineOf, newLineAfter, withOneYear } from './lineReading.js';
import { remarkText } from './linesView.js';
import type { Loaded, Reads } from './loadCase.js';
import { goneRows, merged } from './merging.js';
import {
  placed,
  placedRow,
  readRow,
  rowed,
  writes,
  type Edit,
  type MemberCall,
  type Plan,
  type Saving,
  doneBy,
  removingOrRestoring,
  takenFrom,
} from './saving.js';
import type { Say } from './say.js';

const asForm = Joi.object().unknown();
const lineParams = caseParams.keys({ lineId: idShape.required() });
interface LineParams extends CaseParams {
  readonly lineId: string;
}

/** Forms of an estimate's draft: its lines, one line, its head. A whole table is one form: nothing typed elsewhere is lost. */
export const lineEditPages = (
  { engine, directory }: Pick<PagesGiven, 'engine' | 'directory'>,
  { sayFor, today }: PageTools,
  reads: Reads,
  showDetail: ShowDetail,
  contentPage: ContentPage,
  { faultsOf, saving }: Saving,
): PageRoutes => {
  /**
   * Contingency that falls into one year follows the lines by itself. It is worked out, not typed: where somebody
   * saves in the very moment, theirs works it out.
   */
  const keepContingency = async (person: Person, { found }: Loaded, { rev, body }: Draft): Promise<void> => {
    const { header } = body as EstimateDraftBody;
    const [year, ...others] = yearsOf(header);
    const totals = (await reads.insightOf(person, found))?.totals as Totals | null | undefined;
    if (year === undefined || others.length > 0 || !totals) return;
    const contingencyYearSplit = [{ year, amount: totals.contingencyAmount }];
    if (JSON.stringify(contingencyYearSplit) === JSON.stringify(header.contingencyYearSplit)) return;
    const edit = { op: 'setHeader', input: { contingencyYearSplit } };
    await engine.edit({ person, caseId: found.id, part: 'content', rev, ...edit }).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
  };

  const draftBody = async (person: Person, { found }: Loaded) => {
    const draft = await engine.draft({ person, caseId: found.id, part: 'content' });
    return { rev: draft.rev, body: draft.body as EstimateDraftBody };
  };

  const estimateOnly = async (person: Person, id: string): Promise<Loaded> => {
    const loaded = await reads.load(person, id);
    if (loaded.found.kind !== 'estimate') throw new Refusal('NOT_FOUND', { case: id });
    return loaded;
  };

  const linePlace = async (call: MemberCall & { params: LineParams }) => {
    const loaded = await estimateOnly(call.person, call.params.id);
    const { rev, body } = await draftBody(call.person, loaded);
    const at = body.lines.findIndex(({ id }) => id === call.params.lineId);
    const line = body.lines[at];
    if (!line) throw new Refusal('NOT_FOUND', { line: call.params.lineId });
    const say = sayFor(call);
    const years = yearsOf(body.header);
    const systems = await directory.systems(call.person.tenant);
    const page: DetailPage = {
      heading: say('pages:edit.lineHeading', { order: at + 1 }),
      action: `/cases/${loaded.found.id}/lines/${line.id}`,
      form: 'detail',
      isOpen: () => isWritable(loaded) && isLineOpen(loaded.found, line.id),
      closedNote: say(isWritable(loaded) ? 'pages:lines.closedLine' : 'pages:edit.closed'),
      back: backToLines(loaded, say),
      groups: detailFields(line, { systems, years, say }),
      remark: remarkText(line, (loaded.view.remarks ?? []) as readonly Remark[], say),
    };
    return { loaded, line, years, rev, page };
  };

  const headerPlace = async (call: MemberCall & { params: CaseParams }) => {
    const loaded = await estimateOnly(call.person, call.params.id);
    const { rev, body } = await draftBody(call.person, loaded);
    const say = sayFor(call);
    const round = loaded.round ?? { fiscalYear: Number(today().slice(0, 4)) };
    const page: DetailPage = {
      heading: say('pages:edit.headHeading'),
      action: `/cases/${loaded.found.id}/header`,
      form: 'head',
      isOpen: (name) => isWritable(loaded) && isHeaderOpen(loaded.found, name.split('.')[0] ?? name),
      closedNote: say(isWritable(loaded) ? 'pages:head.closed' : 'pages:edit.closed'),
      back: backToLines(loaded, say),
      groups: headerFields(body.header, { round, today: today(), say }),
    };
    return { loaded, rev, body, page };
  };

  const isWritable = ({ person, found }: Loaded) => isEditable(found, 'content') && mayEdit(person, found);

  const backToLines = ({ found }: Loaded, say: Say) => ({
    href: `/cases/${found.id}/content`,
    text: say('pages:edit.back'),
  });

  /** What a form is read for: what is open, and what was sent though it is closed by now, which is then told. */
  const fieldsSent = ({ groups, isOpen = () => true }: DetailPage, body: Typed) =>
    groups.flatMap((part) => part.fields).filter(({ name }) => isOpen(name) || name in body);

  const linesForm: FormPage<CaseParams> = async (call, stopped) => {
    const { person, params, body } = call;
    const say = sayFor(call);
    const loaded = await estimateOnly(person, params.id);
    const [act = '', acted = ''] = textOf(body, 'act').split(':');

    const plan = async (): Promise<Plan> => {
      const { rev, body: draft } = await draftBody(person, loaded);
      const years = yearsOf(draft.header);
      const rows = draft.lines
        .map((line, at) => ({ line, row: placedRow(line.id, at + 1, line.name, say) }))
        .filter(({ line }) => `${line.id}.name` in body)
        .map(({ line, row }) => {
          const fields = tableFields(line, say);
          const labelled = placed(row, fields, say);
          const { typed, clashes } = merged(labelled, body);
          const { values, faults } = readRow(line.id, fields, typed);
          const asked = lineOf(fields, values);
          const changes = changesOf(line, formed({ ...line, ...asked }, years));
          const edit: Edit = { op: 'setLine', input: { lineId: line.id, ...changes }, row };
          return {
            id: line.id,
            fields: labelled,
            typed,
            faults: [...clashes, ...faults, ...faultsOf(loaded, 'setLine', changes, line.id)],
            edits: Object.keys(changes).length > 0 ? [edit] : [],
          };
        });
      const known = new Set(draft.lines.map(({ id }) => id));
      const gone = goneRows(
        body,
        'name',
        (id) => known.has(id),
        (id) => rowed(id, tableFields({}, say)),
      );
      const at = draft.lines.findIndex(({ id }) => id === acted);
      const done = removingOrRestoring(rows, draft, { act, acted, body, marked: 'name' });
      const extra: Readonly<Record<string, Edit>> = {
        add: { op: 'addLine', input: { line: newLineAfter(draft.lines.at(-1)) } },
        up: { op: 'moveLine', input: { lineId: acted, to: at } },
        down: { op: 'moveLine', input: { lineId: acted, to: at + 2 } },
      };
      const asked = act === 'add' || known.has(acted) ? extra[act] : undefined;
      return {
        part: 'content',
        rev,
        form: 'line',
        fields: [
          ...rows.flatMap(({ fields }) => fields),
          ...gone.map(({ row, texts }) => ({
            name: row,
            label: textOf(body, `${row}.name`) || texts.join('; '),
          })),
        ],
        typed: rows.reduce<Typed>((whole, { fields, typed }) => takenFrom(whole, fields, typed), body),
        faults: [
          ...gone.map(({ row, texts }) => ({
            path: row,
            code: 'typed.gone',
            params: { found: texts.join('; ') },
          })),
          ...done.faults,
          ...done.staying.flatMap(({ faults }) => faults),
        ],
        edits: [...done.staying.flatMap(({ edits }) => edits), ...done.edits, ...(asked ? [asked] : [])],
      };
    };

    return saving(call, loaded, {
      plan,
      stopped,
      back: ({ typed, errors, lines, status }) =>
        contentPage(call, loaded, {
          again: { typed, errors },
          errors: { title: say('pages:edit.notSaved'), lines },
          status,
        }),
      after: (saved) => keepContingency(person, loaded, saved),
      lead: (saved) => {
        const added = (saved?.body as EstimateDraftBody | undefined)?.lines.at(-1)?.id;
        const anchors: Readonly<Record<string, string>> = {
          ...(added && { add: `#line-${added}-name` }),
          restore: `#line-${acted}`,
          // What was removed is told at the head of the page.
          remove: '',
        };
        return `/cases/${loaded.found.id}/content?done=${doneBy(saved, act)}${anchors[act] ?? '#lines'}`;
      },
    });
  };

  const lineForm: FormPage<LineParams> = async (call, stopped) => {
    const { person, body } = call;
    const { loaded } = await linePlace(call);
    const plan = async (): Promise<Plan> => {
      const { line, years, rev, page } = await linePlace(call);
      const fields = fieldsSent(page, body);
      const { typed, clashes } = merged(fields, body);
      const { values, faults } = readForm(fields, typed);
      const changes = changesOf(line, formed({ ...line, ...lineOf(fields, values) }, years));
      return {
        part: 'content',
        rev,
        form: page.form,
        fields,
        typed,
        faults: [...clashes, ...faults, ...faultsOf(loaded, 'setLine', changes, '')],
        edits:
          Object.keys(changes).length > 0
            ? [{ op: 'setLine', input: { lineId: call.params.lineId, ...changes } }]
            : [],
      };
    };
    return saving(call, loaded, {
      plan,
      stopped,
      back: async (notSaved) => showDetail(call, loaded, (await linePlace(call)).page, notSaved),
      after: (saved) => keepContingency(person, loaded, saved),
      lead: (saved) => `/cases/${loaded.found.id}/content?done=${doneBy(saved)}#line-${call.params.lineId}`,
    });
  };

  const headerForm: FormPage<CaseParams> = async (call, stopped) => {
    const { person, body } = call;
    const { loaded } = await headerPlace(call);
    const plan = async (): Promise<Plan> => {
      const { body: draft, page, rev } = await headerPlace(call);
      const fields = fieldsSent(page, body);
      const { typed, clashes } = merged(fields, body);
      const { values, faults } = readForm(fields, typed);
      const changes = changesOf(draft.header, headerOf(fields, values)) as Partial<HeaderInput>;
      const years = yearsOf({ ...draft.header, ...changes });
      const split = draft.lines
        .filter(({ id }) => isLineOpen(loaded.found, id))
        .flatMap((line): Edit[] => {
          const { yearSplit } = changesOf(line, { ...withOneYear(line, years) });
          return yearSplit ? [{ op: 'setLine', input: { lineId: line.id, yearSplit } }] : [];
        });
      return {
        part: 'content',
        rev,
        form: page.form,
        fields,
        typed,
        faults: [...clashes, ...faults, ...faultsOf(loaded, 'setHeader', changes, '')],
        edits: [
          ...(Object.keys(changes).length > 0 ? [{ op: 'setHeader' as const, input: changes }] : []),
          ...split,
        ],
      };
    };
    return saving(call, loaded, {
      plan,
      stopped,
      back: async (notSaved) => showDetail(call, loaded, (await headerPlace(call)).page, notSaved),
      after: (saved) => keepContingency(person, loaded, saved),
      lead: (saved) => `/cases/${loaded.found.id}/content?done=${doneBy(saved)}`,
    });
  };

  return [
    formRoute<CaseParams>({
      ...writes,
      method: 'post',
      path: '/cases/:id/lines',
      bodyLimit: '4mb',
      summary: 'Save the lines of a draft; add, move or remove one',
      schemas: { params: caseParams, body: asForm },
      form: linesForm,
    }),
    route<LineParams, unknown, unknown, 'member'>({
      method: 'get',
      path: '/cases/:id/lines/:lineId',
      access: 'member',
      scope: 'read',
      group,
      summary: 'One line of a draft, everything of it',
      schemas: { params: lineParams },
      responses: pageResponses,
      handler: async (call) => {
        const { loaded, page } = await linePlace(call);
        return showDetail(call, loaded, page);
      },
    }),
    formRoute<LineParams>({
      ...writes,
      method: 'post',
      path: '/cases/:id/lines/:lineId',
      summary: 'Save one line of a draft',
      schemas: { params: lineParams, body: asForm },
      form: lineForm,
    }),
    route<CaseParams, unknown, unknown, 'member'>({
      method: 'get',
      path: '/cases/:id/header',
      access: 'member',
      scope: 'read',
      group,
      summary: 'The head of a draft',
      schemas: { params: caseParams },
      responses: pageResponses,
      handler: async (call) => {
        const { loaded, page } = await headerPlace(call);
        return showDetail(call, loaded, page);
      },
    }),
    formRoute<CaseParams>({
      ...writes,
      method: 'post',
      path: '/cases/:id/header',
      summary: 'Save the head of a draft',
      schemas: { params: caseParams, body: asForm },
      form: headerForm,
    }),
  ];
};
