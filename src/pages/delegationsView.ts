import type { Day } from '../../workflows/vocabulary.js';
import type { Person } from '../engine/ports.js';
import type { StoredDelegation } from '../people/ports.js';
import { dayText } from './figures.js';
import type { Say } from './say.js';

/** How a delegation stands for somebody today: what one no longer has oneself one cannot let another use. */
const standsAs = (
  { id, agency, from, role, validFrom }: StoredDelegation,
  { id: username, agency: own, roles, delegations }: Person,
  today: Day,
): 'inForce' | 'later' | 'void' => {
  const counts =
    from.id === username ? own === agency && roles.includes(role) : delegations.some((one) => one.id === id);
  if (validFrom > today) return 'later';
  return counts ? 'inForce' : 'void';
};

/** The delegations that somebody holds and gave, to be read: who, what, how, from when to when, on which paper. */
export const delegationsView = (all: readonly StoredDelegation[], person: Person, today: Day, say: Say) => {
  const words = say.group('delegations');
  const row = (one: StoredDelegation) => {
    const other = one.from.id === person.id ? one.to : one.from;
    return {
      who: other.name,
      role: say(`role.${one.role}`),
      capacity: say(`capacity.${one.capacity}`),
      kinds: one.kinds.map((kind) => say(`pages:kind.${kind}`)).join(', ') || words.allKinds,
      days: `${dayText(one.validFrom)} – ${dayText(one.validTo)}`,
      stands: words[standsAs(one, person, today)],
      basis: one.basis,
    };
  };
  const lists = [
    {
      id: 'delegated-to-me',
      caption: words.toMe,
      whoHead: words.from,
      rows: all.filter(({ to }) => to.id === person.id),
    },
    {
      id: 'delegated-by-me',
      caption: words.byMe,
      whoHead: words.to,
      rows: all.filter(({ from }) => from.id === person.id),
    },
  ];
  return {
    words,
    none: all.length === 0,
    lists: lists.filter(({ rows }) => rows.length > 0).map((list) => ({ ...list, rows: list.rows.map(row) })),
  };
};
