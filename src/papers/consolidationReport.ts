import type { ConsolidationContent, Settlement } from '../consolidations/table.js';
import type { ConsolidationReportSource } from '../documents/views/consolidationReport.js';
import { money, withUnit } from '../documents/format.js';
import { estimateOf } from '../engine/contexts.js';
import type { Case } from '../engine/ports.js';
import { basesOn } from './bases.js';
import type { PaperReads } from './reads.js';
import { issuedAs, type Told } from './told.js';

const settlementNames: Readonly<Record<Settlement, string>> = {
  complementary: 'Không trùng lặp, bổ sung cho nhau',
  keepSeparate: 'Giữ riêng',
  merge: 'Gộp, giao một đơn vị chủ trì',
  usePlatform: 'Dùng chung nền tảng của thành phố',
  exclude: 'Loại khỏi tổng hợp',
};

/** How a group was settled: who leads, and what left the table by it. */
const outcome = (
  { sides, settled }: Pick<ConsolidationContent['overlaps'][number], 'sides' | 'settled'>,
  rows: ConsolidationContent['rows'],
): string => {
  const lead = sides.find(({ agency }) => agency.id === settled.lead)?.agency.name;
  const gone = rows.flatMap(({ code, takenOut }) =>
    takenOut
      .filter(({ group }) => group === settled.group)
      .map(({ lineName, amount }) => `${code}, ${lineName} (${withUnit(money(amount), 'đồng')})`),
  );
  return [
    settlementNames[settled.decision] + (lead ? ` (${lead})` : ''),
    ...(gone.length > 0 ? [`đưa ra khỏi bảng tổng hợp: ${gone.join('; ')}`] : []),
  ].join('; ');
};

/** The reviewer's report on all estimates of a round. */
export const consolidationReport =
  ({ contents, cases, round: roundOf, name, authority, issue }: PaperReads) =>
  async (found: Case, told: Told): Promise<ConsolidationReportSource> => {
    const issued = issuedAs(told);
    const [content, round, finance, committee] = await Promise.all([
      contents.get<ConsolidationContent>(found.tenant, told.content),
      roundOf(found),
      name(found, found.context.parties.appraiser),
      authority(found),
    ]);
    const { rows, overlaps, answers } = content;
    const estimates = await cases.loadMany(
      found.tenant,
      rows.map((row) => row.case),
    );
    // Nobody reviews what they sent themselves (R27): who did it in their stead is said.
    const elsewhere = estimates.filter((estimate) => estimateOf(estimate).parties.reviewer !== found.owner);
    const reviewedElsewhere = await Promise.all(
      elsewhere.map(async (estimate) => ({
        agency: await name(found, estimate.owner),
        code: estimate.code,
        by: await name(found, estimateOf(estimate).parties.reviewer),
      })),
    );
    return {
      issue: await issue(found, {
        ...issued,
        by: found.owner,
        addressees: [finance],
        recipients: [committee],
      }),
      round: { name: round.name, submissionDue: round.deadlines.department },
      bases: basesOn(issued.number.day),
      rows,
      sent: { expected: answers.agencies, onTime: answers.onTime, nil: answers.nil },
      late: await Promise.all(
        answers.late.map(async ({ agency, workingDays }) => ({
          agency: await name(found, agency),
          workingDays,
        })),
      ),
      reviewedElsewhere,
      overlaps: await Promise.all(
        overlaps.map(async ({ name: system, sides, settled }) => ({
          name: system,
          codes: [...new Set(sides.map(({ code }) => code))],
          by: await name(found, settled.agency),
          decision: outcome({ sides, settled }, rows),
          reason: settled.reason,
        })),
      ),
      difficulties: content.difficulties ?? '',
    };
  };
