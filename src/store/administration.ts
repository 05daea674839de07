import type { Connection } from 'mongoose';
import type { Change, Values } from '../people/ports.js';
import { administered, type AdministeredKind } from './administered.js';
import { agencyKind, tenantKind } from './agencies.js';
import { systemKind } from './directory.js';
import { paperKind } from './files.js';
import { delegationKind, userKind } from './people.js';
import { roundKind } from './rounds.js';

/** One kind of what administrators set, whatever its type. */
interface Kind {
  readonly name: string;
  readonly settle: () => Promise<void>;
  readonly stored: (tenant: string) => AsyncGenerator<{ of: string; values: Values; owed: Change | null }>;
}
const kindOf = <T extends object>(connection: Connection, kind: AdministeredKind<T>): Kind => ({
  ...administered(connection, kind),
  name: kind.name,
});

/** Everything that administrators set, and the papers, whose hashes stand beside it in the access journal. */
export const administration = (connection: Connection) => {
  const kinds = [
    kindOf(connection, tenantKind),
    kindOf(connection, agencyKind),
    kindOf(connection, systemKind),
    kindOf(connection, userKind),
    kindOf(connection, delegationKind),
    kindOf(connection, roundKind),
    kindOf(connection, paperKind),
  ];
  return {
    kinds: kinds.map(({ name }) => name),
    /** Files what killed processes still owed to the access journal. */
    settle: async (): Promise<void> => {
      for (const { settle } of kinds) await settle();
    },
    /** What of a tenant is stored, kind by kind. */
    async *stored(tenant: string) {
      for (const { stored } of kinds) yield* stored(tenant);
    },
  };
};
