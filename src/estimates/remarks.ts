import type { EstimateContent, LineVerdict } from '../../workflows/content.js';
import type { Hash } from '../../workflows/vocabulary.js';
import { isOf, lackOf, type DraftVerdict } from './verdicts.js';

/** What the reviewer says of a line to the agency that it returns the estimate to; who wrote it is not told. */
export type Remark = Pick<LineVerdict, 'lineId'> &
  Partial<Pick<LineVerdict, 'verdict' | 'quantity' | 'unitPrice' | 'reason'>>;

/** What RETURN freezes, line by line, so that the letter and the agency's pages say the same. */
export interface Remarks {
  readonly kind: 'remarks';
  readonly content: Hash;
  readonly remarks: readonly Remark[];
}

/**
 * What is told of the private review: each line that was judged as anything but accepted, and what was noted on a
 * line that is returned by name. Notes on other lines stay with who wrote them.
 */
export const remarksOn = (
  { lines }: Pick<EstimateContent, 'lines'>,
  written: Readonly<Record<string, DraftVerdict>>,
  named: readonly string[],
): Remark[] =>
  lines.flatMap((line) => {
    const found = written[line.id];
    if (!found || !isOf(line, found)) return [];
    const { quantity, unitPrice, reason } = found;
    const verdict = lackOf(line, found) === null ? found.verdict : undefined;
    const isJudged = verdict !== undefined && verdict !== 'accept';
    const isNoted = named.includes(line.id) && reason !== undefined && reason !== '';
    if (!isJudged && !isNoted) return [];
    return [
      {
        lineId: line.id,
        ...(verdict !== undefined && { verdict }),
        // What was left as asked stands too: the draft that it is read beside moves on.
        ...(verdict === 'reduce' && {
          quantity: quantity ?? line.quantity,
          unitPrice: unitPrice ?? line.unitPrice,
        }),
        ...(reason !== undefined && { reason }),
      },
    ];
  });
