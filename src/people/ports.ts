import type { AgencyKind, Capacity, Day, Instant, Kind, Money, Role } from '../../workflows/vocabulary.js';

/** A city. A second one is data only. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** Where its papers are dated: `Cần Thơ`. */
  readonly place: string;
  /** Host names under which it is reached; its requests carry no other tenant's. */
  readonly hosts: readonly string[];
}

/** What an agency is in the workflows of its city. */
export const agencyParts = [
  'council',
  'authority',
  'cityOffice',
  'finance',
  'scienceAndTechnology',
  'police',
] as const;
export type AgencyPart = (typeof agencyParts)[number];

export interface Agency {
  readonly tenant: string;
  /** Symbol of a department, code of a commune. */
  readonly ref: string;
  readonly name: string;
  /** As the head of its papers names it. */
  readonly issuer: string;
  readonly kind: AgencyKind;
  /** Official order, then name. */
  readonly order: number;
  readonly part?: AgencyPart;
  /** Whether a unit head stands between officer and leader. */
  readonly hasUnits: boolean;
  /** Whether it owes estimates. */
  readonly submits: boolean;
  /** Budget chapter. */
  readonly chapter?: string;
  /** It numbers its papers in a system of its own: the clerk types the number. */
  readonly numbersTyped?: boolean;
}

export interface User {
  readonly tenant: string;
  /** Small letters; stays the same for good, since journals name it. */
  readonly username: string;
  readonly name: string;
  readonly agency: string;
  readonly roles: readonly Role[];
  readonly auditor: boolean;
  readonly administrator: boolean;
  /** argon2id, with its parameters and salt. */
  readonly passwordHash: string;
  readonly mustChange: boolean;
  readonly disabled: boolean;
  /** Sessions that began earlier are over. */
  readonly sessionsFrom: Instant;
}

/** Somebody lets somebody else act for them: dated, for one role, for some kinds of case or all. */
export interface StoredDelegation {
  readonly tenant: string;
  readonly id: string;
  readonly from: { readonly id: string; readonly name: string };
  readonly to: { readonly id: string; readonly name: string };
  readonly agency: string;
  readonly role: Role;
  readonly capacity: Capacity;
  readonly validFrom: Day;
  readonly validTo: Day;
  /** Empty: all kinds. */
  readonly kinds: readonly Kind[];
  /** The paper it rests on. */
  readonly basis: string;
  readonly revokedAt: Instant | null;
}

/** One call for submissions. */
export interface Round {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  readonly fiscalYear: number;
  readonly opens: Day;
  /** The last day that is in time. */
  readonly deadlines: {
    readonly department: Day;
    readonly commune: Day;
    readonly consolidation: Day;
    readonly finance: Day;
  };
  /** How much money there is, đồng: source → year → amount. */
  readonly envelopes: Readonly<Record<string, Readonly<Record<string, Money>>>>;
  /** Who stands in where a part would judge its own paper (R27): agency references. */
  readonly substitutes: {
    readonly reviewer: string;
    readonly appraiser: string;
    readonly security: string;
    readonly authority: string;
  };
}

export const scopes = ['read', 'write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** An API token as it is kept: never the token itself. */
export interface ApiToken {
  readonly tenant: string;
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the token, hexadecimal. */
  readonly hash: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly lastUsed: Day | null;
}

export const accessActs = [
  'signedIn',
  'signInFailed',
  'signInLocked',
  'signedOut',
  'signedOutEverywhere',
  'passwordChanged',
  'passwordReset',
  'userSaved',
  'delegationMade',
  'delegationRevoked',
  'roundSaved',
  'registerSet',
  'numberingSet',
  'tokenIssued',
  'tokenRevoked',
  'deadLetterRetried',
] as const;
export type AccessAct = (typeof accessActs)[number];

/** Who came in, or changed who may. Kept apart from the log, which names nobody. */
export interface AccessEvent {
  readonly tenant: string;
  readonly at: Instant;
  readonly act: AccessAct;
  /** Who did it; null: somebody unknown. */
  readonly by: string | null;
  /** What or whom it is about. */
  readonly about: string | null;
  /** Network address the request came from. */
  readonly address: string;
  readonly request: string;
}

/** A place in a list sorted by key: the key of the last one shown. */
export interface Page {
  readonly after: string | null;
  readonly limit: number;
}

export interface TenantStore {
  find(id: string): Promise<Tenant | null>;
  byHost(host: string): Promise<Tenant | null>;
  list(): Promise<Tenant[]>;
  /** The one and only tenant, or null when there are several or none. */
  only(): Promise<Tenant | null>;
  save(tenant: Tenant): Promise<void>;
}

export interface AgencyStore {
  find(tenant: string, ref: string): Promise<Agency | null>;
  /** All, in official order: there are some hundred. */
  list(tenant: string): Promise<Agency[]>;
  save(agency: Agency): Promise<void>;
  /** @returns false when there is no such agency */
  setNumbersTyped(tenant: string, ref: string, typed: boolean): Promise<boolean>;
}

export interface UserStore {
  find(tenant: string, username: string): Promise<User | null>;
  /** By username. */
  list(tenant: string, page: Page): Promise<User[]>;
  /** @returns false when the username is taken already */
  create(user: User): Promise<boolean>;
  /** @returns what is stored then, or null when there is no such user */
  change(
    tenant: string,
    username: string,
    changes: Partial<Omit<User, 'tenant' | 'username'>>,
  ): Promise<User | null>;
}

export interface DelegationStore {
  find(tenant: string, id: string): Promise<StoredDelegation | null>;
  list(tenant: string, page: Page): Promise<StoredDelegation[]>;
  /** Those that reach somebody on a day and are not revoked. */
  reaching(tenant: string, to: string, day: Day): Promise<StoredDelegation[]>;
  /** @returns what is stored under its id: itself, or what the same request stored before */
  create(delegation: StoredDelegation): Promise<StoredDelegation>;
  revoke(tenant: string, id: string, at: Instant): Promise<boolean>;
}

export interface RoundStore {
  find(tenant: string, id: string): Promise<Round | null>;
  list(tenant: string): Promise<Round[]>;
  save(round: Round): Promise<void>;
}

export interface TokenStore {
  byId(id: string): Promise<ApiToken | null>;
  /** Of one user, or of the tenant; newest first. */
  list(tenant: string, user: string | null): Promise<ApiToken[]>;
  /** @returns false when the id is taken: the same request came before */
  create(token: ApiToken): Promise<boolean>;
  /** @param user whose it must be; null: anybody's */
  revoke(tenant: string, user: string | null, id: string, at: Instant): Promise<boolean>;
  /** Notes the day of use, once a day. */
  used(id: string, day: Day): Promise<void>;
}

export interface AccessStore {
  add(event: AccessEvent): Promise<void>;
  /** Newest first. */
  list(tenant: string, page: Page): Promise<(AccessEvent & { readonly id: string })[]>;
}

/** Counts failed sign-ins in the database, so that it holds over all processes. */
export interface SignInGuard {
  /** Counts one try. @returns seconds to wait, or 0 when it may go on */
  admit(who: { tenant: string; username: string; address: string }): Promise<number>;
  /** The try was right: it does not count, and the user's earlier ones are forgotten. */
  forgive(who: { tenant: string; username: string; address: string }): Promise<void>;
}
