import { addWorkingDays } from '../../workflows/calendar.js';
import type { EstimateContent, Line } from '../../workflows/content.js';
import type { ConsolidationContent } from '../consolidations/table.js';
import { money, quantity as figure, withUnit } from '../documents/format.js';
import type {
  LetterDossier,
  ReturnLetterSource,
  SupplementLetterSource,
} from '../documents/views/letters.js';
import type { Remark, Remarks } from '../estimates/remarks.js';
import { expected } from '../engine/known.js';
import type { Case } from '../engine/ports.js';
import { referenceTo } from './issueOf.js';
import type { PaperReads } from './reads.js';
import { issuedAs, type Told } from './told.js';

/** Working days within which a returned estimate is sent again. */
const resubmission = 5;

/** What a letter is about: the dossier in words, and those of its lines or estimates that it names. */
type About = Pick<LetterDossier, 'name'> & Pick<SupplementLetterSource, 'points'>;

const aboutEstimate = async ({ contents }: PaperReads, found: Case, told: Told): Promise<About> => {
  const content = await contents.get<EstimateContent>(found.tenant, told.content);
  const { fiscalYearFrom: from, fiscalYearTo: to } = content;
  const remarks = told.remarks ? (await contents.get<Remarks>(found.tenant, told.remarks)).remarks : [];
  const named = new Set([...(told.lines ?? []), ...remarks.map(({ lineId }) => lineId)]);
  return {
    name: `dự toán kinh phí chuyển đổi số ${from === to ? `năm ${from}` : `giai đoạn ${from}-${to}`}`,
    points: content.lines.flatMap((line, at) =>
      named.has(line.id)
        ? [
            {
              name: `Dòng ${at + 1}: ${line.name}`,
              reason: remarkText(
                line,
                remarks.find(({ lineId }) => lineId === line.id),
              ),
            },
          ]
        : [],
    ),
  };
};

/** What is said of a line: what the reviewer proposes for it, and why. The general reason stands above already. */
const remarkText = (line: Line, remark: Remark | undefined): string => {
  const { verdict, quantity = line.quantity, unitPrice = line.unitPrice, reason } = remark ?? {};
  const proposed =
    verdict === 'reduce'
      ? `Đề nghị còn ${withUnit(figure(quantity), line.unit)}, đơn giá ${withUnit(money(unitPrice), 'đồng')}`
      : verdict === 'exclude'
        ? 'Đề nghị đưa ra khỏi dự toán'
        : '';
  return [proposed, reason ?? ''].filter(Boolean).join(': ') || 'Hoàn thiện theo lý do nêu trên';
};

const aboutConsolidation = async (
  { contents, round }: PaperReads,
  found: Case,
  told: Told,
): Promise<About> => {
  const [content, { name }] = await Promise.all([
    contents.get<ConsolidationContent>(found.tenant, told.content),
    round(found),
  ]);
  const named = new Set(told.estimates);
  return {
    name: `tổng hợp dự toán ${name}`,
    points: content.rows
      .filter((row) => named.has(row.case))
      .map((row) => ({ name: `${row.agency.name} (${row.code})`, reason: reasonOf(told) })),
  };
};

const reasonOf = ({ reason }: Told) => expected(reason, 'the reason of a letter');

/** A letter of the agency that has an estimate or a consolidation in hand, to the owner. */
const letter = async (reads: PaperReads, found: Case, told: Told) => {
  const estimate = found.kind === 'estimate';
  const { parties } = found.context;
  const by = estimate ? parties.reviewer : parties.appraiser;
  const answered = expected(told.issued, 'the number of the paper that a letter answers');
  const [sender, owner, about] = await Promise.all([
    reads.agency(found, by),
    reads.name(found, found.owner),
    estimate ? aboutEstimate(reads, found, told) : aboutConsolidation(reads, found, told),
  ]);
  const typeName = answered.type === 'BC' ? 'Báo cáo' : 'Tờ trình';
  return {
    issue: await reads.issue(found, {
      ...issuedAs(told),
      by,
      addressees: [owner],
      recipients: ['Lãnh đạo cơ quan (để báo cáo)'],
    }),
    dossier: {
      code: found.code,
      name: about.name,
      sender: owner,
      incoming: { typeName, ...referenceTo(answered) },
    },
    reason: reasonOf(told),
    points: about.points,
    contact:
      sender.part === 'scienceAndTechnology'
        ? 'Phòng Chuyển đổi số'
        : `chuyên viên phụ trách hồ sơ của ${sender.name}`,
  };
};

/** The letter that returns a dossier; an estimate is sent again within five working days. */
export const returnLetter =
  (reads: PaperReads) =>
  async (found: Case, told: Told): Promise<ReturnLetterSource> => {
    const { day } = issuedAs(told).number;
    return {
      ...(await letter(reads, found, told)),
      ...(found.kind === 'estimate' && { resubmitBy: addWorkingDays(day, resubmission) }),
    };
  };

/** The letter that asks for supplements until a day. */
export const supplementLetter =
  (reads: PaperReads) =>
  async (found: Case, told: Told): Promise<SupplementLetterSource> => ({
    ...(await letter(reads, found, told)),
    due: expected(told.due, 'the day until which a supplement is asked for'),
  });
