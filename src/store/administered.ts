import type { Document } from 'mongodb';
import { Schema, type Connection } from 'mongoose';
import { canonical } from '../engine/journal.js';
import {
  commandLine,
  type AccessAct,
  type AccessEvent,
  type Change,
  type Doer,
  type Kept,
  type Values,
} from '../people/ports.js';
import { accessJournal } from './accessJournal.js';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';

/** What every document that administrators set has beside its fields. */
interface Bookkeeping {
  readonly _id: string;
  readonly rev: number;
  /** The change that this revision is, until the access journal has it. */
  readonly owed: (AccessEvent & { readonly change: Change }) | null;
}
export type Stored<T> = T & Bookkeeping;

/** For a schema. */
export const bookkeeping = {
  rev: { type: Number, required: true },
  owed: { type: Schema.Types.Mixed, default: null },
} as const;

/** One kind of thing that administrators set. */
export interface AdministeredKind<T> {
  readonly collection: string;
  /** How the journal calls one: `<name>/<key>`. */
  readonly name: string;
  readonly act: AccessAct;
  readonly tenantOf: (value: T) => string;
  /** Unique in its tenant. */
  readonly keyOf: (value: T) => string;
  /** Its `_id` is the tenant's: there is one per tenant. */
  readonly one?: true;
  /** What is set together and what the journal keeps: never a secret. */
  readonly values: (value: T) => Values;
}

/** A further condition on what stands, and further fields that are set with it. */
interface Also {
  readonly when?: Document;
  readonly set?: Document;
  readonly act?: AccessAct;
}

/** What stands, without how it is kept. */
export const keptOf = <T extends object>(stored: Stored<T>): Kept<T> => {
  const { _id, owed: _owed, ...kept } = stored;
  return kept as unknown as Kept<T>;
};

/**
 * Things that administrators set, each changed in one conditional write that carries its own trace: the change is
 * `owed` by the document until the access journal has it, so that no kill leaves a change without a trace or a
 * trace without its change.
 */
export const administered = <T extends object>(connection: Connection, kind: AdministeredKind<T>) => {
  const documents = collectionOf<Document & Bookkeeping>(connection, kind.collection);
  const journal = accessJournal(connection);
  const idOf = (tenant: string, key: string) => (kind.one ? tenant : keyOf(tenant, key));
  const nameOf = (value: T) => `${kind.name}/${kind.keyOf(value)}`;

  const file = async (id: string, owed: NonNullable<Bookkeeping['owed']>) => {
    await journal.add(owed);
    await documents.updateOne({ _id: id, 'owed.change.rev': owed.change.rev }, { $set: { owed: null } });
  };

  /** What stands, its trace filed. */
  const settled = async (id: string): Promise<Stored<T> | null> => {
    for (;;) {
      const found = (await documents.findOne({ _id: id })) as unknown as Stored<T> | null;
      if (!found?.owed) return found;
      await file(id, found.owed);
    }
  };

  const write = async (
    stood: Stored<T> | null,
    value: T,
    { by, address, request }: Doer,
    { when = {}, set = {}, act = kind.act }: Also = {},
  ): Promise<Kept<T> | null> => {
    const tenant = kind.tenantOf(value);
    const id = idOf(tenant, kind.keyOf(value));
    const from = stood && kind.values(stood);
    const to = kind.values(value);
    const rev = (stood?.rev ?? 0) + 1;
    const owed = {
      ...{ tenant, at: new Date().toISOString(), act, by, about: kind.keyOf(value), address, request },
      change: { of: nameOf(value), rev, from, to },
    };
    const written = await guarded('administered.put', async () => {
      if (!stood) return insertOnce(documents, { _id: id, ...value, ...set, rev, owed });
      const gone = Object.keys(from ?? {}).filter((field) => to[field] === undefined);
      const { matchedCount } = await documents.updateOne(
        { _id: id, rev: stood.rev, owed: null, ...when },
        {
          $set: { ...to, ...set, rev, owed },
          ...(gone.length > 0 && { $unset: Object.fromEntries(gone.map((field) => [field, ''])) }),
        },
      );
      return matchedCount === 1;
    });
    if (!written) return null;
    await file(id, owed);
    if (!stood) return { ...value, rev };
    const rest = Object.entries(keptOf(stood)).filter(([field]) => !(field in from!));
    return { ...(Object.fromEntries(rest) as Kept<T>), ...to, rev };
  };

  return {
    idOf,
    settled,

    find: async (tenant: string, key: string): Promise<Kept<T> | null> => {
      const found = await documents.findOne({ _id: idOf(tenant, key) });
      return found && keptOf(found as unknown as Stored<T>);
    },

    /**
     * Sets one as it was read.
     * @param revision what was read; 0: there was none
     * @returns null when it is another revision by now
     */
    put: async (value: T, revision: number, by: Doer, also?: (stood: Stored<T> | null) => Also) => {
      // Whether there was none is what writing it tells: a new city has some eight hundred of them.
      if (revision === 0) return write(null, value, by, also?.(null));
      const stood = await settled(idOf(kind.tenantOf(value), kind.keyOf(value)));
      return stood?.rev === revision ? write(stood, value, by, also?.(stood)) : null;
    },

    /** Sets one whatever stood; what is the same already leaves no trace. */
    save: async (value: T, by: Doer = commandLine, also?: Also): Promise<Kept<T>> => {
      // As if there were none, for the same reason.
      for (let stood: Stored<T> | null = null; ;) {
        const saved = await write(stood, value, by, also);
        if (saved) return saved;
        stood = await settled(idOf(kind.tenantOf(value), kind.keyOf(value)));
        if (stood && canonical(kind.values(stood)) === canonical(kind.values(value))) return keptOf(stood);
      }
    },

    /** Files what a killed process still owed. */
    settle: async (): Promise<void> => {
      for await (const { _id } of documents.find({ owed: { $ne: null } }, { projection: { _id: 1 } }))
        await settled(_id);
    },

    /** What of a tenant is stored: how the journal calls it, its values, and the change it still owes. */
    async *stored(tenant: string): AsyncGenerator<{ of: string; values: Values; owed: Change | null }> {
      for await (const found of documents.find(kind.one ? { _id: tenant } : { tenant })) {
        const value = found as unknown as Stored<T>;
        yield { of: nameOf(value), values: kind.values(value), owed: value.owed?.change ?? null };
      }
    },
  };
};
