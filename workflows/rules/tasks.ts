import type { Line, LineInput, Route } from '../content.js';
import { sum } from '../money.js';
import type { Ruleset } from '../rulesets.js';
import { groupBy } from './groupBy.js';
import type { NumberedLine, Task } from './shapes.js';

/** What is built or upgraded: whose size decides the route. */
const building = new Set<LineInput['spendForm']>(['XAY_DUNG_MOI', 'NANG_CAP']);

/** Whether any of the lines builds or upgrades. */
export const builds = (lines: readonly Pick<LineInput, 'spendForm'>[]): boolean =>
  lines.some(({ spendForm }) => building.has(spendForm));

/** Lines with their place in the table, from 1. */
export const numbered = (lines: readonly Line[]): NumberedLine[] =>
  lines.map((line, i) => ({ order: i + 1, line }));

/** The tasks of an estimate, in the order of their first lines. */
export const tasksOf = (lines: readonly NumberedLine[]): Task[] => {
  const groups = groupBy(lines, ({ line }) =>
    line.systemRef === null ? `line/${line.id}` : `system/${line.systemRef}`,
  );
  return [...groups.values()].map((members) => ({
    systemRef: members[0]?.line.systemRef ?? null,
    lines: members,
    total: sum(members.map(({ line }) => line.amountAfterVat)),
  }));
};

const byTotal = (total: number, { purchaseUpTo, outlineUpTo }: Ruleset['thresholds']): Route => {
  if (purchaseUpTo.value !== null && total <= purchaseUpTo.value) return 'A_PURCHASE';
  if (outlineUpTo.value !== null && total <= outlineUpTo.value) return 'B_OUTLINE';
  return 'C_PROJECT';
};

/** The route that the law gives a task (R11): the first that matches. */
export const routeOfTask = ({ lines, total }: Task, { thresholds }: Ruleset): Route => {
  const all = lines.map(({ line }) => line);
  if (all.some((line) => line.fundingSource === 'NSTP_DTPT')) return 'F_PUBLIC_INVESTMENT';
  if (builds(all)) return byTotal(total, thresholds);
  if (all.some((line) => line.spendForm === 'THUE_DICH_VU_RIENG')) return 'E_RENT_CUSTOM';
  if (all.some((line) => line.spendForm === 'THUE_DICH_VU_SAN_CO')) return 'D_RENT_MARKET';
  return 'A_PURCHASE';
};
