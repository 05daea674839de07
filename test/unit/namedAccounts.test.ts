import { describe, expect, it } from '@jest/globals';
import {
  accountOf,
  accountSuffixes,
  demonstrationAgencies,
  planRound,
} from '../../src/seed/demonstration.js';
import { demonstrationAccounts } from '../../src/seed/demonstrationAccounts.js';
import { partiesOf } from '../../src/engine/shared.js';
import { permissionsOf } from '../../workflows/registry.js';
import { kinds, type Kind, type Party, type Role } from '../../workflows/vocabulary.js';

/** Whose cases of a kind are: estimates are anybody's. */
const ownerOf: Readonly<Record<Kind, string>> = {
  estimate: 'SYT',
  consolidation: 'SKHCN',
  allocation: 'STC',
};
const named = new Set(demonstrationAccounts.flatMap(({ usernames }) => usernames));
const departments = demonstrationAgencies.map(({ ref }) => ref);

/** Whether somebody who is named may do it. */
const isNamed = (kind: Kind, permit: string): boolean => {
  const [role, party] = permit.split('@') as [Role, Party];
  if (kind === 'estimate' && party === 'owner')
    return departments.some((ref) => named.has(accountOf(ref, role)));
  return named.has(accountOf(partiesOf(demonstrationAgencies, ownerOf[kind], planRound)[party], role));
};

describe('the accounts that the sign-in page names', () => {
  it.each(kinds)('can send every event of %s', (kind) => {
    const unnamed = Object.entries(permissionsOf(kind, '1')).flatMap(([state, events]) =>
      Object.entries(events).flatMap(([event, permits]) =>
        permits.includes('system') || permits.some((permit) => isNamed(kind, permit))
          ? []
          : [`${state} ${event}: ${permits.join(', ')}`],
      ),
    );
    expect(unnamed).toEqual([]);
  });

  it('bring a commune from its draft to its own decision', () => {
    for (const role of ['officer', 'leader', 'clerk'] as const)
      expect([...named]).toContain(`31135.${accountSuffixes[role]}`);
  });
});
