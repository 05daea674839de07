import type { ConsolidationFacts } from '../../workflows/consolidation.v1.js';
import { consolidationOf } from '../engine/contexts.js';
import { issueDayOf } from '../engine/issueDay.js';
import { holdNumber } from '../engine/numbers.js';
import type { Asked, Slice } from '../engine/ports.js';
import { topOf, type Given, type Summaries } from '../engine/shared.js';
import { setAppraisal } from './appraisal.js';
import { appraising } from './appraising.js';
import type { ConsolidationTables } from './consolidationTables.js';
import { deciding } from './deciding.js';
import { gathering } from './gathering.js';
import { starting } from './starting.js';

/** What a consolidation adds to the engine. */
export const consolidationSlice = (
  given: Given & { summaries: Summaries },
  tables: ConsolidationTables,
): Slice => {
  const owner = gathering(given, tables);
  const appraiser = appraising(given);

  /** The owner's report on the frozen table. */
  const issueReport = async (asked: Asked) => {
    const { found, event } = asked;
    const { preparation, revision } = consolidationOf(found);
    const day = issueDayOf(asked, preparation.signer);
    const paper = { found, event, agency: found.owner, type: 'BC', nth: revision + 1, day } as const;
    return { number: await holdNumber(given, paper) } satisfies ConsolidationFacts;
  };

  return {
    kind: 'consolidation',
    born: starting(given),

    async facts({ found, events }): Promise<ConsolidationFacts & Record<string, unknown>> {
      const where = topOf(found);
      const asks = (type: string) => events.includes(type);
      if (where === 'gathering' && asks('FREEZE')) return owner.facts(found);
      if (where === 'appraising' && asks('CONCLUDE')) return appraiser.facts(found);
      return {};
    },

    prepare: {
      ...owner.prepare,
      ...appraiser.prepare,
      ISSUE: (asked) => (topOf(asked.found) === 'preparing' ? issueReport(asked) : appraiser.issue(asked)),
      ...deciding(given),
    },

    edits: { setAppraisal: setAppraisal(given.contents) },
  };
};
