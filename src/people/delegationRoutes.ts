import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import Joi from 'joi';
import { dayOf } from '../../workflows/calendar.js';
import { canonical } from '../engine/journal.js';
import type { Clock } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import { doerOf } from './doerOf.js';
import { keyOf, pageOf, pageQuery, type PageQuery } from '../http/cursor.js';
import { route } from '../http/route.js';
import { idShape, listShape } from '../http/shapes.js';
import { checkDelegation, refuseTwice, type DelegationWish } from './delegate.js';
import type { AgencyStore, Alone, DelegationStore, StoredDelegation, UserStore } from './ports.js';
import { delegationShape, newDelegationShape } from './shapes.js';
import { machineTime } from './signIn.js';

interface Given {
  readonly users: UserStore;
  readonly agencies: Pick<AgencyStore, 'find'>;
  readonly delegations: DelegationStore;
  readonly leases: Alone;
  readonly clock: Pick<Clock, 'now'>;
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

/** How long making one keeps another of the same giver waiting at most, ms, and how long it waits between looks. */
const [patience, between] = [3_000, 50];

/** Who may act for whom: made and revoked, never changed. */
export const delegationRoutes = ({ users, agencies, delegations, leases, clock }: Given) => {
  /** Of a giver one at a time is made: two at once would each find that the other does not stand yet. @throws BUSY */
  const oneAtATime = async <T>(tenant: string, giver: string, work: () => Promise<T>): Promise<T> => {
    for (const until = Date.now() + patience; Date.now() < until; await pause(between)) {
      const done = await leases.hold(`delegations/${tenant}/${giver}`, patience, work);
      if (done !== null) return done;
    }
    throw new Refusal('BUSY');
  };

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
        const id = createHash('sha256')
          .update(JSON.stringify([tenant, person.id, key]))
          .digest('hex')
          .slice(0, 20);
        const answer = (made: StoredDelegation) => {
          if (!sameWish(made, body)) throw new Refusal('KEY_REUSED', { key });
          return { status: 201, body: delegationView(made) };
        };
        const before = await delegations.find(tenant, id);
        if (before) return answer(before);
        const [from, to] = await Promise.all([users.find(tenant, body.from), users.find(tenant, body.to)]);
        const agency = from && (await agencies.find(tenant, from.agency));
        const both = checkDelegation(body, { from, to, agency, today: dayOf(clock.now()) });
        const wished: StoredDelegation = {
          ...body,
          tenant,
          id,
          from: { id: both.from.username, name: both.from.name },
          to: { id: both.to.username, name: both.to.name },
          agency: both.from.agency,
          revokedAt: null,
        };
        return oneAtATime(tenant, body.from, async () => {
          // The same request may have been at it meanwhile.
          const others = (await delegations.of(tenant, body.to, body.validFrom)).filter(
            (one) => one.id !== id,
          );
          refuseTwice(body, others);
          return answer(await delegations.create(wished, doerOf(person, req)));
        });
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
