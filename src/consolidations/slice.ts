import type { ConsolidationFacts } from '../../workflows/consolidation.v1.js';
import { consolidationOf } from '../engine/contexts.js';
import { issueDayOf } from '../engine/issueDay.js';
import { holdNumber } from '../engine/numbers.js';
import type { Asked, Case, Prepared, Slice } from '../engine/ports.js';
import { topOf, type Given, type Summaries, type Turns } from '../engine/shared.js';
import { setAppraisal } from './appraisal.js';
import { appraising } from './appraising.js';
import type { ConsolidationTables } from './consolidationTables.js';
import { deciding } from './deciding.js';
import { gathering } from './gathering.js';
import { starting } from './starting.js';
import { anotherGathers, turnsOf } from './turn.js';

/** What a consolidation adds to the engine. */
export const consolidationSlice = (
  given: Given & { summaries: Summaries; turns: Turns },
  tables: ConsolidationTables,
): Slice => {
  const owner = gathering(given, tables);
  const appraiser = appraising(given);
  const turns = turnsOf(given);

  /** What leads back into gathering waits for its turn, and is told whose it is. */
  const inTurn =
    (prepare: (asked: Asked) => Promise<Prepared>) =>
    async (asked: Asked): Promise<Prepared> => {
      const { found, event } = asked;
      await turns.take(found, { seq: found.seq + 1, event: event.type, state: found.state });
      return prepare(asked);
    };

  const gatheringElsewhere = async (found: Case, sending: string | undefined) => {
    const other = await turns.otherThan(found);
    if (other && sending) throw anotherGathers(sending, found.state, other);
    return { gatheringElsewhere: other } satisfies ConsolidationFacts;
  };

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
    born: starting(given, turns),

    async facts({ found, events, sending }): Promise<ConsolidationFacts & Record<string, unknown>> {
      const where = topOf(found);
      const asks = (type: string) => events.includes(type);
      if (where === 'gathering' && (asks('FREEZE') || asks('SETTLE_OVERLAP'))) return owner.facts(found);
      if (where === 'frozen' && asks('REOPEN')) return gatheringElsewhere(found, sending);
      return {
        ...(where === 'appraising' && asks('RETURN') && (await gatheringElsewhere(found, sending))),
        ...(where === 'appraising' && asks('CONCLUDE') && (await appraiser.facts(found))),
      };
    },

    prepare: {
      ...owner.prepare,
      ...appraiser.prepare,
      RETURN: inTurn((asked) => appraiser.prepare.RETURN(asked)),
      REOPEN: inTurn(() => Promise.resolve({})),
      ISSUE: (asked) => (topOf(asked.found) === 'preparing' ? issueReport(asked) : appraiser.issue(asked)),
      ...deciding(given),
    },

    edits: { setAppraisal: setAppraisal(given.contents) },
  };
};
