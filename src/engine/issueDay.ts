import type { Signature } from '../../workflows/preparing.js';
import type { Day } from '../../workflows/vocabulary.js';
import { badInput, fault } from '../errors.js';
import type { Asked } from './ports.js';

/**
 * The day that is put on a paper: from the day it was signed, today at the latest.
 * @throws {Refusal} BAD_INPUT
 */
export const issueDayOf = ({ event, day }: Pick<Asked, 'event' | 'day'>, signer: Signature | null): Day => {
  const date = event['date'] as Day;
  const signed = signer?.day ?? day;
  if (date > day || date < signed) {
    throw badInput([fault('event.date', 'date.outside', { found: date, from: signed, to: day })]);
  }
  return date;
};
