import Joi from 'joi';
import { fundingSources } from '../../workflows/content.js';

const text = (min: number, max: number) => Joi.string().trim().min(min).max(max);
const caseId = () => Joi.string().hex().length(20);
const hash = () => Joi.string().hex().length(64);
const reason = () => text(10, 2000).required();

const row = {
  estimate: caseId(),
  source: Joi.valid(...fundingSources),
  year: Joi.number().integer().min(2025).max(2030),
  amount: Joi.number().integer().min(0).max(9e15),
  note: text(1, 1000).allow(''),
};
const whole = Joi.object(row).fork(['estimate', 'source', 'year', 'amount'], (field) => field.required());

export const startAllocation = Joi.object({ round: text(1, 50), adjusts: caseId() }).oxor('round', 'adjusts');

export const allocationEditSchemas = {
  replace: { part: 'content', schema: Joi.object({ lines: Joi.array().items(whole).max(20000).required() }) },
  addLine: { part: 'content', schema: Joi.object({ line: whole.required() }) },
  setLine: { part: 'content', schema: Joi.object(row).min(1) },
  removeLine: { part: 'content', schema: Joi.object({}) },
} as const;

/** What each event must carry besides its type. An event that is missing here cannot come from outside. */
export const allocationEvents: Readonly<Record<string, Joi.ObjectSchema>> = {
  SEND_UP: Joi.object({ rev: Joi.number().integer().min(1).required() }),
  ABANDON: Joi.object({ reason: reason() }),
  ENDORSE: Joi.object({ hash: hash().required() }),
  SIGN: Joi.object({ hash: hash().required() }),
  ISSUE: Joi.object({
    hash: hash().required(),
    date: Joi.string()
      .pattern(/^\d{4}-\d{2}-\d{2}$/, 'day')
      .isoDate()
      .required(),
  }),
  SEND_BACK: Joi.object({ reason: reason() }),
  RECALL: Joi.object({}),
  PASS: Joi.object({}),
  APPROVE: Joi.object({}),
  DECLINE: Joi.object({ reason: reason() }),
};
