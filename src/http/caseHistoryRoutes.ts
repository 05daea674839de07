import Joi from 'joi';
import { ask } from '../../workflows/registry.js';
import type { Case, ContentStore, Person } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { caseParams, kindOf, memberReads, type CaseEngine, type CaseParams } from './caseAccess.js';
import { entryShape } from './caseView.js';
import { cursorOf, pageQuery, positionOf } from './cursor.js';
import { entryView } from './entryView.js';
import type { KindApi } from './kind.js';
import { route } from './route.js';
import { hashShape, listShape } from './shapes.js';

interface Given {
  readonly kinds: readonly KindApi[];
  readonly engine: Pick<CaseEngine, 'read' | 'history'>;
  readonly contents: Pick<ContentStore, 'get'>;
}

/** What the owner froze is the owner's until it is issued; others see the revisions. */
export const contentSeenBy = async (
  engine: Given['engine'],
  person: Person,
  found: Case,
  revision: number | undefined,
) => {
  if (revision === undefined && (person.agency === found.owner || person.auditor)) return found.content;
  const entries = await engine.history({ person, caseId: found.id });
  // Finance issues its report on a consolidation too; a revision is what the owner issued.
  const revisions = entries
    .filter(
      ({ event, from }) =>
        event.type === 'ISSUE' && typeof from === 'object' && from !== null && 'preparing' in from,
    )
    .map(({ content }) => content);
  return (revision === undefined ? revisions.at(-1) : revisions[revision - 1]) ?? null;
};

/** What is decided on here, if this person may read it. @returns null otherwise */
export const coveredSeenBy = async (
  { engine, kinds }: Pick<Given, 'engine' | 'kinds'>,
  person: Person,
  found: Case,
) => {
  const { covered } = ask(found);
  const may =
    covered === found.content
      ? (await contentSeenBy(engine, person, found, undefined)) === covered
      : kindOf(kinds, found).readsCovered?.(found, person);
  return may ? covered : null;
};

/** How a case came where it is, and what was frozen on the way. */
export const caseHistoryRoutes = ({ engine, kinds, contents }: Given) => [
  route<CaseParams, { cursor?: string; limit: number }, unknown, 'member'>({
    ...memberReads,
    method: 'get',
    path: '/cases/:id/history',
    summary: 'What happened, oldest first',
    schemas: { params: caseParams, query: Joi.object(pageQuery) },
    responses: { 200: { description: 'A page of journal entries', schema: listShape(entryShape) } },
    handler: async ({ person, params, query }) => {
      const seqs = Joi.array().items(Joi.number().integer().min(0)).length(1).required();
      const [after] = positionOf<[number]>(query.cursor, seqs) ?? [0];
      const entries = await engine.history({ person, caseId: params.id, after });
      const items = entries.slice(0, query.limit).map(entryView);
      const last = items.at(-1);
      return { body: { items, next: entries.length > items.length && last ? cursorOf([last.seq]) : null } };
    },
  }),
  route<CaseParams, { revision?: number }, unknown, 'member'>({
    ...memberReads,
    method: 'get',
    path: '/cases/:id/content',
    summary: 'What was frozen: by revision, or the newest that I may see',
    schemas: { params: caseParams, query: Joi.object({ revision: Joi.number().integer().min(1) }) },
    responses: {
      200: {
        description: 'The content and the hash that names it',
        schema: Joi.object({ hash: hashShape.required(), content: Joi.object().unknown().required() }),
      },
    },
    handler: async ({ person, params, query }) => {
      const found = await engine.read({ person, caseId: params.id });
      const hash = await contentSeenBy(engine, person, found, query.revision);
      if (hash === null) throw new Refusal('NOT_FOUND', { case: found.id, part: 'content' });
      return { body: { hash, content: await contents.get<object>(found.tenant, hash) } };
    },
  }),
  route<CaseParams, unknown, unknown, 'member'>({
    ...memberReads,
    method: 'get',
    path: '/cases/:id/covered',
    summary: 'What is signed, issued, passed or decided here, and the hash by which the event names it',
    schemas: { params: caseParams },
    responses: {
      200: {
        description: "The content, or Finance's appraisal once it is concluded",
        schema: Joi.object({ hash: hashShape.required(), content: Joi.object().unknown().required() }),
      },
    },
    handler: async ({ person, params }) => {
      const found = await engine.read({ person, caseId: params.id });
      const hash = await coveredSeenBy({ engine, kinds }, person, found);
      if (hash === null) throw new Refusal('NOT_FOUND', { case: found.id, part: 'covered' });
      return { body: { hash, content: await contents.get<object>(found.tenant, hash) } };
    },
  }),
];
