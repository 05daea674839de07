import type { ServerResponse } from 'node:http';
import type { TFunction } from 'i18next';
import type { Response } from 'express';
import type { SignedIn } from './route.js';

declare module 'express-serve-static-core' {
  interface Request {
    /** Who asks; undefined: nobody is signed in. Set by authenticate. */
    signedIn?: SignedIn | undefined;
    /** Nobody is signed in here, because whoever asks is of a city whose address this is not. Set by authenticate. */
    otherCity?: OtherCity | undefined;
    /** Words in the caller's language. Set by createApp. */
    t: TFunction;
  }
}

declare module 'express-session' {
  interface SessionData {
    passport?: { user?: SessionUser };
  }
}

/** The city of a session or token at the address of another one: what they are called, and where it is reached. */
export interface OtherCity {
  readonly city: string;
  readonly hosts: readonly string[];
  readonly here: string;
}

/** What a session remembers of a sign-in. */
export interface SessionUser {
  readonly tenant: string;
  readonly username: string;
  /** When they signed in. */
  readonly at: string;
  /** The user's when they signed in. */
  readonly sessionsFrom: string;
}

/** What the answer's `X-Request-Id` and every log line of this request say. */
export const requestIdOf = ({ id }: { readonly id?: unknown }): string => (typeof id === 'string' ? id : '');

/** The route as declared, for logs and figures: an address would tell about whom; `none` where no route was reached. */
export const routeOf = (res: ServerResponse): string =>
  ((res as Partial<Response>).locals?.['route'] as string | undefined) ?? 'none';
