import Joi from 'joi';
import type { HeaderInput, LineInput, LineVerdict, Totals } from '../../workflows/content.js';
import type { Appraised, AppraisalDraft } from '../consolidations/slice.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import type { AllocationRow } from '../allocations/slice.js';
import type { Draft, Part, Person } from '../engine/ports.js';
import { Refusal, type FieldFault } from '../errors.js';
import { caseParams, kindOf, type CaseParams } from '../http/caseAccess.js';
import type { EditOp } from '../http/kind.js';
import { parseValue } from '../http/parse.js';
import { route, type Answer, type Call } from '../http/route.js';
import { idShape } from '../http/shapes.js';
import { rowFields } from './allocationView.js';
import type { CaseShow } from './caseShow.js';
import type { ContentPage } from './contentPages.js';
import { fieldView, readForm, textOf, type Field, type Typed } from './form.js';
import { formResponses, group, pageResponses, type PagesGiven, type PageRoutes, type PageTools } from './given.js';
import {
  changesOf,
  detailFields,
  headerFields,
  headerOf,
  lineOf,
  newLineAfter,
  tableFields,
  withOneYear,
  yearsOf,
  type DraftLine,
  type EstimateDraftBody,
} from './lineFields.js';
import { verdictFields } from './linesView.js';
import type { Loaded, Reads } from './loadCase.js';
import { refusalOrThrow, refusalShown } from './refusalShown.js';
import { appraisalFields } from './tableView.js';

const asForm = Joi.object().unknown();
const lineParams = caseParams.keys({ lineId: idShape.required() });
const writes = { access: 'member', scope: 'write', group, bodyType: 'form', responses: formResponses } as const;
type MemberCall = Pick<Call<unknown, unknown, unknown, Person>, 'req' | 'person'>;

/** One edit that a form asks for. */
interface Edit {
  readonly op: EditOp;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Fields of one row of a form, named `<row>.<field>`. */
const rowed = (row: string, fields: readonly Field[]): Field[] =>
  fields.map((field) => ({ ...field, name: `${row}.${field.name}` }));

/** What a form says of one row, by its own field names; faults keep the full names. */
const readRow = (row: string, fields: readonly Field[], typed: Typed) => {
  const { values, faults } = readForm(rowed(row, fields), typed);
  const own = Object.entries(values).map(([name, value]) => [name.slice(row.length + 1), value] as const);
  return { values: Object.fromEntries(own), faults };
};

/** Fields with their places in a table told: `Đơn giá, dòng 2`. */
const placed = (row: string, order: number, fields: readonly Field[], cell: (label: string, order: number) => string): Field[] =>
  rowed(row, fields).map((field) => ({ ...field, label: cell(field.label, order) }));

/** Forms that edit what is not frozen yet. A whole table is one form: nothing that was typed elsewhere in it is lost. */
export const editPages = (
  given: PagesGiven,
  { sayFor, today }: PageTools,
  reads: Reads,
  showCase: CaseShow,
  contentPage: ContentPage,
): PageRoutes => {
  const { engine, kinds, directory } = given;

  /** Carries edits out one after the other, each on what the one before it left. */
  const carryOut = async (person: Person, { found }: Loaded, part: Part, rev: number, edits: readonly Edit[]) => {
    let at = rev;
    let saved: Draft | null = null;
    for (const { op, input } of edits) {
      saved = await engine.edit({ person, caseId: found.id, part, op, input, rev: at });
      at = saved.rev;
    }
    return saved;
  };

  /** What an edit says, held against its schema. @returns the faults, with the name of the row before them */
  const faultsOf = ({ found }: Loaded, op: EditOp, fields: object, row: string): FieldFault[] => {
    const declared = kindOf(kinds, found).edits[op];
    if (!declared) throw new Refusal('NOT_FOUND', { op });
    const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    if (Object.keys(known).length === 0) return [];
    try {
      parseValue(declared.schema, op === 'addLine' ? { line: known } : known, '');
      return [];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const faults = (error.members.faults ?? []) as readonly FieldFault[];
      return faults.map(({ path, ...fault }) => ({ ...fault, path: [row, path.replace(/^line\./, '')].filter(Boolean).join('.') }));
    }
  };

  const revOf = (body: Typed) => Number(/^\d{1,9}$/.exec(textOf(body, 'rev'))?.[0] ?? -1);

  /**
   * Carries out what a form of the content asks for, and leads back to it; what is wrong is told there, beside what
   * was typed. Where somebody else saved meanwhile, the page comes back with their revision and these values.
   */
  const saving = async (
    call: MemberCall & { body: Typed },
    loaded: Loaded,
    { part, fields, form, faults, edits, anchor = '' }: {
      part: Part;
      fields: readonly Field[];
      form: string;
      faults: readonly FieldFault[];
      edits: readonly Edit[];
      anchor?: string;
    },
    then?: () => Promise<void>,
  ): Promise<Answer> => {
    const { person, body } = call;
    const say = sayFor(call);
    const back = (refusal: Pick<Refusal, 'code' | 'members' | 'status'>) => {
      const { lines, errors } = refusalShown(refusal, { fields, form, say });
      return contentPage(call, loaded, {
        again: { typed: body, errors },
        errors: { title: say('pages:edit.notSaved'), lines },
        status: refusal.status,
      });
    };
    if (faults.length > 0) return back(new Refusal('BAD_INPUT', { faults }));
    try {
      await carryOut(person, loaded, part, revOf(body), edits);
      await then?.();
      return { redirect: `/cases/${loaded.found.id}/content?done=SAVED${anchor}` };
    } catch (error) {
      return back(refusalOrThrow(error));
    }
  };

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
    await carryOut(person, loaded, 'content', draft.rev, [{ op: 'setHeader', input: { contingencyYearSplit } }]);
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
    const shown = refusal && refusalShown(refusal, { fields: groups.flatMap(({ fields }) => fields), form, say });
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
      line: line as DraftLine,
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
          .map((line, at) => ({ line: line as DraftLine, order: at + 1 }))
          .filter(({ line }) => (openLines === 'all' || openLines.includes(line.id)) && `${line.id}.name` in body)
          .map(({ line, order }) => {
            const fields = tableFields(line, say);
            const { values, faults } = readRow(line.id, fields, body);
            const typed = lineOf(fields, values);
            const whole = withOneYear({ ...line, ...typed } as Partial<LineInput>, years);
            const changes = changesOf(line, { ...typed, ...(whole.yearSplit && { yearSplit: whole.yearSplit }) });
            return {
              fields: placed(line.id, order, fields, cell),
              faults: [...faults, ...faultsOf(loaded, 'setLine', changes, line.id)],
              edits: Object.keys(changes).length > 0 ? [{ op: 'setLine' as const, input: { lineId: line.id, ...changes } }] : [],
            };
          });
        const [act = '', lineId = ''] = textOf(body, 'act').split(':');
        const at = draft.lines.findIndex(({ id }) => id === lineId);
        const extra: Readonly<Record<string, Edit>> = {
          add: { op: 'addLine', input: { line: newLineAfter(draft.lines.at(-1) as DraftLine | undefined) } },
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
            faults: rows.flatMap(({ faults }) => faults).filter(({ path }) => act !== 'remove' || !path.startsWith(`${lineId}.`)),
            edits: [
              ...rows.flatMap(({ edits }) => edits).filter(({ input }) => act !== 'remove' || input.lineId !== lineId),
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
        const typed = withOneYear({ ...line, ...lineOf(fields, values) } as Partial<LineInput>, years);
        const changes = changesOf(line, typed);
        const wrong = [...faults, ...faultsOf(loaded, 'setLine', changes, '')];
        try {
          if (wrong.length > 0) throw new Refusal('BAD_INPUT', { faults: wrong });
          if (Object.keys(changes).length > 0) {
            await carryOut(person, loaded, 'content', revOf(body), [{ op: 'setLine', input: { lineId: params.lineId, ...changes } }]);
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
            await carryOut(person, loaded, 'content', revOf(body), [{ op: 'setHeader', input: changes as Record<string, unknown> }]);
            await keepContingency(person, loaded);
          }
          return { redirect: `/cases/${loaded.found.id}/content?done=SAVED` };
        } catch (error) {
          return detailPage(call, loaded, { ...page, rev, body, refusal: refusalOrThrow(error) });
        }
      },
    }),
    route<CaseParams, unknown, Typed, 'member'>({
      ...writes,
      method: 'post',
      path: '/cases/:id/review',
      bodyLimit: '4mb',
      summary: 'Save the verdicts on the lines',
      schemas: { params: caseParams, body: asForm },
      handler: async (call) => {
        const { person, params, body } = call;
        const say = sayFor(call);
        const loaded = await estimateOnly(person, params.id);
        const draft = await engine.draft({ person, caseId: loaded.found.id, part: 'review' });
        const known = (draft.body as { verdicts: Readonly<Record<string, LineVerdict>> }).verdicts;
        const missing = ((await reads.insightOf(person, loaded.found))?.missing ?? []) as readonly string[];
        const content = await reads.contentOf(person, loaded.found);
        const lines = (content as unknown as { lines: readonly { id: string }[] } | null)?.lines ?? [];
        const acceptRest = textOf(body, 'act') === 'acceptRest';
        const rows = lines.map(({ id }, at) => {
          const fields = verdictFields({}, say);
          const { values, faults } = readRow(id, fields, body);
          const verdict = values.verdict ?? (acceptRest && missing.includes(id) ? 'accept' : undefined);
          const typed = verdict === undefined ? {} : { ...values, verdict };
          const before = missing.includes(id) ? {} : pickVerdict(known[id]);
          const isChanged = verdict !== undefined && JSON.stringify(sorted(typed)) !== JSON.stringify(sorted(before));
          return {
            fields: placed(id, at + 1, fields, (label, order) => say('pages:lines.cellLabel', { label, order })),
            faults: [...faults, ...(isChanged ? faultsOf(loaded, 'setVerdict', typed, id) : [])],
            edits: isChanged ? [{ op: 'setVerdict' as const, input: { lineId: id, ...typed } }] : [],
          };
        });
        return saving(call, loaded, {
          part: 'review',
          form: 'review',
          fields: rows.flatMap(({ fields }) => fields),
          faults: rows.flatMap(({ faults }) => faults),
          edits: rows.flatMap(({ edits }) => edits),
        });
      },
    }),
    route<CaseParams, unknown, Typed, 'member'>({
      ...writes,
      method: 'post',
      path: '/cases/:id/appraisal',
      bodyLimit: '4mb',
      summary: "Save Finance's amounts",
      schemas: { params: caseParams, body: asForm },
      handler: async (call) => {
        const { person, params, body } = call;
        const say = sayFor(call);
        const { loaded, rows, amounts } = await appraisalPlace(person, params.id);
        const read = rows
          .filter((row) => `${row.case}.amount` in body)
          .map((row, at) => {
            const fields = appraisalFields(row, amounts[row.case], say);
            const { values, faults } = readRow(row.case, fields, body);
            const { criteria = [], amount, comment, summary } = amounts[row.case] ?? ({} as Partial<Appraised>);
            const standing = summary === row.summary ? { amount, comment } : {};
            const isChanged = Object.keys(values).length > 0 && JSON.stringify(sorted(values)) !== JSON.stringify(sorted(standing));
            return {
              fields: placed(row.case, at + 1, fields, (label) => label),
              faults: [...faults, ...(isChanged ? faultsOf(loaded, 'setAppraisal', { ...values, criteria }, row.case) : [])],
              edits: isChanged ? [{ op: 'setAppraisal' as const, input: { estimateId: row.case, ...values, criteria } }] : [],
            };
          });
        return saving(call, loaded, {
          part: 'appraisal',
          form: 'appraisal',
          fields: read.flatMap(({ fields }) => fields),
          faults: read.flatMap(({ faults }) => faults),
          edits: read.flatMap(({ edits }) => edits),
        });
      },
    }),
    route<CaseParams, unknown, Typed, 'member'>({
      ...writes,
      method: 'post',
      path: '/cases/:id/rows',
      bodyLimit: '4mb',
      summary: 'Save the rows of an allocation; add or remove one',
      schemas: { params: caseParams, body: asForm },
      handler: async (call) => {
        const { person, params, body } = call;
        const say = sayFor(call);
        const loaded = await reads.load(person, params.id);
        if (loaded.found.kind !== 'allocation') throw new Refusal('NOT_FOUND', { case: params.id });
        const draft = await engine.draft({ person, caseId: params.id, part: 'content' });
        const { lines } = draft.body as { lines: readonly AllocationRow[] };
        const [act = '', removed = ''] = textOf(body, 'act').split(':');
        const read = (row: string, known: Partial<AllocationRow>) => {
          const fields = rowFields(known, [], say);
          const { values, faults } = readRow(row, fields, body);
          return { fields, faults, changes: changesOf(known, { estimate: undefined, source: undefined, year: undefined, amount: undefined, note: undefined, ...values }) };
        };
        const rows = lines
          .filter(({ id }) => `${id}.amount` in body && id !== removed)
          .map((line, at) => {
            const { fields, faults, changes } = read(line.id, line);
            const op = 'setLine' as const;
            return {
              fields: placed(line.id, at + 1, fields, (label, order) => say('pages:lines.cellLabel', { label, order })),
              faults: [...faults, ...faultsOf(loaded, op, changes, line.id)],
              edits: Object.keys(changes).length > 0 ? [{ op, input: { lineId: line.id, ...changes } }] : [],
            };
          });
        const added = read('new', {});
        const adds = act === 'add' || Object.keys(added.changes).length > 0;
        return saving(call, loaded, {
          part: 'content',
          form: 'row',
          fields: [...rows.flatMap(({ fields }) => fields), ...rowed('new', added.fields)],
          faults: [
            ...rows.flatMap(({ faults }) => faults),
            ...(adds ? [...added.faults, ...faultsOf(loaded, 'addLine', { estimate: '', ...added.changes }, 'new')] : []),
          ],
          edits: [
            ...rows.flatMap(({ edits }) => edits),
            ...(adds ? [{ op: 'addLine' as const, input: { line: added.changes } }] : []),
            ...(act === 'remove' ? [{ op: 'removeLine' as const, input: { lineId: removed } }] : []),
          ],
        });
      },
    }),
  ];

  async function appraisalPlace(person: Person, id: string) {
    const loaded = await reads.load(person, id);
    if (loaded.found.kind !== 'consolidation') throw new Refusal('NOT_FOUND', { case: id });
    const draft = await engine.draft({ person, caseId: id, part: 'appraisal' });
    const content = (await reads.contentOf(person, loaded.found)) as ConsolidationContent | null;
    return { loaded, rows: content?.rows ?? [], amounts: (draft.body as AppraisalDraft).amounts, rev: draft.rev };
  }
};

const pickVerdict = (known: LineVerdict | undefined): Record<string, unknown> => {
  if (!known) return {};
  const { lineId: _lineId, lineHash: _lineHash, by: _by, ...typed } = known;
  return typed;
};

const sorted = (value: Readonly<Record<string, unknown>>) =>
  Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));

