import Joi from 'joi';
import { kinds, roles } from '../../workflows/vocabulary.js';

/** A calendar day that exists, `YYYY-MM-DD`. Texts stay texts: joi's own dates would change them. */
export const dayShape = Joi.string()
  .pattern(/^\d{4}-\d{2}-\d{2}$/, 'YYYY-MM-DD')
  .custom((value: string, helpers) => {
    const moment = new Date(`${value}T00:00:00Z`);
    const exists = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(value);
    return exists ? value : helpers.error('day.unknown');
  })
  .description('A day, YYYY-MM-DD');

/** Whole đồng, not negative. */
export const moneyShape = Joi.number().integer().min(0).max(9e15).description('Whole đồng');

/** SHA-256, hexadecimal. */
export const hashShape = Joi.string().pattern(/^[0-9a-f]{64}$/, 'SHA-256');

/** The number of a paper, where its agency's own system gives it. */
export const paperNumberShape = Joi.number()
  .integer()
  .min(1)
  .max(999_999)
  .description('Only where the agency numbers its papers in a system of its own');

/** One line or several of somebody's writing. */
export const textShape = (max: number, min = 1) => Joi.string().trim().min(min).max(max);

/** Symbol of a department or code of a commune. */
export const agencyRefShape = Joi.string()
  .pattern(/^[\p{L}\p{N}.-]{1,30}$/u, 'A symbol or a code')
  .description('Symbol of a department or code of a commune');

export const usernameShape = Joi.string()
  .pattern(/^[a-z0-9][a-z0-9._-]{2,63}$/, 'a-z 0-9 . _ -')
  .description('Small letters, digits, . _ -');

/** What the system makes as an id. */
export const idShape = Joi.string().pattern(/^[\w.:-]{1,100}$/, 'An id');

export const roleShape = Joi.valid(...roles);
export const kindShape = Joi.valid(...kinds);

/** A page of a list. */
export const listShape = (item: Joi.Schema) =>
  Joi.object({
    items: Joi.array().items(item).required(),
    next: Joi.string().allow(null).required().description('`cursor` of the next page; null: there is none'),
  });

/** A list that comes whole. */
export const wholeListShape = (item: Joi.Schema) => Joi.object({ items: Joi.array().items(item).required() });
