import type { Agency, Directory, Round } from '../../src/engine/shared.js';
import agencies from '../../src/seed/canTho/agencies.json' with { type: 'json' };
import decisions from '../../src/seed/canTho/decisions.json' with { type: 'json' };
import systems from '../../src/seed/canTho/systems.json' with { type: 'json' };

/** The round of the demonstration. */
export const autumnRound: Round = {
  id: '2025-1',
  name: 'Đợt 1 năm 2025',
  fiscalYear: 2025,
  opens: '2025-09-22',
  deadlines: {
    department: '2025-09-30',
    commune: '2025-10-02',
    consolidation: '2025-10-10',
    finance: '2025-10-20',
  },
  envelopes: decisions.envelopes,
  substitutes: { reviewer: 'VP', appraiser: 'VP', security: 'VP', authority: 'VP' },
};

const departments = agencies.departments.map(
  ({ symbol, name, kind, order, units, submits, part }): Agency => ({
    ref: symbol,
    name,
    issuer: name,
    kind: kind as Agency['kind'],
    order,
    hasUnits: true,
    units,
    submits,
    ...(part && { part }),
  }),
);
const communes = agencies.communes.map(({ code, name, issuer, kind, hasUnits }, at): Agency => ({
  ref: code,
  name,
  issuer,
  kind: 'XA_PHUONG',
  order: departments.length + 1 + at,
  hasUnits,
  units: agencies.communeUnits[kind as 'ward' | 'commune'],
  submits: true,
}));

/** All agencies of the demonstration city. */
export const cityAgencies: readonly Agency[] = [...departments, ...communes];

/** The demonstration city, whatever the tenant. */
export const memoryDirectory = (
  round: Round = autumnRound,
  /** Agencies that number their papers themselves. */
  typed: readonly string[] = [],
): Directory => ({
  agency: (_tenant, ref) => {
    const found = cityAgencies.find((agency) => agency.ref === ref);
    return Promise.resolve(found ? { ...found, numbersTyped: typed.includes(ref) } : null);
  },
  agencies: () => Promise.resolve(cityAgencies),
  round: (_tenant, id) => Promise.resolve(id === round.id ? round : null),
  newestRound: (_tenant, day) => Promise.resolve(round.opens <= day ? round : null),
  systems: () => Promise.resolve(systems.systems),
});
