import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Day, Instant } from '../../workflows/vocabulary.js';
import type { ApiToken, Scope, TokenStore } from './ports.js';

const form = /^tt_([0-9a-f]{24})_([\w-]{43})$/;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What a new token is asked for with; `key` is the request's, so that a repeat makes no second one. */
export interface TokenWish {
  readonly tenant: string;
  readonly user: string;
  readonly key: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly at: Instant;
  /** Days until it ends. */
  readonly days: number;
}

/** A new token: what is kept, and the text that is shown once. */
export const newToken = ({ tenant, user, key, name, scopes, at, days }: TokenWish) => {
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
  if (!found || !timingSafeEqual(Buffer.from(found.hash), Buffer.from(sha256(text)))) return null;
  if (found.revokedAt !== null || found.expiresAt <= at) return null;
  const day: Day = at.slice(0, 10);
  if (found.lastUsed !== day) await tokens.used(found.id, day);
  return found;
};
