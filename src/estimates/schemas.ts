import Joi from 'joi';
import {
  dayShape,
  hashShape,
  meaning,
  moneyShape,
  paperNumberShape,
  textShape,
  outsidePaperFields,
} from '../http/shapes.js';
import { draftHeader, draftLine, lineId, maxLines } from './form.js';

const reason = () => textShape(2000, 10);

export const startEstimate = Joi.object({ round: textShape(50) });

export const editSchemas = {
  setHeader: { part: 'content', schema: draftHeader.min(1) },
  replace: {
    part: 'content',
    schema: Joi.object({
      header: draftHeader.required(),
      lines: Joi.array().items(draftLine).max(maxLines).required(),
    }),
  },
  addLine: {
    part: 'content',
    schema: Joi.object({ line: draftLine.required(), after: lineId().allow(null) }),
  },
  setLine: { part: 'content', schema: draftLine.min(1) },
  removeLine: { part: 'content', schema: Joi.object({}) },
  restoreLine: { part: 'content', schema: Joi.object({}) },
  moveLine: {
    part: 'content',
    schema: Joi.object({ to: meaning('move', Joi.number().integer().min(1).max(maxLines).required()) }),
  },
  // Without a verdict, or the reason for it, it is a note to go on from; with nothing at all what stood there goes.
  setVerdict: {
    part: 'review',
    schema: Joi.object({
      verdict: Joi.valid('accept', 'reduce', 'exclude', 'return'),
      quantity: Joi.number().greater(0).max(1e12).precision(3),
      unitPrice: Joi.number().integer().min(1).max(9e15),
      reason: textShape(2000),
      increaseReason: textShape(2000),
    }),
  },
} as const;

/** What each event must carry besides its type. An event that is missing here cannot come from outside. */
export const estimateEvents: Readonly<Record<string, Joi.ObjectSchema>> = {
  SEND_UP: Joi.object({ rev: Joi.number().integer().min(1).required() }),
  ENDORSE: Joi.object({ hash: hashShape.required() }),
  SIGN: Joi.object({ hash: hashShape }),
  ISSUE: Joi.object({ hash: hashShape.required(), date: dayShape.required(), number: paperNumberShape }),
  SEND_BACK: Joi.object({ reason: reason().required() }),
  RECALL: Joi.object({}),
  DECLARE_NIL: Joi.object({}),
  REOPEN: Joi.object({ reason: reason() }),
  OPEN_ALL: Joi.object({}),
  ABANDON: Joi.object({ reason: reason().required() }),
  REGISTER: Joi.object({
    substitutes: Joi.object({
      reviewer: textShape(20),
      appraiser: textShape(20),
      security: textShape(20),
      authority: textShape(20),
    }),
  }),
  REFUSE_RECEIPT: Joi.object({ reason: reason().required() }),
  WITHDRAW: Joi.object({ reason: reason().required() }),
  CONCLUDE_LINES: Joi.object({ rev: Joi.number().integer().min(1).required() }),
  REOPEN_LINES: Joi.object({}),
  ASK_OPINION: Joi.object({}),
  GIVE_OPINION: Joi.object({
    hash: hashShape.required(),
    verdict: Joi.valid('agree', 'agreeWithConditions', 'disagree').required(),
    agreedLevel: Joi.number().integer().min(1).max(5).required(),
    conditions: textShape(5000, 10).when('verdict', {
      is: 'agree',
      then: Joi.forbidden(),
      otherwise: Joi.required(),
    }),
  }),
  TAKE_BACK: Joi.object({}),
  REQUEST_SUPPLEMENT: Joi.object({
    reason: reason().required(),
    due: dayShape.required(),
    number: paperNumberShape,
  }),
  SUPPLY: Joi.object({ note: textShape(2000, 3).required() }),
  TAKE_BACK_SUPPLEMENT: Joi.object({}),
  RETURN: Joi.object({
    reason: reason().required(),
    rev: Joi.number()
      .integer()
      .min(0)
      .description('Of the review that was seen; required while the lines are open'),
    lines: Joi.array().items(lineId()).max(maxLines).unique().default([]),
    number: paperNumberShape,
  }),
  ACCEPT: Joi.object({}),
  REVISE: Joi.object({}),
  OWN_DECISION: Joi.object({
    verdict: Joi.valid('approve', 'decline').required(),
    amount: moneyShape.required().when('verdict', { is: 'decline', then: Joi.valid(0) }),
    ...outsidePaperFields('ownDecision'),
  }),
  CONFIRM_CONDITIONS: Joi.object({ note: textShape(2000, 3).required() }),
  CLOSE: Joi.object({ reason: reason().required() }),
};
