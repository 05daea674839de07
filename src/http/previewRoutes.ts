import { Readable } from 'node:stream';
import Joi from 'joi';
import type { Case } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { caseParams, memberReads, type CaseEngine, type CaseParams } from './caseAccess.js';
import type { KindApi } from './kind.js';
import { coveredSeenBy } from './caseHistoryRoutes.js';
import { route } from './route.js';
import { wholeListShape } from './shapes.js';

/** Papers that steps to come would issue. */
export interface Previews {
  of(found: Case): readonly { readonly document: string; readonly name: string }[];
  /** The paper with DỰ THẢO on every page, number and day left open. */
  make(found: Case, document: string): Promise<{ readonly bytes: Uint8Array; readonly name: string } | null>;
}

interface Given {
  readonly engine: CaseEngine;
  readonly kinds: readonly KindApi[];
  readonly previews: Previews;
}

/** What of a case this person may look at before it is decided on; none where they may not read what it covers. */
export const previewsSeenBy = async (
  { engine, kinds, previews }: Given,
  person: Parameters<typeof coveredSeenBy>[1],
  found: Case,
) => ((await coveredSeenBy({ engine, kinds }, person, found)) === null ? [] : previews.of(found));

const document = Joi.string()
  .pattern(/^[a-zA-Z]{1,40}$/, 'A document')
  .required();

/** The papers that would be issued, for whoever may read what they are made from. */
export const previewRoutes = (given: Given) => [
  route<CaseParams, unknown, unknown, 'member'>({
    ...memberReads,
    group: 'Documents',
    method: 'get',
    path: '/cases/:id/previews',
    summary: 'The papers that steps to come would issue, as drafts',
    schemas: { params: caseParams },
    responses: {
      200: {
        description: 'All of them',
        schema: wholeListShape(
          Joi.object({ document: Joi.string().required(), name: Joi.string().required() }),
        ),
      },
    },
    handler: async ({ person, params }) => {
      const found = await given.engine.read({ person, caseId: params.id });
      return { body: { items: [...(await previewsSeenBy(given, person, found))] } };
    },
  }),
  route<CaseParams & { document: string }, unknown, unknown, 'member'>({
    ...memberReads,
    group: 'Documents',
    method: 'get',
    path: '/cases/:id/previews/:document',
    summary: 'A paper as it would be issued, marked DỰ THẢO',
    schemas: { params: caseParams.keys({ document }) },
    responses: { 200: { description: 'The file', contentType: 'application/pdf' } },
    handler: async ({ person, params }) => {
      const found = await given.engine.read({ person, caseId: params.id });
      const seen = await previewsSeenBy(given, person, found);
      const made = seen.some((one) => one.document === params.document)
        ? await given.previews.make(found, params.document)
        : null;
      if (!made) throw new Refusal('NOT_FOUND', { case: found.id, document: params.document });
      const { bytes, name } = made;
      return {
        file: {
          stream: Readable.from([Buffer.from(bytes)]),
          contentType: 'application/pdf',
          name,
          size: bytes.length,
        },
      };
    },
  }),
];
