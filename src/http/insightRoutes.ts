import Joi from 'joi';
import type { Part } from '../engine/ports.js';
import { caseParams, kindOf, memberReads, type CaseParams } from './caseAccess.js';
import type { CaseDependencies } from './caseRoutes.js';
import { route } from './route.js';

/** What the server works out beside a case: sums and findings of a draft, the table and overlaps of a consolidation. */
export const insightRoutes = ({ engine, kinds }: Pick<CaseDependencies, 'engine' | 'kinds'>) => [
  route<CaseParams, unknown, unknown, 'member'>({
    ...memberReads,
    method: 'get',
    path: '/cases/:id/insight',
    summary: 'Sums, findings, tables: what the server works out where the case stands',
    schemas: { params: caseParams },
    responses: { 200: { description: 'By kind and state', schema: Joi.object().unknown() } },
    handler: async ({ person, params }) => {
      const found = await engine.read({ person, caseId: params.id });
      const draft = (part: Part) => engine.draft({ person, caseId: params.id, part });
      return { body: await kindOf(kinds, found).insight(found, draft, person) };
    },
  }),
];
