import Joi from 'joi';
import {
  categories,
  costGroups,
  fundingSources,
  pricingBases,
  priorities,
  routes,
  spendForms,
  vatRates,
} from '../../workflows/content.js';

const text = (min: number, max: number) => Joi.string().trim().min(min).max(max);
const day = () =>
  Joi.string()
    .pattern(/^\d{4}-\d{2}-\d{2}$/, 'day')
    .isoDate();
const money = () => Joi.number().integer().min(0).max(9e15);
const year = () => Joi.number().integer().min(2025).max(2030);
const yearAmounts = () =>
  Joi.array()
    .items(Joi.object({ year: year().required(), amount: money().required() }))
    .max(6)
    .unique('year');
export const reason = () => text(10, 2000);
const hash = () => Joi.string().hex().length(64);
const lineId = () => Joi.string().pattern(/^[A-Za-z0-9_-]{1,40}$/, 'lineId');

const quotation = Joi.object({
  supplier: text(1, 300).required(),
  number: text(1, 100),
  date: day().required(),
  amount: money().required(),
});

const lineFields = {
  category: Joi.valid(...categories),
  route: Joi.valid(...routes),
  planTaskRef: text(1, 30),
  name: text(5, 300),
  specification: text(1, 5000).allow(''),
  costGroup: Joi.valid(...costGroups),
  spendForm: Joi.valid(...spendForms),
  unit: text(1, 50),
  quantity: Joi.number().greater(0).max(1e12).precision(3),
  unitPrice: Joi.number().integer().min(1).max(9e15),
  vatRate: Joi.valid(...vatRates),
  pricingBasis: Joi.valid(...pricingBases),
  quotations: Joi.array().items(quotation).max(20),
  priceEvidence: Joi.array()
    .items(Joi.object({ date: day().required(), amount: money().required() }))
    .max(20),
  priceExplanation: text(1, 2000).allow(''),
  fundingSource: Joi.valid(...fundingSources),
  loaiKhoan: Joi.string().pattern(/^\d{6}$/, 'loaiKhoan'),
  tieuMuc: Joi.string().pattern(/^\d{4}$/, 'tieuMuc'),
  yearSplit: yearAmounts(),
  systemRef: text(1, 50).allow(null),
  scopeKey: text(1, 50),
  normRef: text(1, 50),
  securityLevel: Joi.number().integer().min(1).max(5).allow(null),
  priority: Joi.valid(...priorities),
  justification: text(30, 5000),
  sizing: Joi.object({ contingency: money() }),
  // What an author or a file may type along; the server computes its own and reports what differs (R01).
  amount: Joi.number().integer(),
  vatAmount: Joi.number().integer(),
  amountAfterVat: Joi.number().integer(),
};

const headerFields = {
  fiscalYearFrom: year(),
  fiscalYearTo: year().min(
    Joi.ref('fiscalYearFrom', { adjust: (from: unknown) => (typeof from === 'number' ? from : 2025) }),
  ),
  documentDate: day(),
  legalBases: Joi.array()
    .items(
      Joi.object({ number: text(1, 100).required(), date: day().required(), title: text(1, 500).required() }),
    )
    .min(1)
    .max(50),
  necessity: text(50, 5000),
  currentState: text(1, 5000).allow(''),
  objectives: text(10, 5000),
  scale: text(10, 5000),
  technicalSolution: text(1, 5000).allow(''),
  location: text(2, 500),
  startDate: day(),
  endDate: day(),
  expectedResults: text(10, 5000),
  contingencyRate: Joi.number().min(0).max(100).precision(2),
  contingencyBase: Joi.valid('PRE_VAT', 'POST_VAT'),
  contingencyYearSplit: yearAmounts(),
  chapterCode: Joi.string().pattern(/^\d{3}$/, 'chapterCode'),
  budgetUnitCode: Joi.string().pattern(/^\d{7}$/, 'budgetUnitCode'),
};

const requiredLine = [
  'category',
  'route',
  'planTaskRef',
  'name',
  'costGroup',
  'spendForm',
  'unit',
  'quantity',
  'unitPrice',
  'vatRate',
  'pricingBasis',
  'fundingSource',
  'yearSplit',
  'systemRef',
  'securityLevel',
  'priority',
  'justification',
];
const optionalHeader = new Set(['currentState', 'technicalSolution', 'chapterCode', 'budgetUnitCode']);

const maxLines = 1000;

/** A row as it may be saved: fields of the right shape, in any number; what is missing is told when it is sent up. */
const draftLine = Joi.object(lineFields);
const draftHeader = Joi.object({
  ...headerFields,
  fiscalYearTo: year(),
});

/** Everything that a sent-up estimate must have (domain: form 2a). */
export const completeEstimate = Joi.object({
  ...headerFields,
  lines: Joi.array()
    .items(
      Joi.object({ id: lineId().required(), ...lineFields }).fork(requiredLine, (field) => field.required()),
    )
    .min(1)
    .max(maxLines)
    .required(),
})
  .fork(
    Object.keys(headerFields).filter((name) => !optionalHeader.has(name)),
    (field) => field.required(),
  )
  .prefs({ abortEarly: false, convert: false });

export const startEstimate = Joi.object({ round: text(1, 50) });

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
  moveLine: {
    part: 'content',
    schema: Joi.object({ to: Joi.number().integer().min(1).max(maxLines).required() }),
  },
  setVerdict: {
    part: 'review',
    schema: Joi.object({
      verdict: Joi.valid('accept', 'reduce', 'exclude', 'return').required(),
      quantity: Joi.number().greater(0).max(1e12).precision(3),
      unitPrice: Joi.number().integer().min(1).max(9e15),
      reason: text(10, 2000).when('verdict', {
        is: 'accept',
        then: Joi.optional(),
        otherwise: Joi.required(),
      }),
      increaseReason: text(10, 2000),
    }),
  },
} as const;

/** What each event must carry besides its type. An event that is missing here cannot come from outside. */
export const estimateEvents: Readonly<Record<string, Joi.ObjectSchema>> = {
  SEND_UP: Joi.object({ rev: Joi.number().integer().min(1).required() }),
  ENDORSE: Joi.object({ hash: hash().required() }),
  SIGN: Joi.object({ hash: hash() }),
  ISSUE: Joi.object({ hash: hash().required(), date: day().required() }),
  SEND_BACK: Joi.object({ reason: reason().required() }),
  RECALL: Joi.object({}),
  DECLARE_NIL: Joi.object({}),
  REOPEN: Joi.object({ reason: reason() }),
  OPEN_ALL: Joi.object({}),
  ABANDON: Joi.object({ reason: reason().required() }),
  REGISTER: Joi.object({
    substitutes: Joi.object({
      reviewer: text(1, 20),
      appraiser: text(1, 20),
      security: text(1, 20),
      authority: text(1, 20),
    }),
  }),
  REFUSE_RECEIPT: Joi.object({ reason: reason().required() }),
  WITHDRAW: Joi.object({ reason: reason().required() }),
  CONCLUDE_LINES: Joi.object({}),
  REOPEN_LINES: Joi.object({}),
  ASK_OPINION: Joi.object({}),
  GIVE_OPINION: Joi.object({
    verdict: Joi.valid('agree', 'agreeWithConditions', 'disagree').required(),
    agreedLevel: Joi.number().integer().min(1).max(5).required(),
    conditions: text(10, 5000).when('verdict', {
      is: 'agreeWithConditions',
      then: Joi.required(),
      otherwise: Joi.optional(),
    }),
  }),
  TAKE_BACK: Joi.object({}),
  REQUEST_SUPPLEMENT: Joi.object({ reason: reason().required(), due: day().required() }),
  SUPPLY: Joi.object({ note: text(3, 2000).required() }),
  TAKE_BACK_SUPPLEMENT: Joi.object({}),
  RETURN: Joi.object({
    reason: reason().required(),
    lines: Joi.array().items(lineId()).max(maxLines).unique().default([]),
  }),
  ACCEPT: Joi.object({}),
  REVISE: Joi.object({}),
  OWN_DECISION: Joi.object({
    verdict: Joi.valid('approve', 'decline').required(),
    amount: money().required(),
    number: text(3, 50).required(),
    date: day().required(),
  }),
  CONFIRM_CONDITIONS: Joi.object({ note: text(3, 2000).required() }),
  CLOSE: Joi.object({ reason: reason().required() }),
};
