import type { Request } from 'express';
import { badInput, Refusal } from '../errors.js';

/** The ETag of a case's seq, or of the rev of a draft or of what administrators set. */
export const etag = (revision: number): string => `"${revision}"`;

/**
 * The revision that the caller read and now changes. A weak tag is taken too: proxies that compress weaken it.
 * @throws {Refusal} PRECONDITION_REQUIRED without `If-Match`, BAD_INPUT when it is none of our tags
 */
export const ifMatch = (req: Request): number => {
  const given = req.get('If-Match');
  if (given === undefined) throw new Refusal('PRECONDITION_REQUIRED', { header: 'If-Match' });
  const revision = /^(?:W\/)?"(\d{1,15})"$/.exec(given.trim())?.[1];
  if (revision === undefined)
    throw badInput([{ path: 'header.If-Match', code: 'header.ifMatch', params: {} }]);
  return Number(revision);
};

/**
 * The revision of what is set: by `If-Match` what was read, by `If-None-Match: *` none (0), because it is made.
 * @throws {Refusal} PRECONDITION_REQUIRED without either, BAD_INPUT when it is another form
 */
export const ifMatchOrNew = (req: Request): number => {
  const none = req.get('If-None-Match');
  if (none === undefined) return ifMatch(req);
  if (none.trim() !== '*' || req.get('If-Match') !== undefined)
    throw badInput([{ path: 'header.If-None-Match', code: 'header.ifNoneMatch', params: {} }]);
  return 0;
};

const keyForm = /^[\w.:~-]{8,200}$/;

/**
 * What names this request, so that sending it twice does it once. The engine scopes it by person.
 * @throws {Refusal} BAD_INPUT when it is missing or has another form
 */
export const idempotencyKey = (req: Request): string => {
  const key = req.get('Idempotency-Key');
  const fault = (code: string) => badInput([{ path: 'header.Idempotency-Key', code, params: {} }]);
  if (key === undefined) throw fault('header.required');
  if (!keyForm.test(key)) throw fault('header.idempotencyKey');
  return key;
};
