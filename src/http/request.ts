import type { TFunction } from 'i18next';
import type { SignedIn } from './route.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Who asks; undefined: nobody is signed in. Set by authenticate. */
    signedIn?: SignedIn | undefined;
    /** Words in the caller's language. Set by i18next-http-middleware. */
    t: TFunction;
    language: string;
  }
}

declare module 'express-session' {
  interface SessionData {
    passport?: { user?: SessionUser };
  }
}

/** What a session remembers of a sign-in. */
export interface SessionUser {
  readonly tenant: string;
  readonly username: string;
  /** When they signed in. */
  readonly at: string;
}

/** What the answer's `X-Request-Id` and every log line of this request say. */
export const requestIdOf = ({ id }: { readonly id?: unknown }): string => (typeof id === 'string' ? id : '');
