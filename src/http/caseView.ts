import type { TFunction } from 'i18next';
import Joi from 'joi';
import { ask } from '../../workflows/registry.js';
import { isDueSure } from '../engine/dueOf.js';
import type { Option } from '../engine/engine.js';
import type { Case, Draft, Person } from '../engine/ports.js';
import type { KindApi } from './kind.js';
import { agencyRefShape, dueSureShape, hashShape, idShape, kindShape } from './shapes.js';

const stateShape = Joi.alternatives(Joi.string(), Joi.object().unknown());

export const optionShape = Joi.object({
  event: Joi.string().required(),
  text: Joi.string().required(),
  open: Joi.boolean().required(),
  permitted: Joi.boolean().required(),
  permits: Joi.array().items(Joi.string()).required().description('Who may: role @ party'),
  reasons: Joi.array()
    .items(Joi.object({ code: Joi.string().required(), text: Joi.string().required() }))
    .required()
    .description('Why it is closed'),
});

export const caseShape = Joi.object({
  id: idShape.required(),
  kind: kindShape.required(),
  version: Joi.string().required(),
  ruleset: Joi.string().required(),
  code: Joi.string().required(),
  owner: agencyRefShape.required(),
  round: Joi.string().required(),
  seq: Joi.number().integer().required().description('Goes back with an event; also the ETag'),
  state: stateShape.required(),
  states: Joi.array()
    .items(Joi.string())
    .required()
    .description('The active states as dotted paths, outermost first'),
  status: Joi.valid('active', 'done').required(),
  due: Joi.string().allow(null).required(),
  dueSure: dueSureShape.required(),
  since: Joi.string().required(),
  content: hashShape.allow(null).required(),
  covered: hashShape
    .allow(null)
    .required()
    .description('What ENDORSE, SIGN, ISSUE, PASS and every decision name here; GET …/covered reads it'),
  view: Joi.object().unknown().required().description('What the kind adds'),
  options: Joi.array().items(optionShape).required(),
});

export const entryShape = Joi.object({
  seq: Joi.number().integer().required(),
  at: Joi.string().required(),
  clockSet: Joi.boolean().required(),
  actor: Joi.object().unknown().required(),
  permit: Joi.string().required(),
  event: Joi.object({ type: Joi.string().required() }).unknown().required(),
  from: stateShape.allow(null).required(),
  to: stateShape.required(),
  content: hashShape.allow(null).required(),
  version: Joi.string().required(),
  hash: hashShape.required(),
});

export const draftShape = Joi.object({
  part: Joi.string().required(),
  rev: Joi.number().integer().required().description('The ETag'),
  body: Joi.object().unknown().required(),
  editors: Joi.array().items(Joi.string()).required(),
  edited: Joi.object({ by: Joi.string().required(), at: Joi.string().required() })
    .allow(null)
    .required()
    .description('The newest edit'),
});

export const editedShape = Joi.object({
  part: Joi.string().required(),
  rev: Joi.number().integer().required().description('The new ETag'),
  order: Joi.array().items(Joi.string()).description('The ids of all lines, in order'),
  line: Joi.object().unknown().description('The line that was edited, as it stands now'),
});

/** An event with why it is closed, in words. */
export const optionView = (
  { event, open, permitted, permits, reasons }: Option,
  kind: Case['kind'],
  t: TFunction,
) => ({
  event,
  text: t(`event.${kind}.${event}`, { defaultValue: event }),
  open,
  permitted,
  permits,
  reasons: reasons.map((code) => ({ code, text: t(`closed.${code}`, { defaultValue: code }) })),
});

/** A case as JSON: what every case has, what its kind adds, and what is open to this person. */
export const caseView = async (
  { found, person, options, t }: { found: Case; person: Person; options: readonly Option[]; t: TFunction },
  kind: KindApi,
) => {
  const machine = ask(found);
  return {
    id: found.id,
    kind: found.kind,
    version: found.version,
    ruleset: found.ruleset,
    code: found.code,
    owner: found.owner,
    round: found.round,
    seq: found.seq,
    state: found.state,
    states: machine.paths,
    status: found.status,
    due: found.due,
    dueSure: isDueSure(found),
    since: found.since,
    content: found.content,
    covered: machine.covered,
    view: await kind.view(found, person),
    options: options.map((option) => optionView(option, found.kind, t)),
  };
};

type Lined = { readonly lines?: readonly { readonly id: string }[] };

/** What an edit answers: not the whole draft, which may have a thousand lines. */
export const editedView = ({ part, rev, body }: Draft, lineId: string | undefined) => {
  const { lines } = body as Lined;
  const line = lines?.find(({ id }) => id === lineId);
  return {
    part,
    rev,
    ...(lines?.every(({ id }) => typeof id === 'string') && { order: lines.map(({ id }) => id) }),
    ...(line && { line }),
  };
};
