import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Passport } from 'passport';
import { Strategy } from 'passport-local';
import { dayOf } from '../../workflows/calendar.js';
import type { Clock } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import type { PersonOf } from '../people/personOf.js';
import type { TenantStore, TokenStore, User, UserStore } from '../people/ports.js';
import { machineTime, type Origin, type SignIn } from '../people/signIn.js';
import { checkToken } from '../people/tokens.js';

import { calledBack } from './calledBack.js';
import { csrfToken } from './csrf.js';
import type { KnownBrowsers } from './knownBrowsers.js';
import { requestIdOf, type OtherCity, type SessionUser } from './request.js';
import type { SignedIn } from './route.js';

interface Given {
  readonly users: Pick<UserStore, 'find'>;
  readonly tokens: Pick<TokenStore, 'byId' | 'used'>;
  readonly tenants: Pick<TenantStore, 'byHost' | 'find'>;
  readonly browsers: KnownBrowsers;
  readonly personOf: PersonOf;
  readonly signIn: SignIn;
  readonly clock: Clock;
  /** A session ends after this time in any case, s. */
  readonly longest: number;
}

/** Where a request came from; the address is what express makes of `trust proxy`. */
export const originOf = (req: Request): Origin => ({ address: req.ip ?? '', request: requestIdOf(req) });

/** Who asks, by session or by token, and how a session begins and ends. */
export const createAuthentication = (given: Given) => {
  const { users, tokens, tenants, browsers, personOf, signIn, clock, longest } = given;
  const signedIn = async (user: User, how: Pick<SignedIn, 'by' | 'scopes'>): Promise<SignedIn> => ({
    ...how,
    person: await personOf(user, dayOf(clock.now())),
    mustChange: user.mustChange,
    sessionsFrom: user.sessionsFrom,
  });

  const passport = new Passport();
  passport.use(
    new Strategy({ passReqToCallback: true }, (req: Request, username, password, done) => {
      const { tenant } = req.body as { tenant?: string };
      const known = (who: { tenant: string; username: string }) => browsers.browserOf(req, who);
      signIn({ tenant, host: req.hostname, username, password, known }, originOf(req)).then(
        (user) => done(null, user),
        (error: unknown) => done(error),
      );
    }),
  );
  passport.serializeUser((user, done) => {
    const { tenant, username, sessionsFrom } = user as User;
    done(null, { tenant, username, at: machineTime(), sessionsFrom } satisfies SessionUser);
  });

  /**
   * The user of a session or token that began under `sessionsFrom` and is still good: the account not closed, and
   * nothing of it ended since.
   */
  const userOf = async ({
    tenant,
    username,
    sessionsFrom,
  }: Omit<SessionUser, 'at'>): Promise<User | null> => {
    const user = await users.find(tenant, username);
    return !user || user.disabled || user.sessionsFrom !== sessionsFrom ? null : user;
  };
  passport.deserializeUser((stored: SessionUser, done: (error: unknown, user?: User | false) => void) => {
    const old = Date.now() - Date.parse(stored.at) >= longest * 1000;
    (old ? Promise.resolve(null) : userOf(stored)).then(
      (user) => done(null, user ?? false),
      (error: unknown) => done(error),
    );
  });

  /** A city's people are asked in under no other city's name. */
  const otherCityOf = async (req: Request, { tenant }: User): Promise<OtherCity | undefined> => {
    const host = await tenants.byHost(req.hostname);
    if (!host || host.id === tenant) return undefined;
    const own = await tenants.find(tenant);
    return { city: own?.name ?? tenant, hosts: own?.hosts ?? [], here: host.name };
  };
  const comesIn = async (req: Request, user: User, how: Pick<SignedIn, 'by' | 'scopes'>) => {
    req.otherCity = await otherCityOf(req, user);
    if (!req.otherCity) req.signedIn = await signedIn(user, how);
  };

  const bySession: RequestHandler = async (req, _res, next) => {
    const user = req.user as User | undefined;
    if (user) await comesIn(req, user, { by: 'session', scopes: [] });
    next();
  };

  /** @throws {Refusal} SIGN_IN_REQUIRED when there is a token and it is not good */
  const byToken = async (req: Request, next: NextFunction) => {
    const text = /^Bearer (\S+)$/i.exec(req.get('Authorization') ?? '')?.[1];
    const token = text === undefined ? null : await checkToken(tokens, text, machineTime());
    const user = token && (await userOf({ ...token, username: token.user }));
    if (!token || !user) throw new Refusal('SIGN_IN_REQUIRED', { token: 'invalid' });
    await comesIn(req, user, { by: 'token', scopes: token.scopes });
    next();
  };

  /** A new session of this user, stored before anybody is told: without it every form that follows would fail. */
  const begin = async (req: Request, user: User): Promise<SignedIn> => {
    await calledBack((done) => req.logIn(user, done));
    req.signedIn = await signedIn(user, { by: 'session', scopes: [] });
    csrfToken(req);
    await calledBack((done) => req.session.save(done));
    browsers.remember(req, user);
    return req.signedIn;
  };

  return {
    /** Sets `req.signedIn`. A request with `Authorization` has no session, so it needs no proof against forgery. */
    authenticate: (session: RequestHandler): RequestHandler[] => {
      const chain = [
        session,
        passport.initialize() as RequestHandler,
        passport.session() as RequestHandler,
        bySession,
      ];
      return [
        (req, res, next) => (req.get('Authorization') === undefined ? next() : byToken(req, next)),
        ...chain.map(
          (handler): RequestHandler =>
            (req, res, next) =>
              req.get('Authorization') === undefined ? handler(req, res, next) : next(),
        ),
      ];
    },

    /**
     * Checks name and password in `req.body` and begins a new session.
     * @throws {Refusal} SIGN_IN_FAILED, TOO_MANY_TRIES
     */
    beginSession: async (req: Request): Promise<SignedIn> => {
      let user: User | false | null = null;
      const unused = {} as Response;
      await calledBack((done) => {
        const checked = (failed: unknown, found: User | false | null) => {
          user = found;
          done(failed);
        };
        return (passport.authenticate('local', checked) as RequestHandler)(req, unused, done);
      });
      const found = user as User | false | null;
      if (!found) throw new Refusal('SIGN_IN_FAILED');
      return begin(req, found);
    },

    /** A new session for somebody who is signed in: after a change of password the old ones are over. */
    renewSession: async (req: Request, user: User): Promise<void> => void (await begin(req, user)),

    /** The browser that this user has signed in with before, or null. */
    browserOf: browsers.browserOf,

    endSession: (req: Request): Promise<void> => calledBack((done) => req.session.destroy(done)),
  };
};
export type Authentication = ReturnType<typeof createAuthentication>;
