import { csrfSync } from 'csrf-sync';
import type { Request } from 'express';
import { Refusal } from '../errors.js';
import { cookieOf, giveCookie } from './cookies.js';

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** A browser refuses this prefix from anybody but this host itself, over https. */
const formCookie = (req: Request) => `${req.session.cookie.secure === true ? '__Host-' : ''}totrinh.form`;

const fromCookie = (req: Request) => {
  const kept = cookieOf(req, formCookie(req));
  return kept !== undefined && /^[0-9a-f]{64}$/.test(kept) ? kept : undefined;
};

/**
 * Where the token is kept: in the session of whoever is signed in; in a cookie of its own while nobody is, so that
 * looking at the door stores nothing.
 */
const { generateToken, isRequestValid } = csrfSync({
  size: 32,
  getTokenFromRequest: (req) =>
    textOf(req.headers['x-csrf-token']) ?? textOf((req.body as { _csrf?: unknown } | undefined)?._csrf),
  getTokenFromState: (req) =>
    req.signedIn ? req.session.csrfToken : (textOf(req.res?.locals.formToken) ?? fromCookie(req)),
  storeTokenInState: (req, token) => {
    if (req.signedIn) req.session.csrfToken = token;
    else if (token) {
      giveCookie(req, formCookie(req), token);
      // For a second form of the same answer.
      if (req.res) req.res.locals.formToken = token;
    }
  },
});

/**
 * The token that forms and scripts of this session send back; a new sign-in is a new session with a new one. Empty where
 * the session could not be read.
 */
export const csrfToken = (req: Request): string => (req.session ? generateToken(req) : '');

/**
 * A change that rests on a cookie must prove that it comes from our own pages.
 * @throws {Refusal} CSRF_TOKEN_INVALID
 */
export const csrfHolds = (req: Request): void => {
  if (['GET', 'HEAD', 'OPTIONS'].includes(req.method)) return;
  if (!isRequestValid(req)) throw new Refusal('CSRF_TOKEN_INVALID');
};
