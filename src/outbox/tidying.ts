import { duty, type Duty } from './sweep.js';

/** How long is kept what nobody needs any more, in days. */
export interface Keep {
  /** Intents that were carried out. */
  readonly doneIntents: number;
  /** Notices that somebody has read. */
  readonly readNotices: number;
}

interface Means {
  readonly keep: Keep;
  readonly cities: () => Promise<readonly string[]>;
  readonly contents: { sweep(tenant: string, before: Date): Promise<number> };
  readonly intents: { clear(olderMs: number): Promise<number>; settleFiled(): Promise<number> };
  readonly notices: { clear(before: Date): Promise<number> };
  readonly papers: { sweep(tenant: string, before: Date): Promise<number> };
  readonly voidPastYears: (tenant: string) => Promise<number>;
}

const dayMs = 86_400_000;
/** By the machine's own clock: what is tidied carries the moment at which it was really put. */
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);

/** A duty that has no items. */
const once = (name: string, act: () => Promise<number>): Duty =>
  duty(name, () => Promise.resolve([null]), act);

/**
 * What grows, or is left behind, and goes in time. It is a sweep's work and no index that expires: so that it does the
 * same on every server, is counted, and follows the settings.
 */
export const tidying = ({
  keep,
  cities,
  contents,
  intents,
  notices,
  papers,
  voidPastYears,
}: Means): readonly Duty[] => [
  duty('orphanContents', cities, (tenant) => contents.sweep(tenant, daysAgo(1))),
  duty('orphanBytes', cities, (tenant) => papers.sweep(tenant, daysAgo(1))),
  duty('heldNumbers', cities, voidPastYears),
  once('filedSince', () => intents.settleFiled()),
  once('doneIntents', () => intents.clear(keep.doneIntents * dayMs)),
  once('readNotices', () => notices.clear(daysAgo(keep.readNotices))),
];
