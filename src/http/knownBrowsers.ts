import { createHmac, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import { sameSecret } from '../people/tokens.js';
import { cookieOf, giveCookie } from './cookies.js';

type Who = { readonly tenant: string; readonly username: string };

/** How long a browser is known after the last sign-in, days. */
const kept = 180;

/**
 * Browsers in which somebody has signed in before, by a signed cookie for each of them. It opens nothing: it only lets
 * their tries be counted apart from those of strangers (OWASP, device cookies).
 * @param secret of the sessions
 */
export const createKnownBrowsers = (secret: string) => {
  const signed = (...parts: readonly string[]) =>
    createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url');
  const cookieFor = ({ tenant, username }: Who) =>
    `totrinh.known.${signed('name', tenant, username).slice(0, 16)}`;
  const mark = ({ tenant, username }: Who, id: string) => signed('browser', tenant, username, id);
  return {
    /** The browser's id, if this user has signed in with it. */
    browserOf: (req: Request, who: Who): string | null => {
      const [id = '', given = ''] = (cookieOf(req, cookieFor(who)) ?? '').split('.');
      return sameSecret(given, mark(who, id)) ? id : null;
    },
    remember: (req: Request, who: Who): void => {
      const id = randomBytes(12).toString('hex');
      giveCookie(req, cookieFor(who), `${id}.${mark(who, id)}`, kept);
    },
  };
};
export type KnownBrowsers = ReturnType<typeof createKnownBrowsers>;
