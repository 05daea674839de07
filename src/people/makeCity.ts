import Joi from 'joi';
import { badInput, Refusal } from '../errors.js';
import { parseValue } from '../http/parse.js';
import { agencyRefShape, textShape, usernameShape } from '../http/shapes.js';
import { hostFaults } from './cityHosts.js';
import { hashPassword, passwordFaults } from './password.js';
import type { AgencyStore, TenantStore, UserStore } from './ports.js';
import { machineTime } from './signIn.js';

/** A new city, the agency of its first administrator, and that person with a first password. */
export interface CityWish {
  readonly city: string;
  readonly name: string;
  readonly place: string;
  readonly host?: string;
  readonly agency: string;
  readonly agencyName: string;
  readonly admin: string;
  readonly adminName: string;
  readonly password: string;
}

const wishShape = Joi.object({
  city: Joi.string()
    .pattern(/^[a-zA-Z][a-zA-Z0-9]{1,49}$/, 'Letters and digits')
    .required(),
  name: textShape(200).required(),
  place: textShape(100).required(),
  host: Joi.string().hostname().lowercase().max(253),
  agency: agencyRefShape.required(),
  agencyName: textShape(200).required(),
  admin: usernameShape.required(),
  adminName: textShape(200).required(),
  password: Joi.string().max(1000).required(),
});

/** The first password as the environment gives it; null: none is given. */
export const firstPasswordOf = (environment: NodeJS.ProcessEnv): string | null =>
  environment['TOTRINH_FIRST_PASSWORD'] || null;

interface Stores {
  readonly tenants: Pick<TenantStore, 'get' | 'put' | 'list'>;
  readonly agencies: Pick<AgencyStore, 'save'>;
  readonly users: Pick<UserStore, 'create' | 'change'>;
}

/**
 * Makes a city. The city itself comes last: what was cut off before is begun again, and what is whole is refused.
 * @throws {Refusal} BAD_INPUT; NOT_PERMITTED with `city` where it exists
 */
export const makeCity = async ({ tenants, agencies, users }: Stores, given: CityWish): Promise<void> => {
  const wish = parseValue<CityWish>(wishShape, given, '');
  const { city: tenant, name, place, host, agency, agencyName, admin: username, adminName, password } = wish;
  const exists = () => new Refusal('NOT_PERMITTED', { city: tenant });
  if (await tenants.get(tenant)) throw exists();
  const faults = passwordFaults(password, username, 'password');
  const hosts = host === undefined ? [] : [host];
  for (const wrong of await hostFaults(tenants, { id: tenant, hosts }))
    faults.push({ ...wrong, path: 'host' });
  if (faults.length > 0) throw badInput(faults);

  await agencies.save({
    tenant,
    ref: agency,
    name: agencyName,
    issuer: agencyName,
    kind: 'SO_BAN_NGANH',
    order: 1,
    hasUnits: true,
    units: [],
    submits: true,
  });
  const who = {
    name: adminName,
    agency,
    roles: [],
    auditor: false,
    administrator: true,
    disabled: false,
    passwordHash: await hashPassword(password),
    mustChange: true,
    sessionsFrom: machineTime(),
  };
  if (!(await users.create({ tenant, username, ...who }))) await users.change(tenant, username, who);
  const by = { by: null, address: '', request: '' };
  if (!(await tenants.put({ id: tenant, name, place, hosts }, 0, by))) throw exists();
};
