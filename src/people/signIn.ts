import { badInput, fault, Refusal } from '../errors.js';
import { isPassword, nobodysHash } from './password.js';
import type {
  AccessAct,
  AccessEvent,
  AccessStore,
  Change,
  SignInGuard,
  TenantStore,
  User,
  UserStore,
} from './ports.js';

/** Where a request came from, for the record of who came in. */
export interface Origin {
  readonly address: string;
  readonly request: string;
}

export interface Credentials {
  /** Absent: told by the address. */
  readonly tenant?: string | undefined;
  readonly host: string;
  readonly username: string;
  readonly password: string;
  /** The id of the browser, if this user has signed in with it before. */
  readonly known: (who: { readonly tenant: string; readonly username: string }) => string | null;
}

interface Given {
  readonly tenants: TenantStore;
  readonly users: Pick<UserStore, 'find'>;
  readonly guard: SignInGuard;
  readonly access: Pick<AccessStore, 'add'>;
}

/** The moment by the machine's own clock: who comes in is never on a date set by hand. */
export const machineTime = (): string => new Date().toISOString();

export const accessRecord =
  (access: Pick<AccessStore, 'add'>) =>
  (
    tenant: string,
    act: AccessAct,
    by: string | null,
    about: string | null,
    origin: Origin,
    change: Change | null = null,
  ): Promise<void> =>
    access.add({ tenant, at: machineTime(), act, by, about, ...origin, change } satisfies AccessEvent);

/** Checks who somebody is by password. */
export const createSignIn = ({ tenants, users, guard, access }: Given) => {
  const record = accessRecord(access);
  /** An address that belongs to a city is that city's door only; at one of several cities somebody says which. */
  const tenantOf = async ({ tenant, host }: Credentials) => {
    const wrong = (code: string, params = {}) => badInput([fault('tenant', code, params)]);
    const [here, named] = await Promise.all([
      tenant === undefined ? tenants.at(host) : tenants.byHost(host),
      tenant === undefined ? null : tenants.find(tenant),
    ]);
    if (here && tenant !== undefined && tenant !== here.id)
      throw wrong('city.elsewhere', { found: tenant, here: here.name });
    if (here || named) return here ?? named;
    if (tenant !== undefined) throw wrong('city.unknown', { found: tenant });
    if ((await tenants.list()).length > 0) throw wrong('city.needed');
    return null;
  };

  /**
   * An unknown user or password, and a closed account, get the same answer after the same work.
   * @throws {Refusal} BAD_INPUT where it is not clear which city is meant; SIGN_IN_FAILED; TOO_MANY_TRIES with the
   * seconds to wait
   */
  return async (credentials: Credentials, origin: Origin): Promise<User> => {
    const username = credentials.username.normalize('NFC').trim().toLowerCase();
    const tenant = await tenantOf(credentials);
    const typed = { tenant: tenant?.id ?? '', username };
    const who = { ...typed, address: origin.address, browser: credentials.known(typed) };
    const user = tenant ? await users.find(tenant.id, username) : null;

    const wait = await guard.admit(who);
    if (wait > 0) {
      if (tenant) await record(tenant.id, 'signInLocked', null, user?.username ?? null, origin);
      throw new Refusal('TOO_MANY_TRIES', { retryAfter: wait });
    }
    const right = await isPassword(user?.passwordHash ?? (await nobodysHash()), credentials.password);
    if (!user || !right || user.disabled) {
      // The typed name of nobody is not kept: it may be a password typed into the wrong field.
      if (tenant) await record(tenant.id, 'signInFailed', null, user?.username ?? null, origin);
      throw new Refusal('SIGN_IN_FAILED');
    }
    await guard.forgive(who);
    await record(user.tenant, 'signedIn', user.username, null, origin);
    return user;
  };
};
export type SignIn = ReturnType<typeof createSignIn>;
