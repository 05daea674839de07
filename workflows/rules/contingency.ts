import type { ContentFacts, Rule } from './shapes.js';
import { routeOfTask } from './tasks.js';

/** Contingency stays under the cap of the base that it names: a must for outlines (route B), advice otherwise. */
export const r03: Rule<ContentFacts> = {
  id: 'R03',
  source: 'TT 03/2020/TT-BTTTT: dự phòng không quá 10 %',
  stages: { preparing: 'error', acceptance: 'error', finance: 'error' },
  codes: ['CONTINGENCY_ABOVE_CAP'],
  check: ({ estimate, totals, tasks, ruleset }) => {
    const cap = ruleset.thresholds.contingencyCapPercent.value;
    if (estimate.contingencyRate <= cap) return [];
    const outlined = tasks.some(
      (task) =>
        routeOfTask(task, ruleset) === 'B_OUTLINE' ||
        task.lines.some(({ line }) => line.route === 'B_OUTLINE'),
    );
    const params = { rate: estimate.contingencyRate, cap, amount: totals.contingencyAmount };
    return [
      {
        code: 'CONTINGENCY_ABOVE_CAP',
        path: 'contingencyRate',
        params,
        ...(outlined ? {} : { atMost: 'warning' as const }),
      },
    ];
  },
};

/** Contingency is counted once: not inside a software line and again on the whole. */
export const r04: Rule<ContentFacts> = {
  id: 'R04',
  source: 'Đề xuất thiết kế: không tính dự phòng hai lần',
  stages: { preparing: 'warning', acceptance: 'warning', finance: 'warning' },
  codes: ['CONTINGENCY_TWICE'],
  check: ({ estimate, lines }) =>
    lines
      .filter(({ line }) => line.category === 'PHAN_MEM' && (line.sizing?.contingency ?? 0) > 0)
      .filter(() => estimate.contingencyRate > 0)
      .map(({ order, line }) => ({
        code: 'CONTINGENCY_TWICE',
        path: `lines/${line.id}/sizing/contingency`,
        params: {
          line: order,
          name: line.name,
          found: line.sizing?.contingency ?? 0,
          rate: estimate.contingencyRate,
        },
      })),
};
