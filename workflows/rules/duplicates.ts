import { type FoldedName, foldName, similarityFrom } from '../similarity.js';
import { sum } from '../money.js';
import type { Money } from '../vocabulary.js';
import { groupBy } from './groupBy.js';
import type { ComparisonFacts, Found, Rule } from './shapes.js';
import { builds } from './tasks.js';

const alike = (facts: ComparisonFacts): Found[] => {
  const { nameSimilarity } = facts.ruleset.thresholds;
  const stopWords = new Set(facts.ruleset.stopWords);
  const own = facts.tasks.flatMap((task, i) =>
    task.lines.map((entry) => ({ ...entry, task: i, folded: foldName(entry.line.name, stopWords) })),
  );
  const others = facts.neighbours.ownAgency.flatMap(({ code, lines }) =>
    lines.map((line) => ({ line, code, folded: foldName(line.name, stopWords) })),
  );
  return own.flatMap(({ order, line, task, folded }, i) => {
    const params = { line: order, name: line.name };
    const path = `lines/${line.id}/name`;
    const percentTo = (other: FoldedName): number | undefined => {
      const found = similarityFrom(nameSimilarity.value, folded, other);
      return found === undefined ? undefined : Math.floor(found * 100);
    };
    const inside = own.slice(0, i).flatMap((earlier): Found[] => {
      const percent = earlier.task === task ? undefined : percentTo(earlier.folded);
      if (percent === undefined) return [];
      const other = { otherLine: earlier.order, otherName: earlier.line.name, percent };
      return [{ code: 'LINES_ALIKE', path, params: { ...params, ...other } }];
    });
    const outside = others.flatMap((other): Found[] => {
      // The same system in two estimates is told once, below, not line by line.
      const shared = line.systemRef !== null && line.systemRef === other.line.systemRef;
      const percent = shared ? undefined : percentTo(other.folded);
      if (percent === undefined) return [];
      const found = { otherCode: other.code, otherName: other.line.name, percent };
      return [{ code: 'LINE_ALIKE_ELSEWHERE', path, params: { ...params, ...found } }];
    });
    return [...inside, ...outside];
  });
};

const sameSystem = ({ tasks, neighbours, systems }: ComparisonFacts): Found[] =>
  tasks.flatMap(({ systemRef, lines: [first] }) => {
    if (systemRef === null || !first) return [];
    return neighbours.ownAgency
      .filter(({ lines }) => lines.some((line) => line.systemRef === systemRef))
      .map(({ code }) => ({
        code: 'SYSTEM_IN_TWO_ESTIMATES',
        path: `lines/${first.line.id}/systemRef`,
        params: { line: first.order, system: systems.get(systemRef)?.name ?? systemRef, otherCode: code },
      }));
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
            otherCodes: others.map(({ code }) => code).join(', '),
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
