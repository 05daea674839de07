import type { Request } from 'express';
import { calledBack } from '../http/calledBack.js';
import { languages, type Language } from '../wording.js';

declare module 'express-session' {
  interface SessionData {
    /** The language that was chosen with `?lng=`. */
    language?: Language;
  }
}

const isLanguage = (value: unknown): value is Language => (languages as readonly unknown[]).includes(value);

/** Vietnamese until `?lng=` says otherwise, which the session then remembers; what the browser prefers is not asked. */
export const languageOf = (req: Request): Language => {
  const asked = req.query.lng;
  if (!isLanguage(asked)) return isLanguage(req.session?.language) ? req.session.language : 'vi';
  if (req.session && req.session.language !== asked) req.session.language = asked;
  return asked;
};

/**
 * Keeps the language over what begins a new session. Waits until it is stored: a browser follows a redirect before
 * the answer has ended.
 */
export const keepLanguage = async (req: Request, act: () => Promise<unknown>): Promise<void> => {
  const { language } = req.session;
  await act();
  if (!language) return;
  req.session.language = language;
  await calledBack((done) => req.session.save(done));
};
