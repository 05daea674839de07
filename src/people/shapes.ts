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
  title: Joi.string(),
  unit: Joi.string(),
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

/** The revision of what administrators set. */
const rev = Joi.number().integer().min(1).required().description('Its ETag is this number in quotes');

export const userShape = Joi.object({
  ...whoShape,
  rev,
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
  title: textShape(100).description(
    'Title of office, as it stands under a signature; needed for whoever signs',
  ),
  unit: agencyRefShape.description('Symbol of a unit of the agency'),
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
  substitutes: Joi.object({
    reviewer: agencyRefShape.required(),
    appraiser: agencyRefShape.required(),
    security: agencyRefShape.required(),
    authority: agencyRefShape.required(),
  }).required(),
};
const envelopes = Joi.object()
  .pattern(/^[A-Z_]{2,30}$/, Joi.object().pattern(/^\d{4}$/, moneyShape))
  .description('Source → year → đồng');
export const saveRoundShape = Joi.object({ ...roundFields, envelopes: envelopes.required() });
export const roundShape = Joi.object({ id: idShape.required(), ...roundFields, envelopes, rev });

const agencyFields = {
  name: textShape(200).required(),
  issuer: textShape(200).required().description('As the head of its papers names it'),
  kind: Joi.valid(...agencyKinds).required(),
  order: Joi.number().integer().min(0).max(100_000).required().description('Official order'),
  part: Joi.valid(...agencyParts).description('What it is in the workflows of its city'),
  hasUnits: Joi.boolean().required().description('Whether a unit head stands between officer and leader'),
  units: Joi.array()
    .items(Joi.object({ symbol: textShape(20).required(), name: textShape(200).required() }))
    .unique('symbol')
    .max(50)
    .required()
    .description('Its units: the symbol stands in the numbers of its papers'),
  submits: Joi.boolean().required().description('Whether it owes estimates'),
  chapter: textShape(10).description('Budget chapter'),
  numbersTyped: Joi.boolean().description(
    'It numbers its papers in a system of its own; who issues one types the number',
  ),
};
export const saveAgencyShape = Joi.object(agencyFields);
export const agencyShape = Joi.object({ ref: agencyRefShape.required(), ...agencyFields, rev });

const cityFields = {
  name: textShape(200).required(),
  place: textShape(100).required().description('Where its papers are dated'),
  hosts: Joi.array()
    .items(Joi.string().hostname().lowercase().max(253))
    .unique()
    .max(20)
    .required()
    .description('Host names under which it is reached'),
};
export const saveCityShape = Joi.object(cityFields);
export const cityShape = Joi.object({ ...cityFields, rev });

const systemFields = {
  name: textShape(300).required(),
  cityWide: Joi.boolean().required().description('Serves the whole city'),
  providedBy: textShape(200)
    .allow(null)
    .required()
    .description('The ministry that already offers it as a shared platform'),
};
export const saveSystemShape = Joi.object(systemFields);
export const systemShape = Joi.object({ ref: idShape.required(), ...systemFields, rev });

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
  hash: Joi.string().required().description('Of this entry, the one before it included'),
  change: Joi.object({
    of: Joi.string().required().description('What was set: <kind>/<key>'),
    rev: Joi.number().integer().min(1).required(),
    from: Joi.object()
      .unknown()
      .allow(null)
      .required()
      .description('Its values before; null: there was none'),
    to: Joi.object().unknown().required(),
  })
    .allow(null)
    .required()
    .description('What it changed; secrets are never in it'),
});
