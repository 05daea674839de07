import { addCalendarDays } from '../../workflows/calendar.js';
import type { Capacity, Day, Kind, Role } from '../../workflows/vocabulary.js';
import { badInput, fault } from '../errors.js';
import type { StoredDelegation, User } from './ports.js';

export const capacities = ['KT', 'TL', 'TUQ'] as const satisfies readonly Capacity[];

export interface DelegationWish {
  readonly from: string;
  readonly to: string;
  readonly role: Role;
  readonly capacity: Capacity;
  readonly validFrom: Day;
  readonly validTo: Day;
  readonly kinds: readonly Kind[];
  readonly basis: string;
}

/**
 * Whose work each capacity carries down, and never up: the head's to a deputy or the head of a unit; what a head of unit
 * signs by order may be passed on inside the unit.
 */
const carries: Readonly<Record<Capacity, readonly Role[]>> = {
  KT: ['leader'],
  TL: ['leader', 'unitHead'],
  TUQ: ['leader'],
};

/** Nobody acts for another longer than an office's term of five years, in calendar days. */
const longestDelegation = 5 * 366;

/**
 * Whether one person may let another act for them: inside one agency, a role that they have themselves (what was
 * delegated is not passed on), KT. to a deputy, TL. and TUQ. to the head of a unit and nobody below (decree 30/2020,
 * Art. 13). A period that is over lets nobody do anything.
 * @throws {Refusal} BAD_INPUT
 */
export const checkDelegation = (
  { role, capacity, validFrom, validTo }: DelegationWish,
  from: User | null,
  to: User | null,
  today: Day,
): { from: User; to: User } => {
  if (!from || !to) {
    throw badInput([
      ...(from ? [] : [fault('from', 'user.unknown')]),
      ...(to ? [] : [fault('to', 'user.unknown')]),
    ]);
  }
  const fits: Record<Capacity, boolean> = {
    KT: to.roles.includes('deputy'),
    TL: to.roles.includes('unitHead'),
    TUQ: to.roles.includes('unitHead'),
  };
  const faults = [
    from.username === to.username && fault('to', 'delegation.self'),
    from.agency !== to.agency && fault('to', 'delegation.agency'),
    !from.roles.includes(role) && fault('role', 'delegation.role'),
    !fits[capacity] && fault('capacity', 'delegation.capacity'),
    (!carries[capacity].includes(role) || (role === 'unitHead' && from.unit !== to.unit)) &&
      fault('role', 'delegation.rank'),
    validTo < today && fault('validTo', 'delegation.past', { found: validTo, today }),
    validTo < validFrom && fault('validTo', 'delegation.dates'),
    validTo > addCalendarDays(validFrom, longestDelegation) && fault('validTo', 'delegation.tooLong'),
  ].filter((found) => found !== false);
  if (faults.length > 0) throw badInput(faults);
  return { from, to };
};

/**
 * One of those that stand may do already a part of what is wished: of two, the other would still be in force when one is
 * revoked.
 * @throws {Refusal} BAD_INPUT with its id and days
 */
export const refuseTwice = (
  { from, to, role, validFrom, validTo, kinds }: DelegationWish,
  standing: readonly StoredDelegation[],
): void => {
  const twice = standing.find(
    (one) =>
      one.from.id === from &&
      one.to.id === to &&
      one.role === role &&
      one.validFrom <= validTo &&
      one.validTo >= validFrom &&
      (one.kinds.length === 0 || kinds.length === 0 || one.kinds.some((kind) => kinds.includes(kind))),
  );
  if (!twice) return;
  const named = { delegation: twice.id, from: twice.validFrom, to: twice.validTo };
  throw badInput([fault('to', 'delegation.standing', named)]);
};
