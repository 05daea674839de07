/** How long is kept what nobody needs any more, in days. */
export interface Keep {
  /** Intents that were carried out. */
  readonly doneIntents: number;
  /** Notices that somebody has read. */
  readonly readNotices: number;
}

interface Means {
  readonly keep: Keep;
  readonly intents: { clear(olderMs: number): Promise<number> };
  readonly notices: { clear(before: Date): Promise<number> };
  readonly papers: { sweep(tenant: string, before: Date): Promise<number> };
  readonly voidPastYears: (tenant: string) => Promise<number>;
}

/** What a sweep tidies up, by name, each answering how many it took; of each city, or once for all of them. */
export interface Tidying {
  readonly ofCity: Readonly<Record<string, (tenant: string) => Promise<number>>>;
  readonly once: Readonly<Record<string, () => Promise<number>>>;
}

const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);

/**
 * What grows, or is left behind, and goes in time. It is a sweep's work and no index that expires: so that it does the
 * same on every server, is counted, and follows the settings.
 */
export const tidying = ({ keep, intents, notices, papers, voidPastYears }: Means): Tidying => ({
  ofCity: {
    orphanBytes: (tenant) => papers.sweep(tenant, daysAgo(1)),
    heldNumbers: voidPastYears,
  },
  once: {
    doneIntents: () => intents.clear(keep.doneIntents * dayMs),
    readNotices: () => notices.clear(daysAgo(keep.readNotices)),
  },
});
