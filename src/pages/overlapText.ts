import type { Say } from './say.js';

/** A settled overlap as it is told: the agency that leads and the lines that left the table, by name. */
export interface ToldOverlap {
  readonly name: string;
  readonly decision: string;
  readonly lead: string | null;
  /** Left out where the text stands beside such a line. */
  readonly lines?: readonly string[];
  readonly reason?: string;
}

/** What was settled, who leads, which lines left the table, and why. */
export const overlapText = ({ name, decision, lead, lines, reason }: ToldOverlap, say: Say): string =>
  [
    say('pages:overlap.told', { name, decision: say(`pages:overlapDecision.${decision}`) }),
    ...(lead === null ? [] : [say('pages:overlap.toldLead', { lead })]),
    ...(lines === undefined ? [] : [say('pages:overlap.toldLines', { lines: lines.join('; ') || '–' })]),
    ...(reason === undefined ? [] : [say('pages:overlap.toldReason', { reason })]),
  ].join('. ');
