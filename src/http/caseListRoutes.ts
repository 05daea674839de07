import Joi from 'joi';
import type { Kind } from '../../workflows/vocabulary.js';
import type { Person } from '../engine/ports.js';
import type { Progress } from '../engine/shared.js';
import { memberReads } from './caseAccess.js';
import { cursorOf, keyOf, pageQuery } from './cursor.js';
import { route } from './route.js';
import { agencyRefShape, dueSureShape, idShape, kindShape, listShape } from './shapes.js';

/** A case in a list, without its content. */
export type CaseRow = Omit<Progress, 'tenant' | 'agencies' | 'seq'>;

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
    asked: {
      tenant: string;
      agency?: string;
      kind?: Kind;
      owner?: string;
      round?: string;
      state?: string;
    } & Paging,
  ): Promise<Listed>;
}

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
  dueSure: dueSureShape.required(),
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
  dueSure: row.dueSure,
  amount: row.amount,
  waitsFor: row.waitsFor,
});

const listed = ({ items, next }: Listed) => ({
  body: { items: items.map(rowView), next: next === null ? null : cursorOf([next]) },
});

/** Own roles, and those that may be used today for another. */
const rolesOf = ({ roles, delegations }: Person) => [
  ...new Set([...roles, ...delegations.map(({ role }) => role)]),
];

/** What waits for somebody, and the cases that their agency has a part in. */
export const caseListRoutes = ({ lists }: { lists: CaseLists }) => [
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
      const asked = {
        tenant,
        ...(!auditor && { agency }),
        ...(owner !== undefined && { owner }),
        ...filter,
      };
      return listed(await lists.list({ ...asked, ...paging }));
    },
  }),
];
