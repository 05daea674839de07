import type { EstimateContent, Line, LineVerdict } from '../../workflows/content.js';
import { exactly, MoneyError, mostMoney } from '../../workflows/money.js';
import { computeLine } from '../../workflows/totals.js';
import type { Money } from '../../workflows/vocabulary.js';
import { frozenOf } from '../engine/frozen.js';
import { hashOf } from '../engine/journal.js';
import type { ContentStore, Edit } from '../engine/ports.js';
import { badInput, fault, Refusal } from '../errors.js';
import { visibleLength } from '../repertoire.js';

/** What a reviewer has written about a line so far; without a verdict it is only a note. */
export type DraftVerdict = Omit<LineVerdict, 'verdict'> & Partial<Pick<LineVerdict, 'verdict'>>;

/** A reviewer's private verdicts and notes, by line. */
export interface ReviewDraft {
  readonly verdicts: Readonly<Record<string, DraftVerdict>>;
}

/** How many visible characters a reason has at least. */
const shortestReason = 10;

/** Whether what was written is about the line as it stands now. */
export const isOf = (line: Line, { lineHash }: Pick<DraftVerdict, 'lineHash'>): boolean =>
  lineHash === hashOf(line);

const isReason = (text = '') => visibleLength(text) >= shortestReason;

/** What a line comes to before VAT as it is judged, đồng. @throws {Refusal} BAD_INPUT beyond what is exact */
const amountAfter = (line: Line, judged: Pick<LineVerdict, 'quantity' | 'unitPrice'>): Money => {
  const { quantity = line.quantity, unitPrice = line.unitPrice } = judged;
  const amount = exactly(() => computeLine({ ...line, quantity, unitPrice }).amount);
  if (amount instanceof MoneyError)
    throw badInput([fault('unitPrice', 'money.product', { found: amount.found, limit: mostMoney })]);
  return amount;
};

/**
 * What is lacking until a line can be concluded on; null: nothing.
 *
 * - `unjudged`: a verdict
 * - `lapsed`: a verdict on the line as it stands now
 * - `contradicted`: an accepted line has no other figures beside it
 * - `unreasoned`: the reason of all but a line that is accepted as it is
 * - `unreduced`: a figure that is another than what was asked for
 * - `unjustified`: why more is proposed than was asked for (R23)
 */
export const lackOf = (
  line: Line,
  written: DraftVerdict | undefined,
): 'unjudged' | 'lapsed' | 'contradicted' | 'unreasoned' | 'unreduced' | 'unjustified' | null => {
  if (written?.verdict === undefined) return 'unjudged';
  if (!isOf(line, written)) return 'lapsed';
  const { quantity = line.quantity, unitPrice = line.unitPrice } = written;
  const isSame = quantity === line.quantity && unitPrice === line.unitPrice;
  if (written.verdict === 'accept') return isSame ? null : 'contradicted';
  if (!isReason(written.reason)) return 'unreasoned';
  if (written.verdict !== 'reduce') return null;
  if (isSame) return 'unreduced';
  if (isReason(written.increaseReason)) return null;
  return amountAfter(line, written) > line.amount ? 'unjustified' : null;
};

/** The verdicts that still fit their lines, in the order of the lines; an edited line has lost its own. */
export const standingVerdicts = (frozen: EstimateContent, review: ReviewDraft | undefined): LineVerdict[] =>
  frozen.lines.flatMap((line) => {
    const written = review?.verdicts[line.id];
    return lackOf(line, written) === null ? [written as LineVerdict] : [];
  });

/** How the reviewer judges one line. */
export const setVerdict = (contents: ContentStore): Edit => ({
  part: 'review',
  empty: () => Promise.resolve({ verdicts: {} } satisfies ReviewDraft),
  async apply({ found, body, input, person }) {
    const { lineId, ...verdict } = input as Omit<DraftVerdict, 'lineHash' | 'by'>;
    const frozen = await frozenOf<EstimateContent>(contents, found);
    const line = frozen.lines.find(({ id }) => id === lineId);
    if (!line) throw new Refusal('NOT_FOUND', { line: lineId });
    // What cannot be counted is not kept either.
    amountAfter(line, verdict);
    const { [lineId]: _before, ...others } = (body as ReviewDraft).verdicts;
    if (Object.values(verdict).every((field) => field === undefined)) return { verdicts: others };
    const written: DraftVerdict = { ...verdict, lineId, lineHash: hashOf(line), by: person.id };
    return { verdicts: { ...others, [lineId]: written } } satisfies ReviewDraft;
  },
});
