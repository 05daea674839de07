import type { Signature } from '../../workflows/preparing.js';
import type { DocumentNumber } from '../../workflows/vocabulary.js';
import { issuerOf, type City, type Issue, type Signer } from '../documents/issue.js';
import type { Agency } from '../engine/shared.js';

/** Units that file an agency's papers (the last line of Nơi nhận); communes have none. */
const filingUnits: Readonly<Record<string, string>> = {
  scienceAndTechnology: 'CĐS',
  finance: 'HCSN',
  authority: 'TH',
  cityOffice: 'TH',
  council: 'TH',
  police: 'PA05',
};

/** Titles of those who sign by order or delegation, by their role. */
const ownTitles: Readonly<Record<string, string>> = {
  unitHead: 'TRƯỞNG PHÒNG',
  officer: 'CHUYÊN VIÊN',
  clerk: 'VĂN THƯ',
};

/** How an agency is named in running text. */
export const nameOf = (agency: Agency): string => (agency.kind === 'XA_PHUONG' ? agency.issuer : agency.name);

/**
 * Who signs and how: the head, a deputy in the head's place (KT.), a unit head by order (TL.), or whoever acts for
 * another by a delegation, in its capacity.
 */
export const signerOf = (signature: Signature | null): Signer => {
  if (!signature) return { name: null };
  const { name, role, actingFor } = signature;
  if (actingFor) {
    const { capacity } = actingFor;
    return { name, capacity, ...(capacity !== 'KT' && { title: ownTitles[role] ?? 'TRƯỞNG PHÒNG' }) };
  }
  if (role === 'leader') return { name };
  if (role === 'deputy') return { name, capacity: 'KT' };
  return { name, capacity: 'TL', title: ownTitles[role] ?? 'TRƯỞNG PHÒNG' };
};

/** Everything about the issue of a paper that is not its content. */
export const issueOf = ({
  agency,
  city,
  number,
  signature,
  addressees,
  recipients,
}: {
  agency: Agency;
  city: City;
  number: DocumentNumber | null;
  signature: Signature | null;
  addressees: readonly string[];
  recipients: readonly string[];
}): Issue => {
  const filingUnit = agency.hasUnits ? (filingUnits[agency.part ?? ''] ?? 'KHTC') : undefined;
  const letterSymbol =
    number?.type === 'CV' && filingUnit ? `${number.symbol}-${filingUnit}` : number?.symbol;
  return {
    issuer: issuerOf(
      { name: agency.kind === 'XA_PHUONG' ? agency.issuer : agency.name, kind: agency.kind },
      city,
    ),
    number: number?.number ?? null,
    symbol: letterSymbol ?? '',
    day: number?.day ?? null,
    signer: signerOf(signature),
    addressees,
    recipients,
    ...(filingUnit && { filingUnit }),
  };
};

/** `05/TTr-SYT`: how a paper is cited. */
export const cited = (number: DocumentNumber): string =>
  `${String(number.number).padStart(2, '0')}/${number.symbol}`;
