import Joi from 'joi';
import type { Kind } from '../../workflows/vocabulary.js';
import type { Inbox } from '../inbox/inbox.js';
import type { Directory, Progress } from '../engine/shared.js';
import { badInput, fault, type FieldFault } from '../errors.js';
import { memberReads } from './caseAccess.js';
import { cursorOf, keyOf, pageQuery } from './cursor.js';
import { knownStates } from './knownStates.js';
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

const waitingShape = rowShape.keys({
  todo: Joi.string().required().description('The event that it waits for from me'),
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

interface Filter {
  readonly kind?: Kind;
  readonly state?: string;
  readonly agency?: string;
  readonly round?: string;
}

/** Codes are compared as people type them: small or large letters, `Ð` (U+00D0) for `Đ`. */
const folded = (code: string) => code.normalize('NFC').replace(/[ðÐ]/g, 'đ').toLocaleLowerCase('vi');

/**
 * The filter in the codes of the city. What no case can have is no empty list but a mistake, and is told.
 * @throws {Refusal} BAD_INPUT
 */
const known = async (
  { agencies, round: roundOf }: Pick<Directory, 'agencies' | 'round'>,
  tenant: string,
  { agency, round, state, kind }: Filter,
): Promise<Omit<Filter, 'agency'> & { owner?: string }> => {
  const faults: FieldFault[] = [];
  const found =
    agency === undefined
      ? undefined
      : (await agencies(tenant)).find(({ ref }) => folded(ref) === folded(agency));
  if (agency !== undefined && !found) faults.push(fault('query.agency', 'agency.unknown', { found: agency }));
  if (round !== undefined && !(await roundOf(tenant, round)))
    faults.push(fault('query.round', 'round.unknown', { found: round }));
  const states = knownStates(kind);
  if (state !== undefined && !states.has(state))
    faults.push(
      fault('query.state', 'state.unknown', { found: state, known: [...states].sort().join(', ') }),
    );
  if (faults.length > 0) throw badInput(faults);
  return {
    ...(found && { owner: found.ref }),
    ...(kind !== undefined && { kind }),
    ...(round !== undefined && { round }),
    ...(state !== undefined && { state }),
  };
};

/** What waits for somebody, and the cases that their agency has a part in. */
export const caseListRoutes = ({
  lists,
  inbox,
  directory,
}: {
  lists: CaseLists;
  inbox: Inbox;
  directory: Pick<Directory, 'agencies' | 'round'>;
}) => [
  route<unknown, { cursor?: string; limit: number }, unknown, 'member'>({
    ...memberReads,
    method: 'get',
    path: '/inbox',
    summary: 'What waits for me, by deadline',
    schemas: { query: Joi.object(pageQuery) },
    responses: { 200: { description: 'A page of cases', schema: listShape(waitingShape) } },
    handler: async ({ person, query }) => {
      const paging = { after: keyOf(query.cursor) ?? undefined, limit: query.limit };
      const { items, next } = await inbox(person, paging);
      const { body } = listed({ items, next });
      return { body: { ...body, items: items.map((row) => ({ ...rowView(row), todo: row.todo })) } };
    },
  }),
  route<unknown, Filter & { cursor?: string; limit: number }, unknown, 'member'>({
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
        agency: agencyRefShape.description('Whose they are; capitals do not matter'),
        round: idShape,
        ...pageQuery,
      }),
    },
    responses: { 200: { description: 'A page of cases', schema: listShape(rowShape) } },
    handler: async ({ person, query: { cursor, limit, ...filter } }) => {
      const { tenant, agency, auditor } = person;
      const paging = { after: keyOf(cursor) ?? undefined, limit };
      const asked = {
        tenant,
        ...(!auditor && { agency }),
        ...(await known(directory, tenant, filter)),
      };
      return listed(await lists.list({ ...asked, ...paging }));
    },
  }),
];
