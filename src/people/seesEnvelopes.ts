import type { Person } from '../engine/ports.js';
import type { Agency, AgencyPart, Round } from './ports.js';

/** Parts that divide the money of a round, or judge how it is divided. */
const dividing: readonly AgencyPart[] = [
  'council',
  'authority',
  'cityOffice',
  'finance',
  'scienceAndTechnology',
];

/** Whether somebody is told how much money a round has: who divides it, who stands in for them, who sets or audits it. */
export const seesEnvelopes = (
  { auditor, administrator, agency: ref }: Pick<Person, 'auditor' | 'administrator' | 'agency'>,
  agency: Pick<Agency, 'part'> | null,
  { substitutes: { reviewer, appraiser, authority } }: Pick<Round, 'substitutes'>,
): boolean =>
  auditor ||
  administrator ||
  (agency?.part !== undefined && dividing.includes(agency.part)) ||
  [reviewer, appraiser, authority].includes(ref);
