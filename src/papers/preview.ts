import { signatureOf, type Signature } from '../../workflows/preparing.js';
import { ask } from '../../workflows/registry.js';
import type { Day, DocumentType, Party } from '../../workflows/vocabulary.js';
import { appraisalOf } from '../consolidations/appraisal.js';
import { asAppraised } from '../consolidations/deciding.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import { allocationOf, consolidationOf } from '../engine/contexts.js';
import { frozenHashOf, frozenOf } from '../engine/frozen.js';
import { knownAgency } from '../engine/known.js';
import { numberOf, type PaperType } from '../engine/numbers.js';
import type { Case, Person } from '../engine/ports.js';
import { entitle } from '../engine/mayDo.js';
import { openNumber } from './issueOf.js';
import type { PapersGiven } from './reads.js';
import type { Told } from './told.js';

/** Who issues each paper that is decided on before it is made, and of which type it is. */
const issuers: Readonly<Partial<Record<DocumentType, readonly [Party, PaperType]>>> = {
  estimateProposal: ['owner', 'TTr'],
  consolidationReport: ['owner', 'BC'],
  appraisalReport: ['appraiser', 'BC'],
  approvalProposal: ['appraiser', 'TTr'],
  allocationProposal: ['owner', 'TTr'],
  decision: ['authority', 'QĐ'],
};

/** The steps by which a paper that is decided on is signed. */
const signings = ['SIGN', 'APPROVE'];

/** The signature, still unsigned, of whoever looks if they may sign here; else the head's. */
const openSignature = (found: Case, person: Person, day: Day): Signature => {
  const machine = ask(found);
  const permits = signings.flatMap((event) => machine.permits(event));
  const entitled = entitle({ person, found, permits, day });
  const unsigned = { id: '', name: '' };
  if (!entitled) return { ...unsigned, day, role: 'leader' };
  return { ...signatureOf({ type: 'SIGN', at: '', day, ...entitled, facts: {} }), ...unsigned };
};

/**
 * What a paper would say beside its content if it were issued now: its number is still open, and so is its signature
 * unless it was signed already.
 */
export const previewData = (given: Pick<PapersGiven, 'contents' | 'directory'>) => {
  const unnumbered = async (found: Case, document: DocumentType, day: Day) => {
    const issuer = issuers[document];
    if (!issuer) throw new Error(`Nobody decides on a paper of type ${document} before it is made.`);
    const [party, type] = issuer;
    const agency = await knownAgency(given.directory, found.tenant, found.context.parties[party]);
    return numberOf(agency, { type, number: openNumber, day });
  };

  return async (
    found: Case,
    document: DocumentType,
    { person, day }: { readonly person: Person; readonly day: Day },
  ): Promise<Told & Record<string, unknown>> => {
    const { preparation } = found.context as { preparation?: { signer: Signature | null } };
    const nobody = openSignature(found, person, day);
    const number = await unnumbered(found, document, day);
    const content = frozenHashOf(found);
    if (document === 'appraisalReport' || document === 'approvalProposal') {
      const { issued, appraisal, financeSigner } = consolidationOf(found);
      const appraisalReport = await unnumbered(found, 'appraisalReport', day);
      return { content, number, signer: financeSigner ?? nobody, report: issued, appraisal, appraisalReport };
    }
    if (document !== 'decision') return { content, number, signer: preparation?.signer ?? nobody };
    if (found.kind === 'allocation')
      return { content, decision: { by: nobody, number }, proposal: allocationOf(found).issued };
    const [table, appraisal] = await Promise.all([
      frozenOf<ConsolidationContent>(given.contents, found),
      appraisalOf(given.contents, found),
    ]);
    const rows = asAppraised(table, appraisal);
    return {
      content,
      decision: { by: nobody, number, rows },
      proposal: consolidationOf(found).proposal,
    };
  };
};
