import type { Day, DocumentNumber } from '../../workflows/vocabulary.js';
import { badInput, fault } from '../errors.js';
import { knownAgency } from './known.js';
import type { Asked, Case } from './ports.js';
import type { Agency, Given } from './shared.js';

/** The type of paper a number is for; `CV` (công văn) has no abbreviation in its symbol (NĐ 30/2020 Annex III). */
export const paperTypes = ['TTr', 'BC', 'QĐ', 'CV'] as const;
export type PaperType = (typeof paperTypes)[number];

/**
 * Holds the number of a paper in its agency's register of the year: the next one, or the one that is typed with the
 * event where the agency numbers its papers in a system of its own. `nth`: the how-manieth paper of this type the
 * case issues, so that a retry is answered with the same number.
 * @param field of the event, in which a number is typed
 * @throws {Refusal} BAD_INPUT: typed where the register gives numbers, not typed where it does not; taken; or the day
 * is out of the order of the register's numbers
 */
export const holdNumber = async (
  { registers, directory }: Pick<Given, 'registers' | 'directory'>,
  {
    found,
    event,
    agency,
    type,
    nth,
    day,
    field = 'number',
  }: {
    found: Case;
    event: Asked['event'];
    agency: string;
    type: PaperType;
    nth: number;
    day: Day;
    field?: 'number' | 'proposalNumber';
  },
): Promise<DocumentNumber> => {
  const { tenant } = found;
  const issuer = await knownAgency(directory, tenant, agency);
  const typed = event[field] as number | undefined;
  const path = `event.${field}`;
  if (issuer.numbersTyped && typed === undefined) throw badInput([fault(path, 'any.required')]);
  if (!issuer.numbersTyped && typed !== undefined)
    throw badInput([fault(path, 'number.given', { found: typed })]);

  const year = Number(day.slice(0, 4));
  const key = `${found.id}:${type}:${nth}`;
  const register = { tenant, agency, type, year, key, day };
  const held = await registers.holdDated({ ...register, ...(typed !== undefined && { number: typed }) });
  if ('why' in held) {
    if (held.why === 'taken') throw badInput([fault(path, 'number.taken', { found: typed })]);
    const { after, before } = held;
    throw badInput([fault('event.date', 'date.numberOrder', { found: day, from: after, to: before })]);
  }
  return numberOf(issuer, { type, number: held.number, day });
};

/** A number of an agency's register, with the symbol that stands behind it. */
export const numberOf = (
  { ref, kind }: Pick<Agency, 'ref' | 'kind'>,
  { type, number, day }: { type: PaperType; number: number; day: Day },
): DocumentNumber => {
  const short = kind === 'XA_PHUONG' ? 'UBND' : ref;
  const symbol = type === 'CV' ? short : `${type}-${short}`;
  return { agency: ref, type, year: Number(day.slice(0, 4)), number, symbol, day };
};
