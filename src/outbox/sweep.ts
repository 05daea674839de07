import { addCalendarDays, dayOf } from '../../workflows/calendar.js';
import type { Day } from '../../workflows/vocabulary.js';
import type { CaseRef, Clock } from '../engine/ports.js';
import type { Tell } from './tellRows.js';
import type { Tidying } from './tidying.js';

/** An active case whose deadline has gone by and that has not been told so. */
export interface Late {
  readonly tenant: string;
  readonly id: string;
  readonly due: Day;
}

export interface SweepOptions {
  readonly clock: Clock;
  readonly tenants: () => Promise<readonly string[]>;
  readonly late: (today: Day) => AsyncIterable<Late>;
  readonly tell: Tell;
  readonly drain: (ref: CaseRef) => Promise<void>;
  readonly closings: {
    nextDay(tenant: string, today: Day): Promise<Day | null>;
    unfiled(tenant: string, day: Day): Promise<CaseRef[]>;
    close(tenant: string, day: Day): Promise<unknown>;
  };
  readonly contents: { sweep(tenant: string, before: Date): Promise<number> };
  readonly tidying: Tidying;
}

/** What one sweep did. */
export interface Swept {
  readonly late: number;
  readonly closed: readonly { readonly tenant: string; readonly day: Day }[];
  readonly orphans: number;
  /** How much each tidying took, by its name. */
  readonly tidied: Readonly<Record<string, number>>;
}

const dayMs = 86_400_000;

/**
 * Does what nobody asks for: tells cases that their deadline has passed, closes the days before today, removes
 * contents that a step left behind when it failed. Harmless at any time and in any number of processes: each event
 * carries a cause of its own, and a day is closed once.
 */
export async function sweep({
  clock,
  tenants,
  late,
  tell,
  drain,
  closings,
  contents,
  tidying,
}: SweepOptions): Promise<Swept> {
  const today = dayOf(clock.now());
  let told = 0;
  for await (const { tenant, id, due } of late(today)) {
    const { done } = await tell({
      tenant,
      caseId: id,
      event: { type: 'DEADLINE_PASSED', due },
      cause: `deadline/${id}/${due}`,
      from: id,
    });
    if (done) told += 1;
  }

  const closed: { tenant: string; day: Day }[] = [];
  let orphans = 0;
  const tidied: Record<string, number> = {};
  for (const tenant of await tenants()) {
    for (const ref of await closings.unfiled(tenant, addCalendarDays(today, -1))) await drain(ref);
    for (let day = await closings.nextDay(tenant, today); day; day = await closings.nextDay(tenant, today)) {
      await closings.close(tenant, day);
      closed.push({ tenant, day });
    }
    // By the machine's own clock: contents carry the moment at which they were really put.
    orphans += await contents.sweep(tenant, new Date(Date.now() - dayMs));
    for (const [name, tidy] of Object.entries(tidying.ofCity))
      tidied[name] = (tidied[name] ?? 0) + (await tidy(tenant));
  }
  for (const [name, tidy] of Object.entries(tidying.once)) tidied[name] = await tidy();
  return { late: told, closed, orphans, tidied };
}
