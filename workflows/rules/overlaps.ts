import type { EstimateSummary, OverlapKey } from '../content.js';
import type { Money } from '../vocabulary.js';
import { groupBy } from './groupBy.js';
import { listed } from './listed.js';
import type { InformationSystem, Rule, SummariesFacts } from './shapes.js';

/** One line that stands in an overlap. */
export interface OverlapSide {
  readonly case: string;
  readonly code: string;
  readonly agency: EstimateSummary['agency'];
  readonly lineId: string;
  readonly lineName: string;
  readonly years: readonly number[];
  readonly amount: Money;
}

/** What several agencies, or an agency and a ministry, provide for at once. Settled once as a whole. */
export interface OverlapGroup {
  /** `<by>:<key>`: the same as long as the key is. */
  readonly id: string;
  readonly by: OverlapKey['by'];
  readonly key: string;
  /** What the lines share, as people call it: the system, or the data scope. */
  readonly name: string;
  /** By code of the estimate, then by line. */
  readonly sides: readonly OverlapSide[];
  /** Years in which more than one agency has money; empty where only a ministry is the other side. */
  readonly years: readonly number[];
  /** The ministry that already offers the system. */
  readonly providedBy: string | null;
}

type Summary = Pick<EstimateSummary, 'case' | 'code' | 'agency' | 'overlapKeys'>;
type Entry = { readonly side: OverlapSide; readonly by: OverlapKey['by']; readonly key: string };

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Years in which at least two agencies have money. One pass over the years of the sides: never pair by pair. */
const contestedYears = (sides: readonly OverlapSide[]): Set<number> => {
  const firstAgency = new Map<number, string>();
  const contested = new Set<number>();
  for (const { agency, years } of sides) {
    for (const year of years) {
      const known = firstAgency.get(year);
      if (known === undefined) firstAgency.set(year, agency.id);
      else if (known !== agency.id) contested.add(year);
    }
  }
  return contested;
};

/**
 * Groups of lines of different agencies that share a system or a data scope in a year with money, and lines for what
 * a ministry already provides. Linear in the number of keys; the order does not depend on that of the summaries.
 */
export const overlapGroups = (
  summaries: readonly Summary[],
  systems: ReadonlyMap<string, InformationSystem> = new Map(),
): OverlapGroup[] => {
  const entries = summaries.flatMap(({ case: of, code, agency, overlapKeys }) =>
    overlapKeys.map(({ by, key, lineId, lineName, years, amount }): Entry => {
      return { by, key, side: { case: of, code, agency, lineId, lineName, years, amount } };
    }),
  );
  const groups = [...groupBy(entries, ({ by, key }) => `${by}:${key}`)].flatMap(
    ([id, members]): OverlapGroup[] => {
      const [{ by, key }] = members as [Entry, ...Entry[]];
      const all = members.map(({ side }) => side);
      const contested = contestedYears(all);
      const system = by === 'systemRef' ? systems.get(key) : undefined;
      const providedBy = system?.providedBy ?? null;
      const name = system?.name ?? key;
      const sides = all
        .filter(({ years }) => providedBy !== null || years.some((year) => contested.has(year)))
        .sort((a, b) => compare(a.code, b.code) || compare(a.case, b.case) || compare(a.lineId, b.lineId));
      const years = [...contested].sort((a, b) => a - b);
      return sides.length > 0 ? [{ id, by, key, name, sides, years, providedBy }] : [];
    },
  );
  return groups.sort((a, b) => compare(a.id, b.id));
};

/** No two agencies pay for the same, and none for what a ministry offers: one finding a group, for S&T to settle. */
export const r07: Rule<SummariesFacts> = {
  id: 'R07',
  source: 'Kế hoạch ngày 22/9/2025: rà soát, tránh trùng lặp giữa các đơn vị',
  stages: { acceptance: 'warning', freeze: 'warning' },
  codes: ['OVERLAP_BETWEEN_AGENCIES', 'OVERLAP_WITH_MINISTRY'],
  check: ({ summaries, systems }) =>
    overlapGroups(summaries, systems).map((group) => ({
      code: group.providedBy === null ? 'OVERLAP_BETWEEN_AGENCIES' : 'OVERLAP_WITH_MINISTRY',
      path: `overlaps/${group.id}`,
      params: {
        key: group.name,
        ...listed('codes', [...new Set(group.sides.map(({ code }) => code))]),
        ...listed('agencies', [...new Set(group.sides.map(({ agency }) => agency.name))], '; '),
        years: group.years.join(', '),
        providedBy: group.providedBy ?? '',
      },
    })),
};
