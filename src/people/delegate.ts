import { addCalendarDays } from '../../workflows/calendar.js';
import {
  collectiveKinds,
  type AgencyKind,
  type Capacity,
  type Day,
  type Kind,
  type Role,
} from '../../workflows/vocabulary.js';
import { badInput, fault } from '../errors.js';
import type { Agency, StoredDelegation, User } from './ports.js';

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

/**
 * Whether work of a role is passed on in this capacity inside an agency of this kind. What a body decides together its
 * deputies sign in the head's place (TM., KT.); TL. and TUQ. are for papers that are a head's own (decree 30/2020,
 * Art. 13).
 */
export const isPassedOn = (
  { role, capacity }: Pick<DelegationWish, 'role' | 'capacity'>,
  kind: AgencyKind,
): boolean => capacity === 'KT' || role !== 'leader' || !collectiveKinds.has(kind);

/** Nobody acts for another longer than an office's term of five years, in calendar days. */
const longestDelegation = 5 * 366;

/** Who is to act for whom, the agency of the giver, and the day. */
interface Concerned {
  readonly from: User | null;
  readonly to: User | null;
  readonly agency: Pick<Agency, 'kind'> | null;
  readonly today: Day;
}

/**
 * Whether one person may let another act for them: inside one agency, a role that they have themselves (what was
 * delegated is not passed on), KT. to a deputy, TL. and TUQ. to the head of a unit and nobody below (decree 30/2020,
 * Art. 13), and only where the agency does not decide together. A period that is over lets nobody do anything.
 * @throws {Refusal} BAD_INPUT
 */
export const checkDelegation = (
  { role, capacity, validFrom, validTo }: DelegationWish,
  { from, to, agency, today }: Concerned,
): { from: User; to: User } => {
  if (!from || !to || !agency) {
    throw badInput([
      ...(from && agency ? [] : [fault('from', 'user.unknown')]),
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
    !isPassedOn({ role, capacity }, agency.kind) &&
      fault('capacity', 'delegation.collective', { found: capacity, allowed: 'KT' }),
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
