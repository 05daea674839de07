import type { EstimateFacts } from '../../workflows/estimate.v1.js';
import type { Parties, Party } from '../../workflows/vocabulary.js';
import { estimateOf } from '../engine/contexts.js';
import { knownRound } from '../engine/known.js';
import type { Asked } from '../engine/ports.js';
import type { Given } from '../engine/shared.js';
import { badInput, fault, type FieldFault } from '../errors.js';

const judges = ['reviewer', 'appraiser', 'security', 'authority'] as const;

/** Takes an estimate in: nobody judges their own, so a substitute is named for each part the owner would have. */
export const registering =
  ({ directory }: Pick<Given, 'directory'>) =>
  async ({ found, event }: Asked) => {
    const { parties, owner } = estimateOf(found);
    const named = (event['substitutes'] ?? {}) as Partial<Record<Party, string>>;
    const faults: FieldFault[] = [];
    const next: Parties = { ...parties };
    for (const party of judges) {
      const substitute = named[party];
      const path = `event.substitutes.${party}`;
      if (parties[party] === owner && substitute === undefined) {
        const { substitutes } = await knownRound(directory, found);
        faults.push(fault(path, 'substitute.required', { party, expected: substitutes[party] }));
      }
      if (substitute === undefined) continue;
      const known = await directory.agency(found.tenant, substitute);
      if (parties[party] !== owner || substitute === owner || !known) {
        faults.push(fault(path, 'substitute.wrong', { party, found: substitute }));
      }
      next[party] = substitute;
    }
    if (faults.length > 0) throw badInput(faults);
    return { parties: next } satisfies EstimateFacts;
  };
