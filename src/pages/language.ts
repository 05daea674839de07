import type { Request } from 'express';
import { cookieOf, giveCookie } from '../http/cookies.js';
import { isLanguage, type Language } from '../wording.js';

const cookie = 'totrinh.lng';

/** Vietnamese until `?lng=` says otherwise, which the browser then remembers; what it prefers is not asked. */
export const languageOf = (req: Request): Language => {
  const asked = req.query.lng;
  const kept = cookieOf(req, cookie);
  if (!isLanguage(asked)) return isLanguage(kept) ? kept : 'vi';
  // Before the session is read it is not known whether over https only; the next page remembers it.
  if (asked !== kept && req.session) giveCookie(req, cookie, asked, 365);
  return asked;
};
