import type { Day, OutsidePaper } from '../../workflows/vocabulary.js';
import { badInput, fault, type FieldFault } from '../errors.js';
import type { Attachments } from './attachments.js';
import type { Asked } from './ports.js';

/**
 * Holds a paper of a body outside against what is known of it: one that decides on ours is neither older than it nor
 * of a day to come, and the file that it names is attached to the case.
 * @param issued the day of ours
 * @throws {Refusal} BAD_INPUT
 */
export const checkOutsidePaper = async (
  attachments: Pick<Attachments, 'find'>,
  { found, event, day }: Pick<Asked, 'found' | 'event' | 'day'>,
  issued: Day | null,
): Promise<void> => {
  const { date, file } = event as unknown as Pick<OutsidePaper, 'date' | 'file'>;
  const from = issued ?? date;
  const faults: FieldFault[] = [];
  if (date < from || date > day)
    faults.push(fault('event.date', 'date.outside', { found: date, from, to: day }));
  if (file && !(await attachments.find(found, file)))
    faults.push(fault('event.file', 'file.unknown', { found: file }));
  if (faults.length > 0) throw badInput(faults);
};
