import type { Instant } from '../../workflows/vocabulary.js';
import type { ApiToken, Change } from './ports.js';

/** A token's making, as the access journal keeps it: never the token, nor its hash. */
export const tokenMade = ({ id, user, name, scopes, expiresAt }: ApiToken): Change => ({
  of: `token/${id}`,
  rev: 1,
  from: null,
  to: { user, name, scopes, expiresAt, revokedAt: null },
});

/** A token's end. */
export const tokenRevoked = (id: string, at: Instant): Change => ({
  of: `token/${id}`,
  rev: 2,
  from: { revokedAt: null },
  to: { revokedAt: at },
});
