import type Joi from 'joi';
import type { Case, Draft, Part, Person } from '../engine/ports.js';
import type { Hash, Kind } from '../../workflows/vocabulary.js';

/**
 * What can be done to a draft, by the route that does it:
 * `setHeader` PATCH …/draft · `replace` PUT …/draft · `addLine` POST …/draft/lines · `setLine` and `removeLine`
 * PATCH and DELETE …/draft/lines/:lineId · `moveLine` and `restoreLine` POST …/draft/lines/:lineId/move and /restore ·
 * `setVerdict` PUT …/review/:lineId · `setAppraisal` PUT …/appraisal/:estimateId. Those of the content also several at
 * once: PATCH …/draft with `{ ops: [{ op, lineId, …fields }] }`.
 */
export const editOps = [
  'setHeader',
  'replace',
  'addLine',
  'setLine',
  'removeLine',
  'moveLine',
  'restoreLine',
  'setVerdict',
  'setAppraisal',
] as const;
export type EditOp = (typeof editOps)[number];

/** What a kind of case tells HTTP about itself: which shapes it takes, and how it is shown. */
export interface KindApi {
  readonly kind: Kind;
  /** In addresses: `POST /api/v1/<plural>`. */
  readonly plural: string;
  /** What starting one takes. */
  readonly start: Joi.ObjectSchema;
  /**
   * By event from outside, what it must carry besides its `type`. An event that is missing here cannot come from
   * outside.
   */
  readonly events: Readonly<Record<string, Joi.ObjectSchema>>;
  /**
   * What each edit takes as body; the engine's input is `{ lineId | estimateId, ...body }` where the address names
   * one. An op that is missing here does not exist for this kind.
   */
  readonly edits: Readonly<
    Partial<Record<EditOp, { readonly part: Part; readonly schema: Joi.ObjectSchema }>>
  >;
  /** The case as this person may see it, beside what every case has. */
  view(found: Case, person: Person): Promise<object>;
  /**
   * What the server works out where the case stands. `draft` reads a part that is not frozen yet, if this person may.
   * @throws {Refusal} NOT_PERMITTED
   */
  insight(found: Case, draft: (part: Part) => Promise<Draft>, person: Person): Promise<object>;
  /**
   * The cases whose decisions concern this one, and the file of a decision that was made outside: whoever may see the
   * case may read them.
   */
  decidedIn?(found: Case): readonly { readonly case: string; readonly file: Hash | null }[];
  /** Whether this person may read what is decided on here, where that is not the case's content. */
  readsCovered?(found: Case, person: Person): boolean;
}

/** To describe a schema takes longer than to answer with a page of it, so it is done once. */
const named = new WeakMap<Joi.ObjectSchema, readonly string[]>();

/** The names of the fields that a schema takes. */
export const namesOf = (schema: Joi.ObjectSchema): readonly string[] => {
  const names = named.get(schema) ?? Object.keys((schema.describe() as { keys?: object }).keys ?? {});
  named.set(schema, names);
  return names;
};
