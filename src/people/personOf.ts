import type { Delegation, Person } from '../engine/ports.js';
import type { Day } from '../../workflows/vocabulary.js';
import { isPassedOn } from './delegate.js';
import type { AgencyStore, DelegationStore, User, UserStore } from './ports.js';

interface Given {
  readonly users: Pick<UserStore, 'find'>;
  readonly agencies: Pick<AgencyStore, 'find'>;
  readonly delegations: Pick<DelegationStore, 'reaching'>;
}

/**
 * Who somebody is on a day: their own roles, and whose they may use. A delegation counts only while its giver
 * still has the role: what one no longer has one cannot let another use; and only where their agency passes it on.
 */
export const createPersonOf =
  ({ users, agencies, delegations }: Given) =>
  async (user: User, day: Day): Promise<Person> => {
    const reaching = await delegations.reaching(user.tenant, user.username, day);
    const [givers, agency] = await Promise.all([
      Promise.all(reaching.map(({ from }) => users.find(user.tenant, from.id))),
      reaching.length > 0 ? agencies.find(user.tenant, user.agency) : null,
    ]);
    const standing: Delegation[] = reaching
      .filter(({ role, agency }, index) => {
        const giver = givers[index];
        return giver && !giver.disabled && giver.agency === agency && giver.roles.includes(role);
      })
      .filter((one) => one.agency === user.agency && agency && isPassedOn(one, agency.kind))
      .map(({ id, from, role, capacity, validFrom, validTo, kinds }) => ({
        id,
        from,
        role,
        capacity,
        validFrom,
        validTo,
        kinds,
      }));
    return {
      tenant: user.tenant,
      id: user.username,
      name: user.name,
      agency: user.agency,
      roles: user.roles,
      ...(user.title !== undefined && { title: user.title }),
      ...(user.unit !== undefined && { unit: user.unit }),
      delegations: standing,
      auditor: user.auditor,
      administrator: user.administrator,
    };
  };
export type PersonOf = ReturnType<typeof createPersonOf>;
