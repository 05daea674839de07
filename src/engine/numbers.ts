import type { Day, DocumentNumber } from '../../workflows/vocabulary.js';
import type { Case } from './ports.js';
import type { Given } from './shared.js';

/** The type of paper a number is for; `CV` (công văn) has no abbreviation in its symbol (NĐ 30/2020 Annex III). */
export const paperTypes = ['TTr', 'BC', 'QĐ', 'NQ', 'CV'] as const;
export type PaperType = (typeof paperTypes)[number];

/**
 * Holds the number of a paper in its agency's register of the year. `nth`: the how-manieth paper of this type the
 * case issues, so that a retry is answered with the same number.
 */
export const holdNumber = async (
  { registers, directory }: Pick<Given, 'registers' | 'directory'>,
  { found, agency, type, nth, day }: { found: Case; agency: string; type: PaperType; nth: number; day: Day },
): Promise<DocumentNumber> => {
  const year = Number(day.slice(0, 4));
  const key = `${found.id}:${type}:${nth}`;
  const number = await registers.hold({ tenant: found.tenant, agency, type, year, key });
  const issuer = await directory.agency(found.tenant, agency);
  const short = issuer?.kind === 'XA_PHUONG' ? 'UBND' : agency;
  return { agency, type, year, number, symbol: type === 'CV' ? short : `${type}-${short}`, day };
};

/** `05/TTr-SYT`: how a paper is cited. */
export const cited = ({ number, symbol }: DocumentNumber): string =>
  `${String(number).padStart(2, '0')}/${symbol}`;
