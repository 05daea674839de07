import type { DocumentNumber } from '../../workflows/vocabulary.js';
import type { Entry } from '../engine/ports.js';

/** A number that a case holds in a register under a key, `<case>:<document type>:<k>`. */
export interface HeldNumber {
  readonly tenant: string;
  readonly agency: string;
  readonly type: string;
  readonly year: number;
  readonly key: string;
  readonly number: number;
}

/** A number as it is told apart from all others of a city. */
export const nameOf = ({
  agency,
  type,
  year,
  number,
}: Pick<HeldNumber, 'agency' | 'type' | 'year' | 'number'>): string => `${agency}/${type}/${year}/${number}`;

/** The names of all numbers that a case's steps gave to papers. */
export const usedNumbers = (entries: readonly Entry[]): ReadonlySet<string> =>
  new Set(
    entries.flatMap(({ event }) => {
      const { number, proposalNumber } = (event['facts'] ?? {}) as Partial<
        Record<'number' | 'proposalNumber', DocumentNumber>
      >;
      return [number, proposalNumber].filter((one) => one !== undefined).map(nameOf);
    }),
  );
