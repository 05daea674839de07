import Joi from 'joi';
import type { HeaderInput, Totals } from '../../workflows/content.js';
import type { Person } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { caseParams, type CaseParams } from '../http/caseAccess.js';
import { route } from '../http/route.js';
import { idShape } from '../http/shapes.js';
import type { CaseShow } from './caseShow.js';
import { fieldView, readForm, textOf, type Field, type Typed } from './form.js';
import { group, pageResponses, type PagesGiven, type PageRoutes, type PageTools } from './given.js';
import { detailFields, tableFields, yearsOf, type EstimateDraftBody } from './lineFields.js';
import { changesOf, headerOf, lineOf, newLineAfter, withOneYear } from './lineReading.js';
import { headerFields } from './headerFields.js';
import type { Loaded, Reads } from './loadCase.js';
import { refusalOrThrow, refusalShown } from './refusalShown.js';
import { placed, readRow, revOf, writes, type Edit, type MemberCall, type Saving } from './saving.js';

const asForm = Joi.object().unknown();
const lineParams = caseParams.keys({ lineId: idShape.required() });

/** Forms of an estimate's draft: its lines, one line, its head. A whole table is one form: nothing typed elsewhere is lost. */
export const lineEditPages = (
  { engine, directory }: Pick<PagesGiven, 'engine' | 'directory'>,
  { sayFor, today }: PageTools,
  reads: Reads,
  showCase: CaseShow,
  { carryOut, faultsOf, saving }: Saving,
): PageRoutes => {
  /** Contingency that falls into one year follows the lines by itself. */
  const keepContingency = async (person: Person, loaded: Loaded): Promise<void> => {
    const { found } = loaded;
    const draft = await reads.draftOf(person, found, 'content');
    const header = (draft?.body as EstimateDraftBody | undefined)?.header ?? {};
    const [year, ...others] = yearsOf(header);
    const totals = (await reads.insightOf(person, found))?.totals as Totals | null | undefined;
    if (!draft || year === undefined || others.length > 0 || !totals) return;
    const contingencyYearSplit = [{ year, amount: totals.contingencyAmount }];
    if (JSON.stringify(contingencyYearSplit) === JSON.stringify(header.contingencyYearSplit)) return;
    await carryOut(person, loaded, 'content', draft.rev, [
      { op: 'setHeader', input: { contingencyYearSplit } },
    ]);
  };

  const draftBody = async (person: Person, loaded: Loaded) => {
    const draft = await engine.draft({ person, caseId: loaded.found.id, part: 'content' });
    return { rev: draft.rev, body: draft.body as EstimateDraftBody };
  };

  /** A page of one line, or of the head: everything of it, grouped. */
  const detailPage = async (
    call: MemberCall,
    loaded: Loaded,
    asked: {
      heading: string;
      action: string;
      form: string;
      rev: number;
      groups: readonly { legend: string; fields: readonly Field[] }[];
      body?: Typed;
      refusal?: Pick<Refusal, 'code' | 'members' | 'status'>;
    },
  ) => {
    const say = sayFor(call);
    const { groups, form, refusal, body, action, heading, rev } = asked;
    const shown =
      refusal && refusalShown(refusal, { fields: groups.flatMap(({ fields }) => fields), form, say });
    return showCase(call, loaded, {
      tab: 'content',
      template: 'detail',
      here: action,
      status: refusal?.status,
      errors: shown ? { title: say('pages:edit.notSaved'), lines: shown.lines } : null,
      view: {
        words: say.group('edit'),
        heading,
        action,
        rev,
        back: `/cases/${loaded.found.id}/content`,
        groups: groups.map(({ legend, fields }) => ({
          legend,
          fields: fields.map((field) => fieldView(field, form, { typed: body, errors: shown?.errors })),
        })),
      },
    });
  };

  const estimateOnly = async (person: Person, id: string): Promise<Loaded> => {
    const loaded = await reads.load(person, id);
    if (loaded.found.kind !== 'estimate') throw new Refusal('NOT_FOUND', { case: id });
    return loaded;
  };

  const linePlace = async (call: MemberCall & { params: { id: string; lineId: string } }) => {
    const loaded = await estimateOnly(call.person, call.params.id);
    const { rev, body } = await draftBody(call.person, loaded);
    const at = body.lines.findIndex(({ id }) => id === call.params.lineId);
    const line = body.lines[at];
    if (!line) throw new Refusal('NOT_FOUND', { line: call.params.lineId });
    const say = sayFor(call);
    const years = yearsOf(body.header);
    const systems = await directory.systems(call.person.tenant);
    return {
      loaded,
      line: line,
      years,
      rev,
      page: {
        heading: say('pages:edit.lineHeading', { order: at + 1 }),
        action: `/cases/${loaded.found.id}/lines/${line.id}`,
        form: 'detail',
        groups: detailFields(line, { systems, years, say }),
      },
    };
  };

  const headerPlace = async (call: MemberCall & { params: { id: string } }) => {
    const loaded = await estimateOnly(call.person, call.params.id);
    const { rev, body } = await draftBody(call.person, loaded);
    const say = sayFor(call);
    const round = loaded.round ?? { fiscalYear: Number(today().slice(0, 4)) };
    return {
      loaded,
      rev,
      header: body.header,
      page: {
        heading: say('pages:edit.headHeading'),
        action: `/cases/${loaded.found.id}/header`,
        form: 'head',
        groups: headerFields(body.header, { round, today: today(), say }),
      },
    };
  };

  return [
    route<CaseParams, unknown, Typed, 'member'>({
      ...writes,
      method: 'post',
      path: '/cases/:id/lines',
      bodyLimit: '4mb',
      summary: 'Save the lines of a draft; add, move or remove one',
      schemas: { params: caseParams, body: asForm },
      handler: async (call) => {
        const { person, params, body } = call;
        const say = sayFor(call);
        const loaded = await estimateOnly(person, params.id);
        const { body: draft } = await draftBody(person, loaded);
        const years = yearsOf(draft.header);
        const cell = (label: string, order: number) => say('pages:lines.cellLabel', { label, order });
        const openLines = loaded.found.context['openLines'] as 'all' | readonly string[];
        const rows = draft.lines
          .map((line, at) => ({ line: line, order: at + 1 }))
          .filter(
            ({ line }) => (openLines === 'all' || openLines.includes(line.id)) && `${line.id}.name` in body,
          )
          .map(({ line, order }) => {
            const fields = tableFields(line, say);
            const { values, faults } = readRow(line.id, fields, body);
            const typed = lineOf(fields, values);
            const whole = withOneYear({ ...line, ...typed }, years);
            const changes = changesOf(line, {
              ...typed,
              ...(whole.yearSplit && { yearSplit: whole.yearSplit }),
            });
            return {
              fields: placed(line.id, order, fields, cell),
              faults: [...faults, ...faultsOf(loaded, 'setLine', changes, line.id)],
              edits:
                Object.keys(changes).length > 0
                  ? [{ op: 'setLine' as const, input: { lineId: line.id, ...changes } }]
                  : [],
            };
          });
        const [act = '', lineId = ''] = textOf(body, 'act').split(':');
        const at = draft.lines.findIndex(({ id }) => id === lineId);
        const extra: Readonly<Record<string, Edit>> = {
          add: { op: 'addLine', input: { line: newLineAfter(draft.lines.at(-1)) } },
          remove: { op: 'removeLine', input: { lineId } },
          up: { op: 'moveLine', input: { lineId, to: at } },
          down: { op: 'moveLine', input: { lineId, to: at + 2 } },
        };
        const asked = extra[act];
        return saving(
          call,
          loaded,
          {
            part: 'content',
            form: 'line',
            fields: rows.flatMap(({ fields }) => fields),
            // What is about to go need not be right.
            faults: rows
              .flatMap(({ faults }) => faults)
              .filter(({ path }) => act !== 'remove' || !path.startsWith(`${lineId}.`)),
            edits: [
              ...rows
                .flatMap(({ edits }) => edits)
                .filter(({ input }) => act !== 'remove' || input.lineId !== lineId),
              ...(asked ? [asked] : []),
            ],
            anchor: act === 'add' ? '#end' : '#lines',
          },
          () => keepContingency(person, loaded),
        );
      },
    }),
    route<CaseParams & { lineId: string }, unknown, unknown, 'member'>({
      method: 'get',
      path: '/cases/:id/lines/:lineId',
      access: 'member',
      scope: 'read',
      group,
      summary: 'One line of a draft, everything of it',
      schemas: { params: lineParams },
      responses: pageResponses,
      handler: async (call) => {
        const { loaded, page, rev } = await linePlace(call);
        return detailPage(call, loaded, { ...page, rev });
      },
    }),
    route<CaseParams & { lineId: string }, unknown, Typed, 'member'>({
      ...writes,
      method: 'post',
      path: '/cases/:id/lines/:lineId',
      summary: 'Save one line of a draft',
      schemas: { params: lineParams, body: asForm },
      handler: async (call) => {
        const { person, params, body } = call;
        const { loaded, line, years, page, rev } = await linePlace(call);
        const fields = page.groups.flatMap((part) => part.fields);
        const { values, faults } = readForm(fields, body);
        const typed = withOneYear({ ...line, ...lineOf(fields, values) }, years);
        const changes = changesOf(line, typed);
        const wrong = [...faults, ...faultsOf(loaded, 'setLine', changes, '')];
        try {
          if (wrong.length > 0) throw new Refusal('BAD_INPUT', { faults: wrong });
          if (Object.keys(changes).length > 0) {
            await carryOut(person, loaded, 'content', revOf(body), [
              { op: 'setLine', input: { lineId: params.lineId, ...changes } },
            ]);
            await keepContingency(person, loaded);
          }
          return { redirect: `/cases/${loaded.found.id}/content?done=SAVED#line-${params.lineId}` };
        } catch (error) {
          return detailPage(call, loaded, { ...page, rev, body, refusal: refusalOrThrow(error) });
        }
      },
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
        const { loaded, page, rev } = await headerPlace(call);
        return detailPage(call, loaded, { ...page, rev });
      },
    }),
    route<CaseParams, unknown, Typed, 'member'>({
      ...writes,
      method: 'post',
      path: '/cases/:id/header',
      summary: 'Save the head of a draft',
      schemas: { params: caseParams, body: asForm },
      handler: async (call) => {
        const { person, body } = call;
        const { loaded, header, page, rev } = await headerPlace(call);
        const fields = page.groups.flatMap((part) => part.fields);
        const { values, faults } = readForm(fields, body);
        const changes = changesOf(header, headerOf(fields, values)) as Partial<HeaderInput>;
        const wrong = [...faults, ...faultsOf(loaded, 'setHeader', changes, '')];
        try {
          if (wrong.length > 0) throw new Refusal('BAD_INPUT', { faults: wrong });
          if (Object.keys(changes).length > 0) {
            await carryOut(person, loaded, 'content', revOf(body), [{ op: 'setHeader', input: changes }]);
            await keepContingency(person, loaded);
          }
          return { redirect: `/cases/${loaded.found.id}/content?done=SAVED` };
        } catch (error) {
          return detailPage(call, loaded, { ...page, rev, body, refusal: refusalOrThrow(error) });
        }
      },
    }),
  ];
};
