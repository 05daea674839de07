import type { AllocationContent } from '../allocations/content.js';
import type { AllocationProposalSource } from '../documents/views/allocationProposal.js';
import type { FundedRow } from '../documents/views/fundedList.js';
import { allocationOf, consolidationOf } from '../engine/contexts.js';
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

/** A decision on a table, or a council's resolution, as it is cited. */
const paperOf = (table: Case) => {
  const { decision } = consolidationOf(table);
  if (decision?.outside) {
    const { number, date } = decision.outside;
    return { typeName: 'Nghị quyết' as const, number, day: date };
  }
  const number = expected(decision?.number, `the number of ${table.code}'s decision`);
  return { typeName: 'Quyết định' as const, ...referenceTo(number) };
};

/** The decisions by which the estimates of an allocation were approved, with what each approved; oldest first. */
const approvalsOf = async ({ cases }: PaperReads, { tenant }: Case, content: AllocationContent) => {
  const tables = await cases.loadMany(
    tenant,
    content.approvals.map(({ consolidation }) => consolidation),
  );
  const approvals = content.approvals.map(({ consolidation, ...approval }) => {
    const table = tables.find(({ id }) => id === consolidation);
    return { ...paperOf(expected(table, `the consolidation ${consolidation}`)), ...approval };
  });
  return approvals.toSorted(
    (one, other) => one.day.localeCompare(other.day) || one.number.localeCompare(other.number),
  );
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
      approvals: await approvalsOf(reads, found, content),
      rows,
      envelopes: content.envelopes,
      ...replaced,
      submitTo,
    };
  };
