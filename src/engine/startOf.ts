import type { Parties } from '../../workflows/vocabulary.js';
import { badInput, fault, Refusal } from '../errors.js';
import type { Person } from './ports.js';
import { partiesOf, type Agency, type Directory, type Round } from './shared.js';

/**
 * Where a new case starts: in the round that was asked for or the newest, owned by the agency of who starts it.
 * @throws {Refusal} BAD_INPUT for an unknown round, NOT_PERMITTED for an agency that cannot own such a case
 */
export const startOf = async (
  directory: Directory,
  {
    person,
    round: asked,
    mayOwn,
  }: { person: Person; round: string | undefined; mayOwn: (agency: Agency) => boolean },
): Promise<{ round: Round; owner: Agency; parties: Parties }> => {
  const { tenant } = person;
  const round = asked ? await directory.round(tenant, asked) : await directory.newestRound(tenant);
  if (!round) throw badInput([fault('round', 'round.unknown', { found: asked ?? null })]);
  const agencies = await directory.agencies(tenant);
  const owner = agencies.find(({ ref }) => ref === person.agency);
  if (!owner || !mayOwn(owner)) {
    throw new Refusal('NOT_PERMITTED', { event: 'START', permits: ['officer@owner'] });
  }
  return { round, owner, parties: partiesOf(agencies, owner.ref, round) };
};
