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

/** How a line is named. */
export const lineId = () => Joi.string().pattern(/^[A-Za-z0-9_-]{1,40}$/, 'lineId');

/**
 * The fields of an estimate: `whole` as a sent-up one must have them, else as a draft may be saved – of the right
 * type and within bounds, but as short, as empty and as unfinished as somebody left them.
 */
const fieldsOf = (whole: boolean) => {
  const text = (max: number, min = 1) => (whole ? textShape(max, min) : textShape(max).allow(''));
  const coded = (pattern: RegExp, name: string) => (whole ? Joi.string().pattern(pattern, name) : text(20));
  const needed = <S extends Joi.Schema>(shape: S): S => (whole ? (shape.required() as S) : shape);
  const above0 = (number: Joi.NumberSchema) => (whole ? number.greater(0) : number.min(0));
  const within = (least: number, most: number, end: number) =>
    whole ? Joi.number().integer().min(least).max(most) : Joi.number().integer().min(0).max(end);
  const year = () => within(2025, 2030, 9999);
  const yearAmounts = () =>
    Joi.array()
      .items(Joi.object({ year: year().required(), amount: moneyShape.required() }))
      .max(6)
      .unique('year');

  const quotation = Joi.object({
    supplier: needed(text(300)),
    number: text(100),
    date: needed(dayShape),
    amount: needed(moneyShape),
  });
  const basis = Joi.object({
    number: needed(text(100)),
    date: needed(dayShape),
    title: needed(text(500)),
  });
  const bases = Joi.array().items(basis).max(50);

  const line = {
    category: Joi.valid(...categories),
    route: Joi.valid(...routes),
    planTaskRef: text(30),
    name: text(300, 5),
    specification: textShape(5000).allow(''),
    costGroup: Joi.valid(...costGroups),
    spendForm: Joi.valid(...spendForms),
    unit: text(50),
    quantity: above0(Joi.number()).max(1e12).precision(3),
    unitPrice: above0(Joi.number().integer()).max(9e15),
    vatRate: Joi.valid(...vatRates),
    pricingBasis: Joi.valid(...pricingBases),
    quotations: Joi.array().items(quotation).max(20),
    priceEvidence: Joi.array()
      .items(Joi.object({ date: needed(dayShape), amount: needed(moneyShape) }))
      .max(20),
    priceExplanation: textShape(2000).allow(''),
    fundingSource: Joi.valid(...fundingSources),
    loaiKhoan: coded(/^\d{6}$/, 'loaiKhoan'),
    tieuMuc: coded(/^\d{4}$/, 'tieuMuc'),
    yearSplit: yearAmounts(),
    systemRef: textShape(50).allow(null),
    scopeKey: text(50),
    normRef: text(50),
    securityLevel: within(1, 5, 99).allow(null),
    priority: Joi.valid(...priorities),
    justification: text(5000, 30),
    sizing: Joi.object({ contingency: moneyShape }),
    // What an author or a file may type along; the server computes its own and reports what differs (R01).
    amount: Joi.number().integer(),
    vatAmount: Joi.number().integer(),
    amountAfterVat: Joi.number().integer(),
  };

  const header = {
    fiscalYearFrom: year(),
    fiscalYearTo: whole
      ? year().min(
          Joi.ref('fiscalYearFrom', { adjust: (from: unknown) => (typeof from === 'number' ? from : 2025) }),
        )
      : year(),
    documentDate: dayShape,
    legalBases: whole ? bases.min(1) : bases,
    necessity: text(5000, 50),
    currentState: textShape(5000).allow(''),
    objectives: text(5000, 10),
    scale: text(5000, 10),
    technicalSolution: textShape(5000).allow(''),
    location: text(500, 2),
    startDate: dayShape,
    endDate: dayShape,
    expectedResults: text(5000, 10),
    contingencyRate: Joi.number().min(0).max(100).precision(2),
    contingencyBase: Joi.valid('PRE_VAT', 'POST_VAT'),
    contingencyYearSplit: yearAmounts(),
    chapterCode: coded(/^\d{3}$/, 'chapterCode'),
    budgetUnitCode: coded(/^\d{7}$/, 'budgetUnitCode'),
  };
  return { line, header };
};

const draft = fieldsOf(false);
const { line: lineFields, header: headerFields } = fieldsOf(true);

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

/** A row as it may be saved: what is missing, too short or out of order is told by the findings, and stops SEND_UP. */
export const draftLine = Joi.object(draft.line);
/** The head as it may be saved. */
export const draftHeader = Joi.object(draft.header);

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
