import { addCalendarDays } from '../../workflows/calendar.js';
import type { Capacity, Day, Kind, Role } from '../../workflows/vocabulary.js';
import { badInput, type FieldFault } from '../errors.js';
import type { User } from './ports.js';

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

/** Nobody acts for another longer than an office's term of five years, in calendar days. */
const longestDelegation = 5 * 366;

/**
 * Whether one person may let another act for them: inside one agency, a role that they have themselves (what was
 * delegated is not passed on), KT. to a deputy, TL. and TUQ. to the head of a unit and nobody below (decree 30/2020,
 * Art. 13).
 * @throws {Refusal} BAD_INPUT
 */
export const checkDelegation = (
  { role, capacity, validFrom, validTo }: DelegationWish,
  from: User | null,
  to: User | null,
): { from: User; to: User } => {
  const fault = (field: string, code: string): FieldFault => ({ path: `${field}`, code, params: {} });
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
    validTo < validFrom && fault('validTo', 'delegation.dates'),
    validTo > addCalendarDays(validFrom, longestDelegation) && fault('validTo', 'delegation.tooLong'),
  ].filter((found) => found !== false);
  if (faults.length > 0) throw badInput(faults);
  return { from, to };
};
