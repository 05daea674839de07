import { groupBy } from '../../workflows/rules/groupBy.js';
import { allocationOf } from '../engine/contexts.js';
import type { Case } from '../engine/ports.js';
import { topOf } from '../engine/shared.js';

/** The place of an allocation in its lineage: 1 for the first, + 1 for each adjustment, also one that was declined. */
export const ordinalOf = (found: Case): number => allocationOf(found).ordinal;

export const isIn = (found: Case, ...states: string[]) => states.includes(topOf(found));

/** Whether it was approved once; of those of a lineage the newest is in force, whatever the others know of it. */
export const stood = (found: Case): boolean => isIn(found, 'approved', 'assigned', 'superseded');

/** The one in force among those of a lineage that were approved; none before the first. */
export const newestOf = (approved: readonly Case[]): Case | null =>
  approved.reduce<Case | null>(
    (newest, found) => (newest && ordinalOf(newest) > ordinalOf(found) ? newest : found),
    null,
  );

/** Of each lineage the one in force. */
export const inForce = (allocations: readonly Case[]): Case[] =>
  [...groupBy(allocations.filter(stood), (one) => allocationOf(one).lineage).values()].flatMap(
    (approved) => newestOf(approved) ?? [],
  );
