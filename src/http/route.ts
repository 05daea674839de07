import type { Readable } from 'node:stream';
import type { Request } from 'express';
import type { TFunction } from 'i18next';
import type Joi from 'joi';
import type { Instant } from '../../workflows/vocabulary.js';
import type { Person } from '../engine/ports.js';
import type { Scope } from '../people/ports.js';
import type { InputSchemas } from './parse.js';

/**
 * Who gets in at all; who may do what to a case is the engine's to say.
 * - `public`: everybody
 * - `self`: whoever is signed in, about their own account
 * - `signedIn`: whoever is signed in, to read what all share
 * - `member`: those with a part in cases, and the auditor, who reads and changes nothing
 * - `overseer`: auditor and administrator, to read
 * - `administrator`
 */
export const accesses = ['public', 'self', 'signedIn', 'member', 'overseer', 'administrator'] as const;
export type Access = (typeof accesses)[number];

/** How somebody is signed in. */
export interface SignedIn {
  readonly person: Person;
  readonly by: 'session' | 'token';
  /** What a token may be used for; a session may be used for all. */
  readonly scopes: readonly Scope[];
  /** The password must be changed before anything else. */
  readonly mustChange: boolean;
  /** The user's `sessionsFrom` under which it stands; a token that is made now stands and falls with it. */
  readonly sessionsFrom: Instant;
}

/** A file as it came. */
export interface Upload {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** null: it was longer than its route takes. */
  readonly bytes: Uint8Array | null;
}

/** What a handler gets: input that fits its schemas, and who asks. */
export interface Call<Params, Query, Body, Who> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly person: Who;
  /** The idempotency key; empty where none is declared. */
  readonly key: string;
  /** The revision of `If-Match`; -1 where none is declared. */
  readonly revision: number;
  /** The file of an upload; absent where none came. */
  readonly upload: Upload | undefined;
  /** Words in the caller's language. */
  readonly t: TFunction;
  /** The request itself, for what is about the connection: session, address, id. */
  readonly req: Request;
}

/** A file to be sent as it is read. */
export interface FileAnswer {
  readonly stream: Readable;
  readonly contentType: string;
  /** With Vietnamese letters as they are. */
  readonly name: string;
  /** Bytes, where known. */
  readonly size?: number;
}

/** What a handler gives back: one of body (JSON), html, file, redirect, or nothing (204). */
export interface Answer {
  /** 200 with content, 204 without, 303 for a redirect, unless told. */
  readonly status?: number;
  readonly body?: object;
  readonly html?: string;
  readonly file?: FileAnswer;
  readonly redirect?: string;
  /** Becomes the ETag. */
  readonly revision?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an answer of a status looks like: JSON by schema, another content type, or nothing. */
export type AnswerShape =
  | { readonly description: string; readonly schema: Joi.Schema }
  | { readonly description: string; readonly contentType: string }
  | { readonly description: string };

/** One declaration: how it is reached, by whom, what it takes and gives, and what it does. */
export interface Route<Params = unknown, Query = unknown, Body = unknown, A extends Access = Access> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As express reads it, below where it is mounted: `/cases/:id`. */
  readonly path: string;
  readonly access: A;
  /** Which scope a token needs; `session`: not with a token at all; `none`: no sign-in, no scope. */
  readonly scope: Scope | 'session' | 'none';
  /** Open while the password must be changed. */
  readonly beforePasswordChange?: true;
  /** Asks for `Idempotency-Key`. */
  readonly keyed?: true;
  /** Asks for `If-Match`; `orNew`: or for `If-None-Match: *`, which makes what is not there. */
  readonly conditional?: true | 'orNew';
  readonly schemas?: InputSchemas;
  /** Shown instead of the body's schema where what is taken depends on what is stored. */
  readonly documentedBody?: Joi.Schema;
  /** Longest body, as body-parser reads it; 1 MB unless told. */
  readonly bodyLimit?: string;
  /**
   * `upload`: multipart/form-data with one file in the field `file`, or `scan` beside a field of that name; the limit is
   * the file's, in bytes. `fileForm`: the same as a form of a page, whose other fields are worth keeping.
   */
  readonly bodyType?: 'json' | 'form' | 'upload' | 'fileForm';
  readonly summary: string;
  /** Under which heading the documentation lists it. */
  readonly group: string;
  readonly responses: Readonly<Record<number, AnswerShape>>;
  handler(call: Call<Params, Query, Body, A extends 'public' ? Person | undefined : Person>): Promise<Answer>;
}

/** A route of any shape. */
export type AnyRoute = Route<never, never, never>;

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/**
 * Declares a route. What is not declared is not served: without access and scope there is no route.
 * @throws at start, when the declaration has holes or contradicts itself
 */
export const route = <Params = unknown, Query = unknown, Body = unknown, A extends Access = Access>(
  declared: Route<Params, Query, Body, A>,
): AnyRoute => {
  const { method, path, access, scope, keyed, schemas, summary, responses } = declared;
  const wrong = [
    !methods.includes(method) && 'no method',
    !path?.startsWith('/') && 'no path',
    !accesses.includes(access) && 'no access rule',
    !['read', 'write', 'admin', 'session', 'none'].includes(scope) && 'no scope',
    (scope === 'none') !== (access === 'public') && 'scope none and access public go together',
    access === 'administrator' &&
      !['admin', 'session'].includes(scope) &&
      'administration needs the scope admin',
    ['signedIn', 'overseer'].includes(access) && method !== 'get' && `access ${access} is for reading`,
    access === 'member' &&
      scope !== (method === 'get' ? 'read' : 'write') &&
      'reading needs read, changing write',
    keyed && method !== 'post' && 'only a POST has a key',
    !summary && 'no summary',
    Object.keys(responses ?? {}).length === 0 && 'no responses',
    /:\w/.test(path ?? '') && !schemas?.params && 'no schema for its address',
  ].filter((fault) => typeof fault === 'string');
  if (wrong.length > 0) throw new Error(`The route ${method} ${path} has ${wrong.join(', ')}.`);
  return Object.freeze({ ...declared }) as unknown as AnyRoute;
};
