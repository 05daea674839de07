import { Schema, type Connection } from 'mongoose';
import { canonical } from '../engine/journal.js';
import { envelopeCells } from '../engine/cells.js';
import { commandLine, type Doer, type Kept, type Round, type RoundStore } from '../people/ports.js';
import { administered, bookkeeping, keptOf, type AdministeredKind, type Stored } from './administered.js';
import { collectionOf } from './connection.js';
import { exceeded, newLedger, usedBy, type LedgerPart } from './ledgers.js';

const { Mixed } = Schema.Types;

/** A round and what is promised from it are one document: its envelopes stand once. */
type StoredRound = Stored<Round> & { readonly ledger: LedgerPart };

export const roundSchema = new Schema<StoredRound>(
  {
    _id: String, // <tenant>/<id>
    tenant: { type: String, required: true, immutable: true },
    id: { type: String, required: true, immutable: true },
    name: { type: String, required: true },
    fiscalYear: { type: Number, required: true },
    opens: { type: String, required: true },
    deadlines: { type: Mixed, required: true },
    envelopes: { type: Mixed, required: true },
    substitutes: { type: Mixed, required: true },
    ledger: { type: Mixed, required: true },
    ...bookkeeping,
  },
  { strict: 'throw', minimize: false, versionKey: false, collection: 'rounds', id: false },
);
roundSchema.index({ tenant: 1, opens: -1 }); // serves list

export const roundKind: AdministeredKind<Round> = {
  collection: 'rounds',
  name: 'round',
  act: 'roundSaved',
  tenantOf: ({ tenant }) => tenant,
  keyOf: ({ id }) => id,
  values: ({ name, fiscalYear, opens, deadlines, envelopes, substitutes }) => ({
    ...{ name, fiscalYear, opens, deadlines, envelopes, substitutes },
  }),
};

const withoutPromises = (saved: Kept<Round>): Kept<Round> => {
  const { ledger: _, ...round } = saved as Kept<Round> & { ledger?: LedgerPart };
  return round;
};

export const createRoundStore = (connection: Connection): RoundStore => {
  const rounds = collectionOf<StoredRound>(connection, 'rounds');
  const { find, put, settled, idOf } = administered(connection, roundKind);
  const withoutLedger = { projection: { ledger: 0 } } as const;
  const read = (found: unknown) => keptOf(found as Stored<Round>);

  const putRound = async (round: Round, revision: number, by: Doer) => {
    for (;;) {
      const stood = (await settled(idOf(round.tenant, round.id))) as StoredRound | null;
      if ((stood?.rev ?? 0) !== revision) return null;
      const ledger = stood?.ledger ?? newLedger;
      const envelopes = envelopeCells(round);
      const over = exceeded({ envelopes, claims: ledger.claims }, {});
      if (over) {
        const { cell } = over;
        const asked = usedBy(ledger.claims).get(cell) ?? 0;
        return { tooSmall: { cell, available: envelopes[cell] ?? 0, asked } };
      }
      // Whoever holds money meanwhile looked at the envelopes of before: one of the two looks again.
      const saved = await put(round, revision, by, () => ({
        when: { 'ledger.rev': ledger.rev },
        set: stood ? { 'ledger.rev': ledger.rev + 1 } : { ledger },
      }));
      if (saved) return withoutPromises(saved);
    }
  };

  return {
    find: async (tenant, id) => {
      const found = await rounds.findOne({ _id: idOf(tenant, id) }, withoutLedger);
      return found && read(found);
    },
    list: async (tenant) =>
      (await rounds.find({ tenant }, withoutLedger).sort({ opens: -1, _id: 1 }).toArray()).map(read),
    put: putRound,
    save: async (round, by = commandLine) => {
      for (;;) {
        const stood = await find(round.tenant, round.id);
        if (stood && canonical(roundKind.values(stood)) === canonical(roundKind.values(round))) return stood;
        const saved = await putRound(round, stood?.rev ?? 0, by);
        if (saved && 'tooSmall' in saved) throw new Error(`${saved.tooSmall.cell} is promised already.`);
        if (saved) return saved;
      }
    },
  };
};
