import { calendarAsOf } from '../../workflows/calendar.js';
import type { Due } from '../../workflows/deadlines.js';
import { UnknownVersion } from '../../workflows/registry.js';
import type { Hash, Intent } from '../../workflows/vocabulary.js';
import { canonical } from './journal.js';
import type { Case, Entry } from './ports.js';
import { replay, type Replayed } from './replay.js';

/** What of a stored case is not as its journal makes it. */
export type CaseFault = { readonly tenant: string; readonly case: string } & (
  | {
      /** Its entries are none that its machine would have made, or its machine is not known here. */
      readonly fault: 'history';
      readonly why: string;
    }
  | {
      /** These fields have other values than its entries give. */
      readonly fault: 'fieldsChanged';
      readonly fields: readonly string[];
    }
  | {
      /** It owes, or carries out, what no step gave rise to: `<seq>/<n>`. */
      readonly fault: 'intentForged';
      readonly intent: string;
    }
);

/** An intent as it is stored, owed or on its way: `<seq>/<n>`. */
export interface StoredIntent {
  readonly id: string;
  readonly intent: unknown;
  readonly cause?: string;
}

/** The fields of a case that its entries give, whole. The due day rests on calendar and round and is not among them. */
export const fieldsOf = ({
  done,
  intents: _intents,
  ...replayed
}: Replayed): Omit<Replayed, 'done' | 'intents'> & { readonly status: Case['status'] } => ({
  ...replayed,
  status: done ? 'done' : 'active',
});

/** Which fields of a stored case differ from what its entries give. */
export const differingFields = (found: Case, given: Replayed): string[] =>
  Object.entries(fieldsOf(given))
    .filter(
      ([field, value]) => canonical([found[field as keyof Case] ?? null]) !== canonical([value ?? null]),
    )
    .map(([field]) => field);

/** When a case is late where it stands; undefined where a date of its round counts, which may be set anew. */
export type DueAsked = (found: Case) => Promise<Due | undefined>;

/** The due day that a case should have by its entries; undefined where they do not give it whole. */
export const dueGiven = async (found: Case, given: Replayed, dueOf: DueAsked): Promise<Due | undefined> => {
  if (given.done) return { due: null, reckoned: null };
  // One that was reckoned by a calendar of before is the sweep's to work out.
  if (found.reckoned !== null && found.reckoned.asOf !== calendarAsOf) return undefined;
  return dueOf({ ...found, ...fieldsOf(given) });
};

/**
 * Holds a stored case against its entries, played again from the first: each field, and each intent that it owes or
 * that is being carried out.
 * @param entries all of the case up to `found.seq`, filed or owed, oldest first
 * @returns what is wrong, and what the entries give where they can be played
 */
export const verifyCase = (
  found: Case,
  entries: readonly Entry[],
  carried: readonly StoredIntent[],
): { faults: CaseFault[]; replayed: Replayed | null } => {
  const of = { tenant: found.tenant, case: found.id };
  let replayed: Replayed;
  try {
    replayed = replay(entries);
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof UnknownVersion)) throw error;
    return { faults: [{ ...of, fault: 'history', why: error.message }], replayed: null };
  }
  const fields = differingFields(found, replayed);
  const owed = found.owed.flatMap((one): StoredIntent[] => ('intent' in one ? [one] : []));
  const isForged = ({ id, intent, cause }: StoredIntent) => {
    const made: Intent | undefined = replayed.intents.get(id);
    return (
      made === undefined ||
      canonical(made) !== canonical(intent) ||
      (cause !== undefined && cause !== `${found.id}/${id}`)
    );
  };
  return {
    faults: [
      ...(fields.length > 0 ? [{ ...of, fault: 'fieldsChanged' as const, fields }] : []),
      ...[...owed, ...carried]
        .filter(isForged)
        .map(({ id }) => ({ ...of, fault: 'intentForged' as const, intent: id })),
    ],
    replayed,
  };
};

/** Contents that an entry says were frozen: what it leaves frozen, and every `hash` among its facts. */
export const contentsNamedBy = ({ content, event }: Entry): Hash[] => [
  ...(content === null ? [] : [content]),
  ...valuesUnder('hash', event['facts']),
];

/** Summaries that an entry says were stored. */
export const summariesNamedBy = ({ event }: Entry): Hash[] => valuesUnder('summary', event['facts']);

const valuesUnder = (name: string, value: unknown): Hash[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === name && typeof member === 'string' && /^[0-9a-f]{64}$/.test(member)
      ? [member]
      : valuesUnder(name, member),
  );
};
