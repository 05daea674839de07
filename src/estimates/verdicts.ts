import type { EstimateContent, Line, LineVerdict } from '../../workflows/content.js';
import { MoneyError } from '../../workflows/money.js';
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

/** How many visible characters the reason for a verdict has at least, unless the line is accepted as it is. */
const shortestReason = 10;

/** Whether what was written is about the line as it stands now. */
export const isOf = (line: Line, { lineHash }: Pick<DraftVerdict, 'lineHash'>): boolean =>
  lineHash === hashOf(line);

/** Whether it is a verdict that can be concluded on, with the reason that it needs. */
export const isVerdict = (written: DraftVerdict): written is LineVerdict =>
  written.verdict === 'accept' ||
  (written.verdict !== undefined && visibleLength(written.reason ?? '') >= shortestReason);

/** The verdicts that still fit their lines, in the order of the lines; an edited line has lost its own. */
export const standingVerdicts = (frozen: EstimateContent, review: ReviewDraft | undefined): LineVerdict[] =>
  frozen.lines.flatMap((line) => {
    const written = review?.verdicts[line.id];
    return written && isVerdict(written) && isOf(line, written) ? [written] : [];
  });

/** What a line comes to before VAT as it is judged, đồng. @throws {Refusal} BAD_INPUT beyond what is exact */
const amountAfter = (line: Line, judged: Pick<LineVerdict, 'quantity' | 'unitPrice'>): Money => {
  const { quantity = line.quantity, unitPrice = line.unitPrice } = judged;
  try {
    return computeLine({ ...line, quantity, unitPrice }).amount;
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    throw badInput([fault('unitPrice', 'number.unsafe', { found: error.found })]);
  }
};

/** How the reviewer judges one line. */
export const setVerdict = (contents: ContentStore): Edit => ({
  part: 'review',
  empty: () => Promise.resolve({ verdicts: {} } satisfies ReviewDraft),
  async apply({ found, body, input, person }) {
    const { lineId, ...verdict } = input as Omit<DraftVerdict, 'lineHash' | 'by'>;
    const frozen = await frozenOf<EstimateContent>(contents, found);
    const line = frozen.lines.find(({ id }) => id === lineId);
    if (!line) throw new Refusal('NOT_FOUND', { line: lineId });
    const above = verdict.verdict === 'reduce' && amountAfter(line, verdict) > line.amount;
    if (above && !verdict.increaseReason) {
      const params = { found: null, limit: line.amount, rule: 'R23' };
      throw badInput([fault('increaseReason', 'any.required', params)]);
    }
    const { [lineId]: _before, ...others } = (body as ReviewDraft).verdicts;
    if (Object.values(verdict).every((field) => field === undefined)) return { verdicts: others };
    const written: DraftVerdict = { ...verdict, lineId, lineHash: hashOf(line), by: person.id };
    return { verdicts: { ...others, [lineId]: written } } satisfies ReviewDraft;
  },
});
