import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { Passport } from 'passport';
import { Strategy } from 'passport-local';
import { dayOf } from '../../workflows/calendar.js';
import type { Clock } from '../engine/ports.js';
import { Refusal } from '../errors.js';
import type { PersonOf } from '../people/personOf.js';
import type { TokenStore, User, UserStore } from '../people/ports.js';
import { machineTime, type Origin, type SignIn } from '../people/signIn.js';
import { checkToken } from '../people/tokens.js';

import { calledBack } from './calledBack.js';
import { requestIdOf, type SessionUser } from './request.js';
import type { SignedIn } from './route.js';

interface Given {
  readonly users: Pick<UserStore, 'find'>;
  readonly tokens: Pick<TokenStore, 'byId' | 'used'>;
  readonly personOf: PersonOf;
  readonly signIn: SignIn;
  readonly clock: Clock;
  /** A session ends after this time in any case, s. */
  readonly longest: number;
}

/** Where a request came from; the address is what express makes of `trust proxy`. */
export const originOf = (req: Request): Origin => ({ address: req.ip ?? '', request: requestIdOf(req) });

/** Who asks, by session or by token, and how a session begins and ends. */
export const createAuthentication = ({ users, tokens, personOf, signIn, clock, longest }: Given) => {
  const signedIn = async (user: User, how: Pick<SignedIn, 'by' | 'scopes'>): Promise<SignedIn> => ({
    ...how,
    person: await personOf(user, dayOf(clock.now())),
    mustChange: user.mustChange,
  });

  const passport = new Passport();
  passport.use(
    new Strategy({ passReqToCallback: true }, (req: Request, username, password, done) => {
      const { tenant } = req.body as { tenant?: string };
      signIn({ tenant, host: req.hostname, username, password }, originOf(req)).then(
        (user) => done(null, user),
        (error: unknown) => done(error),
      );
    }),
  );
  passport.serializeUser((user, done) => {
    const { tenant, username } = user as User;
    done(null, { tenant, username, at: machineTime() } satisfies SessionUser);
  });

  /** The user of a session that is still good: not disabled, not signed out everywhere, not too old. */
  const userOf = async ({ tenant, username, at }: SessionUser): Promise<User | null> => {
    const user = await users.find(tenant, username);
    if (!user || user.disabled || at < user.sessionsFrom) return null;
    return Date.now() - Date.parse(at) < longest * 1000 ? user : null;
  };
  passport.deserializeUser((stored: SessionUser, done) => {
    userOf(stored).then(
      (user) => done(null, user ?? false),
      (error: unknown) => done(error),
    );
  });

  const bySession: RequestHandler = async (req, _res, next) => {
    const user = req.user as User | undefined;
    if (user) req.signedIn = await signedIn(user, { by: 'session', scopes: [] });
    next();
  };

  /** @throws {Refusal} SIGN_IN_REQUIRED when there is a token and it is not good */
  const byToken = async (req: Request, next: NextFunction) => {
    const text = /^Bearer (\S+)$/i.exec(req.get('Authorization') ?? '')?.[1];
    const token = text === undefined ? null : await checkToken(tokens, text, machineTime());
    const user = token && (await users.find(token.tenant, token.user));
    if (!token || !user || user.disabled) throw new Refusal('SIGN_IN_REQUIRED', { token: 'invalid' });
    req.signedIn = await signedIn(user, { by: 'token', scopes: token.scopes });
    next();
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
      const begun = user as User | false | null;
      if (!begun) throw new Refusal('SIGN_IN_FAILED');
      await calledBack((done) => req.logIn(begun, done));
      req.signedIn = await signedIn(begun, { by: 'session', scopes: [] });
      return req.signedIn;
    },

    /** A new session for somebody who is signed in: after a change of password the old ones are over. */
    renewSession: (req: Request, user: User): Promise<void> => calledBack((done) => req.logIn(user, done)),

    endSession: (req: Request): Promise<void> => calledBack((done) => req.session.destroy(done)),
  };
};
export type Authentication = ReturnType<typeof createAuthentication>;
