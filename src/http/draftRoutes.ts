import Joi from 'joi';
import type { Draft, Part } from '../engine/ports.js';
import type { Operation } from '../engine/engine.js';
import { badInput, fault, Refusal } from '../errors.js';
import { caseParams, kindOf, memberReads, memberWrites, type CaseParams } from './caseAccess.js';
import { draftShape, editedShape, editedView } from './caseView.js';
import { editOps, type EditOp, type KindApi } from './kind.js';
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

/** Edits that name the line they are about. */
const namesLine: ReadonlySet<string> = new Set(['setLine', 'removeLine', 'moveLine', 'restoreLine']);

/** Several edits for one write: each says its `op`, the line it is about where it is about one, and its own fields. */
const opsShape = Joi.object({
  ops: Joi.array()
    .items(
      Joi.object({
        op: Joi.valid(...editOps).required(),
        lineId: Joi.when('op', {
          is: Joi.valid(...namesLine),
          then: idShape.required(),
          otherwise: Joi.forbidden(),
        }),
      }).unknown(),
    )
    .min(1)
    .max(2000)
    .required(),
}).description('Several edits, all saved at once or none');

interface Asked {
  readonly op: EditOp;
  readonly lineId?: string;
}

/** The edits of one write as the engine takes them. @throws {Refusal} BAD_INPUT, its paths begin with `ops.<n>` */
const operationsOf = (body: unknown, { edits }: KindApi, part: Part): Operation[] =>
  parseValue<{ ops: Asked[] }>(opsShape, body, '').ops.map(({ op, lineId, ...fields }, n) => {
    const declared = edits[op];
    if (declared?.part !== part) throw badInput([fault(`ops.${n}.op`, 'any.only', { found: op })]);
    const known = parseValue<object>(declared.schema, fields, `ops.${n}`);
    return { op, input: { ...known, ...(lineId !== undefined && { lineId }) } };
  });

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
    /** Takes `{ ops }` as well: several edits of any kind. */
    readonly several?: true;
  }
  const edit = ({ method, path, op, part, summary, names, several }: EditRoute) => {
    const takesBody = method !== 'delete';
    return route<CaseParams & Record<string, string>, unknown, object, 'member'>({
      ...memberWrites,
      group,
      method,
      path,
      conditional: true,
      bodyLimit: op === 'replace' || several ? '4mb' : '1mb',
      summary,
      schemas: {
        params: names === 'lineId' ? lineParams : names === 'estimateId' ? estimateParams : caseParams,
        ...(takesBody && { body: Joi.object().unknown() }),
      },
      ...(takesBody && {
        documentedBody: several
          ? Joi.alternatives(documentedEdit(kinds, op), opsShape)
          : documentedEdit(kinds, op),
      }),
      responses: { 200: { description: 'Saved', schema: editedShape } },
      handler: async ({ person, params, body, revision }) => {
        const found = await engine.read({ person, caseId: params.id });
        const kind = kindOf(kinds, found);
        if (several && 'ops' in body) {
          const ops = operationsOf(body, kind, part);
          const saved = await engine.edit({ person, caseId: params.id, part, ops, rev: revision });
          return { revision: saved.rev, body: editedView(saved, undefined) };
        }
        const declared = kind.edits[op];
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
    edit({
      ...content,
      method: 'patch',
      path: draft,
      op: 'setHeader',
      several: true,
      summary: 'Change fields of the head; or several edits at once',
    }),
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
    edit({
      ...line,
      method: 'post',
      path: `${draft}/lines/:lineId/restore`,
      op: 'restoreLine',
      summary: 'Put back the line that was removed last, where it stood',
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
