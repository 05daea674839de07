import type { Unit } from '../engine/shared.js';
import type { InformationSystem } from '../../workflows/rules/shapes.js';
import type {
  AgencyKind,
  Capacity,
  Day,
  Hash,
  Instant,
  Kind,
  Money,
  Role,
} from '../../workflows/vocabulary.js';

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
  readonly units: readonly Unit[];
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
  /** Title of office, as it stands under a signature (decree 30/2020, box 7a): `Phó Giám đốc`. */
  readonly title?: string;
  /** Symbol of a unit of the agency. */
  readonly unit?: string;
  readonly auditor: boolean;
  readonly administrator: boolean;
  /** argon2id, with its parameters and salt. */
  readonly passwordHash: string;
  readonly mustChange: boolean;
  readonly disabled: boolean;
  /**
   * Set anew by whatever ends all sessions and API tokens. Each carries the one under which it began and is over under
   * another: compared for sameness, so that neither clocks apart nor a sign-in under way let an old one live on.
   */
  readonly sessionsFrom: Instant;
  /** Made with the demonstration city, whose password everybody knows: production does not start beside one. */
  readonly demonstration?: true;
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
  /** Its user's when it was made. */
  readonly sessionsFrom: Instant;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
  readonly lastUsed: Day | null;
}

/** Something that administrators set, with its revision: 1 when it is made, + 1 per change. */
export type Kept<T> = T & { readonly rev: number };

/** The fields of something that administrators set, as the access journal keeps them. */
export type Values = Readonly<Record<string, unknown>>;

/** What was set: `of` is `<kind>/<key>`, values are what they were (null: there was none) and what they are. */
export interface Change {
  readonly of: string;
  readonly rev: number;
  readonly from: Values | null;
  readonly to: Values;
}

/** Who sets something, and by which request. */
export interface Doer {
  readonly by: string | null;
  readonly address: string;
  readonly request: string;
}
/** Whoever sits at the machine: the seed, `totrinh init`. */
export const commandLine: Doer = { by: null, address: '', request: '' };

export const accessActs = [
  'signedIn',
  'signInFailed',
  'signInLocked',
  'signedOut',
  'signedOutEverywhere',
  'passwordChanged',
  'passwordReset',
  'citySaved',
  'agencySaved',
  'systemSaved',
  'userSaved',
  'delegationMade',
  'delegationRevoked',
  'roundSaved',
  'registerSet',
  'paperFiled',
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
  /** What it changed, where it changed something. */
  readonly change?: Change | null;
}

/** A place in a list sorted by key: the key of the last one shown. */
export interface Page {
  readonly after: string | null;
  readonly limit: number;
}

/*
 * What administrators set has `put` (sets it as it was read: null when it is another revision by now; 0: there is
 * none yet) and `save` (sets it whatever stands). Either leaves old and new values in the access journal.
 */

export interface TenantStore {
  find(id: string): Promise<Tenant | null>;
  /** Whose host name this is. */
  byHost(host: string): Promise<Tenant | null>;
  /** Whose door an address is: whose host name it is, else the only city there is; null where several could be meant. */
  at(host: string): Promise<Tenant | null>;
  list(): Promise<Tenant[]>;
  get(id: string): Promise<Kept<Tenant> | null>;
  put(tenant: Tenant, revision: number, by: Doer): Promise<Kept<Tenant> | null>;
  save(tenant: Tenant, by?: Doer): Promise<Kept<Tenant>>;
}

export interface AgencyStore {
  find(tenant: string, ref: string): Promise<Kept<Agency> | null>;
  /** All, in official order: there are some hundred. */
  list(tenant: string): Promise<Kept<Agency>[]>;
  put(agency: Agency, revision: number, by: Doer): Promise<Kept<Agency> | null>;
  save(agency: Agency, by?: Doer): Promise<Kept<Agency>>;
}

/** The systems catalogue of a tenant: what lines and projects refer to. */
export interface SystemStore {
  find(tenant: string, ref: string): Promise<Kept<InformationSystem> | null>;
  /** All, by reference. */
  list(tenant: string): Promise<Kept<InformationSystem>[]>;
  put(
    tenant: string,
    system: InformationSystem,
    revision: number,
    by: Doer,
  ): Promise<Kept<InformationSystem> | null>;
  save(tenant: string, system: InformationSystem, by?: Doer): Promise<Kept<InformationSystem>>;
}

export interface UserStore {
  find(tenant: string, username: string): Promise<Kept<User> | null>;
  /** By username. */
  list(tenant: string, page: Page): Promise<Kept<User>[]>;
  /** Agencies that have an administrator who may sign in. */
  administered(tenant: string): Promise<string[]>;
  /** Accounts of the demonstration city in a tenant, or in any: how many, and the first few. */
  demonstration(tenant?: string): Promise<{ count: number; some: readonly string[] }>;
  /** @returns false when the username is taken already */
  create(user: User, by?: Doer): Promise<boolean>;
  /**
   * Sets who somebody is and what they may, as it was read; their password and sessions stay. A revision of 0 makes
   * them.
   */
  put(user: User, revision: number, by: Doer): Promise<Kept<User> | null>;
  /**
   * @param expected what must still be so
   * @returns what is stored then, or null when there is no such user, or it is not as expected
   */
  change(
    tenant: string,
    username: string,
    changes: Partial<Omit<User, 'tenant' | 'username'>>,
    expected?: Partial<Omit<User, 'tenant' | 'username'>>,
  ): Promise<Kept<User> | null>;
}

export interface DelegationStore {
  find(tenant: string, id: string): Promise<StoredDelegation | null>;
  list(tenant: string, page: Page): Promise<StoredDelegation[]>;
  /** Those that reach somebody on a day and are not revoked. */
  reaching(tenant: string, to: string, day: Day): Promise<StoredDelegation[]>;
  /** Those that somebody gave or holds, that are not revoked and not over before a day; by their first day. */
  of(tenant: string, username: string, from: Day): Promise<StoredDelegation[]>;
  /** @returns what is stored under its id: itself, or what the same request stored before */
  create(delegation: StoredDelegation, by?: Doer): Promise<StoredDelegation>;
  revoke(tenant: string, id: string, at: Instant, by?: Doer): Promise<boolean>;
}

/** Work that one request does at a time, over all processes. */
export interface Alone {
  /** @returns what the work returns; null where another is at it. @param ms after which a dead process is out */
  hold<T>(name: string, ms: number, work: () => Promise<T>): Promise<T | null>;
}

/** An envelope is smaller than what was promised from it, đồng. */
export interface TooSmall {
  readonly cell: string;
  readonly available: Money;
  readonly asked: Money;
}

export interface RoundStore {
  find(tenant: string, id: string): Promise<Kept<Round> | null>;
  /** The newest first. */
  list(tenant: string): Promise<Kept<Round>[]>;
  /** Money that is promised from it stays; `tooSmall`: an envelope would no longer hold what is. */
  put(round: Round, revision: number, by: Doer): Promise<Kept<Round> | { tooSmall: TooSmall } | null>;
  save(round: Round, by?: Doer): Promise<Kept<Round>>;
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
  list(
    tenant: string,
    page: Page,
  ): Promise<(AccessEvent & { readonly id: string; readonly hash: Hash; readonly change: Change | null })[]>;
}

/** Who tries a password, and from where. */
export interface SignInTry {
  readonly tenant: string;
  readonly username: string;
  readonly address: string;
  /** The browser in which this user has signed in before; null: any other. */
  readonly browser: string | null;
}

/** Counts failed sign-ins in the database, so that it holds over all processes. */
export interface SignInGuard {
  /** Counts one try. @returns seconds to wait, or 0 when it may go on */
  admit(who: SignInTry): Promise<number>;
  /** The try was right: it does not count, and the user's earlier ones here are forgotten. */
  forgive(who: SignInTry): Promise<void>;
}
