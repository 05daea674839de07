import Joi from 'joi';
import type { Day, Kind } from '../../workflows/vocabulary.js';
import type { Engine } from '../engine/engine.js';
import type { Case, ContentStore, Person } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { caseShape, caseView, entryShape } from './caseView.js';
import { cursorOf, keyOf, pageQuery, positionOf } from './cursor.js';
import { entryView } from './entryView.js';
import type { KindApi } from './kind.js';
import { parseValue } from './parse.js';
import { route, type Call } from './route.js';
import { agencyRefShape, hashShape, idShape, kindShape, listShape } from './shapes.js';

/** A case in a list, without its content. */
export interface CaseRow {
  readonly case: string;
  readonly code: string;
  readonly kind: Kind;
  readonly title: string;
  readonly owner: string;
  readonly round: string;
  readonly state: string;
  readonly status: 'active' | 'done';
  readonly since: string;
  readonly due: Day | null;
  readonly amount: number | null;
  readonly waitsFor: readonly string[];
}

interface Listed {
  readonly items: readonly CaseRow[];
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}
interface Paging {
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Lists of cases, as the read model answers. */
export interface CaseLists {
  inbox(asked: { tenant: string; agency: string; roles: readonly string[] } & Paging): Promise<Listed>;
  /** With `agency`, those it has a part in. */
  list(
    asked: { tenant: string; agency?: string; kind?: Kind; owner?: string; round?: string; state?: string } & Paging,
  ): Promise<Listed>;
}

export type CaseEngine = Pick<Engine, 'start' | 'send' | 'edit' | 'read' | 'options' | 'history' | 'draft'>;

export interface CaseDependencies {
  readonly engine: CaseEngine;
  readonly kinds: readonly KindApi[];
  readonly contents: Pick<ContentStore, 'get'>;
  readonly lists: CaseLists;
}

export interface CaseParams {
  readonly id: string;
}

export const caseParams = Joi.object({ id: idShape.required() });
export const memberReads = { access: 'member', scope: 'read', group: 'Cases' } as const;
export const memberWrites = { access: 'member', scope: 'write', group: 'Cases' } as const;

const rowShape = Joi.object({
  case: idShape.required(),
  code: Joi.string().required(),
  kind: kindShape.required(),
  title: Joi.string().allow('').required(),
  owner: agencyRefShape.required(),
  round: Joi.string().required(),
  state: Joi.string().required(),
  status: Joi.valid('active', 'done').required(),
  since: Joi.string().required(),
  due: Joi.string().allow(null).required(),
  amount: Joi.number().allow(null).required(),
  waitsFor: Joi.array().items(Joi.string()).required(),
});

const rowView = (row: CaseRow): CaseRow => ({
  case: row.case,
  code: row.code,
  kind: row.kind,
  title: row.title,
  owner: row.owner,
  round: row.round,
  state: row.state,
  status: row.status,
  since: row.since,
  due: row.due,
  amount: row.amount,
  waitsFor: row.waitsFor,
});

const listed = ({ items, next }: Listed) => ({
  body: { items: items.map(rowView), next: next === null ? null : cursorOf([next]) },
});

const eventShape = Joi.object({ type: Joi.string().max(60).required() }).unknown();
const sendShape = Joi.object({
  seq: Joi.number().integer().min(1).required().description('The seq of the case as it was read'),
  event: eventShape.required(),
});

/** Everything that may be sent to some kind of case, for the documentation. */
const documentedSend = (kinds: readonly KindApi[]) =>
  sendShape.keys({
    event: Joi.alternatives(
      ...kinds.flatMap(({ kind, events }) =>
        Object.entries(events).map(([type, fields]) =>
          fields.keys({ type: Joi.valid(type).required() }).description(`To a case of kind ${kind}`),
        ),
      ),
    ).required(),
  });

/** @throws {Refusal} BAD_INPUT: the event does not come from outside, or its fields are wrong */
const parsedEvent = (kind: KindApi, { type, ...fields }: { type: string }) => {
  const schema = Object.hasOwn(kind.events, type) ? kind.events[type] : undefined;
  if (!schema) {
    return parseValue<never>(Joi.valid(...Object.keys(kind.events)), type, 'event.type');
  }
  return { ...parseValue<object>(schema, fields, 'event'), type };
};

export const kindOf = (kinds: readonly KindApi[], { kind }: Pick<Case, 'kind'>): KindApi => {
  const found = kinds.find((candidate) => candidate.kind === kind);
  if (!found) throw new Error(`No API for cases of kind ${kind}.`);
  return found;
};

/** Own roles, and those that may be used today for another. */
const rolesOf = ({ roles, delegations }: Person) => [...new Set([...roles, ...delegations.map(({ role }) => role)])];

/** Cases of all kinds: starting, reading, moving, and how they came where they are. */
export const caseRoutes = ({ engine, kinds, contents, lists }: CaseDependencies) => {
  const shown = async (found: Case, { person, t }: Pick<Call<unknown, unknown, unknown, Person>, 'person' | 't'>) => {
    const options = await engine.options({ person, found });
    return { revision: found.seq, body: await caseView({ found, person, options, t }, kindOf(kinds, found)) };
  };
  const oneCase = { description: 'The case', schema: caseShape };

  const starts = kinds.map((kind) =>
    route<unknown, unknown, unknown, 'member'>({
      ...memberWrites,
      method: 'post',
      path: `/${kind.plural}`,
      keyed: true,
      summary: `Start a case of kind ${kind.kind}`,
      schemas: { body: kind.start },
      responses: { 201: { description: 'The new case, or the one that this request made before', schema: caseShape } },
      handler: async (call) => {
        const { person, body, key } = call;
        const found = await engine.start({ person, kind: kind.kind, input: body, key });
        return { ...(await shown(found, call)), status: 201, headers: { Location: `/api/v1/cases/${found.id}` } };
      },
    }),
  );

  return [
    ...starts,
    route<unknown, { cursor?: string; limit: number }, unknown, 'member'>({
      ...memberReads,
      method: 'get',
      path: '/inbox',
      summary: 'What waits for me, by deadline',
      schemas: { query: Joi.object(pageQuery) },
      responses: { 200: { description: 'A page of cases', schema: listShape(rowShape) } },
      handler: async ({ person, query }) => {
        const { tenant, agency } = person;
        const paging = { after: keyOf(query.cursor) ?? undefined, limit: query.limit };
        return listed(await lists.inbox({ tenant, agency, roles: rolesOf(person), ...paging }));
      },
    }),
    route<
      unknown,
      { kind?: Kind; state?: string; agency?: string; round?: string; cursor?: string; limit: number },
      unknown,
      'member'
    >({
      ...memberReads,
      method: 'get',
      path: '/cases',
      summary: 'The cases that my agency has a part in, by deadline; all of them for the auditor',
      schemas: {
        query: Joi.object({
          kind: kindShape,
          state: Joi.string()
            .pattern(/^[A-Za-z.]{1,80}$/, 'A dotted path')
            .description('Where they stand, as a dotted path: preparing.draft'),
          agency: agencyRefShape.description('Whose they are'),
          round: idShape,
          ...pageQuery,
        }),
      },
      responses: { 200: { description: 'A page of cases', schema: listShape(rowShape) } },
      handler: async ({ person, query: { cursor, limit, agency: owner, ...filter } }) => {
        const { tenant, agency, auditor } = person;
        const paging = { after: keyOf(cursor) ?? undefined, limit };
        const asked = { tenant, ...(!auditor && { agency }), ...(owner !== undefined && { owner }), ...filter };
        return listed(await lists.list({ ...asked, ...paging }));
      },
    }),
    route<CaseParams, unknown, unknown, 'member'>({
      ...memberReads,
      method: 'get',
      path: '/cases/:id',
      summary: 'A case, with every event that is open to me or closed because',
      schemas: { params: caseParams },
      responses: { 200: oneCase },
      handler: async (call) => shown(await engine.read({ person: call.person, caseId: call.params.id }), call),
    }),
    route<CaseParams, unknown, { seq: number; event: { type: string } }, 'member'>({
      ...memberWrites,
      method: 'post',
      path: '/cases/:id/events',
      keyed: true,
      summary: 'Ask a case to move',
      schemas: { params: caseParams, body: sendShape },
      documentedBody: documentedSend(kinds),
      responses: { 200: { description: 'The case as it stands now', schema: caseShape } },
      handler: async (call) => {
        const { person, params, body, key } = call;
        const before = await engine.read({ person, caseId: params.id });
        const event = parsedEvent(kindOf(kinds, before), body.event);
        return shown(await engine.send({ person, caseId: params.id, seq: body.seq, event, key }), call);
      },
    }),
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
  ];
};

/** What the owner froze is the owner's until it is issued; others see the revisions. */
const contentSeenBy = async (engine: CaseEngine, person: Person, found: Case, revision: number | undefined) => {
  if (revision === undefined && (person.agency === found.owner || person.auditor)) return found.content;
  const entries = await engine.history({ person, caseId: found.id });
  const revisions = entries.filter(({ event }) => event.type === 'ISSUE').map(({ content }) => content);
  return (revision === undefined ? revisions.at(-1) : revisions[revision - 1]) ?? null;
};
