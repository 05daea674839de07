import Joi from 'joi';
import type { Attachment, Attachments } from '../engine/attachments.js';
import type { Case, Clock } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { attach, attachmentAddress, longestAttachment } from './attaching.js';
import { bytesAnswer } from './bytesAnswer.js';
import {
  caseParams,
  kindOf,
  memberReads,
  memberWrites,
  type CaseEngine,
  type CaseParams,
} from './caseAccess.js';
import type { KindApi } from './kind.js';
import { route } from './route.js';
import { hashShape, wholeListShape } from './shapes.js';

const attachmentView = (found: Pick<Case, 'id'>, { hash, name, mime, size, at }: Attachment) => ({
  ...{ hash, name, mime, size, at },
  address: attachmentAddress(found, { hash }),
});

const attachmentShape = Joi.object({
  hash: hashShape.required(),
  name: Joi.string().required(),
  mime: Joi.string().required(),
  size: Joi.number().integer().required(),
  at: Joi.string().required(),
  address: Joi.string().required(),
});

/** Files that people attached to cases; whoever may see the case may read them. */
export const attachmentRoutes = ({
  engine,
  kinds,
  attachments,
  clock,
}: {
  engine: Pick<CaseEngine, 'read' | 'options'>;
  kinds: readonly KindApi[];
  attachments: Attachments;
  clock: Clock;
}) => [
  route<CaseParams, unknown, unknown, 'member'>({
    ...memberWrites,
    group: 'Documents',
    method: 'post',
    path: '/cases/:id/attachments',
    bodyType: 'upload',
    bodyLimit: String(longestAttachment),
    summary:
      'Attach a PDF or a scan (JPEG, PNG), for an event that names it by its hash; sent twice, it is there once',
    schemas: { params: caseParams },
    responses: { 201: { description: 'What is attached', schema: attachmentShape } },
    handler: async ({ person, params, upload }) => {
      const given = { engine, kinds, attachments, clock };
      const { found, file } = await attach(given, { person, caseId: params.id, upload });
      const body = attachmentView(found, file);
      return { status: 201, body, headers: { Location: body.address } };
    },
  }),
  route<CaseParams, unknown, unknown, 'member'>({
    ...memberReads,
    group: 'Documents',
    method: 'get',
    path: '/cases/:id/attachments',
    summary: 'The files that are attached to a case, oldest first',
    schemas: { params: caseParams },
    responses: { 200: { description: 'All of them', schema: wholeListShape(attachmentShape) } },
    handler: async ({ person, params }) => {
      const found = await engine.read({ person, caseId: params.id });
      const items = await attachments.list(found);
      return { body: { items: items.map((file) => attachmentView(found, file)) } };
    },
  }),
  route<CaseParams & { hash: string }, unknown, unknown, 'member'>({
    ...memberReads,
    group: 'Documents',
    method: 'get',
    path: '/cases/:id/attachments/:hash',
    summary: 'A file that is attached to a case, or a resolution on it that is attached to another one',
    schemas: { params: caseParams.keys({ hash: hashShape.required() }) },
    responses: { 200: { description: 'The file', contentType: 'application/octet-stream' } },
    handler: async ({ person, params }) => {
      const found = await engine.read({ person, caseId: params.id });
      const decided = kindOf(kinds, found).decidedIn?.(found) ?? [];
      const elsewhere = decided.find(({ file }) => file === params.hash);
      const at = { tenant: found.tenant, id: elsewhere?.case ?? found.id };
      const file = await attachments.find(at, params.hash);
      if (!file) throw new Refusal('NOT_FOUND', { hash: params.hash });
      return bytesAnswer(await attachments.read(at, file.hash), file);
    },
  }),
];
