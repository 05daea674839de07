import { accessHeadSchema, accessJournalSchema } from './accessJournal.js';
import { agencySchema, tenantSchema } from './agencies.js';
import { systemSchema } from './directory.js';
import { delegationSchema, userSchema } from './people.js';
import { roundSchema } from './rounds.js';
import { sessionSchema } from './sessions.js';
import { signInTrySchema } from './signInGuard.js';
import { tokenSchema } from './tokens.js';

/** Whose indexes a migration makes. */
export const peopleSchemas = {
  tenants: tenantSchema,
  agencies: agencySchema,
  systems: systemSchema,
  users: userSchema,
  delegations: delegationSchema,
  rounds: roundSchema,
  tokens: tokenSchema,
  accessJournal: accessJournalSchema,
  accessHeads: accessHeadSchema,
  signInTries: signInTrySchema,
  sessions: sessionSchema,
} as const;
