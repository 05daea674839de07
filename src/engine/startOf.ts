import type { Day, Parties } from '../../workflows/vocabulary.js';
import { badInput, fault, Refusal } from '../errors.js';
import type { Person } from './ports.js';
import { partiesOf, type Agency, type Directory, type Round } from './shared.js';

/**
 * Where a new case starts: in the round that was asked for or the newest that is open, owned by the agency of who
 * starts it.
 * @throws {Refusal} BAD_INPUT for an unknown round or one that has not opened, NOT_PERMITTED for an agency that cannot own such a case
 */
export const startOf = async (
  directory: Directory,
  {
    person,
    round: asked,
    day,
    mayOwn,
  }: { person: Person; round: string | undefined; day: Day; mayOwn: (agency: Agency) => boolean },
): Promise<{ round: Round; owner: Agency; parties: Parties }> => {
  const { tenant } = person;
  const round = asked ? await directory.round(tenant, asked) : await directory.newestRound(tenant, day);
  if (!round) {
    throw badInput([
      asked ? fault('round', 'round.unknown', { found: asked }) : fault('round', 'round.noneOpen'),
    ]);
  }
  const { opens } = round;
  if (opens > day) throw badInput([fault('round', 'round.notOpen', { found: asked, opens })]);
  const agencies = await directory.agencies(tenant);
  const owner = agencies.find(({ ref }) => ref === person.agency);
  if (!owner || !mayOwn(owner)) {
    throw new Refusal('NOT_PERMITTED', { event: 'START', permits: ['officer@owner'] });
  }
  return { round, owner, parties: partiesOf(agencies, owner.ref, round) };
};
