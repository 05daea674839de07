import Joi from 'joi';
import { badInput, excerpt, firstOfEach, Refusal, type FieldFault } from '../errors.js';
import { cleaned, isSecret } from './clean.js';

/** The three places of a request that carry input. */
export interface Input {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}
export type InputSchemas = { readonly [Place in keyof Input]?: Joi.Schema };

/** Fault parameters are told to the caller and to the wording: plain values only, and none too long. */
const toldParams = (context: Joi.Context | undefined): Record<string, unknown> => {
  const { value, limit, valids, name, of } = (context ?? {}) as Record<string, unknown>;
  const plain = (item: unknown) =>
    typeof item === 'string'
      ? item.slice(0, 100)
      : ['number', 'boolean'].includes(typeof item)
        ? item
        : undefined;
  const found = typeof value === 'string' ? excerpt(value) : plain(value);
  const expected = Array.isArray(valids) ? valids.map(String).join(', ') : plain(limit ?? name);
  return {
    ...(plain(limit) !== undefined && { limit: plain(limit) }),
    ...(found !== undefined && { found }),
    ...(expected !== undefined && { expected }),
    ...(of !== undefined && { of: plain(of) }),
  };
};

/** A number in quotes where the number itself would do is of the wrong type, not of the wrong value. */
const codeOf = (type: string, context: Joi.Context | undefined): string => {
  const { value, valids } = (context ?? {}) as { value?: unknown; valids?: unknown };
  const isQuoted =
    typeof value === 'string' &&
    Array.isArray(valids) &&
    valids.some((valid) => typeof valid === 'number' && String(valid) === value);
  return type === 'any.only' && isQuoted ? 'number.base' : type;
};

const faultsOf = (error: Joi.ValidationError, place: string): FieldFault[] =>
  firstOfEach(error.details.map((detail) => faultOf(detail, place)));

const faultOf = ({ path, type, context }: Joi.ValidationErrorItem, place: string): FieldFault => {
  const at = [place, ...path].filter((step) => step !== '').join('.');
  const { found, ...params } = toldParams(context);
  return {
    path: at,
    code: codeOf(type, context),
    params: isSecret(at) || found === undefined ? params : { ...params, found },
  };
};

/** The value with the text at this path trimmed. */
const trimmedAt = (value: unknown, [step, ...rest]: readonly (string | number)[]): unknown => {
  if (step === undefined) return typeof value === 'string' ? value.trim() : value;
  if (Array.isArray(value)) return value.with(Number(step), trimmedAt(value[Number(step)], rest));
  const object = value as Record<string, unknown>;
  return { ...object, [step]: trimmedAt(object[step], rest) };
};

/**
 * Checks one value and returns it as its schema takes it; writes on nothing. All faults at once.
 * @param place how the path of a fault begins; empty for the body
 * @param text the value came as text (address, query, form), so numbers and truth values are read from it. JSON says
 * itself what it is: nothing of it is read or rounded, and only what a schema wants trimmed is trimmed
 * @throws {Refusal} BAD_INPUT with one fault per wrong field
 */
export const parseValue = <T>(schema: Joi.Schema, given: unknown, place: string, text = false): T => {
  const faults: FieldFault[] = [];
  const clean = cleaned(given, place, faults);
  if (faults.length > 0) throw badInput(faults);
  const check = (value: unknown) =>
    schema.validate(value, { abortEarly: false, convert: text, errors: { render: false } }) as {
      error?: Joi.ValidationError;
      value: T;
    };
  const first = check(clean);
  const untrimmed = first.error?.details.filter(({ type }) => type === 'string.trim') ?? [];
  const { error, value } =
    untrimmed.length === 0
      ? first
      : check(untrimmed.reduce<unknown>((taken, { path }) => trimmedAt(taken, path), clean));
  if (error) throw badInput(faultsOf(error, place));
  return value;
};

/** Nothing is taken where nothing was declared. */
const nothing = Joi.object({});

/**
 * Checks address, query and body against what a route declares.
 * @param isForm the body is text as well
 * @throws {Refusal} BAD_INPUT with the faults of all three
 */
export const parse = (schemas: InputSchemas, input: Input, isForm = false): Input => {
  const faults: FieldFault[] = [];
  const taken = (place: keyof Input) => {
    try {
      const given = place === 'body' ? input.body : { ...(input[place] as object) };
      if (place === 'body' && !schemas.body) return undefined;
      const schema = (schemas[place] ?? nothing).required();
      return parseValue(schema, given, place === 'body' ? '' : place, place !== 'body' || isForm);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push(...(error.members.faults as FieldFault[]));
      return undefined;
    }
  };
  const parsed = { params: taken('params'), query: taken('query'), body: taken('body') };
  if (faults.length > 0) throw badInput(faults);
  return parsed;
};
