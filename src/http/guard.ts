import { Refusal } from '../errors.js';
import type { Person } from '../engine/ports.js';
import type { OtherCity } from './request.js';
import type { Access, AnyRoute, SignedIn } from './route.js';

const hasPart = ({ roles, delegations }: Person) => roles.length > 0 || delegations.length > 0;

/** Whom each access rule lets in, once they are signed in. */
const letsIn: Record<Access, (person: Person, reads: boolean) => boolean> = {
  public: () => true,
  self: () => true,
  signedIn: (_, reads) => reads,
  member: (person, reads) => (person.auditor ? reads : hasPart(person)),
  overseer: ({ auditor, administrator }, reads) => reads && (auditor || administrator),
  administrator: ({ administrator }) => administrator,
};

/**
 * Lets somebody in, or says why not.
 * @throws {Refusal} SIGN_IN_REQUIRED, OTHER_CITY, PASSWORD_CHANGE_REQUIRED, SCOPE_MISSING, NOT_PERMITTED
 */
export const guard = (
  declared: AnyRoute,
  {
    signedIn,
    otherCity,
  }: { readonly signedIn?: SignedIn | undefined; readonly otherCity?: OtherCity | undefined },
): void => {
  const { access, scope, method, beforePasswordChange } = declared;
  if (access === 'public') return;
  if (!signedIn)
    throw otherCity ? new Refusal('OTHER_CITY', { ...otherCity }) : new Refusal('SIGN_IN_REQUIRED');
  const { person, by, scopes, mustChange } = signedIn;
  if (mustChange && !beforePasswordChange) throw new Refusal('PASSWORD_CHANGE_REQUIRED');
  if (by === 'token' && !(scopes as readonly string[]).includes(scope))
    throw new Refusal('SCOPE_MISSING', { scope });
  if (!letsIn[access](person, method === 'get')) throw new Refusal('NOT_PERMITTED', { access });
};
