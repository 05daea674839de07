import type { Delegation, Person } from '../../src/engine/ports.js';
import { demonstrationAgencies } from '../../src/seed/demonstration.js';
import { titleOf } from '../../src/seed/people.js';
import type { Role } from '../../workflows/vocabulary.js';

/** The demonstration city's tenant. */
export const city = 'canTho';

/** Somebody of an agency; their id says who they are. */
export const aPerson = (person: Partial<Person> & Pick<Person, 'agency' | 'roles'>): Person => {
  const id = person.id ?? `${person.agency}.${person.roles.join('+') || 'nobody'}`;
  return {
    tenant: city,
    name: id,
    delegations: [],
    auditor: false,
    administrator: false,
    ...person,
    id,
  };
};

/** The one person of an agency with one role, titled as the demonstration's people are. */
export const who = (role: Role, agency: string): Person => {
  const known = demonstrationAgencies.find(({ ref }) => ref === agency);
  const unit = role === 'officer' || role === 'unitHead' ? known?.units[0]?.symbol : undefined;
  return aPerson({
    agency,
    roles: [role],
    ...(known && { title: titleOf(known, role) }),
    ...(unit !== undefined && { unit }),
  });
};

/** Lets somebody use another's role. */
export const aDelegation = (from: Person, role: Role, delegation: Partial<Delegation> = {}): Delegation => ({
  id: `delegation-${from.id}`,
  from: { id: from.id, name: from.name },
  role,
  capacity: 'KT',
  validFrom: '2025-09-01',
  validTo: '2025-12-31',
  kinds: [],
  ...delegation,
});
