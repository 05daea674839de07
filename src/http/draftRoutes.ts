import Joi from 'joi';
import type { Draft, Part } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { caseParams, kindOf, memberReads, memberWrites, type CaseParams } from './caseAccess.js';
import { draftShape, editedShape, editedView } from './caseView.js';
import type { EditOp, KindApi } from './kind.js';
import { parseValue } from './parse.js';
import type { CaseDependencies } from './caseRoutes.js';
import { route, type Route } from './route.js';
import { idShape } from './shapes.js';

const group = 'Drafts';
const lineParams = Joi.object({ id: idShape.required(), lineId: idShape.required() });
const estimateParams = Joi.object({ id: idShape.required(), estimateId: idShape.required() });

/** What an edit takes, by kind, for the documentation. */
const documentedEdit = (kinds: readonly KindApi[], op: EditOp) => {
  const schemas = kinds.flatMap(({ kind, edits }) => {
    const edit = edits[op];
    return edit ? [edit.schema.description(`Of a case of kind ${kind}`)] : [];
  });
  return schemas.length === 1 ? schemas[0]! : Joi.alternatives(...schemas);
};

/** Parts of a case that are edited before they are frozen: the content, a reviewer's verdicts, Finance's amounts. */
export const draftRoutes = ({ engine, kinds }: Pick<CaseDependencies, 'engine' | 'kinds'>) => {
  const shown = ({ part, rev, body, editors, edited }: Draft) => ({
    revision: rev,
    body: { part, rev, body, editors, edited: edited ?? null },
  });

  const read = (path: string, part: Part, summary: string) =>
    route<CaseParams, unknown, unknown, 'member'>({
      ...memberReads,
      group,
      method: 'get',
      path,
      summary,
      schemas: { params: caseParams },
      responses: { 200: { description: 'As it stands', schema: draftShape } },
      handler: async ({ person, params }) => shown(await engine.draft({ person, caseId: params.id, part })),
    });

  interface EditRoute {
    readonly method: Route['method'];
    readonly path: string;
    readonly op: EditOp;
    readonly part: Part;
    readonly summary: string;
    /** The part of the address that names what is edited, and joins the input. */
    readonly names?: 'lineId' | 'estimateId';
  }
  const edit = ({ method, path, op, part, summary, names }: EditRoute) => {
    const takesBody = method !== 'delete';
    return route<CaseParams & Record<string, string>, unknown, object, 'member'>({
      ...memberWrites,
      group,
      method,
      path,
      conditional: true,
      bodyLimit: op === 'replace' ? '4mb' : '1mb',
      summary,
      schemas: {
        params: names === 'lineId' ? lineParams : names === 'estimateId' ? estimateParams : caseParams,
        ...(takesBody && { body: Joi.object().unknown() }),
      },
      ...(takesBody && { documentedBody: documentedEdit(kinds, op) }),
      responses: { 200: { description: 'Saved', schema: editedShape } },
      handler: async ({ person, params, body, revision }) => {
        const found = await engine.read({ person, caseId: params.id });
        const declared = kindOf(kinds, found).edits[op];
        if (declared?.part !== part) throw new Refusal('NOT_FOUND', { op, part });
        const fields = takesBody ? parseValue<object>(declared.schema, body, '') : {};
        const named = names && params[names];
        const input = { ...fields, ...(names && { [names]: named }) };
        const saved = await engine.edit({ person, caseId: params.id, part, op, input, rev: revision });
        return { revision: saved.rev, body: editedView(saved, names === 'lineId' ? named : undefined) };
      },
    });
  };

  const draft = '/cases/:id/draft';
  const content = { part: 'content' } as const;
  const line = { part: 'content', names: 'lineId' } as const;
  return [
    read(draft, 'content', 'The draft'),
    edit({ ...content, method: 'patch', path: draft, op: 'setHeader', summary: 'Change fields of the head' }),
    edit({ ...content, method: 'put', path: draft, op: 'replace', summary: 'Replace head and lines' }),
    edit({ ...content, method: 'post', path: `${draft}/lines`, op: 'addLine', summary: 'Add a line' }),
    edit({
      ...line,
      method: 'patch',
      path: `${draft}/lines/:lineId`,
      op: 'setLine',
      summary: 'Change fields of a line',
    }),
    edit({
      ...line,
      method: 'delete',
      path: `${draft}/lines/:lineId`,
      op: 'removeLine',
      summary: 'Remove a line',
    }),
    edit({
      ...line,
      method: 'post',
      path: `${draft}/lines/:lineId/move`,
      op: 'moveLine',
      summary: 'Move a line',
    }),
    read('/cases/:id/review', 'review', 'The verdicts on the lines, private until they are concluded'),
    edit({
      method: 'put',
      path: '/cases/:id/review/:lineId',
      op: 'setVerdict',
      part: 'review',
      names: 'lineId',
      summary: 'Judge a line',
    }),
    read('/cases/:id/appraisal', 'appraisal', "Finance's amounts, private until they are issued"),
    edit({
      method: 'put',
      path: '/cases/:id/appraisal/:estimateId',
      op: 'setAppraisal',
      part: 'appraisal',
      names: 'estimateId',
      summary: 'Appraise an estimate of the consolidation',
    }),
  ];
};
