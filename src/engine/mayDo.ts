import {
  partyOf,
  roleOf,
  type Actor,
  type Day,
  type Kind,
  type Parties,
  type Permit,
} from '../../workflows/vocabulary.js';
import type { Case, Person } from './ports.js';

/** By which permit a person may act on a case, and as whom. */
export interface Entitlement {
  readonly permit: Permit;
  readonly actor: Actor;
}

/** A person as the journal names them. */
export const actorOf = ({ id, name, agency, roles, title, unit }: Person): Actor => ({
  id,
  name,
  agency,
  roles,
  ...(title !== undefined && { title }),
  ...(unit !== undefined && { unit }),
});

/**
 * The first permit that a person holds on a case: a role of their own, or one delegated to them on that day inside
 * their agency (KT., TL., TUQ.). None: null.
 */
export const entitle = ({
  person,
  found,
  permits,
  day,
}: {
  person: Person;
  found: { readonly kind: Kind; readonly context: { readonly parties: Partial<Parties> } };
  permits: readonly Permit[];
  day: Day;
}): Entitlement | null => {
  const actor = actorOf(person);
  const { agency, roles } = actor;
  const here = permits.filter(
    (permit) => permit !== 'system' && found.context.parties[partyOf(permit)] === agency,
  );
  const own = here.find((permit) => roles.includes(roleOf(permit)));
  if (own) return { permit: own, actor };

  for (const permit of here) {
    const delegation = person.delegations.find(
      ({ role, kinds, validFrom, validTo }) =>
        role === roleOf(permit) &&
        (kinds.length === 0 || kinds.includes(found.kind)) &&
        validFrom <= day &&
        day <= validTo,
    );
    if (delegation) {
      const { from, role, capacity, id: delegationId } = delegation;
      return {
        permit,
        actor: { ...actor, actingFor: { ...from, role, capacity, delegation: delegationId } },
      };
    }
  }
  return null;
};

/**
 * Whether a person may see a case: their agency owns it, or has a part in it. What nobody has issued is its agency's
 * own: an estimate until it was issued once or said that there is none, a consolidation or allocation until it was
 * issued once; but those who settle overlaps see a consolidation while it is gathered. Auditors see everything of
 * their tenant; nobody sees another tenant's.
 */
export const maySee = (person: Person, found: Case): boolean =>
  person.tenant === found.tenant && (person.auditor || readersOf(found).includes(person.agency));

/** The agencies whose people may see a case. */
export const readersOf = ({ owner, kind, context }: Pick<Case, 'owner' | 'kind' | 'context'>): string[] => {
  const { parties, revision, nilSigned = null } = context;
  const issued = Number(revision) > 0 || nilSigned !== null;
  const before = kind === 'consolidation' ? [owner, parties.appraiser, parties.substitute] : [owner];
  return [...new Set(issued ? [owner, ...Object.values(parties)] : before)].filter(Boolean).sort();
};
