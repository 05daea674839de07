import Joi from 'joi';
import type { LineVerdict } from '../../workflows/content.js';
import type { AllocationRow } from '../allocations/content.js';
import type { Appraised, AppraisalDraft } from '../consolidations/appraisal.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import type { Person } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { caseParams, type CaseParams } from '../http/caseAccess.js';
import { route } from '../http/route.js';
import { rowFields } from './allocationView.js';
import { textOf, type Typed } from './form.js';
import type { PagesGiven, PageRoutes, PageTools } from './given.js';
import { changesOf } from './lineReading.js';
import { verdictFields } from './linesView.js';
import type { Reads } from './loadCase.js';
import { placed, readRow, rowed, writes, type Saving } from './saving.js';
import { appraisalFields } from './tableView.js';

const asForm = Joi.object().unknown();

/** Forms of private work: a reviewer's verdicts, Finance's amounts, the rows of an allocation. */
export const workEditPages = (
  { engine }: Pick<PagesGiven, 'engine'>,
  { sayFor }: Pick<PageTools, 'sayFor'>,
  reads: Reads,
  { faultsOf, saving }: Saving,
): PageRoutes => {
  return [
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
        const loaded = await reads.load(person, params.id);
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
          const isChanged =
            verdict !== undefined && JSON.stringify(sorted(typed)) !== JSON.stringify(sorted(before));
          return {
            fields: placed(id, at + 1, fields, (label, order) =>
              say('pages:lines.cellLabel', { label, order }),
            ),
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
            const {
              criteria = [],
              amount,
              comment,
              summary,
            } = amounts[row.case] ?? ({} as Partial<Appraised>);
            const standing = summary === row.summary ? { amount, comment } : {};
            const isChanged =
              Object.keys(values).length > 0 &&
              JSON.stringify(sorted(values)) !== JSON.stringify(sorted(standing));
            return {
              fields: placed(row.case, at + 1, fields, (label) => label),
              faults: [
                ...faults,
                ...(isChanged ? faultsOf(loaded, 'setAppraisal', { ...values, criteria }, row.case) : []),
              ],
              edits: isChanged
                ? [{ op: 'setAppraisal' as const, input: { estimateId: row.case, ...values, criteria } }]
                : [],
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
          return {
            fields,
            faults,
            changes: changesOf(known, {
              estimate: undefined,
              source: undefined,
              year: undefined,
              amount: undefined,
              note: undefined,
              ...values,
            }),
          };
        };
        const rows = lines
          .filter(({ id }) => `${id}.amount` in body && id !== removed)
          .map((line, at) => {
            const { fields, faults, changes } = read(line.id, line);
            const op = 'setLine' as const;
            return {
              fields: placed(line.id, at + 1, fields, (label, order) =>
                say('pages:lines.cellLabel', { label, order }),
              ),
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
            ...(adds
              ? [...added.faults, ...faultsOf(loaded, 'addLine', { estimate: '', ...added.changes }, 'new')]
              : []),
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
    return {
      loaded,
      rows: content?.rows ?? [],
      amounts: (draft.body as AppraisalDraft).amounts,
      rev: draft.rev,
    };
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
