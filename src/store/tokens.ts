import { Schema, type Connection } from 'mongoose';
import type { ApiToken, TokenStore } from '../people/ports.js';
import { insertOnce, keyed, unkeyed, type Keyed } from './keyed.js';

export const tokenSchema = new Schema<Keyed<ApiToken>>(
  {
    _id: String, // the token's id, which the token itself carries
    tenant: { type: String, required: true, immutable: true },
    id: { type: String, required: true, immutable: true },
    user: { type: String, required: true, immutable: true },
    name: { type: String, required: true },
    scopes: [String],
    sessionsFrom: { type: String, required: true, immutable: true },
    hash: { type: String, required: true, immutable: true },
    createdAt: { type: String, required: true },
    expiresAt: { type: String, required: true },
    revokedAt: { type: String, default: null },
    lastUsed: { type: String, default: null },
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'tokens', id: false },
);
tokenSchema.index({ tenant: 1, user: 1, createdAt: -1 }); // serves list

export const createTokenStore = (connection: Connection): TokenStore => {
  const tokens = connection.model<Keyed<ApiToken>>('ApiToken', tokenSchema);
  return {
    byId: async (id) => unkeyed(await tokens.findOne({ _id: id }).lean<Keyed<ApiToken>>()),
    list: async (tenant, user) => {
      const found = await tokens
        .find({ tenant, ...(user !== null && { user }) })
        .sort({ createdAt: -1, _id: 1 })
        .lean<Keyed<ApiToken>[]>();
      return found.map((token) => unkeyed(token));
    },
    create: (token) => insertOnce(tokens, keyed(token, token.id)),
    revoke: async (tenant, user, id, at) => {
      const { matchedCount } = await tokens.updateOne(
        { _id: id, tenant, revokedAt: null, ...(user !== null && { user }) },
        { $set: { revokedAt: at } },
      );
      return matchedCount === 1;
    },
    used: async (id, day) => {
      await tokens.updateOne({ _id: id, lastUsed: { $ne: day } }, { $set: { lastUsed: day } });
    },
  };
};
