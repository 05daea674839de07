import type { Agency, Directory, Round } from './shared.js';

/** A value that must be there by now. @throws {Error} that names what is missing, where it is found missing */
export const expected = <T>(value: T | null | undefined, what: string): T => {
  if (value === null || value === undefined) throw new Error(`Missing: ${what}.`);
  return value;
};

/** An agency that a case names. @throws {Error} when the city does not have it */
export const knownAgency = async (
  directory: Pick<Directory, 'agency'>,
  tenant: string,
  ref: string,
): Promise<Agency> => expected(await directory.agency(tenant, ref), `the agency ${ref}`);

/** The round of a case. @throws {Error} when it is gone */
export const knownRound = async (
  directory: Pick<Directory, 'round'>,
  { tenant, round }: { tenant: string; round: string },
): Promise<Round> => expected(await directory.round(tenant, round), `the round ${round}`);
