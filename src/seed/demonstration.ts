import { addCalendarDays, dayOf } from '../../workflows/calendar.js';
import type { Role } from '../../workflows/vocabulary.js';
import { hashPassword } from '../people/password.js';
import type {
  Agency,
  AgencyStore,
  Round,
  RoundStore,
  SystemStore,
  Tenant,
  TenantStore,
  User,
  UserStore,
} from '../people/ports.js';
import { nameOf, titleOf } from './people.js';
import agencies from './canTho/agencies.json' with { type: 'json' };
import decisions from './canTho/decisions.json' with { type: 'json' };
import systems from './canTho/systems.json' with { type: 'json' };

/** The password of every account of the demonstration city. */
export const demonstrationPassword = 'thu-nghiem-to-trinh';

/** How the accounts of the demonstration city are called: `<agency>.<suffix>`. */
export const accountSuffixes: Readonly<Record<Role, string>> = {
  officer: 'chuyenvien',
  unitHead: 'truongphong',
  deputy: 'phothutruong',
  leader: 'thutruong',
  clerk: 'vanthu',
};

export const canTho: Tenant = { id: 'canTho', name: 'thành phố Cần Thơ', place: 'Cần Thơ', hosts: [] };

/** The round of the city's plan of 22/9/2025 (III.4a): dates of the plan, envelopes of the sample decisions. */
export const planRound: Round = {
  tenant: canTho.id,
  id: 'dot-1-2025',
  name: 'Đợt 1 năm 2025',
  fiscalYear: 2025,
  opens: '2025-09-22',
  deadlines: {
    department: '2025-09-30',
    commune: '2025-09-30',
    consolidation: '2025-09-30',
    finance: '2025-10-31',
  },
  envelopes: decisions.envelopes,
  substitutes: { reviewer: 'VP', appraiser: 'VP', security: 'VP', authority: 'HDND' },
};

/** A round that opens today, so that whoever tries the product is not a year late. */
export const openRound = (today: string): Round => {
  const year = Number(today.slice(0, 4));
  const next = addCalendarDays(today, 14);
  return {
    ...planRound,
    id: `dot-thu-${year}`,
    name: `Đợt dùng thử năm ${year}`,
    fiscalYear: year,
    opens: today,
    deadlines: {
      department: next,
      commune: next,
      consolidation: addCalendarDays(today, 21),
      finance: addCalendarDays(today, 42),
    },
    envelopes: Object.fromEntries(
      Object.keys(planRound.envelopes).map((source) => [
        source,
        { [year]: 50_000_000_000, [year + 1]: 50_000_000_000 },
      ]),
    ),
  };
};

export const demonstrationAgencies: readonly Agency[] = [
  ...agencies.departments.map((department) => ({
    tenant: canTho.id,
    ref: department.symbol,
    name: department.name,
    issuer: department.name,
    kind: department.kind as Agency['kind'],
    order: department.order,
    ...(department.part !== undefined && { part: department.part as NonNullable<Agency['part']> }),
    hasUnits: true,
    units: department.units,
    submits: department.submits,
  })),
  ...agencies.communes.map((commune, at) => ({
    tenant: canTho.id,
    ref: commune.code,
    name: commune.name,
    issuer: commune.issuer,
    kind: 'XA_PHUONG' as const,
    order: agencies.departments.length + 1 + at,
    hasUnits: commune.hasUnits,
    units: agencies.communeUnits[commune.kind as 'ward' | 'commune'],
    submits: true,
  })),
];

/** `SGDĐT`, `officer` → `sgddt.chuyenvien`. */
export const accountOf = (agency: string, role: Role): string =>
  `${agency.normalize('NFD').replace(/\p{M}/gu, '').replace(/Đ/g, 'D').toLowerCase()}.${accountSuffixes[role]}`;

const rolesIn = ({ hasUnits }: Agency): readonly Role[] =>
  hasUnits ? ['officer', 'unitHead', 'deputy', 'leader', 'clerk'] : ['officer', 'deputy', 'leader', 'clerk'];

interface Stores {
  readonly tenants: Pick<TenantStore, 'save'>;
  readonly agencies: Pick<AgencyStore, 'save'>;
  readonly users: Pick<UserStore, 'create'>;
  readonly rounds: Pick<RoundStore, 'save'>;
  readonly systems: Pick<SystemStore, 'save'>;
}

/**
 * Fills an empty database with the demonstration city: agencies, rounds, systems, and an account for every role of
 * every agency, an auditor and an administrator. Harmless when repeated.
 * @param rounds the plan's round and one that opens today, unless others are given
 */
export const seedDemonstration = async (
  stores: Stores,
  { now, rounds = [planRound, openRound(dayOf(now))] }: { now: string; rounds?: readonly Round[] },
): Promise<void> => {
  const passwordHash = await hashPassword(demonstrationPassword);
  const account = (username: string, agency: string, given: Partial<User>): User => ({
    tenant: canTho.id,
    username,
    name: nameOf(username),
    agency,
    roles: [],
    auditor: false,
    administrator: false,
    passwordHash,
    mustChange: false,
    disabled: false,
    sessionsFrom: '1970-01-01T00:00:00.000Z',
    demonstration: true,
    ...given,
  });

  const accounts = demonstrationAgencies.flatMap((agency) =>
    rolesIn(agency).map((role) =>
      account(accountOf(agency.ref, role), agency.ref, {
        roles: [role],
        title: titleOf(agency, role),
        // Leaders and clerks belong to no unit.
        ...(role === 'officer' || role === 'unitHead' ? { unit: agency.units[0]?.symbol } : {}),
      }),
    ),
  );
  const special = [
    account('kiemtoan', 'TTTP', { auditor: true, title: 'Thanh tra viên' }),
    account('quantri', 'SKHCN', { administrator: true, title: 'Quản trị hệ thống' }),
  ];

  await stores.tenants.save(canTho);
  await Promise.all([
    ...demonstrationAgencies.map((agency) => stores.agencies.save(agency)),
    ...systems.systems.map((system) => stores.systems.save(canTho.id, system)),
    ...[...accounts, ...special].map((user) => stores.users.create(user)),
  ]);
  for (const round of rounds) await stores.rounds.save(round);
};
