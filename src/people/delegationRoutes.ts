import { createHash } from 'node:crypto';
import Joi from 'joi';
import { canonical } from '../engine/journal.js';
import { Refusal } from '../errors.js';
import { doerOf } from './doerOf.js';
import { keyOf, pageOf, pageQuery, type PageQuery } from '../http/cursor.js';
import { route } from '../http/route.js';
import { idShape, listShape } from '../http/shapes.js';
import { checkDelegation, type DelegationWish } from './delegate.js';
import type { DelegationStore, StoredDelegation, UserStore } from './ports.js';
import { delegationShape, newDelegationShape } from './shapes.js';
import { machineTime } from './signIn.js';

interface Given {
  readonly users: UserStore;
  readonly delegations: DelegationStore;
}

const administrator = { access: 'administrator', scope: 'admin', group: 'Administration' } as const;
const id = Joi.object({ id: idShape.required() });
const paged = { query: Joi.object(pageQuery) };
const delegationView = ({ tenant: _, ...shown }: StoredDelegation) => shown;

/** Whether what is stored under a key is what is asked for with it now: every field of the request counts. */
const sameWish = (
  { from, to, role, capacity, validFrom, validTo, kinds, basis }: StoredDelegation,
  wish: DelegationWish,
) =>
  canonical({ from: from.id, to: to.id, role, capacity, validFrom, validTo, kinds, basis }) ===
  canonical(wish);

/** Who may act for whom: made and revoked, never changed. */
export const delegationRoutes = ({ users, delegations }: Given) => {
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
        const wished: StoredDelegation = {
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
        };
        const made = await delegations.create(wished, doerOf(person, req));
        if (!sameWish(made, body)) throw new Refusal('KEY_REUSED', { key });
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
        const revoked = await delegations.revoke(
          person.tenant,
          params.id,
          machineTime(),
          doerOf(person, req),
        );
        if (!revoked) throw new Refusal('NOT_FOUND', params);
        return {};
      },
    }),
  ];
};
