import { csrfSync } from 'csrf-sync';
import type { Request } from 'express';
import { Refusal } from '../errors.js';

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

const { generateToken, isRequestValid } = csrfSync({
  size: 32,
  getTokenFromRequest: (req) =>
    textOf(req.headers['x-csrf-token']) ?? textOf((req.body as { _csrf?: unknown } | undefined)?._csrf),
});

/** The token that forms and scripts of this session send back; a new sign-in is a new session with a new one. */
export const csrfToken = (req: Request): string => generateToken(req);

/**
 * A change that rests on a cookie must prove that it comes from our own pages.
 * @throws {Refusal} CSRF_TOKEN_INVALID
 */
export const csrfHolds = (req: Request): void => {
  if (['GET', 'HEAD', 'OPTIONS'].includes(req.method)) return;
  if (!isRequestValid(req)) throw new Refusal('CSRF_TOKEN_INVALID');
};
