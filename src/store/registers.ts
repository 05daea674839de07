import { Schema, type Connection } from 'mongoose';
import type { Day } from '../../workflows/vocabulary.js';
import { outOfOrder, type GivenNumber, type NumberRefused } from '../engine/numberOrder.js';
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

export interface RegisterDocument extends RegisterRef {
  /** `<tenant>/<agency>/<type>/<year>` */
  readonly _id: string;
  /** The number that is given next. */
  readonly next: number;
  /** By key: what is held or was used. */
  readonly held: Readonly<Record<string, number>>;
  /** By key: the day of the paper that carries the number. */
  readonly days?: Readonly<Record<string, Day>>;
  /** The newest of `days`. */
  readonly last?: Day;
  /** Numbers below were given elsewhere. */
  readonly from?: number;
  /** + 1 whenever a number is given or the register is set; the ETag. */
  readonly rev?: number;
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
    days: Schema.Types.Mixed,
    last: String,
    from: Number,
    rev: Number,
    voided: Schema.Types.Mixed,
    over: Boolean,
  },
  { strict: 'throw', minimize: false, versionKey: false },
);
// serves registers.heldBy: what a case holds in its agency's registers
registerSchema.index({ tenant: 1, agency: 1, year: 1 });

/** How a register stands. */
export interface RegisterState extends Pick<RegisterRef, 'type' | 'year'> {
  readonly next: number;
  /** The day of its last number. */
  readonly last: Day | null;
  readonly rev: number;
}

/** A number is held before it is used, so that none is given twice and none is lost. */
export interface Registers {
  /**
   * The number of this key, `<case>:<document type>:<k>`: the next one, or the one it holds already. A key whose
   * number was voided is given the next one.
   */
  hold(asked: RegisterRef & { key: string }): Promise<number>;
  /** The number of this key for a paper of a day, in the order of the register (`outOfOrder`). */
  holdDated(
    asked: RegisterRef & { key: string; day: Day; number?: number },
  ): Promise<{ readonly number: number } | NumberRefused>;
  /** The registers of an agency, the newest year first. */
  of(tenant: string, agency: string): Promise<RegisterState[]>;
  /** All numbers that the keys of a case hold in the registers of an agency. */
  heldBy(of: { tenant: string; agency: string; case: string }): Promise<HeldNumber[]>;
  /** Marks a held number as never to be used; it stays given. Harmless when repeated: the first reason stands. */
  voidHeld(asked: RegisterRef & { key: string; number: number; reason: string; at: string }): Promise<void>;
  /** Registers of years before this one that are not over yet, with what is held in them. */
  before(tenant: string, year: number): Promise<OldRegister[]>;
  /** Closes a register of a past year, if it is as it was read; a number held in it later opens it again. */
  markOver(register: OldRegister): Promise<void>;
  /**
   * Sets the next number of a register that has `rev` (0: not opened yet), for an agency that numbered papers
   * elsewhere before. It only ever goes up.
   * @returns how the register stands then; null when `rev` is no longer the stored one, or `next` has been passed
   */
  startAt(asked: RegisterRef & { next: number; rev: number }): Promise<RegisterState | null>;
}

/** A key as a field's name: dots and dollars mean something there. */
const fieldOf = (key: string) => key.replace(/[%.$]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
const keyOfField = (field: string) =>
  field.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** All numbers of a register, the voided ones with their reason. */
export const storedNumbers = ({
  tenant,
  agency,
  type,
  year,
  held,
  voided = {},
}: RegisterDocument): HeldNumber[] => [
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

  const moved = { $add: [{ $ifNull: ['$rev', 0] }, 1] };
  const stateOf = ({ type, year, next, last, rev = 0 }: RegisterDocument): RegisterState => {
    return { type, year, next, last: last ?? null, rev };
  };

  /** The next number for a paper of a day, if the key holds none and no later day has one. */
  const takeDated = (ref: RegisterRef, field: string, day: Day) =>
    guarded('registers.hold', () =>
      registers.findOneAndUpdate(
        {
          _id: idOf(ref),
          tenant: ref.tenant,
          [`held.${field}`]: { $exists: false },
          $or: [{ last: { $exists: false } }, { last: { $lte: day } }],
        },
        [
          {
            $set: {
              [`held.${field}`]: '$next',
              [`days.${field}`]: { $literal: day },
              last: { $literal: day },
              next: { $add: ['$next', 1] },
              rev: moved,
            },
          },
          { $unset: 'over' },
        ],
        { returnDocument: 'after', projection: { [`held.${field}`]: 1 } },
      ),
    );

  /** Gives a key this number on a day, if the register is still as it was read. */
  const give = async (found: RegisterDocument, field: string, { number, day }: Required<GivenNumber>) => {
    const { _id, tenant, rev, held, next, last = day } = found;
    const before = held[field];
    const lapse = before !== undefined && before !== number;
    const { matchedCount } = await guarded('registers.hold', () =>
      registers.updateOne(
        { _id, tenant, rev: rev ?? { $exists: false } },
        {
          $set: {
            [`held.${field}`]: number,
            [`days.${field}`]: day,
            next: Math.max(next, number + 1),
            last: last > day ? last : day,
            // A number that does not go with its key any more stays given.
            ...(lapse && { [`voided.${before}`]: { key: keyOfField(field), reason: 'outOfOrder', at: day } }),
          },
          $unset: { over: 1 },
          $inc: { rev: 1 },
        },
      ),
    );
    return matchedCount === 1;
  };

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
                rev: { $cond: [{ $gt: [held, 0] }, { $ifNull: ['$rev', 0] }, moved] },
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

    async holdDated({ key, day, number: typed, ...ref }) {
      const field = fieldOf(key);
      for (;;) {
        const taken = typed === undefined ? await takeDated(ref, field, day) : null;
        const given = taken?.held[field];
        if (given !== undefined) return { number: given };

        const found = await registers.findOne({ _id: idOf(ref), tenant: ref.tenant });
        if (!found) {
          await open(ref);
          continue;
        }
        const { held, days = {}, voided = {}, next, from = 1, last = null } = found;
        const mine = held[field];
        if (mine !== undefined && days[field] === day && (typed ?? mine) === mine) return { number: mine };

        const others = [
          ...Object.keys(held)
            .filter((one) => one !== field)
            .map((one) => ({ number: held[one]!, day: days[one] })),
          ...Object.keys(voided).map((number) => ({ number: Number(number) })),
        ];
        const wanted = typed ?? mine ?? next;
        const refused = typed !== undefined && typed < from ? { why: 'taken' as const } : null;
        const why = refused ?? outOfOrder(others, { number: wanted, day });
        if (!why) {
          if (await give(found, field, { number: wanted, day })) return { number: wanted };
        } else if (typed !== undefined || mine === undefined) {
          return why;
        } else if (last !== null && day < last) {
          return { why: 'order', after: last, before: null };
        } else if (await give(found, field, { number: next, day })) {
          // What it held was passed by later papers while this one waited.
          return { number: next };
        }
      }
    },

    async of(tenant, agency) {
      const found = await registers.find({ tenant, agency }).toArray();
      return found.map(stateOf).sort((a, b) => b.year - a.year || (a.type < b.type ? -1 : 1));
    },

    async heldBy({ tenant, agency, case: id }) {
      const found = await registers.find({ tenant, agency }).sort({ _id: 1 }).toArray();
      return found.flatMap(storedNumbers).filter(({ key }) => key.startsWith(`${id}:`));
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
        held: storedNumbers(register).filter(({ voided }) => voided === undefined),
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
          {
            $set: { [`voided.${number}`]: { key, reason, at } },
            $unset: { [`held.${field}`]: 1, [`days.${field}`]: 1 },
          },
        ),
      );
    },

    async startAt({ next, rev, ...ref }) {
      if (rev === 0) await open(ref);
      const set = await registers.findOneAndUpdate(
        {
          _id: idOf(ref),
          tenant: ref.tenant,
          next: { $lte: next },
          rev: rev === 0 ? { $exists: false } : rev,
        },
        { $set: { next, from: next }, $inc: { rev: 1 } },
        { returnDocument: 'after' },
      );
      return set && stateOf(set);
    },
  };
}
