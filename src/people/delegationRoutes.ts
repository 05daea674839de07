import { createHash } from 'node:crypto';
import Joi from 'joi';
import { Refusal } from '../errors.js';
import { originOf } from '../http/authenticate.js';
import { keyOf, pageOf, pageQuery, type PageQuery } from '../http/cursor.js';
import { route } from '../http/route.js';
import { idShape, listShape } from '../http/shapes.js';
import { checkDelegation, type DelegationWish } from './delegate.js';
import type { AccessStore, DelegationStore, StoredDelegation, UserStore } from './ports.js';
import { delegationShape, newDelegationShape } from './shapes.js';
import { accessRecord, machineTime } from './signIn.js';

interface Given {
  readonly users: UserStore;
  readonly delegations: DelegationStore;
  readonly access: Pick<AccessStore, 'add'>;
}

const administrator = { access: 'administrator', scope: 'admin', group: 'Administration' } as const;
const id = Joi.object({ id: idShape.required() });
const paged = { query: Joi.object(pageQuery) };
const delegationView = ({ tenant: _, ...shown }: StoredDelegation) => shown;

/** Who may act for whom: made and revoked, never changed. */
export const delegationRoutes = ({ users, delegations, access }: Given) => {
  const record = accessRecord(access);
  return [
    route<unknown, PageQuery, unknown, 'administrator'>({
      ...administrator,
      method: 'get',
      path: '/delegations',
      summary: 'Who may act for whom',
      schemas: paged,
      responses: { 200: { description: 'A page of delegations', schema: listShape(delegationShape) } },
      handler: async ({ person, query }) => {
        const found = await delegations.list(person.tenant, {
          after: keyOf(query.cursor),
          limit: query.limit + 1,
        });
        return { body: pageOf(found.map(delegationView), query.limit, (delegation) => delegation.id) };
      },
    }),
    route<unknown, unknown, DelegationWish, 'administrator'>({
      ...administrator,
      method: 'post',
      path: '/delegations',
      keyed: true,
      summary: 'Let somebody act for somebody else (KT., TL., TUQ.)',
      schemas: { body: newDelegationShape },
      responses: { 201: { description: 'Made', schema: delegationShape } },
      handler: async ({ person, body, key, req }) => {
        const { tenant } = person;
        const [from, to] = await Promise.all([users.find(tenant, body.from), users.find(tenant, body.to)]);
        const both = checkDelegation(body, from, to);
        const made = await delegations.create({
          ...body,
          tenant,
          id: createHash('sha256')
            .update(JSON.stringify([tenant, person.id, key]))
            .digest('hex')
            .slice(0, 20),
          from: { id: both.from.username, name: both.from.name },
          to: { id: both.to.username, name: both.to.name },
          agency: both.from.agency,
          revokedAt: null,
        });
        if (made.from.id !== body.from || made.to.id !== body.to || made.role !== body.role) {
          throw new Refusal('KEY_REUSED', { key });
        }
        await record(tenant, 'delegationMade', person.id, made.id, originOf(req));
        return { status: 201, body: delegationView(made) };
      },
    }),
    route<{ id: string }, unknown, unknown, 'administrator'>({
      ...administrator,
      method: 'delete',
      path: '/delegations/:id',
      summary: 'Revoke a delegation; what was done under it stands',
      schemas: { params: id },
      responses: { 204: { description: 'Revoked' } },
      handler: async ({ person, params, req }) => {
        const revoked = await delegations.revoke(person.tenant, params.id, machineTime());
        if (!revoked) throw new Refusal('NOT_FOUND', params);
        await record(person.tenant, 'delegationRevoked', person.id, params.id, originOf(req));
        return {};
      },
    }),
  ];
};
