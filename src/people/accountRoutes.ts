import Joi from 'joi';
import { Refusal } from '../errors.js';
import { originOf } from '../http/authenticate.js';
import { csrfToken } from '../http/csrf.js';
import { route } from '../http/route.js';
import { idShape, wholeListShape } from '../http/shapes.js';
import { createAccount, meView, tokenViews, type AccountDependencies } from './account.js';
import type { Scope } from './ports.js';
import {
  changePasswordShape,
  issuedTokenShape,
  meShape,
  newTokenShape,
  signInShape,
  tokenShape,
} from './shapes.js';
import { accessRecord, machineTime } from './signIn.js';
import { tokenRevoked } from './tokenTrace.js';

export type Account = ReturnType<typeof createAccount>;

/** Signing in and out, one's own password and tokens. */
export const accountRoutes = (given: AccountDependencies) => {
  const { users, tokens, access, authentication } = given;
  const account = createAccount(given);
  const record = accessRecord(access);
  const group = 'Account';

  return [
    route({
      method: 'post',
      path: '/session',
      access: 'public',
      scope: 'none',
      bodyLimit: '10kb',
      group,
      summary: 'Sign in; the answer sets the session cookie',
      schemas: { body: signInShape },
      responses: { 200: { description: 'Signed in', schema: meShape } },
      handler: async ({ req }) => {
        if (!req.session) throw new Refusal('SCOPE_MISSING', { scope: 'session' });
        const { person, mustChange } = await authentication.beginSession(req);
        return { body: meView(person, mustChange, csrfToken(req)) };
      },
    }),
    route({
      method: 'delete',
      path: '/session',
      access: 'self',
      scope: 'session',
      beforePasswordChange: true,
      group,
      summary: 'Sign out',
      responses: { 204: { description: 'Signed out' } },
      handler: async ({ person, req }) => {
        await account.signOut(person, req);
        return {};
      },
    }),
    route({
      method: 'delete',
      path: '/sessions',
      access: 'self',
      scope: 'session',
      beforePasswordChange: true,
      group,
      summary: 'Sign out everywhere',
      responses: { 204: { description: 'Every session and API token of yours has ended' } },
      handler: async ({ person, req }) => {
        await account.signOutEverywhere(person, req);
        return {};
      },
    }),
    route({
      method: 'get',
      path: '/me',
      access: 'self',
      scope: 'read',
      beforePasswordChange: true,
      group,
      summary: 'Who I am, what I may be, and whom I may act for today',
      responses: { 200: { description: 'You', schema: meShape } },
      handler: ({ person, req }) => {
        const token = req.signedIn?.by === 'session' ? csrfToken(req) : undefined;
        return Promise.resolve({ body: meView(person, req.signedIn?.mustChange ?? false, token) });
      },
    }),
    route<unknown, unknown, { currentPassword: string; newPassword: string }, 'self'>({
      method: 'put',
      path: '/me/password',
      access: 'self',
      scope: 'session',
      beforePasswordChange: true,
      bodyLimit: '10kb',
      group,
      summary: 'Change my password; all other sessions of mine and all API tokens end',
      schemas: { body: changePasswordShape },
      responses: { 200: { description: 'Changed; the proof against forgery is a new one', schema: meShape } },
      handler: async ({ person, body, req }) => {
        await account.changePassword(person, body.currentPassword, body.newPassword, req);
        return { body: meView(person, false, csrfToken(req)) };
      },
    }),
    route({
      method: 'get',
      path: '/me/tokens',
      access: 'self',
      scope: 'session',
      group,
      summary: 'My API tokens',
      responses: { 200: { description: 'Tokens, newest first', schema: wholeListShape(tokenShape) } },
      handler: async ({ person }) => ({
        body: { items: await tokenViews(users, await tokens.list(person.tenant, person.id)) },
      }),
    }),
    route<unknown, unknown, { name: string; scopes: Scope[]; days: number }, 'self'>({
      method: 'post',
      path: '/me/tokens',
      access: 'self',
      scope: 'session',
      keyed: true,
      bodyLimit: '10kb',
      group,
      summary: 'Make an API token; its text is shown this once',
      schemas: { body: newTokenShape },
      responses: {
        201: { description: 'The new token', schema: issuedTokenShape },
        200: {
          description: 'The token that this request made before, without its text',
          schema: issuedTokenShape,
        },
      },
      handler: async ({ person, body, key, req }) => {
        const issued = await account.issueToken(person, body, key, req);
        return { status: issued.token === null ? 200 : 201, body: issued };
      },
    }),
    route<{ id: string }, unknown, unknown, 'self'>({
      method: 'delete',
      path: '/me/tokens/:id',
      access: 'self',
      scope: 'session',
      group,
      summary: 'Revoke one of my API tokens',
      schemas: { params: Joi.object({ id: idShape.required() }) },
      responses: { 204: { description: 'Revoked' } },
      handler: async ({ person, params: { id }, req }) => {
        const at = machineTime();
        if (!(await tokens.revoke(person.tenant, person.id, id, at))) throw new Refusal('NOT_FOUND', { id });
        await record(person.tenant, 'tokenRevoked', person.id, id, originOf(req), tokenRevoked(id, at));
        return {};
      },
    }),
  ];
};
