import { badInput, fault, type FieldFault } from '../errors.js';
import type { Doer, Kept, Tenant, TenantStore } from './ports.js';

/** Names of cities in a sentence. */
const named = (cities: readonly Tenant[]): string => cities.map(({ name }) => name).join(', ');

/**
 * What is wrong with the host names that a city is to have. Several cities are told apart by nothing else: each has one
 * of its own, and none has another's. A city that is new must find that so; of those that are there each can only put
 * its own right.
 */
export const hostFaults = async (
  tenants: Pick<TenantStore, 'list'>,
  { id, hosts }: Pick<Tenant, 'id' | 'hosts'>,
): Promise<FieldFault[]> => {
  const all = await tenants.list();
  const others = all.filter((other) => other.id !== id);
  const isNew = others.length === all.length;
  const unreached = isNew ? others.filter((other) => other.hosts.length === 0) : [];
  return [
    ...hosts.flatMap((found, at) =>
      others.some((other) => other.hosts.includes(found))
        ? [fault(`hosts.${at}`, 'host.taken', { found })]
        : [],
    ),
    ...(others.length > 0 && hosts.length === 0
      ? [fault('hosts', 'host.needed', { others: named(others) })]
      : []),
    ...(unreached.length > 0 ? [fault('hosts', 'host.othersNone', { others: named(unreached) })] : []),
  ];
};

/**
 * Sets a city as it was read.
 * @returns null when it is another revision by now. @throws {Refusal} BAD_INPUT
 */
export const saveCity = async (
  tenants: Pick<TenantStore, 'list' | 'put'>,
  city: Tenant,
  revision: number,
  by: Doer,
): Promise<Kept<Tenant> | null> => {
  const faults = await hostFaults(tenants, city);
  if (faults.length > 0) throw badInput(faults);
  return tenants.put(city, revision, by);
};
