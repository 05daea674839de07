import Joi from 'joi';

const text = (min: number, max: number) => Joi.string().trim().min(min).max(max);
const day = () =>
  Joi.string()
    .pattern(/^\d{4}-\d{2}-\d{2}$/, 'day')
    .isoDate();
const caseId = () => Joi.string().hex().length(20);
const hash = () => Joi.string().hex().length(64);
const money = () => Joi.number().integer().min(0).max(9e15);
const reason = () => text(10, 2000).required();
const ids = () => Joi.array().items(caseId()).min(1).max(5000).unique().required();
const amounts = () =>
  Joi.array()
    .items(Joi.object({ estimate: caseId().required(), amount: money().required(), reason: text(10, 2000) }))
    .min(1)
    .max(5000)
    .unique('estimate');

/** Criteria of an appraisal (TT 03/2020 Art. 7.3, NĐ 224/2026 Art. 50.4 and 66.7). */
export const criteria = [
  'TD01',
  'TD02',
  'TD03',
  'TD04',
  'TD05',
  'TD06',
  'TD07',
  'TD08',
  'TD09',
  'TD10',
  'TD11',
  'TD12',
] as const;

export const startConsolidation = Joi.object({ round: text(1, 50) });

export const consolidationEditSchemas = {
  setAppraisal: {
    part: 'appraisal',
    schema: Joi.object({
      amount: money().required(),
      comment: text(3, 2000),
      criteria: Joi.array()
        .items(
          Joi.object({
            code: Joi.valid(...criteria).required(),
            result: Joi.valid('DAT', 'KHONG_DAT', 'KHONG_AP_DUNG').required(),
            comment: text(1, 2000).allow(''),
          }),
        )
        .unique('code')
        .max(criteria.length)
        .default([]),
    }),
  },
} as const;

/** What each event must carry besides its type. An event that is missing here cannot come from outside. */
export const consolidationEvents: Readonly<Record<string, Joi.ObjectSchema>> = {
  ADD: Joi.object({ ids: ids() }),
  REMOVE: Joi.object({ ids: ids() }),
  SETTLE_OVERLAP: Joi.object({
    group: text(3, 200).required(),
    decision: Joi.valid('complementary', 'keepSeparate', 'merge', 'usePlatform', 'exclude').required(),
    reason: reason(),
  }),
  FREEZE: Joi.object({}),
  SEND_UP: Joi.object({ rev: Joi.number().integer().min(0) }),
  REOPEN: Joi.object({ reason: reason() }),
  ENDORSE: Joi.object({ hash: hash().required() }),
  SIGN: Joi.object({ hash: hash().required() }),
  ISSUE: Joi.object({ hash: hash().required(), date: day().required() }),
  SEND_BACK: Joi.object({ reason: reason() }),
  RECALL: Joi.object({}),
  RECEIVE: Joi.object({}),
  REFUSE_RECEIPT: Joi.object({ reason: reason() }),
  WITHDRAW: Joi.object({ reason: reason() }),
  REQUEST_SUPPLEMENT: Joi.object({ reason: reason(), due: day().required() }),
  SUPPLY: Joi.object({ note: text(3, 2000).required() }),
  TAKE_BACK_SUPPLEMENT: Joi.object({}),
  CONCLUDE: Joi.object({}),
  RETURN: Joi.object({
    reason: reason(),
    estimates: Joi.array().items(caseId()).max(5000).unique().default([]),
  }),
  PASS: Joi.object({}),
  APPROVE: Joi.object({}),
  APPROVE_ADJUSTED: Joi.object({ reason: reason(), amounts: amounts().required() }),
  REQUEST_EXPLANATION: Joi.object({ question: text(10, 2000).required() }),
  EXPLAIN: Joi.object({ answer: text(10, 5000).required() }),
  REFER_TO_COUNCIL: Joi.object({ reason: reason() }),
  RESOLVE: Joi.object({
    verdict: Joi.valid('approve', 'approveAdjusted', 'decline').required(),
    reason: reason(),
    amounts: amounts().when('verdict', {
      is: 'approveAdjusted',
      then: Joi.required(),
      otherwise: Joi.forbidden(),
    }),
  }),
  TAKE_BACK: Joi.object({}),
  DECLINE: Joi.object({ reason: reason() }),
};
