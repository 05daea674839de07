import { addCalendarDays } from '../../workflows/calendar.js';
import type { HeaderInput, LineInput } from '../../workflows/content.js';
import type { Day } from '../../workflows/vocabulary.js';
import { badInput, fault, type FieldFault } from '../errors.js';
import { dayBounds } from '../http/shapes.js';

/** How far the date in the document and the day of sending up or issuing it may lie apart, in calendar days. */
const documentDays = 30;

/** Both bounds are told, so that nobody is refused without a day that is taken. */
const outside = (path: string, found: Day | undefined, from: Day, to: Day): FieldFault[] =>
  found === undefined || (from <= found && found <= to)
    ? []
    : [fault(path, 'date.outside', { found, from, to })];

/**
 * Which date the rules reckon with (age of quotations, VAT rates, laws in force) is not typed at will: the date in
 * the document lies near the day on which it is sent up or issued.
 * @throws {Refusal} BAD_INPUT
 */
export const refuseFarDate = (documentDate: Day, day: Day, path: string): void => {
  const [from, to] = [addCalendarDays(day, -documentDays), addCalendarDays(day, documentDays)];
  const faults = outside(path, documentDate, from, to);
  if (faults.length > 0) throw badInput(faults);
};

/** Laws and prices that a document rests on are not of later days than itself. @throws {Refusal} BAD_INPUT */
export const refuseLaterDates = ({
  documentDate,
  legalBases,
  lines,
}: Pick<HeaderInput, 'documentDate' | 'legalBases'> & {
  lines: readonly (LineInput & { readonly id?: string })[];
}): void => {
  const faults = [
    ...legalBases.flatMap(({ date }, at) =>
      outside(`header.legalBases.${at}.date`, date, dayBounds.from, documentDate),
    ),
    ...lines.flatMap(({ quotations = [], priceEvidence = [] }, line) => [
      ...quotations.flatMap(({ date }, at) =>
        outside(`lines.${line}.quotations.${at}.date`, date, dayBounds.from, documentDate),
      ),
      ...priceEvidence.flatMap(({ date }, at) =>
        outside(`lines.${line}.priceEvidence.${at}.date`, date, dayBounds.from, documentDate),
      ),
    ]),
  ];
  if (faults.length > 0) throw badInput(faults);
};
