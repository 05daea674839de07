import type { Request } from 'express';
import type { Person } from '../engine/ports.js';
import { badInput, Refusal } from '../errors.js';
import { originOf, type Authentication } from '../http/authenticate.js';
import { hashPassword, isPassword, passwordFaults, samePassword } from './password.js';
import type { AccessStore, ApiToken, Scope, SignInGuard, TokenStore, UserStore } from './ports.js';
import { accessRecord, machineTime } from './signIn.js';
import { newToken } from './tokens.js';
import { tokenMade } from './tokenTrace.js';

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
  ...(person.title !== undefined && { title: person.title }),
  ...(person.unit !== undefined && { unit: person.unit }),
  auditor: person.auditor,
  administrator: person.administrator,
  delegations: person.delegations,
  mustChangePassword,
  ...(token !== undefined && { csrfToken: token }),
});

/** A token as it is shown: not even its hash. */
export const tokenView = ({ tenant: _tenant, hash: _hash, sessionsFrom: _from, ...shown }: ApiToken) => shown;

/**
 * Tokens of a city as they are shown. One that ended with its user's sessions was revoked then.
 */
export const tokenViews = async (
  users: Pick<UserStore, 'find'>,
  tokens: readonly ApiToken[],
): Promise<ReturnType<typeof tokenView>[]> => {
  const owners = new Map(tokens.map(({ tenant, user }) => [user, users.find(tenant, user)]));
  return Promise.all(
    tokens.map(async (token) => {
      const from = (await owners.get(token.user))?.sessionsFrom ?? token.sessionsFrom;
      const ended = from === token.sessionsFrom ? null : from;
      return { ...tokenView(token), revokedAt: token.revokedAt ?? ended };
    }),
  );
};

const lifeOf = ({ createdAt, expiresAt }: ApiToken) => Date.parse(expiresAt) - Date.parse(createdAt);

/**
 * What one does to one's own account, for routes and pages alike.
 */
export const createAccount = ({ users, tokens, access, guard, authentication }: AccountDependencies) => {
  const record = accessRecord(access);
  return {
    /** @throws {Refusal} BAD_INPUT when a password is wrong or no good; TOO_MANY_TRIES */
    changePassword: async (person: Person, current: string, next: string, req: Request): Promise<void> => {
      const { tenant, id: username } = person;
      const browser = authentication.browserOf(req, { tenant, username });
      const who = { tenant, username, address: originOf(req).address, browser };
      const wait = await guard.admit(who);
      if (wait > 0) throw new Refusal('TOO_MANY_TRIES', { retryAfter: wait });
      const user = await users.find(tenant, username);
      if (!user) throw new Refusal('SIGN_IN_REQUIRED');
      const fault = (field: string, code: string) => badInput([{ path: `${field}`, code, params: {} }]);
      if (!(await isPassword(user.passwordHash, current))) throw fault('currentPassword', 'password.wrong');
      await guard.forgive(who);
      const faults = passwordFaults(next, username);
      if (faults.length > 0) throw badInput(faults);
      if (samePassword(current, next)) throw fault('newPassword', 'password.same');
      const changes = {
        passwordHash: await hashPassword(next),
        mustChange: false,
        sessionsFrom: machineTime(),
      };
      // A reset that came between stands: whoever had the old password would win over it otherwise.
      const changed = await users.change(tenant, username, changes, { passwordHash: user.passwordHash });
      if (!changed) throw new Refusal('SIGN_IN_REQUIRED');
      await record(tenant, 'passwordChanged', username, null, originOf(req));
      await authentication.renewSession(req, changed);
    },

    signOut: async ({ tenant, id }: Person, req: Request): Promise<void> => {
      await authentication.endSession(req);
      await record(tenant, 'signedOut', id, null, originOf(req));
    },

    /** Ends every session and every API token of this person, this session too. */
    signOutEverywhere: async ({ tenant, id }: Person, req: Request): Promise<void> => {
      if (!(await users.change(tenant, id, { sessionsFrom: machineTime() })))
        throw new Refusal('SIGN_IN_REQUIRED');
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
      if (!req.signedIn) throw new Refusal('SIGN_IN_REQUIRED');
      const { sessionsFrom } = req.signedIn;
      const wish = { tenant, user, sessionsFrom, key, name, scopes, days, at: machineTime() };
      const { kept, text } = newToken(wish);
      if (await tokens.create(kept)) {
        await record(tenant, 'tokenIssued', user, kept.id, originOf(req), tokenMade(kept));
        return { ...tokenView(kept), token: text };
      }
      const known = await tokens.byId(kept.id);
      const asked = (token: ApiToken) => [token.name, ...token.scopes, lifeOf(token)].join();
      if (!known || asked(known) !== asked(kept)) throw new Refusal('KEY_REUSED', { key });
      return { ...tokenView(known), token: null };
    },
  };
};
