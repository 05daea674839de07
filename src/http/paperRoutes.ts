import Joi from 'joi';
import { ask } from '../../workflows/registry.js';
import { documentTypes, type DocumentType } from '../../workflows/vocabulary.js';
import type { Case, Person } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { bytesAnswer } from './bytesAnswer.js';
import { caseParams, kindOf, memberReads, type CaseEngine, type CaseParams } from './caseAccess.js';
import { coveredSeenBy } from './caseHistoryRoutes.js';
import type { KindApi } from './kind.js';
import { route, type Answer } from './route.js';
import { hashShape, wholeListShape } from './shapes.js';

/** What is known of a rendered paper beside its bytes. */
export interface Paper {
  readonly id: string;
  readonly case: string;
  readonly type: string;
  readonly seq: number;
  readonly revision: number;
  readonly templateVersion: string;
  readonly content: string | null;
  readonly name: string;
  readonly mime: string;
  readonly hash: string;
  readonly size: number;
  readonly at: string;
}

export interface Papers {
  list(tenant: string, caseId: string): Promise<readonly Paper[]>;
  get(tenant: string, id: string): Promise<Paper | null>;
  /** Its bytes, held against its hash. @throws where they are damaged or gone */
  read(tenant: string, id: string): Promise<Buffer>;
}

/** Where a paper of a case is read: of another case, through the one that it concerns. */
export const paperAddress = (found: Pick<Case, 'id'>, { id, case: of }: Pick<Paper, 'id' | 'case'>): string =>
  of === found.id
    ? `/api/v1/documents/${encodeURIComponent(id)}`
    : `/api/v1/cases/${found.id}/documents/${encodeURIComponent(id)}`;

/** The papers of a case, and the decisions of other cases that are on it. */
export const papersOn = async (
  { kinds, papers }: { readonly kinds: readonly KindApi[]; readonly papers: Pick<Papers, 'list'> },
  found: Case,
): Promise<Paper[]> => {
  const elsewhere = kindOf(kinds, found).decidedIn?.(found) ?? [];
  const cases = new Set([found.id, ...elsewhere.map((decided) => decided.case)]);
  const lists = await Promise.all([...cases].map((id) => papers.list(found.tenant, id)));
  return lists.flat().filter((paper) => paper.case === found.id || paper.type === 'decision');
};

const paperView = (found: Pick<Case, 'id'>, paper: Paper) => ({
  id: paper.id,
  address: paperAddress(found, paper),
  type: paper.type,
  seq: paper.seq,
  revision: paper.revision,
  templateVersion: paper.templateVersion,
  content: paper.content,
  name: paper.name,
  hash: paper.hash,
  size: paper.size,
  at: paper.at,
});

const paperIdShape = Joi.string()
  .pattern(/^[\w./:-]{1,200}$/, 'An id')
  .required()
  .description('Percent-encoded: it has slashes');

const paperShape = Joi.object({
  id: Joi.string().required(),
  address: Joi.string().required(),
  type: Joi.string().required(),
  seq: Joi.number().integer().required(),
  revision: Joi.number().integer().required(),
  templateVersion: Joi.string().required(),
  content: hashShape.allow(null).required(),
  name: Joi.string().required(),
  hash: hashShape.required(),
  size: Joi.number().integer().required(),
  at: Joi.string().required(),
});

/** Makes a paper as it will be: a draft, of what is decided on where the case stands. @throws {Refusal} PRINTER_AWAY */
export type Preview = (
  found: Case,
  document: DocumentType,
  person: Person,
) => Promise<{ bytes: Uint8Array; name: string }>;

/** The papers that are decided on here and that this person may read before they are made. */
export const papersSeenBy = async (
  given: Parameters<typeof coveredSeenBy>[0],
  person: Person,
  found: Case,
): Promise<readonly DocumentType[]> => {
  const { papers } = ask(found);
  return papers.length > 0 && (await coveredSeenBy(given, person, found)) !== null ? papers : [];
};

/** The papers that a case left behind, for whoever may see the case; and those that are decided on. */
export const paperRoutes = ({
  engine,
  kinds,
  papers,
  preview,
}: {
  engine: Pick<CaseEngine, 'read' | 'history'>;
  kinds: readonly KindApi[];
  papers: Papers;
  preview: Preview;
}) => {
  const sent = async (tenant: string, paper: Paper): Promise<Answer> =>
    bytesAnswer(await papers.read(tenant, paper.id), paper);

  return [
    route<CaseParams, unknown, unknown, 'member'>({
      ...memberReads,
      group: 'Documents',
      method: 'get',
      path: '/cases/:id/documents',
      summary: 'The papers of a case, in the order of its steps, then the decisions of other cases on it',
      schemas: { params: caseParams },
      responses: { 200: { description: 'All of them', schema: wholeListShape(paperShape) } },
      handler: async ({ person, params }) => {
        const found = await engine.read({ person, caseId: params.id });
        const items = await papersOn({ kinds, papers }, found);
        return { body: { items: items.map((paper) => paperView(found, paper)) } };
      },
    }),
    route<CaseParams & { paper: string }, unknown, unknown, 'member'>({
      ...memberReads,
      group: 'Documents',
      method: 'get',
      path: '/cases/:id/documents/:paper',
      summary: 'A paper of a case, or a decision of another one on it',
      schemas: { params: caseParams.keys({ paper: paperIdShape }) },
      responses: { 200: { description: 'The file', contentType: 'application/pdf' } },
      handler: async ({ person, params }) => {
        const found = await engine.read({ person, caseId: params.id });
        const paper = (await papersOn({ kinds, papers }, found)).find(({ id }) => id === params.paper);
        if (!paper) throw new Refusal('NOT_FOUND', { ...params });
        return sent(person.tenant, paper);
      },
    }),
    route<CaseParams & { document: DocumentType }, unknown, unknown, 'member'>({
      ...memberReads,
      group: 'Documents',
      method: 'get',
      path: '/cases/:id/preview/:document',
      summary: 'A paper as it will be, marked as a draft, for those who may read what is decided on',
      schemas: { params: caseParams.keys({ document: Joi.valid(...documentTypes).required() }) },
      responses: { 200: { description: 'The file', contentType: 'application/pdf' } },
      handler: async ({ person, params: { id, document } }) => {
        const found = await engine.read({ person, caseId: id });
        if (!(await papersSeenBy({ engine, kinds }, person, found)).includes(document))
          throw new Refusal('NOT_FOUND', { case: id, document });
        const { bytes, name } = await preview(found, document, person);
        return bytesAnswer(bytes, { name, mime: 'application/pdf' });
      },
    }),
    route<{ id: string }, unknown, unknown, 'member'>({
      ...memberReads,
      group: 'Documents',
      method: 'get',
      path: '/documents/:id',
      summary: 'A paper',
      schemas: {
        params: Joi.object({ id: paperIdShape }),
      },
      responses: { 200: { description: 'The file', contentType: 'application/pdf' } },
      handler: async ({ person, params }) => {
        const paper = await papers.get(person.tenant, params.id);
        if (!paper) throw new Refusal('NOT_FOUND', params);
        await engine.read({ person, caseId: paper.case });
        return sent(person.tenant, paper);
      },
    }),
  ];
};
