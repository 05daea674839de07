import { accessSchema } from './accessEvents.js';
import { agencySchema, tenantSchema } from './agencies.js';
import { systemSchema } from './directory.js';
import { delegationSchema, userSchema } from './people.js';
import { roundSchema } from './rounds.js';
import { tokenSchema } from './tokens.js';

/** Whose indexes a migration makes; the session store and the sign-in guard make their own when they start. */
export const peopleSchemas = {
  tenants: tenantSchema,
  agencies: agencySchema,
  systems: systemSchema,
  users: userSchema,
  delegations: delegationSchema,
  rounds: roundSchema,
  tokens: tokenSchema,
  accessEvents: accessSchema,
} as const;
