import type { Role } from '../../workflows/vocabulary.js';
import type { Person } from '../engine/ports.js';
import { badInput, Refusal, type FieldFault } from '../errors.js';
import { hashPassword, passwordFaults } from './password.js';
import type { AgencyStore, User, UserStore } from './ports.js';
import { machineTime } from './signIn.js';

export interface UserWish {
  readonly name: string;
  readonly agency: string;
  readonly roles: readonly Role[];
  readonly title?: string;
  readonly unit?: string;
  readonly auditor: boolean;
  readonly administrator: boolean;
  readonly disabled: boolean;
  readonly temporaryPassword?: string;
}

/** Whose title stands under a signature, so that it must be known. */
const signers: readonly Role[] = ['leader', 'deputy', 'unitHead'];

interface Given {
  readonly users: Pick<UserStore, 'find' | 'create' | 'change'>;
  readonly agencies: Pick<AgencyStore, 'find'>;
}

/**
 * Makes a user or changes one. Auditors and administrators have no role in cases, so that they change none; no
 * administrator shuts themselves out.
 * @throws {Refusal} BAD_INPUT, NOT_PERMITTED
 */
export const saveUser = async (
  { users, agencies }: Given,
  by: Pick<Person, 'tenant' | 'id'>,
  username: string,
  wish: UserWish,
): Promise<{ user: User; made: boolean }> => {
  const { tenant } = by;
  const { temporaryPassword, ...rest } = wish;
  const stored = await users.find(tenant, username);
  const fault = (field: string, code: string, params = {}): FieldFault => ({
    path: `${field}`,
    code,
    params,
  });
  const special = wish.auditor || wish.administrator;
  const agency = await agencies.find(tenant, wish.agency);
  const signs = wish.roles.some((role) => signers.includes(role));
  const faults = [
    !agency && fault('agency', 'agency.unknown', { found: wish.agency }),
    signs && !wish.title && fault('title', 'any.required'),
    wish.unit !== undefined &&
      agency &&
      !agency.units.some(({ symbol }) => symbol === wish.unit) &&
      fault('unit', 'unit.unknown', { found: wish.unit, known: agency.units.map(({ symbol }) => symbol) }),
    special && wish.roles.length > 0 && fault('roles', 'user.noRoles'),
    wish.auditor && wish.administrator && fault('auditor', 'user.auditorAdministrator'),
    !special && wish.roles.length === 0 && fault('roles', 'user.someRole'),
    !stored && temporaryPassword === undefined && fault('temporaryPassword', 'any.required'),
    stored && temporaryPassword !== undefined && fault('temporaryPassword', 'user.passwordElsewhere'),
  ].filter((found) => typeof found === 'object' && found !== null);
  const weak =
    temporaryPassword === undefined ? [] : passwordFaults(temporaryPassword, username, 'temporaryPassword');
  if (faults.length + weak.length > 0) throw badInput([...faults, ...weak]);
  if (username === by.id && (wish.disabled || !wish.administrator))
    throw new Refusal('NOT_PERMITTED', { username });

  // Opened again, a closed account does not bring back the sessions and tokens it had.
  const changes = { ...rest, ...(wish.disabled && { sessionsFrom: machineTime() }) };
  const changed = stored && (await users.change(tenant, username, changes));
  if (changed) return { user: changed, made: false };
  const user: User = {
    tenant,
    username,
    ...rest,
    passwordHash: await hashPassword(temporaryPassword ?? ''),
    mustChange: true,
    sessionsFrom: machineTime(),
  };
  if (await users.create(user)) return { user, made: true };
  // Somebody made the same user meanwhile: theirs stands, and this changes it.
  return { user: (await users.change(tenant, username, changes)) ?? user, made: false };
};
