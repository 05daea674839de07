import type { Role } from '../../workflows/vocabulary.js';
import type { Person } from '../engine/ports.js';
import { badInput, Refusal, staleRecord, type FieldFault } from '../errors.js';
import { hashPassword, passwordFaults } from './password.js';
import type { AgencyStore, Doer, Kept, User, UserStore } from './ports.js';
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
  readonly users: Pick<UserStore, 'find' | 'put'>;
  readonly agencies: Pick<AgencyStore, 'find'>;
}

/**
 * Makes a user or changes one. Auditors and administrators have no role in cases, so that they change none; no
 * administrator shuts themselves out.
 * @throws {Refusal} BAD_INPUT, NOT_PERMITTED, STALE_RECORD
 */
export const saveUser = async (
  { users, agencies }: Given,
  { tenant, id }: Pick<Person, 'tenant' | 'id'>,
  { username, wish, revision, by }: { username: string; wish: UserWish; revision: number; by: Doer },
): Promise<Kept<User>> => {
  const { temporaryPassword, ...rest } = wish;
  const stored = await users.find(tenant, username);
  const stale = (found: Kept<User> | null) => staleRecord(revision, found?.rev ?? 0);
  if ((stored?.rev ?? 0) !== revision) throw stale(stored);
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
  if (username === id && (wish.disabled || !wish.administrator))
    throw new Refusal('NOT_PERMITTED', { username });

  // What is not wished any more goes.
  const { title: _title, unit: _unit, ...kept } = stored ?? {};
  const user: User = {
    tenant,
    username,
    passwordHash: '',
    mustChange: true,
    sessionsFrom: machineTime(),
    ...kept,
    ...rest,
    // Opened again, a closed account does not bring back the sessions and tokens it had.
    ...(wish.disabled && { sessionsFrom: machineTime() }),
    ...(!stored && { passwordHash: await hashPassword(temporaryPassword ?? '') }),
  };
  const saved = await users.put(user, revision, by);
  if (!saved) throw stale(await users.find(tenant, username));
  return saved;
};
