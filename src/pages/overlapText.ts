import type { Say } from './say.js';

/** A settled overlap as it is told: the agency that leads and the lines that left the table, by name. */
export interface ToldOverlap {
  readonly name: string;
  readonly decision: string;
  readonly lead: string | null;
  readonly lines: readonly string[];
}

/** What was settled, who leads, and which lines left the table. */
export const overlapText = ({ name, decision, lead, lines }: ToldOverlap, say: Say): string =>
  [
    say('pages:overlap.told', { name, decision: say(`pages:overlapDecision.${decision}`) }),
    ...(lead === null ? [] : [say('pages:overlap.toldLead', { lead })]),
    say('pages:overlap.toldLines', { lines: lines.join('; ') || '–' }),
  ].join('. ');
