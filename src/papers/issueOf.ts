import type { Signature } from '../../workflows/preparing.js';
import {
  cited,
  type Capacity,
  type Day,
  type DocumentNumber,
  type Role,
} from '../../workflows/vocabulary.js';
import { issuerOf, type City, type Issue, type Signer } from '../documents/issue.js';
import { gap } from '../documents/paper.js';
import { expected } from '../engine/known.js';
import type { Agency } from '../engine/shared.js';
import type { IssuedAs } from './told.js';

/** How an agency is named in running text. */
export const nameOf = (agency: Agency): string => (agency.kind === 'XA_PHUONG' ? agency.issuer : agency.name);

/** In what capacity each role signs of itself: a deputy in the head's place (KT.), a unit head by order (TL.). */
const ownCapacity: Readonly<Partial<Record<Role, Capacity>>> = { deputy: 'KT', unitHead: 'TL' };

/**
 * Who signs and how: the head, whoever signs for the head by their role, or whoever acts for another by a delegation,
 * in its capacity.
 */
const signerOf = ({ name, role, title: own, actingFor }: Signature): Signer => {
  const title = own && { title: own.toLocaleUpperCase('vi') };
  if (!actingFor && role === 'leader') return { name };
  const capacity = actingFor?.capacity ?? expected(ownCapacity[role], `the capacity in which ${role} signs`);
  return { name, capacity, ...title };
};

/** Everything about the issue of a paper that is not its content. */
export const issueOf = ({
  agency,
  city,
  number,
  signature,
  addressees,
  recipients,
}: IssuedAs & {
  agency: Agency;
  city: City;
  addressees: readonly string[];
  recipients: readonly string[];
}): Issue => {
  // Nobody writes to themselves, and nobody is named twice.
  const others = (names: readonly string[]) => [...new Set(names)].filter((one) => one !== nameOf(agency));
  // The unit that drafts an agency's papers is the first of its units.
  const filingUnit = agency.units[0]?.symbol;
  const isLetter = number.type === 'CV';
  const unitSymbol = isLetter && filingUnit ? `${number.symbol}-${filingUnit}` : number.symbol;
  return {
    issuer: issuerOf({ name: nameOf(agency), kind: agency.kind }, city),
    number: number.number,
    symbol: unitSymbol,
    day: number.day,
    signer: { ...signerOf(signature), ...(isLetter && { personal: true }) },
    addressees: others(addressees),
    recipients: others(recipients),
    ...(filingUnit && { filingUnit }),
  };
};

/** What a paper that nobody has numbered yet has for a number: registers begin at 1. */
export const openNumber = 0;

/** A paper as another one refers to it that may come before it is numbered: what is open stays open. */
export const openReferenceTo = (number: DocumentNumber): { number: string; day: Day | null } =>
  number.number === openNumber ? { number: `${gap}/${number.symbol}`, day: null } : referenceTo(number);

/** A paper as another one refers to it. */
export const referenceTo = (number: DocumentNumber): { number: string; day: Day } => ({
  number: cited(number),
  day: number.day,
});
