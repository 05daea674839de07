import Joi from 'joi';
import { fundingSources } from '../../workflows/content.js';
import { mostRows, neededFields } from './content.js';
import { dayShape, hashShape, moneyShape, paperNumberShape, textShape } from '../http/shapes.js';

const caseId = () => Joi.string().hex().length(20);
const reason = () => textShape(2000, 10).required();

const row = {
  estimate: caseId(),
  source: Joi.valid(...fundingSources),
  year: Joi.number().integer().min(2025).max(2030),
  amount: moneyShape,
  note: textShape(1000).allow(''),
};
const whole = Joi.object(row).fork([...neededFields], (field) => field.required());

export const startAllocation = Joi.object({ round: textShape(50), adjusts: caseId() }).oxor(
  'round',
  'adjusts',
);

export const allocationEditSchemas = {
  replace: {
    part: 'content',
    schema: Joi.object({ lines: Joi.array().items(whole).max(mostRows).required() }),
  },
  addLine: { part: 'content', schema: Joi.object({ line: whole.required() }) },
  setLine: { part: 'content', schema: Joi.object(row).min(1) },
  removeLine: { part: 'content', schema: Joi.object({}) },
  restoreLine: { part: 'content', schema: Joi.object({}) },
} as const;

/** What each event must carry besides its type. An event that is missing here cannot come from outside. */
export const allocationEvents: Readonly<Record<string, Joi.ObjectSchema>> = {
  SEND_UP: Joi.object({ rev: Joi.number().integer().min(1).required() }),
  ABANDON: Joi.object({ reason: reason() }),
  ENDORSE: Joi.object({ hash: hashShape.required() }),
  SIGN: Joi.object({ hash: hashShape.required() }),
  ISSUE: Joi.object({
    hash: hashShape.required(),
    date: dayShape.required(),
    number: paperNumberShape,
  }),
  SEND_BACK: Joi.object({ reason: reason() }),
  RECALL: Joi.object({}),
  PASS: Joi.object({ hash: hashShape.required() }),
  APPROVE: Joi.object({ hash: hashShape.required(), number: paperNumberShape }),
  DECLINE: Joi.object({ hash: hashShape.required(), reason: reason() }),
};
