import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Day, Instant } from '../../workflows/vocabulary.js';
import type { ApiToken, Scope, TokenStore } from './ports.js';

const form = /^tt_([0-9a-f]{24})_([\w-]{43})$/;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Whether two secrets are the same, in a time that does not tell how much of them is; whatever they consist of. */
export const sameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());

/** What a new token is asked for with; `key` is the request's, so that a repeat makes no second one. */
export interface TokenWish {
  readonly tenant: string;
  readonly user: string;
  /** Of the session that asks: what ends it ends the token too. */
  readonly sessionsFrom: Instant;
  readonly key: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly at: Instant;
  /** Days until it ends. */
  readonly days: number;
}

/** A new token: what is kept, and the text that is shown once. */
export const newToken = ({ tenant, user, sessionsFrom, key, name, scopes, at, days }: TokenWish) => {
  const id = sha256(JSON.stringify([tenant, user, key])).slice(0, 24);
  const text = `tt_${id}_${randomBytes(32).toString('base64url')}`;
  const expiresAt = new Date(Date.parse(at) + days * 86_400_000).toISOString();
  const kept: ApiToken = {
    tenant,
    id,
    user,
    name,
    scopes,
    hash: sha256(text),
    sessionsFrom,
    createdAt: at,
    expiresAt,
    revokedAt: null,
    lastUsed: null,
  };
  return { kept, text };
};

/** The token that this text is, if it is one and still good. */
export const checkToken = async (
  tokens: Pick<TokenStore, 'byId' | 'used'>,
  text: string,
  at: Instant,
): Promise<ApiToken | null> => {
  const id = form.exec(text)?.[1];
  const found = id === undefined ? null : await tokens.byId(id);
  if (!found || !sameSecret(found.hash, sha256(text))) return null;
  if (found.revokedAt !== null || found.expiresAt <= at) return null;
  const day: Day = at.slice(0, 10);
  if (found.lastUsed !== day) await tokens.used(found.id, day);
  return found;
};
