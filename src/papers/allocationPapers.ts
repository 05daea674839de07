import type { AllocationContent } from '../allocations/content.js';
import type { AllocationProposalSource } from '../documents/views/allocationProposal.js';
import type { FundedRow } from '../documents/views/fundedList.js';
import { envelopeCells, sourceYearOf } from '../engine/cells.js';
import { allocationOf, consolidationOf, estimateOf } from '../engine/contexts.js';
import { expected } from '../engine/known.js';
import type { Case } from '../engine/ports.js';
import { basesOn } from './bases.js';
import { referenceTo } from './issueOf.js';
import type { PaperReads } from './reads.js';
import { issuedAs, type Told } from './told.js';

/** What both papers of an allocation show of its frozen rows, and of the allocation that it adjusts. */
export const allocated = async ({ contents, cases, name }: PaperReads, found: Case, told: Told) => {
  const content = await contents.get<AllocationContent>(found.tenant, told.content);
  const refs = [...new Set(content.estimates.map(({ owner }) => owner))];
  const names = await Promise.all(refs.map((ref) => name(found, ref)));
  const owners = new Map(refs.map((ref, at) => [ref, names[at]]));
  const rows = content.estimates.map(({ case: estimate, code, owner, approved }): FundedRow => ({
    agency: expected(owners.get(owner), `the name of ${owner}`),
    code,
    ceiling: approved,
    cells: content.rows
      .filter((row) => row.estimate === estimate)
      .map(({ source, year, amount }) => ({ source, year, amount })),
  }));

  const { adjusts } = allocationOf(found);
  const old = adjusts ? await cases.load({ tenant: found.tenant, id: adjusts }) : null;
  const replaced =
    old && expected(allocationOf(old).decision?.number, `the number of ${old.code}'s decision`);
  return { content, rows, owners: names, replaced: replaced && { replaces: referenceTo(replaced) } };
};

/** The decision, or the council's resolution, by which the estimates of an allocation were approved. */
const approvalOf = async ({ cases }: PaperReads, { tenant, code }: Case, content: AllocationContent) => {
  const { case: first } = expected(content.estimates[0], `an estimate in ${code}`);
  const estimate = expected(await cases.load({ tenant, id: first }), `the estimate ${first}`);
  const id = expected(estimateOf(estimate).consolidation, `the consolidation of ${estimate.code}`);
  const consolidation = expected(await cases.load({ tenant, id }), `the consolidation ${id}`);
  const { decision } = consolidationOf(consolidation);
  if (decision?.outside) {
    const { number, date } = decision.outside;
    return { typeName: 'Nghị quyết' as const, number, day: date };
  }
  const number = expected(decision?.number, `the number of ${consolidation.code}'s decision`);
  return { typeName: 'Quyết định' as const, ...referenceTo(number) };
};

/** Finance's proposal of an allocation. */
export const allocationProposal =
  (reads: PaperReads) =>
  async (found: Case, told: Told): Promise<AllocationProposalSource> => {
    const { parties } = found.context;
    const issued = issuedAs(told);
    const [{ content, rows, replaced }, round, submitTo, office, reviewer] = await Promise.all([
      allocated(reads, found, told),
      reads.round(found),
      reads.authority(found),
      reads.name(found, parties.cityOffice),
      reads.name(found, parties.reviewer),
    ]);
    return {
      issue: await reads.issue(found, {
        ...issued,
        by: found.owner,
        addressees: [submitTo],
        recipients: [office, reviewer],
      }),
      round: round.name,
      bases: basesOn(issued.number.day),
      approval: await approvalOf(reads, found, content),
      rows,
      envelopes: Object.entries(envelopeCells(round)).map(([cell, amount]) => ({
        ...sourceYearOf(cell),
        amount,
      })),
      ...replaced,
      submitTo,
    };
  };
