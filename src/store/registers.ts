import { Schema, type Connection } from 'mongoose';
import { collectionOf, insertOnce, keyOf } from './connection.js';
import { guarded } from './faults.js';

/** A book of outgoing numbers: one per agency, document type and year. */
export interface RegisterRef {
  readonly tenant: string;
  readonly agency: string;
  readonly type: string;
  readonly year: number;
}

/** What a case holds in one register. */
export interface HeldNumber extends RegisterRef {
  readonly key: string;
  readonly number: number;
  /** Why it will never be used, and since when. */
  readonly voided?: { readonly reason: string; readonly at: string };
}

/** A register whose year is over. */
export interface OldRegister extends RegisterRef {
  readonly next: number;
  readonly held: readonly HeldNumber[];
}

interface RegisterDocument extends RegisterRef {
  /** `<tenant>/<agency>/<type>/<year>` */
  readonly _id: string;
  /** The number that is given next. */
  readonly next: number;
  /** By key: what is held or was used. */
  readonly held: Readonly<Record<string, number>>;
  /** By number: what will never be used, with the key that held it. Nothing is ever taken out again. */
  readonly voided?: Readonly<Record<string, { key: string; reason: string; at: string }>>;
  /** Its year is over, and what was held and never used is void. */
  readonly over?: true;
}

export const registerSchema = new Schema(
  {
    _id: String,
    tenant: { type: String, required: true },
    agency: { type: String, required: true },
    type: { type: String, required: true },
    year: { type: Number, required: true },
    next: { type: Number, required: true, min: 1 },
    held: Schema.Types.Mixed,
    voided: Schema.Types.Mixed,
    over: Boolean,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves registers.heldBy: what a case holds in its agency's registers
registerSchema.index({ tenant: 1, agency: 1, year: 1 });

/** A number is held before it is used, so that none is given twice and none is lost. */
export interface Registers {
  /**
   * The number of this key, `<case>:<document type>:<k>`: the next one, or the one it holds already. A key whose
   * number was voided is given the next one.
   */
  hold(asked: RegisterRef & { key: string }): Promise<number>;
  /** All numbers that the keys of a case hold in the registers of an agency. */
  heldBy(of: { tenant: string; agency: string; case: string }): Promise<HeldNumber[]>;
  /** Marks a held number as never to be used; it stays given. Harmless when repeated: the first reason stands. */
  voidHeld(asked: RegisterRef & { key: string; number: number; reason: string; at: string }): Promise<void>;
  /** Registers of years before this one that are not over yet, with what is held in them. */
  before(tenant: string, year: number): Promise<OldRegister[]>;
  /** Closes a register of a past year, if it is as it was read; a number held in it later opens it again. */
  markOver(register: OldRegister): Promise<void>;
  /** The next number of a register, for an agency that numbered papers elsewhere before. Only ever goes up. */
  startAt(asked: RegisterRef & { next: number }): Promise<void>;
}

/** A key as a field's name: dots and dollars mean something there. */
const fieldOf = (key: string) => key.replace(/[%.$]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
const keyOfField = (field: string) =>
  field.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** All numbers of a register, the voided ones with their reason. */
const numbersOf = ({ tenant, agency, type, year, held, voided = {} }: RegisterDocument): HeldNumber[] => [
  ...Object.entries(held).map(([field, number]) => ({
    tenant,
    agency,
    type,
    year,
    key: keyOfField(field),
    number,
  })),
  ...Object.entries(voided).map(([number, { key, reason, at }]) => ({
    tenant,
    agency,
    type,
    year,
    key,
    number: Number(number),
    voided: { reason, at },
  })),
];

export function registerStore(connection: Connection): Registers {
  const registers = collectionOf<RegisterDocument>(connection, 'registers');
  const idOf = ({ tenant, agency, type, year }: RegisterRef) => keyOf(tenant, agency, type, year);

  const open = (ref: RegisterRef) => insertOnce(registers, { _id: idOf(ref), ...ref, next: 1, held: {} });

  return {
    async hold({ key, ...ref }) {
      const _id = idOf(ref);
      const field = fieldOf(key);
      const held = `$held.${field}`;
      const take = () =>
        registers.findOneAndUpdate(
          { _id, tenant: ref.tenant },
          [
            {
              $set: {
                next: { $cond: [{ $gt: [held, 0] }, '$next', { $add: ['$next', 1] }] },
                [`held.${field}`]: { $ifNull: [held, '$next'] },
              },
            },
          ],
          { returnDocument: 'after', projection: { [`held.${field}`]: 1, over: 1 } },
        );
      const found = await guarded('registers.hold', async () => {
        const taken = await take();
        if (taken) return taken;
        await open(ref);
        return take();
      });
      const number = found?.held[field];
      if (number === undefined) throw new Error(`The register ${_id} gave no number.`);
      if (found?.over) await registers.updateOne({ _id, tenant: ref.tenant }, { $unset: { over: 1 } });
      return number;
    },

    async heldBy({ tenant, agency, case: id }) {
      const found = await registers.find({ tenant, agency }).sort({ _id: 1 }).toArray();
      return found.flatMap(numbersOf).filter(({ key }) => key.startsWith(`${id}:`));
    },

    async before(tenant, year) {
      const found = await registers
        .find({ tenant, year: { $lt: year }, over: { $exists: false } })
        .sort({ _id: 1 })
        .toArray();
      return found.map((register) => ({
        tenant,
        agency: register.agency,
        type: register.type,
        year: register.year,
        next: register.next,
        held: numbersOf(register).filter(({ voided }) => voided === undefined),
      }));
    },

    async markOver({ next, held: _held, ...ref }) {
      await registers.updateOne({ _id: idOf(ref), tenant: ref.tenant, next }, { $set: { over: true } });
    },

    async voidHeld({ key, number, reason, at, ...ref }) {
      const field = fieldOf(key);
      await guarded('registers.void', () =>
        registers.updateOne(
          { _id: idOf(ref), tenant: ref.tenant, [`held.${field}`]: number },
          { $set: { [`voided.${number}`]: { key, reason, at } }, $unset: { [`held.${field}`]: 1 } },
        ),
      );
    },

    async startAt({ next, ...ref }) {
      await open(ref);
      await registers.updateOne({ _id: idOf(ref), tenant: ref.tenant }, { $max: { next } });
    },
  };
}
