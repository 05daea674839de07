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
import { dayShape, moneyShape, textShape } from '../http/shapes.js';

const year = () => Joi.number().integer().min(2025).max(2030);
const yearAmounts = () =>
  Joi.array()
    .items(Joi.object({ year: year().required(), amount: moneyShape.required() }))
    .max(6)
    .unique('year');
/** How a line is named. */
export const lineId = () => Joi.string().pattern(/^[A-Za-z0-9_-]{1,40}$/, 'lineId');

const quotation = Joi.object({
  supplier: textShape(300).required(),
  number: textShape(100),
  date: dayShape.required(),
  amount: moneyShape.required(),
});

const lineFields = {
  category: Joi.valid(...categories),
  route: Joi.valid(...routes),
  planTaskRef: textShape(30),
  name: textShape(300, 5),
  specification: textShape(5000).allow(''),
  costGroup: Joi.valid(...costGroups),
  spendForm: Joi.valid(...spendForms),
  unit: textShape(50),
  quantity: Joi.number().greater(0).max(1e12).precision(3),
  unitPrice: Joi.number().integer().min(1).max(9e15),
  vatRate: Joi.valid(...vatRates),
  pricingBasis: Joi.valid(...pricingBases),
  quotations: Joi.array().items(quotation).max(20),
  priceEvidence: Joi.array()
    .items(Joi.object({ date: dayShape.required(), amount: moneyShape.required() }))
    .max(20),
  priceExplanation: textShape(2000).allow(''),
  fundingSource: Joi.valid(...fundingSources),
  loaiKhoan: Joi.string().pattern(/^\d{6}$/, 'loaiKhoan'),
  tieuMuc: Joi.string().pattern(/^\d{4}$/, 'tieuMuc'),
  yearSplit: yearAmounts(),
  systemRef: textShape(50).allow(null),
  scopeKey: textShape(50),
  normRef: textShape(50),
  securityLevel: Joi.number().integer().min(1).max(5).allow(null),
  priority: Joi.valid(...priorities),
  justification: textShape(5000, 30),
  sizing: Joi.object({ contingency: moneyShape }),
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
  documentDate: dayShape,
  legalBases: Joi.array()
    .items(
      Joi.object({
        number: textShape(100).required(),
        date: dayShape.required(),
        title: textShape(500).required(),
      }),
    )
    .min(1)
    .max(50),
  necessity: textShape(5000, 50),
  currentState: textShape(5000).allow(''),
  objectives: textShape(5000, 10),
  scale: textShape(5000, 10),
  technicalSolution: textShape(5000).allow(''),
  location: textShape(500, 2),
  startDate: dayShape,
  endDate: dayShape,
  expectedResults: textShape(5000, 10),
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

/** How many lines an estimate has at most. */
export const maxLines = 1000;

/** A row as it may be saved: fields of the right shape, in any number; what is missing is told when it is sent up. */
export const draftLine = Joi.object(lineFields);
/** The head as it may be saved; that it ends after it begins is asked when it is sent up. */
export const draftHeader = Joi.object({
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
