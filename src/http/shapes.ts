import Joi from 'joi';
import { visibleLength } from '../repertoire.js';
import { kinds, roles } from '../../workflows/vocabulary.js';

/** Days of law and of people lie between the State's first day and the end of what anybody plans. */
export const dayBounds = { from: '1945-09-02', to: '2100-12-31' } as const;

/** A calendar day that exists, `YYYY-MM-DD`. Texts stay texts: joi's own dates would change them. */
export const dayShape = Joi.string()
  .pattern(/^\d{4}-\d{2}-\d{2}$/, 'YYYY-MM-DD')
  .custom((value: string, helpers) => {
    const moment = new Date(`${value}T00:00:00Z`);
    const exists = !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(value);
    if (!exists) return helpers.error('day.unknown');
    return value < dayBounds.from || value > dayBounds.to ? helpers.error('day.outside') : value;
  })
  .description(`A day, YYYY-MM-DD, from ${dayBounds.from} to ${dayBounds.to}`);

/** A field whose name means something else elsewhere: faults say what it is of, and are worded as `fieldIn.<of>.<name>`. */
export const meaning = (of: string, shape: Joi.Schema): Joi.Schema =>
  shape.error((errors) => {
    for (const { local } of errors) (local as Record<string, unknown>)['of'] = of;
    return errors;
  });

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

/** One line or several of somebody's writing; what cannot be seen does not count towards `min`. */
export const textShape = (max: number, min = 1) =>
  Joi.string()
    .trim()
    .min(min)
    .max(max)
    .custom((value: string, helpers) =>
      value.length >= min && visibleLength(value) < min ? helpers.error('string.min', { limit: min }) : value,
    );

/** Symbol of a department or code of a commune. */
export const agencyRefShape = Joi.string()
  .pattern(/^[\p{L}\p{N}.-]{1,30}$/u, 'A symbol or a code')
  .description('Symbol of a department or code of a commune');

export const usernameShape = Joi.string()
  .pattern(/^[a-z0-9][a-z0-9._-]{2,63}$/, 'a-z 0-9 . _ -')
  .description('Small letters, digits, . _ -');

/** What the system makes as an id. */
export const idShape = Joi.string().pattern(/^[\w.:-]{1,100}$/, 'An id');

export const dueSureShape = Joi.boolean().description(
  'false: the due day rests on days off that are not announced yet, and may still change',
);
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

/** The symbols of papers that somebody else makes, by kind (decree 30/2020, appendices I and III). */
const outsideSymbols = {
  /** A council's. */
  resolution: ['NQ-HĐND'],
  /** A commune's on its own money: of its committee, or of its council. */
  ownDecision: ['QĐ-UBND', 'NQ-HĐND'],
} as const;

/**
 * A paper that somebody else made: its number as it stands there, of the kind that it must be – a council's legal
 * texts have the year in it –, its day, who signed it; its scan.
 */
export const outsidePaperFields = (kind: keyof typeof outsideSymbols) => ({
  number: Joi.string()
    .pattern(
      new RegExp(`^0*[1-9]\\d{0,5}(/\\d{4})?/(${outsideSymbols[kind].join('|')})$`, 'u'),
      outsideSymbols[kind].map((symbol) => `15/${symbol}`).join(', '),
    )
    .max(50)
    .required()
    .description(
      `As it stands on the paper: ${outsideSymbols[kind].map((symbol) => `15/${symbol}`).join(', ')}`,
    ),
  date: dayShape.required(),
  signer: textShape(100, 3).required().description('Who signed it'),
  file: hashShape.description('Of a file that is attached to the case'),
});
