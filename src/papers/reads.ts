import type { City, Issue } from '../documents/issue.js';
import { knownAgency, knownRound } from '../engine/known.js';
import type { Case, ContentStore } from '../engine/ports.js';
import type { Agency, CaseQueries, Directory, Round } from '../engine/shared.js';
import { issueOf, nameOf } from './issueOf.js';
import type { IssuedAs } from './told.js';

/** What papers are made from. */
export interface PapersGiven {
  readonly contents: Pick<ContentStore, 'get'>;
  readonly directory: Pick<Directory, 'agency' | 'round'>;
  readonly cases: Pick<CaseQueries, 'load' | 'loadMany'>;
  readonly cityOf: (tenant: string) => Promise<City>;
}

/** What all papers look up: agencies and their names, the round, the authority, the head and foot of the paper. */
export interface PaperReads extends Pick<PapersGiven, 'contents' | 'cases'> {
  readonly agency: (found: Case, ref: string) => Promise<Agency>;
  /** How an agency is named in running text. */
  readonly name: (found: Case, ref: string) => Promise<string>;
  readonly round: (found: Case) => Promise<Round>;
  /** Who has a part in a case: the round's substitute where its owner would be its own (R27). */
  readonly counterpart: (found: Case, part: keyof Round['substitutes']) => Promise<string>;
  /** Who decides: `Ủy ban nhân dân thành phố Cần Thơ`. */
  readonly authority: (found: Case) => Promise<string>;
  readonly issue: (
    found: Case,
    paper: IssuedAs & { by: string; addressees: readonly string[]; recipients: readonly string[] },
  ) => Promise<Issue>;
}

/** Looks things up for papers. What a case names and the city does not have is an error. */
export const paperReads = ({ contents, directory, cases, cityOf }: PapersGiven): PaperReads => {
  const agency = ({ tenant }: Case, ref: string) => knownAgency(directory, tenant, ref);
  return {
    contents,
    cases,
    agency,
    name: async (found, ref) => nameOf(await agency(found, ref)),
    round: (found) => knownRound(directory, found),
    async counterpart(found, part) {
      const { [part]: ref } = found.context.parties;
      if (ref !== found.owner) return nameOf(await agency(found, ref));
      const { substitutes } = await knownRound(directory, found);
      return nameOf(await agency(found, substitutes[part]));
    },
    authority: async ({ tenant }) => `Ủy ban nhân dân ${(await cityOf(tenant)).name}`,
    async issue(found, { by, ...paper }) {
      const [issuer, city] = await Promise.all([agency(found, by), cityOf(found.tenant)]);
      return issueOf({ agency: issuer, city, ...paper });
    },
  };
};
