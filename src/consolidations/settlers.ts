import type { Party } from '../../workflows/vocabulary.js';
import type { OverlapGroup } from '../../workflows/rules/overlaps.js';

type Sides = Pick<OverlapGroup, 'sides'>;
type Who = Readonly<Record<Extract<Party, 'owner' | 'appraiser' | 'substitute'>, string>>;

/**
 * The agency that settles a group of overlapping lines: nobody judges where their own agency has a side. The owner of
 * the table settles; where it has a side, Finance; where both have one, Finance's substitute.
 * @returns null: all three have a side
 */
export const settlerOf = ({ sides }: Sides, { owner, appraiser, substitute }: Who): string | null => {
  const owning = new Set(sides.map(({ agency }) => agency.id));
  return [owner, appraiser, substitute].find((agency) => !owning.has(agency)) ?? null;
};

/** The agencies that settle some of these groups. */
export const settlersOf = (groups: readonly Sides[], parties: Who): string[] =>
  [...new Set(groups.map((group) => settlerOf(group, parties)))]
    .filter((agency) => agency !== null)
    .toSorted();
