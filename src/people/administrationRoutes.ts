import Joi from 'joi';
import type { Clock } from '../engine/ports.js';
import { badInput, Refusal } from '../errors.js';
import { originOf } from '../http/authenticate.js';
import { doerOf } from './doerOf.js';
import { keyOf, pageOf, pageQuery, type PageQuery } from '../http/cursor.js';
import { route } from '../http/route.js';
import { idShape, listShape, usernameShape, wholeListShape } from '../http/shapes.js';
import { tokenViews } from './account.js';
import { delegationRoutes } from './delegationRoutes.js';
import { hashPassword, passwordFaults } from './password.js';
import type {
  AccessStore,
  AgencyStore,
  Alone,
  DelegationStore,
  Kept,
  TokenStore,
  User,
  UserStore,
} from './ports.js';
import { saveUser, type UserWish } from './saveUser.js';
import { accessEventShape, resetPasswordShape, saveUserShape, tokenShape, userShape } from './shapes.js';
import { accessRecord, machineTime } from './signIn.js';
import { tokenRevoked } from './tokenTrace.js';

export interface AdministrationDependencies {
  readonly users: UserStore;
  readonly agencies: AgencyStore;
  readonly delegations: DelegationStore;
  readonly tokens: TokenStore;
  readonly access: AccessStore;
  readonly leases: Alone;
  readonly clock: Pick<Clock, 'now'>;
}

const userView = ({
  username,
  name,
  agency,
  roles,
  title,
  unit,
  auditor,
  administrator,
  mustChange,
  disabled,
  rev,
}: Kept<User>) => ({
  ...{ username, name, agency, roles },
  ...(title !== undefined && { title }),
  ...(unit !== undefined && { unit }),
  ...{ auditor, administrator, mustChange, disabled, rev },
});

const username = Joi.object({ username: usernameShape.required() });
const id = Joi.object({ id: idShape.required() });
const paged = { query: Joi.object(pageQuery) };

/** What an administrator does for the people of their tenant; nothing here reaches a case. */
export const administrationRoutes = ({
  users,
  agencies,
  delegations,
  tokens,
  access,
  leases,
  clock,
}: AdministrationDependencies) => {
  const record = accessRecord(access);
  const group = 'Administration';
  const administrator = { access: 'administrator', scope: 'admin', group } as const;

  const userRoutes = [
    route<unknown, PageQuery, unknown, 'administrator'>({
      ...administrator,
      method: 'get',
      path: '/users',
      summary: 'Users, by name',
      schemas: paged,
      responses: { 200: { description: 'A page of users', schema: listShape(userShape) } },
      handler: async ({ person, query }) => {
        const found = await users.list(person.tenant, { after: keyOf(query.cursor), limit: query.limit + 1 });
        return { body: pageOf(found.map(userView), query.limit, (user) => user.username) };
      },
    }),
    route<{ username: string }, unknown, unknown, 'administrator'>({
      ...administrator,
      method: 'get',
      path: '/users/:username',
      summary: 'A user',
      schemas: { params: username },
      responses: { 200: { description: 'The user', schema: userShape } },
      handler: async ({ person, params }) => {
        const found = await users.find(person.tenant, params.username);
        if (!found) throw new Refusal('NOT_FOUND', params);
        return { body: userView(found), revision: found.rev };
      },
    }),
    route<{ username: string }, unknown, UserWish, 'administrator'>({
      ...administrator,
      conditional: 'orNew',
      method: 'put',
      path: '/users/:username',
      summary: 'Make a user, or change one',
      schemas: { params: username, body: saveUserShape },
      responses: {
        200: { description: 'Changed', schema: userShape },
        201: { description: 'Made', schema: userShape },
      },
      handler: async ({ person, params, body, revision, req }) => {
        const wished = { username: params.username, wish: body, revision, by: doerOf(person, req) };
        const user = await saveUser({ users, agencies }, person, wished);
        return { status: revision === 0 ? 201 : 200, body: userView(user), revision: user.rev };
      },
    }),
    route<{ username: string }, unknown, { temporaryPassword: string }, 'administrator'>({
      ...administrator,
      method: 'put',
      path: '/users/:username/password',
      bodyLimit: '10kb',
      summary: 'Give a user a password to be changed at the next sign-in; their sessions and API tokens end',
      schemas: { params: username, body: resetPasswordShape },
      responses: { 204: { description: 'Set' } },
      handler: async ({ person, params, body, req }) => {
        const faults = passwordFaults(body.temporaryPassword, params.username, 'temporaryPassword');
        if (faults.length > 0) throw badInput(faults);
        // Its trace first: an entry of a reset that did not come to be harms nobody, one without would.
        if (!(await users.find(person.tenant, params.username))) throw new Refusal('NOT_FOUND', params);
        await record(person.tenant, 'passwordReset', person.id, params.username, originOf(req));
        const changed = await users.change(person.tenant, params.username, {
          passwordHash: await hashPassword(body.temporaryPassword),
          mustChange: true,
          sessionsFrom: machineTime(),
        });
        if (!changed) throw new Refusal('NOT_FOUND', { username: params.username });
        return {};
      },
    }),
  ];

  const tokenRoutes = [
    route({
      ...administrator,
      method: 'get',
      path: '/tokens',
      summary: 'API tokens of everybody',
      responses: { 200: { description: 'Tokens, newest first', schema: wholeListShape(tokenShape) } },
      handler: async ({ person }) => ({
        body: { items: await tokenViews(users, await tokens.list(person.tenant, null)) },
      }),
    }),
    route<{ id: string }, unknown, unknown, 'administrator'>({
      ...administrator,
      method: 'delete',
      path: '/tokens/:id',
      summary: "Revoke anybody's API token",
      schemas: { params: id },
      responses: { 204: { description: 'Revoked' } },
      handler: async ({ person, params, req }) => {
        const at = machineTime();
        const revoked = await tokens.revoke(person.tenant, null, params.id, at);
        if (!revoked) throw new Refusal('NOT_FOUND', params);
        const trace = tokenRevoked(params.id, at);
        await record(person.tenant, 'tokenRevoked', person.id, params.id, originOf(req), trace);
        return {};
      },
    }),
  ];

  const accessRoutes = [
    route<unknown, PageQuery, unknown, 'overseer'>({
      method: 'get',
      path: '/accessEvents',
      access: 'overseer',
      scope: 'read',
      group,
      summary: 'Who came in, and who changed who may; newest first',
      schemas: paged,
      responses: { 200: { description: 'A page of events', schema: listShape(accessEventShape) } },
      handler: async ({ person, query }) => {
        const found = await access.list(person.tenant, {
          after: keyOf(query.cursor),
          limit: query.limit + 1,
        });
        const shown = found.map(({ tenant: _, ...event }) => event);
        return { body: pageOf(shown, query.limit, (event) => event.id) };
      },
    }),
  ];

  return [
    ...userRoutes,
    ...delegationRoutes({ users, agencies, delegations, leases, clock }),
    ...tokenRoutes,
    ...accessRoutes,
  ];
};
