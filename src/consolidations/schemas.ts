import Joi from 'joi';
import { appraisalCriteria } from '../../workflows/content.js';
import {
  dayShape,
  hashShape,
  moneyShape,
  outsidePaperFields,
  paperNumberShape,
  textShape,
} from '../http/shapes.js';
import { criterionResults } from './appraisal.js';
import { leadless, mostMembers, settlements } from './table.js';

const caseId = () => Joi.string().hex().length(20);
const reason = () => textShape(2000, 10).required();
const ids = () => Joi.array().items(caseId()).min(1).max(mostMembers).unique().required();
const amounts = () =>
  Joi.array()
    .items(
      Joi.object({
        estimate: caseId().required(),
        amount: moneyShape.required(),
        reason: textShape(2000, 10),
      }),
    )
    .min(1)
    .max(mostMembers)
    .unique('estimate');

export const startConsolidation = Joi.object({ round: textShape(50) });

export const consolidationEditSchemas = {
  // Without an amount it is a comment to go on from, and with nothing at all what stood there goes.
  setAppraisal: {
    part: 'appraisal',
    schema: Joi.object({
      amount: moneyShape,
      comment: textShape(2000).when('amount', { is: Joi.exist(), then: textShape(2000, 3) }),
      criteria: Joi.array()
        .items(
          Joi.object({
            code: Joi.valid(...appraisalCriteria).required(),
            result: Joi.valid(...criterionResults).required(),
            comment: textShape(2000).allow(''),
          }),
        )
        .unique('code')
        .max(appraisalCriteria.length)
        .default([]),
    }),
  },
} as const;

const resolution = outsidePaperFields('resolution');

/** What each event must carry besides its type. An event that is missing here cannot come from outside. */
export const consolidationEvents: Readonly<Record<string, Joi.ObjectSchema>> = {
  ADD: Joi.object({ ids: ids() }),
  REMOVE: Joi.object({ ids: ids() }),
  SETTLE_OVERLAP: Joi.object({
    group: textShape(200, 3).required(),
    decision: Joi.valid(...settlements).required(),
    lead: textShape(20).when('decision', {
      switch: [
        { is: 'merge', then: Joi.required() },
        { is: Joi.valid(...leadless).required(), then: Joi.forbidden() },
      ],
    }),
    reason: reason(),
  }),
  FREEZE: Joi.object({
    table: hashShape.required().description('As the insight names it'),
    difficulties: textShape(5000, 10).description('What stood in the way; it goes into the report'),
  }),
  ABANDON: Joi.object({ reason: reason() }),
  SEND_UP: Joi.object({ hash: hashShape.required() }),
  REOPEN: Joi.object({ reason: reason() }),
  ENDORSE: Joi.object({ hash: hashShape.required() }),
  SIGN: Joi.object({ hash: hashShape.required() }),
  ISSUE: Joi.object({
    hash: hashShape.required(),
    date: dayShape.required(),
    number: paperNumberShape,
    proposalNumber: paperNumberShape,
  }),
  SEND_BACK: Joi.object({ reason: reason() }),
  RECALL: Joi.object({}),
  RECEIVE: Joi.object({}),
  REFUSE_RECEIPT: Joi.object({ reason: reason() }),
  WITHDRAW: Joi.object({ reason: reason() }),
  REQUEST_SUPPLEMENT: Joi.object({ reason: reason(), due: dayShape.required(), number: paperNumberShape }),
  SUPPLY: Joi.object({ note: textShape(2000, 3).required() }),
  TAKE_BACK_SUPPLEMENT: Joi.object({}),
  CONCLUDE: Joi.object({ rev: Joi.number().integer().min(0).required() }),
  RETURN: Joi.object({
    reason: reason(),
    estimates: Joi.array().items(caseId()).max(mostMembers).unique().default([]),
    number: paperNumberShape,
  }),
  PASS: Joi.object({ hash: hashShape.required() }),
  APPROVE: Joi.object({ hash: hashShape.required(), number: paperNumberShape }),
  APPROVE_ADJUSTED: Joi.object({
    hash: hashShape.required(),
    reason: reason(),
    amounts: amounts().required(),
    number: paperNumberShape,
  }),
  REQUEST_EXPLANATION: Joi.object({ question: textShape(2000, 10).required() }),
  EXPLAIN: Joi.object({ answer: textShape(5000, 10).required() }),
  REFER_TO_COUNCIL: Joi.object({ hash: hashShape.required(), reason: reason() }),
  RESOLVE: Joi.object({
    hash: hashShape.required(),
    verdict: Joi.valid('approve', 'approveAdjusted', 'decline').required(),
    reason: reason(),
    amounts: amounts().when('verdict', {
      is: 'approveAdjusted',
      then: Joi.required(),
      otherwise: Joi.forbidden(),
    }),
    ...resolution,
    file: resolution.file.required(),
  }),
  TAKE_BACK: Joi.object({}),
  DECLINE: Joi.object({ hash: hashShape.required(), reason: reason(), number: paperNumberShape }),
};
