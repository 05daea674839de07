import type { EstimateContent } from '../../workflows/content.js';
import type { EstimateProposalSource } from '../documents/views/estimateProposal.js';
import { estimateOf } from '../engine/contexts.js';
import type { Case } from '../engine/ports.js';
import type { PaperReads } from './reads.js';
import { issuedAs, type Told } from './told.js';

/** An agency's proposal of its estimate; a commune's own money goes to its council too. */
export const estimateProposal =
  ({ contents, agency, counterpart, issue }: PaperReads) =>
  async (found: Case, told: Told): Promise<EstimateProposalSource> => {
    const { hasUnits } = estimateOf(found);
    const [content, owner, reviewer, finance] = await Promise.all([
      contents.get<EstimateContent>(found.tenant, told.content),
      agency(found, found.owner),
      counterpart(found, 'reviewer'),
      counterpart(found, 'appraiser'),
    ]);
    const own = content.totals.bySource.NS_XA !== undefined;
    const council = `Hội đồng nhân dân ${owner.issuer.replace(/^UBND /, '')}`;
    const paper = {
      ...issuedAs(told),
      by: found.owner,
      addressees: own ? [council, reviewer] : [reviewer],
      recipients: hasUnits ? [finance] : [],
    };
    return { issue: await issue(found, paper), content };
  };
