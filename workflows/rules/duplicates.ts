import { type FoldedName, foldName, similarityFrom } from '../similarity.js';
import { sum } from '../money.js';
import type { Money } from '../vocabulary.js';
import { groupBy } from './groupBy.js';
import { listed } from './listed.js';
import type { ComparisonFacts, Found, Rule } from './shapes.js';
import { builds } from './tasks.js';

interface Named {
  readonly order: number;
  readonly line: { readonly id: string; readonly name: string; readonly systemRef: string | null };
  readonly folded: FoldedName;
}
interface AlikeGroup<T> {
  /** At least two, in the order in which they came. */
  readonly members: readonly T[];
  /** How alike they are at least, of those that were compared, percent. */
  readonly percent: number;
}

/** What is alike to one of a group is in it: twenty alike lines are one group, not 190 pairs. */
const alikeGroups = <T>(
  items: readonly T[],
  pairs: Iterable<readonly [number, number]>,
  percentOf: (a: T, b: T) => number | undefined,
): AlikeGroup<T>[] => {
  const parent = items.map((_, i) => i);
  const least = items.map(() => 100);
  const rootOf = (i: number): number => {
    const up = parent[i] ?? i;
    if (up === i) return i;
    return (parent[i] = rootOf(up));
  };
  for (const [i, j] of pairs) {
    const [a, b] = [rootOf(i), rootOf(j)].sort((x, y) => x - y) as [number, number];
    const percent = a === b ? undefined : percentOf(items[i] as T, items[j] as T);
    if (percent === undefined) continue;
    parent[b] = a;
    least[a] = Math.min(percent, least[a] ?? 100, least[b] ?? 100);
  }
  const groups = groupBy(items.keys(), (i) => String(rootOf(i)));
  return [...groups]
    .filter(([, members]) => members.length > 1)
    .map(([root, members]) => ({
      members: members.map((i) => items[i] as T),
      percent: least[Number(root)] ?? 100,
    }));
};

function* pairsOf(from: number, to: number, below: (i: number) => number) {
  for (let i = from; i < to; i += 1) for (let j = 0; j < below(i); j += 1) yield [j, i] as const;
}

const alike = (facts: ComparisonFacts): Found[] => {
  const { nameSimilarity } = facts.ruleset.thresholds;
  const stopWords = new Set(facts.ruleset.stopWords);
  const percentOf = (a: Named, b: Named): number | undefined => {
    const found = similarityFrom(nameSimilarity.value, a.folded, b.folded);
    return found === undefined ? undefined : Math.floor(found * 100);
  };
  const own = facts.tasks.flatMap((task, i) =>
    task.lines.map((entry) => ({ ...entry, task: i, folded: foldName(entry.line.name, stopWords) })),
  );
  const orders = (lines: readonly Named[]) =>
    listed(
      'lines',
      lines.map(({ order }) => order).sort((a, b) => a - b),
    );

  const inside = alikeGroups(
    own,
    pairsOf(0, own.length, (i) => i),
    (a, b) => (a.task === b.task ? undefined : percentOf(a, b)),
  ).map(({ members, percent }): Found => {
    const [first, second] = members;
    const params = { ...orders(members), name: first?.line.name ?? '', percent };
    return { code: 'LINES_ALIKE', path: `lines/${second?.line.id ?? ''}/name`, params };
  });

  const outside = facts.neighbours.ownAgency.flatMap(({ code, lines }) => {
    const theirs = lines.map((line) => ({ order: 0, line, folded: foldName(line.name, stopWords) }));
    const all: readonly Named[] = [...own, ...theirs];
    return alikeGroups(
      all,
      pairsOf(own.length, all.length, () => own.length),
      (a, b) => {
        // The same system in two estimates is told once, below, not line by line.
        const shared = a.line.systemRef !== null && a.line.systemRef === b.line.systemRef;
        return shared ? undefined : percentOf(a, b);
      },
    ).map(({ members, percent }): Found => {
      const ours = members.filter(({ order }) => order > 0);
      const other = members.find(({ order }) => order === 0);
      const params = {
        ...orders(ours),
        name: ours[0]?.line.name ?? '',
        otherCode: code,
        otherName: other?.line.name ?? '',
        percent,
      };
      return { code: 'LINE_ALIKE_ELSEWHERE', path: `lines/${ours[0]?.line.id ?? ''}/name`, params };
    });
  });
  return [...inside, ...outside];
};

const sameSystem = ({ tasks, neighbours, systems }: ComparisonFacts): Found[] =>
  tasks.flatMap(({ systemRef, lines: [first] }) => {
    if (systemRef === null || !first) return [];
    const others = neighbours.ownAgency.filter(({ lines }) =>
      lines.some((line) => line.systemRef === systemRef),
    );
    if (others.length === 0) return [];
    const params = {
      line: first.order,
      system: systems.get(systemRef)?.name ?? systemRef,
      ...listed(
        'otherCodes',
        others.map(({ code }) => code),
      ),
    };
    return [{ code: 'SYSTEM_IN_TWO_ESTIMATES', path: `lines/${first.line.id}/systemRef`, params }];
  });

/** Inside one agency, nothing is asked for twice: lines of different tasks, or one system in two estimates. */
export const r06: Rule<ComparisonFacts> = {
  id: 'R06',
  source: 'Đề xuất thiết kế: so tên hạng mục trong một đơn vị',
  stages: { preparing: 'warning', acceptance: 'warning' },
  codes: ['LINES_ALIKE', 'LINE_ALIKE_ELSEWHERE', 'SYSTEM_IN_TWO_ESTIMATES'],
  check: (facts) => [...alike(facts), ...sameSystem(facts)],
};

type Part = { readonly code: string; readonly total: Money };

/** The parts of one system's building work, each up to the limit, together above it. */
const split = (parts: readonly Part[], limit: Money | null): boolean =>
  limit !== null &&
  parts.length > 1 &&
  parts.every(({ total }) => total <= limit) &&
  sum(parts.map(({ total }) => total)) > limit;

/** Building work on one system is not cut into estimates that each stay under a threshold. */
export const r10: Rule<ComparisonFacts> = {
  id: 'R10',
  source: 'Đề xuất thiết kế, theo ngưỡng NĐ 73/2019/NĐ-CP Điều 51',
  stages: { preparing: 'warning', acceptance: 'warning', finance: 'warning' },
  codes: ['TASK_SPLIT'],
  check: ({ estimate, tasks, neighbours, ruleset, systems }) => {
    const limits = [ruleset.thresholds.purchaseUpTo.value, ruleset.thresholds.outlineUpTo.value];
    const sameYear = neighbours.ownAgency.filter(
      ({ fiscalYearFrom }) => fiscalYearFrom === estimate.fiscalYearFrom,
    );
    return tasks.flatMap(({ systemRef, lines, total }): Found[] => {
      const own = lines.map(({ line }) => line);
      // Development-investment money takes route F at any size: there is no threshold to stay under.
      if (systemRef === null || !builds(own) || own.some(isInvestment)) return [];
      const others = sameYear.flatMap(({ code, lines: theirs }): Part[] => {
        const task = groupBy(theirs, (line) => line.systemRef ?? '').get(systemRef) ?? [];
        if (!builds(task) || task.some(isInvestment)) return [];
        return [{ code, total: sum(task.map(({ amountAfterVat }) => amountAfterVat)) }];
      });
      const parts = [{ code: '', total }, ...others];
      return limits
        .filter((limit): limit is Money => split(parts, limit))
        .map((limit) => ({
          code: 'TASK_SPLIT',
          path: `lines/${own[0]?.id ?? ''}/systemRef`,
          params: {
            line: lines[0]?.order ?? 0,
            system: systems.get(systemRef)?.name ?? systemRef,
            ...listed(
              'otherCodes',
              others.map(({ code }) => code),
            ),
            total,
            together: sum(parts.map((part) => part.total)),
            limit,
          },
        }));
    });
  },
};

const isInvestment = ({ fundingSource }: { readonly fundingSource: string }): boolean =>
  fundingSource === 'NSTP_DTPT';
