import Joi from 'joi';
import { badInput } from '../errors.js';

/** How a list is asked for; `cursor` is what an earlier answer gave as `next`. */
export const pageQuery = {
  cursor: Joi.string().max(1000).description('`next` of the answer before; without it, from the start'),
  limit: Joi.number().integer().min(1).max(100).default(50).description('How many at most'),
};

/** A page of a list as it was asked for. */
export interface PageQuery {
  readonly cursor?: string;
  readonly limit: number;
}

/** A place in a list, as text that callers hand back unread. */
export const cursorOf = (position: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/**
 * The place that a cursor names.
 * @param form what each part of the place must be
 * @throws {Refusal} BAD_INPUT when it is none that this list gave
 */
export const positionOf = <T extends readonly unknown[]>(
  cursor: string | undefined,
  form: Joi.Schema,
): T | null => {
  if (cursor === undefined) return null;
  const refused = badInput([{ path: 'query.cursor', code: 'cursor.invalid', params: {} }]);
  let position: unknown;
  try {
    position = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refused;
  }
  const { error } = form.validate(position, { convert: false });
  if (error || !Array.isArray(position)) throw refused;
  return position as unknown as T;
};

/** A cursor that is one text. */
export const keyOf = (cursor: string | undefined): string | null =>
  positionOf<[string]>(cursor, Joi.array().items(Joi.string().max(300)).length(1).required())?.[0] ?? null;

/** A page of a list sorted by one text: fetch one more than asked, and it tells whether there is a next one. */
export const pageOf = <T>(found: readonly T[], limit: number, key: (item: T) => string) => {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? cursorOf([key(last)]) : null };
};
