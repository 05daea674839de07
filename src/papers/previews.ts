import { ask } from '../../workflows/registry.js';
import type { Signature } from '../../workflows/preparing.js';
import type { Day, DocumentNumber, DocumentType } from '../../workflows/vocabulary.js';
import type { PaperType } from '../engine/numbers.js';
import type { Case } from '../engine/ports.js';
import type { Told } from './told.js';

/** A paper that a step to come would issue, as it would be by now. */
export interface Preview {
  readonly document: DocumentType;
  readonly data: Omit<Told, 'content'> & { readonly content: string };
}

const proposals: Readonly<Record<Case['kind'], readonly [DocumentType, PaperType]>> = {
  estimate: ['estimateProposal', 'TTr'],
  consolidation: ['consolidationReport', 'BC'],
  allocation: ['allocationProposal', 'TTr'],
};

/** Nobody has signed yet: who will stands under the paper without a name. */
const nobodyYet = (day: Day): Signature => ({ id: '', name: '', day, role: 'leader' });

/**
 * Which papers the steps to come would issue where a case stands: what is endorsed, signed, issued or decided on.
 * Numbers and days are open, and are left out by who makes a draft of them. A consolidation's decision is none of
 * them: it is not written before somebody decides; what it rests on are Finance's papers, which are issued.
 */
export const previewsOf = (found: Case, today: Day): Preview[] => {
  const { covered, paths } = ask(found);
  const { content, parties } = found.context;
  if (covered === null || content === null) return [];
  const number = (agency: string, type: PaperType): DocumentNumber => ({
    ...{ agency, type, year: Number(today.slice(0, 4)), number: 0, day: today },
    symbol: `${type}-${agency}`,
  });
  const told = found.context as unknown as Partial<Record<string, never>> & {
    readonly preparation: { readonly signer: Signature | null };
    readonly financeSigner?: Signature | null;
    readonly issued: DocumentNumber | null;
  };
  const stands = (...states: string[]) => states.some((state) => paths.includes(state));

  if (paths.some((path) => path.startsWith('preparing'))) {
    const [document, type] = proposals[found.kind];
    const signer = told.preparation.signer ?? nobodyYet(today);
    return [{ document, data: { content, number: number(found.owner, type), signer } }];
  }
  if (found.kind === 'consolidation' && stands('financeLeader', 'issuing')) {
    const data = {
      ...{ content, report: told.issued, appraisal: told['appraisal'] },
      appraisalReport: number(parties.appraiser, 'BC'),
      signer: told.financeSigner ?? nobodyYet(today),
    };
    return [
      { document: 'appraisalReport', data: { ...data, number: number(parties.appraiser, 'BC') } },
      { document: 'approvalProposal', data: { ...data, number: number(parties.appraiser, 'TTr') } },
    ];
  }
  if (found.kind === 'allocation' && stands('officeCheck', 'awaitingDecision')) {
    const decision = { by: nobodyYet(today), number: number(parties.authority, 'QĐ') };
    return [{ document: 'decision', data: { content, decision, proposal: told.issued } }];
  }
  return [];
};
