import Joi from 'joi';
import { capacities } from './delegate.js';
import {
  agencyRefShape,
  dayShape,
  idShape,
  kindShape,
  moneyShape,
  roleShape,
  textShape,
  usernameShape,
} from '../http/shapes.js';
import { accessActs, agencyParts, scopes } from './ports.js';
import { agencyKinds } from '../../workflows/vocabulary.js';

const named = Joi.object({ id: usernameShape.required(), name: Joi.string().required() });

/** A delegation as those see it whom it reaches. */
const reachingShape = Joi.object({
  id: idShape.required(),
  from: named.required(),
  role: roleShape.required(),
  capacity: Joi.valid(...capacities).required(),
  validFrom: dayShape.required(),
  validTo: dayShape.required(),
  kinds: Joi.array().items(kindShape).required(),
});

export const delegationShape = reachingShape.keys({
  to: named.required(),
  agency: agencyRefShape.required(),
  basis: Joi.string().required(),
  revokedAt: Joi.string().allow(null).required(),
});

const whoShape = {
  username: usernameShape.required(),
  name: Joi.string().required(),
  agency: agencyRefShape.required(),
  roles: Joi.array().items(roleShape).required(),
  auditor: Joi.boolean().required(),
  administrator: Joi.boolean().required(),
};

export const meShape = Joi.object({
  tenant: Joi.string().required(),
  ...whoShape,
  delegations: Joi.array().items(reachingShape).required(),
  mustChangePassword: Joi.boolean().required(),
  csrfToken: Joi.string().description('Goes into X-CSRF-Token on every change; with a session only'),
});

export const userShape = Joi.object({
  ...whoShape,
  mustChange: Joi.boolean().required(),
  disabled: Joi.boolean().required(),
});

const passwordShape = Joi.string().max(1000);
export const signInShape = Joi.object({
  tenant: Joi.string()
    .max(50)
    .description('The city; not needed where its host name or being the only one tells'),
  username: Joi.string().max(200).required(),
  password: passwordShape.required(),
});
export const changePasswordShape = Joi.object({
  currentPassword: passwordShape.required(),
  newPassword: passwordShape.required(),
});
export const resetPasswordShape = Joi.object({ temporaryPassword: passwordShape.required() });

export const saveUserShape = Joi.object({
  name: textShape(200).required(),
  agency: agencyRefShape.required(),
  roles: Joi.array().items(roleShape).unique().max(5).required(),
  auditor: Joi.boolean().default(false),
  administrator: Joi.boolean().default(false),
  disabled: Joi.boolean().default(false),
  temporaryPassword: passwordShape.description('For a new user; to be changed at the first sign-in'),
});

export const newDelegationShape = Joi.object({
  from: usernameShape.required(),
  to: usernameShape.required(),
  role: roleShape.required(),
  capacity: Joi.valid(...capacities).required(),
  validFrom: dayShape.required(),
  validTo: dayShape.required(),
  kinds: Joi.array().items(kindShape).unique().default([]).description('Empty: all kinds'),
  basis: textShape(500, 5).required().description('The paper it rests on'),
});

const roundFields = {
  name: textShape(200).required(),
  fiscalYear: Joi.number().integer().min(2020).max(2100).required(),
  opens: dayShape.required(),
  deadlines: Joi.object({
    department: dayShape.required(),
    commune: dayShape.required(),
    consolidation: dayShape.required(),
    finance: dayShape.required(),
  }).required(),
  envelopes: Joi.object()
    .pattern(/^[A-Z_]{2,30}$/, Joi.object().pattern(/^\d{4}$/, moneyShape))
    .required()
    .description('Source → year → đồng'),
  substitutes: Joi.object({
    reviewer: agencyRefShape.required(),
    appraiser: agencyRefShape.required(),
    security: agencyRefShape.required(),
    authority: agencyRefShape.required(),
  }).required(),
};
export const saveRoundShape = Joi.object(roundFields);
export const roundShape = Joi.object({ id: idShape.required(), ...roundFields });

export const agencyShape = Joi.object({
  ref: agencyRefShape.required(),
  name: Joi.string().required(),
  issuer: Joi.string().required(),
  kind: Joi.valid(...agencyKinds).required(),
  order: Joi.number().required(),
  part: Joi.valid(...agencyParts),
  hasUnits: Joi.boolean().required(),
  submits: Joi.boolean().required(),
  chapter: Joi.string(),
  numbersTyped: Joi.boolean(),
});

export const newTokenShape = Joi.object({
  name: textShape(100).required(),
  scopes: Joi.array()
    .items(Joi.valid(...scopes))
    .unique()
    .min(1)
    .required(),
  days: Joi.number().integer().min(1).max(366).default(90),
});
export const tokenShape = Joi.object({
  id: idShape.required(),
  user: usernameShape.required(),
  name: Joi.string().required(),
  scopes: Joi.array()
    .items(Joi.valid(...scopes))
    .required(),
  createdAt: Joi.string().required(),
  expiresAt: Joi.string().required(),
  revokedAt: Joi.string().allow(null).required(),
  lastUsed: Joi.string().allow(null).required(),
});
export const issuedTokenShape = tokenShape.keys({
  token: Joi.string().allow(null).required().description('Shown once; null when the request is repeated'),
});

export const accessEventShape = Joi.object({
  id: Joi.string().required(),
  at: Joi.string().required(),
  act: Joi.valid(...accessActs).required(),
  by: Joi.string().allow(null).required(),
  about: Joi.string().allow(null).required(),
  address: Joi.string().allow('').required(),
  request: Joi.string().allow('').required(),
});
