import type { Request } from 'express';
import Joi from 'joi';
import type { Person } from '../engine/ports.js';
import { badInput, Refusal } from '../errors.js';
import { originOf, type Authentication } from '../http/authenticate.js';
import { csrfToken } from '../http/csrf.js';
import { route } from '../http/route.js';
import { idShape, wholeListShape } from '../http/shapes.js';
import { hashPassword, isPassword, passwordFaults } from './password.js';
import type { AccessStore, ApiToken, Scope, SignInGuard, TokenStore, UserStore } from './ports.js';
import {
  changePasswordShape,
  issuedTokenShape,
  meShape,
  newTokenShape,
  signInShape,
  tokenShape,
} from './shapes.js';
import { accessRecord, machineTime } from './signIn.js';
import { newToken } from './tokens.js';

export interface AccountDependencies {
  readonly users: UserStore;
  readonly tokens: TokenStore;
  readonly access: Pick<AccessStore, 'add'>;
  readonly guard: SignInGuard;
  readonly authentication: Authentication;
}

/** Somebody as they see themselves. */
export const meView = (person: Person, mustChangePassword: boolean, token?: string) => ({
  tenant: person.tenant,
  username: person.id,
  name: person.name,
  agency: person.agency,
  roles: person.roles,
  auditor: person.auditor,
  administrator: person.administrator,
  delegations: person.delegations,
  mustChangePassword,
  ...(token !== undefined && { csrfToken: token }),
});

/** A token as it is shown: not even its hash. */
export const tokenView = ({ tenant: _tenant, hash: _hash, ...shown }: ApiToken) => shown;

/**
 * What one does to one's own account, for routes and pages alike.
 */
export const createAccount = ({ users, tokens, access, guard, authentication }: AccountDependencies) => {
  const record = accessRecord(access);
  return {
    /** @throws {Refusal} BAD_INPUT when a password is wrong or no good; TOO_MANY_TRIES */
    changePassword: async (person: Person, current: string, next: string, req: Request): Promise<void> => {
      const { tenant, id: username } = person;
      const who = { tenant, username, address: originOf(req).address };
      const wait = await guard.admit(who);
      if (wait > 0) throw new Refusal('TOO_MANY_TRIES', { retryAfter: wait });
      const user = await users.find(tenant, username);
      if (!user) throw new Refusal('SIGN_IN_REQUIRED');
      const fault = (field: string, code: string) => badInput([{ path: `${field}`, code, params: {} }]);
      if (!(await isPassword(user.passwordHash, current))) throw fault('currentPassword', 'password.wrong');
      await guard.forgive(who);
      const faults = passwordFaults(next, username);
      if (faults.length > 0) throw badInput(faults);
      if (await isPassword(user.passwordHash, next)) throw fault('newPassword', 'password.same');
      const changes = { passwordHash: await hashPassword(next), mustChange: false, sessionsFrom: machineTime() };
      const changed = await users.change(tenant, username, changes);
      if (!changed) throw new Refusal('SIGN_IN_REQUIRED');
      await record(tenant, 'passwordChanged', username, null, originOf(req));
      await authentication.renewSession(req, changed);
    },

    signOut: async ({ tenant, id }: Person, req: Request): Promise<void> => {
      await authentication.endSession(req);
      await record(tenant, 'signedOut', id, null, originOf(req));
    },

    /** Ends every session of this person, this one too. */
    signOutEverywhere: async ({ tenant, id }: Person, req: Request): Promise<void> => {
      await users.change(tenant, id, { sessionsFrom: new Date(Date.now() + 1).toISOString() });
      await authentication.endSession(req);
      await record(tenant, 'signedOutEverywhere', id, null, originOf(req));
    },

    /** @returns the token's text once; null when the request is a repeat. @throws {Refusal} BAD_INPUT, KEY_REUSED */
    issueToken: async (
      { tenant, id: user, auditor, administrator }: Person,
      { name, scopes, days }: { name: string; scopes: readonly Scope[]; days: number },
      key: string,
      req: Request,
    ) => {
      const tooMuch = scopes.find(
        (scope) => (scope === 'admin' && !administrator) || (scope === 'write' && (auditor || administrator)),
      );
      if (tooMuch !== undefined) {
        throw badInput([{ path: 'scopes', code: 'token.scope', params: { found: tooMuch } }]);
      }
      const { kept, text } = newToken({ tenant, user, key, name, scopes, days, at: machineTime() });
      if (await tokens.create(kept)) {
        await record(tenant, 'tokenIssued', user, kept.id, originOf(req));
        return { ...tokenView(kept), token: text };
      }
      const known = await tokens.byId(kept.id);
      if (!known || known.name !== name || known.scopes.join() !== scopes.join()) throw new Refusal('KEY_REUSED', { key });
      return { ...tokenView(known), token: null };
    },
  };
};
export type Account = ReturnType<typeof createAccount>;

/** Signing in and out, one's own password and tokens. */
export const accountRoutes = (given: AccountDependencies) => {
  const { tokens, access, authentication } = given;
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
      responses: { 204: { description: 'Every session of yours has ended' } },
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
      summary: 'Change my password; all other sessions of mine end',
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
      handler: async ({ person }) => ({ body: { items: (await tokens.list(person.tenant, person.id)).map(tokenView) } }),
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
        200: { description: 'The token that this request made before, without its text', schema: issuedTokenShape },
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
        if (!(await tokens.revoke(person.tenant, person.id, id, machineTime()))) throw new Refusal('NOT_FOUND', { id });
        await record(person.tenant, 'tokenRevoked', person.id, id, originOf(req));
        return {};
      },
    }),
  ];
};
