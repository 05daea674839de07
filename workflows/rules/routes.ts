import type { Route } from '../content.js';
import { listed } from './listed.js';
import type { ContentFacts, Found, Rule, Task } from './shapes.js';
import { routeOfTask } from './tasks.js';

/** `B_OUTLINE` → `B`: the letter by which people call a route. */
const letter = (route: Route): string => route.slice(0, 1);

/** R12 speaks where a task is declared B and is too big for it; R11 is then silent. */
const mustBecomeProject = (task: Task, { ruleset }: ContentFacts): boolean =>
  ruleset.thresholds.outlineMustChange.value &&
  task.lines.some(({ line }) => line.route === 'B_OUTLINE') &&
  routeOfTask(task, ruleset) === 'C_PROJECT';

const taskParams = (task: Task) => ({
  task: task.systemRef ?? task.lines[0]?.line.name ?? '',
  ...listed(
    'lines',
    task.lines.map(({ order }) => order),
  ),
  total: task.total,
});

const wrongRoute = (task: Task, facts: ContentFacts): Found[] => {
  const derived = routeOfTask(task, facts.ruleset);
  const wrong = task.lines.find(({ line }) => line.route !== derived);
  if (!wrong || mustBecomeProject(task, facts)) return [];
  const declared = [...new Set(task.lines.map(({ line }) => letter(line.route)))];
  const params = { ...taskParams(task), declared: declared.join(', '), derived: letter(derived) };
  const code = declared.length > 1 ? 'TASK_ROUTES_MIXED' : 'TASK_ROUTE_WRONG';
  return [{ code, path: `lines/${wrong.line.id}/route`, params }];
};

/** Every line of a task declares the one route that the law gives the task. */
export const r11: Rule<ContentFacts> = {
  id: 'R11',
  source: 'NĐ 73/2019/NĐ-CP Điều 51',
  stages: { preparing: 'error', acceptance: 'error', finance: 'error' },
  codes: ['TASK_ROUTE_WRONG', 'TASK_ROUTES_MIXED'],
  check: (facts) => facts.tasks.flatMap((task) => wrongRoute(task, facts)),
};

/** A task too big for an outline becomes a project. */
export const r12: Rule<ContentFacts> = {
  id: 'R12',
  source: 'NĐ 73/2019/NĐ-CP Điều 51: trên 15 tỷ đồng thực hiện như dự án',
  stages: { preparing: 'error', acceptance: 'error', finance: 'error' },
  codes: ['OUTLINE_TOO_BIG'],
  check: (facts) =>
    facts.tasks
      .filter((task) => mustBecomeProject(task, facts))
      .map((task) => ({
        code: 'OUTLINE_TOO_BIG',
        path: `lines/${task.lines[0]?.line.id ?? ''}/route`,
        params: { ...taskParams(task), limit: facts.ruleset.thresholds.outlineUpTo.value ?? 0 },
      })),
};
